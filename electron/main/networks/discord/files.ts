import { NetworkError } from '../errors';
import type { AccountCtx } from '../network';
import { beforeSending, extensionOf, readMedia } from '../whole-file';
import { limits } from './capabilities';
import type { UploadFile } from './client';
import type { MediaPart } from './plan';

const rejected = (detail: string) => new NetworkError({ kind: 'media_rejected', detail }, 'no');

/** Throws where Discord would refuse the file, so that a refused one leaves no half a thread. */
export async function checkFile({ mediaId, kind }: MediaPart, ctx: AccountCtx): Promise<void> {
  if (kind === 'image') return;
  const { bytes } = await ctx.file(mediaId);
  const { maxBytes } = limits.video;
  if (bytes > maxBytes) throw rejected(`a file may have ${Math.floor(maxBytes / 1_000_000)} MB at most`);
}

export const loadFiles = (media: readonly MediaPart[], ctx: AccountCtx): Promise<readonly UploadFile[]> =>
  beforeSending(Promise.all(media.map((part, index) => loadFile(part, index, ctx))));

async function loadFile(part: MediaPart, index: number, ctx: AccountCtx): Promise<UploadFile> {
  const { bytes, mime } = await readMedia(part, ctx);
  return { name: `${part.kind}-${index + 1}.${extensionOf({ mime })}`, mime, bytes };
}
