import type { Issue } from '@shared/domain/validate';
import { t } from '@/text/i18n';

const units = ['grapheme', 'mastodon', 'utf16', 'byte'] as const;

/** One issue of a post in words. */
export function issueLine(issue: Issue): string {
  const unit = units.find((name) => name === issue.params['unit']);
  return t(`composer.issues.${issue.code}`, {
    ...issue.params,
    unit: unit ? t(`composer.issues.units.${unit}`) : '',
  });
}

/** The part of the post that a field such as `segments.2.text` is in; the first for fields of the whole post. */
export const segmentOf = (field: string): number => Number(/^segments\.(\d+)/.exec(field)?.[1] ?? 0);
