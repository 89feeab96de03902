import { mediaKind, type PostContent, type Segment } from './content';
import { countText, graphemes } from './count';
import type { Capabilities, PostOptions, TextLimit } from './network';

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
    | 'quote_unsupported'
    | 'video_unsupported'
    | 'too_many_videos'
    | 'mixed_media'
    | 'video_type'
    | 'video_too_large'
    | 'video_too_long'
    | 'video_too_short'
    | 'image_ratio'
    | 'comment_media'
    | 'option_unknown'
    | 'option_required'
    | 'option_too_long'
    | 'option_no_url';
  /** Which field: `segments.0.text`, `segments.1.media.2`. */
  readonly field: string;
  readonly params: Readonly<Record<string, string | number>>;
};

/** What validation needs to know of a media file. */
export type MediaFacts = {
  readonly id: string;
  readonly mime: string;
  readonly alt: string;
  readonly bytes?: number;
  readonly width?: number;
  readonly height?: number;
  /** Length of a video; null where the file does not say. */
  readonly seconds?: number | null;
};

/** Formats that the image worker can turn into one that a network takes. */
const convertible = new Set([
  'image/png',
  'image/jpeg',
  'image/webp',
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
  options: PostOptions = {},
): readonly Issue[] {
  const { publish } = capabilities;
  const issues: Issue[] = [];
  const add: Add = (level, code, field, params = {}) => {
    issues.push({ level, code, field, params: { network: capabilities.name, ...params } });
  };
  const byId = new Map(media.map((item) => [item.id, item]));

  if (content.segments.length > 1 && publish.thread === 'none')
    add('error', 'thread_unsupported', 'segments');
  if (content.quoteUrl !== undefined && content.quoteUrl !== '' && !publish.quote.ok)
    add('error', 'quote_unsupported', 'quoteUrl');

  content.segments.forEach((part, index) => {
    const field = `segments.${index}`;
    const items = part.mediaIds.flatMap((id, position) => {
      const item = byId.get(id);
      return item ? [{ item, at: `${field}.media.${position}`, position: position + 1 }] : [];
    });
    checkText(part, index, capabilities, field, add);
    const videos = items.filter(({ item }) => mediaKind(item.mime) === 'video');
    const images = items.filter(({ item }) => mediaKind(item.mime) === 'image');
    if (index > 0 && publish.thread === 'comments' && items.length > 0)
      add('error', 'comment_media', `${field}.media`);
    else {
      if (videos.length > 0 && images.length > 0 && publish.mixedMedia !== true)
        add('error', 'mixed_media', `${field}.media`);
      checkImages(images, items.length, publish, options, `${field}.media`, add);
      checkVideos(videos, publish, `${field}.media`, add);
    }
  });
  return issues;
}

type Add = (level: Issue['level'], code: Issue['code'], field: string, params?: Issue['params']) => void;
type Placed = { readonly item: MediaFacts; readonly at: string; readonly position: number };
type Publish = Capabilities['publish'];

/** Later segments that are comments have a limit of their own, and so may a text below media. */
export function textLimitOf({ publish }: Capabilities, index: number, hasMedia: boolean): TextLimit {
  if (index > 0 && publish.thread === 'comments') return publish.commentText ?? publish.text;
  return hasMedia ? (publish.captionText ?? publish.text) : publish.text;
}

function checkText(part: Segment, index: number, capabilities: Capabilities, field: string, add: Add): void {
  const { publish } = capabilities;
  const blank = part.text.trim() === '';
  if (blank && part.mediaIds.length === 0) add('error', 'empty', `${field}.text`);
  const isComment = index > 0 && publish.thread === 'comments';
  if (!blank && part.mediaIds.length === 0 && !publish.textOnly.ok && !isComment)
    add('error', 'text_required', `${field}.media`, { note: publish.textOnly.note });
  const limit = textLimitOf(capabilities, index, part.mediaIds.length > 0);
  const count = countText(part.text, limit);
  if (!count.over) return;
  const byBytes = count.used <= count.max && count.bytes !== undefined;
  const over = byBytes && count.bytes ? count.bytes.used - count.bytes.max : count.used - count.max;
  add('error', 'text_too_long', `${field}.text`, {
    over,
    max: byBytes && count.bytes ? count.bytes.max : count.max,
    unit: byBytes ? 'byte' : limit.unit,
  });
}

function checkImages(
  placed: readonly Placed[],
  count: number,
  { images }: Publish,
  options: PostOptions,
  field: string,
  add: Add,
): void {
  if (placed.length === 0) return;
  if (!images.ok) return add('error', 'images_unsupported', field, { note: images.note });
  const max = images.max ?? Infinity;
  if (count > max) add('error', 'too_many_images', field, { max, count });
  for (const { item, at, position } of placed) {
    if (!images.mime?.includes(item.mime) && !convertible.has(item.mime))
      add('error', 'image_type', at, { mime: item.mime });
    const { ratio } = images;
    const isFree = ratio?.unless !== undefined && options[ratio.unless.option] === ratio.unless.value;
    if (ratio && !isFree && item.width && item.height) {
      const is = item.width / item.height;
      if (is < ratio.min || is > ratio.max) add('error', 'image_ratio', at, { position });
    }
    checkAlt(item, images.altMax, at, position, add);
  }
}

function checkVideos(placed: readonly Placed[], publish: Publish, field: string, add: Add): void {
  if (placed.length === 0) return;
  const { video } = publish;
  if (!video.ok) return add('error', 'video_unsupported', field, { note: video.note });
  if (placed.length > 1 && publish.mixedMedia !== true) add('error', 'too_many_videos', field, { max: 1 });
  for (const { item, at, position } of placed) {
    if (!video.mime?.includes(item.mime)) add('error', 'video_type', at, { mime: item.mime });
    if (video.maxBytes !== undefined && (item.bytes ?? 0) > video.maxBytes)
      add('error', 'video_too_large', at, { max: Math.floor(video.maxBytes / 1_000_000) });
    const seconds = item.seconds ?? undefined;
    if (seconds !== undefined && video.maxSeconds !== undefined && seconds > video.maxSeconds)
      add('error', 'video_too_long', at, { max: video.maxSeconds });
    if (seconds !== undefined && video.minSeconds !== undefined && seconds < video.minSeconds)
      add('error', 'video_too_short', at, { min: video.minSeconds });
    checkAlt(item, video.altMax, at, position, add);
  }
}

function checkAlt(
  { alt }: MediaFacts,
  altMax: number | null | undefined,
  at: string,
  position: number,
  add: Add,
): void {
  if (altMax === null) return;
  if (alt.trim() === '') add('warning', 'alt_missing', at, { position });
  else if (altMax !== undefined && graphemes(alt) > altMax) add('error', 'alt_too_long', at, { max: altMax });
}

export const blocks = (issues: readonly Issue[]): boolean => issues.some((issue) => issue.level === 'error');
