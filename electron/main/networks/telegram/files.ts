import { NetworkError } from '../errors';
import type { AccountCtx, MediaFile } from '../network';
import { beforeSending, extensionOf, readMedia } from '../whole-file';
import { targetOf } from './auth';
import { limits } from './capabilities';
import { callApi, type Params, type UploadFile } from './client';
import type { TelegramEndpoints } from './endpoints';
import type { MediaPart } from './plan';
import { fileInfo } from './wire';

const rejected = (detail: string) => new NetworkError({ kind: 'media_rejected', detail }, 'no');

/** Throws where Telegram would refuse the files of one message, so that refused ones leave no half a thread. */
export async function checkAlbum(album: readonly MediaPart[], ctx: AccountCtx): Promise<void> {
  let together = 0;
  for (const { mediaId, kind } of album) {
    if (kind === 'image') continue;
    const { mime, bytes } = await ctx.file(mediaId);
    const { mime: mimes, maxBytes } = limits.video;
    if (!mimes.includes(mime)) throw rejected(`a video must be ${mimes.join(' or ')}`);
    if (bytes > maxBytes) throw rejected(`a video may have ${megabytes(maxBytes)} MB at most`);
    together += bytes;
  }
  const { maxBytes } = limits.upload;
  if (together > maxBytes)
    throw rejected(`the videos of a message may have ${megabytes(maxBytes)} MB together`);
}

const megabytes = (bytes: number): number => Math.floor(bytes / 1_000_000);

/** A file with what Telegram wants to know of it beside its bytes. */
export type LoadedFile = UploadFile & { readonly facts: Params };

export const loadFile = (part: MediaPart, field: string, ctx: AccountCtx): Promise<LoadedFile> =>
  beforeSending(load(part, field, ctx));

async function load(part: MediaPart, field: string, ctx: AccountCtx): Promise<LoadedFile> {
  const { bytes, mime, video } = await readMedia(part, ctx);
  return {
    field,
    name: `${field}.${extensionOf({ mime })}`,
    mime,
    bytes,
    facts: video ? factsOf(video) : {},
  };
}

function factsOf({ width, height, seconds }: MediaFile): Params {
  const duration = seconds === null ? undefined : Math.round(seconds);
  return { width, height, duration, supports_streaming: true };
}

/** Names of folders and files as the Bot API gives them; a server in local mode names a place on its own disk. */
const SERVED_PATH = /^[\w-]+(?:[./][\w-]+)*$/;

/** Where a file that somebody sent lies for the next hour (files of up to 20 MB). The address carries the token. */
export async function openFile(file: string, ctx: AccountCtx, endpoints: TelegramEndpoints): Promise<string> {
  const target = targetOf(ctx, endpoints);
  const call = { method: 'getFile', effect: 'read', params: { file_id: file } } as const;
  const { file_path: path } = await callApi(ctx, target, call, fileInfo);
  if (path === undefined || !SERVED_PATH.test(path))
    throw rejected('the Bot API server gives no address of the file');
  return `${target.api}/file/bot${target.token}/${path}`;
}
