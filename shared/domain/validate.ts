import type { PostContent } from './content';
import { countText, graphemes } from './count';
import type { Capabilities } from './network';

/** One thing that stands in the way of publishing (error) or is worth a look (warning). */
export type Issue = {
  readonly level: 'error' | 'warning';
  readonly code:
    | 'empty'
    | 'text_too_long'
    | 'text_required'
    | 'thread_unsupported'
    | 'images_unsupported'
    | 'too_many_images'
    | 'image_type'
    | 'alt_missing'
    | 'alt_too_long'
    | 'quote_unsupported';
  /** Which field: `segments.0.text`, `segments.1.media.2`. */
  readonly field: string;
  readonly params: Readonly<Record<string, string | number>>;
};

/** What validation needs to know of a media file. */
export type MediaFacts = { readonly id: string; readonly mime: string; readonly alt: string };

/** Formats that the image worker can turn into one that a network takes. */
const convertible = new Set([
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/bmp',
  'image/tiff',
]);

/**
 * What an account's network will refuse or readers will miss. Pure and offline: it reads only capability data.
 * Size in bytes is not an issue: larger images are recompressed to the limit before they leave.
 */
export function validateContent(
  content: PostContent,
  media: readonly MediaFacts[],
  capabilities: Capabilities,
): readonly Issue[] {
  const { publish } = capabilities;
  const issues: Issue[] = [];
  const add = (
    level: Issue['level'],
    code: Issue['code'],
    field: string,
    params: Issue['params'] = {},
  ): void => {
    issues.push({ level, code, field, params: { network: capabilities.name, ...params } });
  };
  const byId = new Map(media.map((item) => [item.id, item]));

  if (content.segments.length > 1 && publish.thread === 'none')
    add('error', 'thread_unsupported', 'segments');
  if (content.quoteUrl !== undefined && content.quoteUrl !== '' && !publish.quote.ok)
    add('error', 'quote_unsupported', 'quoteUrl');

  content.segments.forEach((part, index) => {
    const field = `segments.${index}`;
    const blank = part.text.trim() === '';
    if (blank && part.mediaIds.length === 0) add('error', 'empty', `${field}.text`);
    if (!blank && part.mediaIds.length === 0 && !publish.textOnly.ok)
      add('error', 'text_required', `${field}.media`, { note: publish.textOnly.note });
    const count = countText(part.text, publish.text);
    if (count.over) {
      const byBytes = count.used <= count.max && count.bytes !== undefined;
      const over = byBytes && count.bytes ? count.bytes.used - count.bytes.max : count.used - count.max;
      add('error', 'text_too_long', `${field}.text`, {
        over,
        max: byBytes && count.bytes ? count.bytes.max : count.max,
        unit: byBytes ? 'byte' : publish.text.unit,
      });
    }
    if (part.mediaIds.length === 0) return;
    const { images } = publish;
    if (!images.ok) {
      add('error', 'images_unsupported', `${field}.media`, { note: images.note });
      return;
    }
    const max = images.max ?? Infinity;
    if (part.mediaIds.length > max)
      add('error', 'too_many_images', `${field}.media`, { max, count: part.mediaIds.length });
    part.mediaIds.forEach((id, position) => {
      const item = byId.get(id);
      const at = `${field}.media.${position}`;
      if (!item) return;
      if (!images.mime?.includes(item.mime) && !convertible.has(item.mime))
        add('error', 'image_type', at, { mime: item.mime });
      if (images.altMax === null) return;
      if (item.alt.trim() === '') add('warning', 'alt_missing', at, { position: position + 1 });
      else if (images.altMax !== undefined && graphemes(item.alt) > images.altMax)
        add('error', 'alt_too_long', at, { max: images.altMax });
    });
  });
  return issues;
}

export const blocks = (issues: readonly Issue[]): boolean => issues.some((issue) => issue.level === 'error');
