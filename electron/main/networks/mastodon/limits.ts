import { graphemes, measure } from '@shared/domain/count';
import type { Capabilities, PostOptions, Support, VideoLimit } from '@shared/domain/network';
import { z } from 'zod';
import { NetworkError } from '../errors';
import type { MediaFile, WriteMedia } from '../network';
import { checkAlts, invalid, tooMany } from '../plan-checks';

/** A content warning counts into the length of the text (Mastodon's StatusLengthValidator), links in it in full. */
export function checkWords(
  text: string,
  { publish }: Capabilities,
  field: string,
  mayBeEmpty = false,
  warning = '',
): void {
  if (text.trim() === '' && !mayBeEmpty) throw invalid(field, 'empty');
  const used = measure(text, publish.text) + graphemes(warning);
  if (used > publish.text.max) throw tooMany(field, publish.text.max, used);
}

/** Several images, or one video alone: the server refuses a mixture. */
export function checkMedia(
  media: readonly WriteMedia[],
  { publish: { images, video } }: Capabilities,
  field: string,
): void {
  const hasVideo = media.some(({ kind }) => kind === 'video');
  const limit = hasVideo ? video : images;
  if (!limit.ok && media.length > 0) throw invalid(field, limit.note);
  const max = hasVideo ? 1 : (images.ok && images.max) || Infinity;
  if (media.length > max) throw tooMany(field, max, media.length);
  checkAlts(media, limit.ok ? limit.altMax : null, field);
}

const options = z.object({
  visibility: z.enum(['public', 'unlisted', 'private']).default('public'),
  contentWarning: z.string().default(''),
  sensitive: z.boolean().default(false),
});
type Seen = {
  readonly visibility: z.infer<typeof options>['visibility'];
  readonly warning?: string;
  readonly sensitive?: boolean;
};

/** Who sees the post and behind what; the same for every part of a thread. */
export function readOptions(given: PostOptions | undefined, { publish }: Capabilities): Seen {
  const parsed = options.safeParse(given ?? {});
  if (!parsed.success)
    throw invalid(`options.${parsed.error.issues[0]?.path.join('.') ?? ''}`, 'not one of the choices');
  const { visibility, sensitive } = parsed.data;
  const warning = parsed.data.contentWarning.trim();
  const used = graphemes(warning);
  if (used > publish.text.max) throw tooMany('options.contentWarning', publish.text.max, used);
  return { visibility, ...(warning !== '' && { warning }), ...(sensitive && { sensitive }) };
}

/** What the server would refuse only after everything has been sent to it. */
export function checkFile(file: MediaFile, limit: Support & Partial<VideoLimit>): void {
  const reject = (detail: string, params?: Readonly<Record<string, number>>) =>
    new NetworkError({ kind: 'media_rejected', detail, ...(params && { params }) }, 'no');
  if (!limit.ok) throw reject(limit.note);
  if (limit.mime && !limit.mime.includes(file.mime)) throw reject(`the server takes no ${file.mime}`);
  const max = limit.maxBytes ?? Infinity;
  if (file.bytes > max) throw reject(`${file.bytes} bytes of at most ${max}`, { max, count: file.bytes });
}
