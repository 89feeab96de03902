import { AppError } from '@shared/domain/errors';
import { NetworkError } from './errors';
import type { AccountCtx, MediaBytes, MediaFile } from './network';

const CHUNK = 4 * 1024 * 1024;

/** What is left of a file behind `start`, for networks that take it only in one piece; their limits keep it small. */
export async function readWhole(file: MediaFile, start = 0): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.bytes - start);
  for (let from = start; from < file.bytes; from += CHUNK)
    bytes.set(await file.read(from, Math.min(CHUNK, file.bytes - from)), from - start);
  return bytes;
}

/** Reading a file happens before the request: what goes wrong here has sent nothing. */
export async function beforeSending<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NetworkError) throw error;
    const info =
      error instanceof AppError ? error.info : { kind: 'media_rejected' as const, detail: 'unreadable file' };
    throw new NetworkError(info, 'no', { cause: error });
  }
}

/** `video/mp4` and `mp4`. */
export const extensionOf = ({ mime }: Pick<MediaBytes, 'mime'>): string =>
  mime.replace(/^\w+\//, '').replace(/[^a-z0-9]/g, '');

/** An image fitted to the network's limits, or a video as it is. */
export async function readMedia(
  { mediaId, kind }: { readonly mediaId: string; readonly kind: 'image' | 'video' },
  ctx: Pick<AccountCtx, 'media' | 'file'>,
): Promise<{ readonly bytes: Uint8Array; readonly mime: string; readonly video?: MediaFile }> {
  if (kind === 'image') return ctx.media(mediaId);
  const video = await ctx.file(mediaId);
  return { bytes: await readWhole(video), mime: video.mime, video };
}
