import type { Issue } from '@shared/domain/validate';
import { t } from '@/text/i18n';
import { optionLabel } from '@/text/option-text';

const units = ['grapheme', 'mastodon', 'utf16', 'x-weighted', 'threads', 'byte'] as const;

/** One issue of a post in words. */
export function issueLine(issue: Issue): string {
  const unit = units.find((name) => name === issue.params['unit']);
  const { option } = issue.params;
  return t(`composer.issues.${issue.code}`, {
    ...issue.params,
    ...(typeof option === 'string' && { option: optionLabel(option) }),
    unit: unit ? t(`composer.issues.units.${unit}`) : '',
  });
}

/** The part of the post that a field such as `segments.2.text` is in; the first for fields of the whole post. */
export const segmentOf = (field: string): number => Number(/^segments\.(\d+)/.exec(field)?.[1] ?? 0);
