import { z } from 'zod';
import { parseJson } from './answers';
import { NetworkError } from './errors';
import { readAnswer, type GraphTarget } from './graph';
import { request, type HttpDeps } from './http';
import type { MediaFile } from './network';
import { beforeSending, readWhole } from './whole-file';

const UPLOAD_TIMEOUT_MS = 15 * 60_000;

/** Where an upload stands. Facebook and Instagram spell it each in their own way. */
export const uploadingPhase = z
  .object({
    status: z.string().nullish().catch(undefined),
    bytes_transfered: z.coerce.number().int().nonnegative().nullish().catch(undefined),
    bytes_transferred: z.coerce.number().int().nonnegative().nullish().catch(undefined),
  })
  .nullish()
  .catch(undefined);

/** How many bytes of the file Meta has; what it says beyond the file's end is of no use. */
export function bytesThere(phase: z.infer<typeof uploadingPhase>, file: MediaFile): number {
  if (phase?.status === 'complete' || phase?.status === 'completed') return file.bytes;
  return Math.min(phase?.bytes_transfered ?? phase?.bytes_transferred ?? 0, file.bytes);
}

/**
 * Sends the rest of a video to Meta's upload host (`rupload.facebook.com`) in one request, as it wants it: a body that
 * ends before the file does is refused as a partial one. `offset` must be where the upload stands. Hidden: nobody sees
 * the file before it is published. Throws `server` where asking how much arrived, and going on there, may help.
 */
export async function uploadRest<T>(
  deps: HttpDeps,
  target: GraphTarget,
  upload: {
    readonly url: string;
    readonly host: string;
    readonly file: MediaFile;
    readonly offset: number;
  },
  schema: z.ZodType<T>,
): Promise<T> {
  const { file, url, offset } = upload;
  if (!URL.canParse(url) || new URL(url).origin !== new URL(upload.host).origin)
    throw new NetworkError({ kind: 'protocol', detail: 'the upload was sent to an unknown host' }, 'no');
  const answer = await request(deps, {
    url,
    method: 'POST',
    effect: 'read',
    headers: {
      authorization: `OAuth ${target.token}`,
      offset: String(offset),
      file_size: String(file.bytes),
      'content-type': 'application/octet-stream',
    },
    body: await beforeSending(readWhole(file, offset)),
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  const refusal = refused.safeParse(parseJson(answer.text)).data?.debug_info;
  if (refusal && answer.status >= 400 && isPassing(refusal))
    throw new NetworkError({ kind: 'server', detail: `POST upload: ${answer.status} ${refusal.type}` }, 'no');
  return readAnswer(deps, target, { effect: 'read', name: 'POST upload' }, answer, schema);
}

/** How the upload host refuses, in a shape of its own. */
const refused = z.object({ debug_info: z.object({ type: z.string(), retriable: z.boolean().optional() }) });
const isPassing = ({ type, retriable }: z.infer<typeof refused>['debug_info']): boolean =>
  retriable === true || type === 'OffsetInvalidError' || type === 'PartialRequestError';
