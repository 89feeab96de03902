import type { z } from 'zod';
import { NetworkError } from './errors';
import { readAnswer, type GraphTarget } from './graph';
import { request, type HttpDeps } from './http';
import type { MediaFile } from './network';

const UPLOAD_TIMEOUT_MS = 15 * 60_000;
const READ_BYTES = 8 * 1024 * 1024;

/**
 * Sends a video to Meta's upload host (`rupload.facebook.com`) in one request, as it wants it: a body that is shorter
 * than `file_size` says is refused as a partial one. Hidden: nobody sees the file before it is published.
 */
export async function uploadWhole<T>(
  deps: HttpDeps,
  target: GraphTarget,
  upload: { readonly url: string; readonly host: string; readonly file: MediaFile },
  schema: z.ZodType<T>,
): Promise<T> {
  const { file, url } = upload;
  if (!URL.canParse(url) || new URL(url).origin !== new URL(upload.host).origin)
    throw new NetworkError({ kind: 'protocol', detail: 'the upload was sent to an unknown host' }, 'no');
  const answer = await request(deps, {
    url,
    method: 'POST',
    effect: 'read',
    headers: {
      authorization: `OAuth ${target.token}`,
      offset: '0',
      file_size: String(file.bytes),
      'content-type': 'application/octet-stream',
    },
    body: await readWhole(file),
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  return readAnswer(deps, target, { effect: 'read', name: 'POST upload' }, answer, schema);
}

async function readWhole(file: MediaFile): Promise<Uint8Array> {
  const whole = new Uint8Array(file.bytes);
  for (let from = 0; from < file.bytes; from += READ_BYTES)
    whole.set(await file.read(from, Math.min(READ_BYTES, file.bytes - from)), from);
  return whole;
}
