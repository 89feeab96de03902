import { z } from 'zod';
import { NetworkError } from '../errors';
import { multipartWith, type MultipartBody } from '../multipart';
import type { AccountCtx, StepResult } from '../network';
import type { Agent } from './agent';
import { limits, mastodonDefaults } from './capabilities';
import { checkFile } from './limits';
import type { MediaStep } from './plan';
import { attachment, nothing } from './wire';

/** The server's id of a file: what a step of an upload leaves behind. */
export const uploaded = z.object({ id: z.string() });

/** 202: the server works on it; the id is kept, and asked for until it is ready. */
export async function uploadMedia(
  step: MediaStep,
  before: unknown,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const earlier = uploaded.safeParse(before).data;
  if (earlier) return isReady(earlier.id, step, agent, ctx);
  const form = step.do === 'video' ? await videoForm(step, ctx) : await imageForm(step, ctx);
  const call = { method: 'POST', path: '/api/v2/media', effect: 'read', form, bucket: 'media' } as const;
  const { status, body } = await agent.call(call, attachment);
  return status === 202 ? waitFor(body.id, step, ctx) : { state: 'done', output: { id: body.id } };
}

const waitFor = (id: string, step: MediaStep, ctx: AccountCtx): StepResult => ({
  state: 'wait',
  output: { id },
  pollAt: ctx.clock.now() + limits.mediaPollMs[step.do],
});

async function isReady(id: string, step: MediaStep, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const path = `/api/v1/media/${encodeURIComponent(id)}`;
  try {
    const { status } = await agent.call({ method: 'GET', path, effect: 'read' }, nothing);
    return status === 206 || status === 202 ? waitFor(id, step, ctx) : { state: 'done', output: { id } };
  } catch (error) {
    if (!(error instanceof NetworkError) || !['validation', 'gone'].includes(error.kind)) throw error;
    // The server could make nothing of it.
    throw new NetworkError({ ...error.info, kind: 'media_rejected' }, 'no', { cause: error });
  }
}

async function imageForm({ mediaId, alt }: MediaStep, ctx: AccountCtx): Promise<MultipartBody> {
  const { bytes, mime } = await ctx.media(mediaId);
  return formOf({ mime, bytes: bytes.byteLength }, alt, (into) => into.set(bytes));
}

/** Read in parts straight into the one body that is sent. */
async function videoForm({ mediaId, alt }: MediaStep, ctx: AccountCtx): Promise<MultipartBody> {
  const file = await ctx.file(mediaId);
  checkFile(file, (ctx.account.capabilities ?? mastodonDefaults).publish.video);
  return formOf(file, alt, async (into) => {
    for (let from = 0; from < file.bytes;) {
      const part = await file.read(from, Math.min(limits.upload.partBytes, file.bytes - from));
      if (part.byteLength === 0 || ctx.signal.aborted) throw stopped(ctx.signal.aborted);
      into.set(part, from);
      from += part.byteLength;
    }
  });
}

const stopped = (isCancelled: boolean): NetworkError =>
  isCancelled
    ? new NetworkError({ kind: 'cancelled' }, 'no')
    : new NetworkError({ kind: 'media_rejected', detail: 'the file is shorter than it was' }, 'no');

function formOf(
  file: { readonly mime: string; readonly bytes: number },
  alt: string,
  fill: (into: Uint8Array) => void | Promise<void>,
): Promise<MultipartBody> {
  const filename = file.mime.replace('/', '.').replace(/[^a-z0-9.]/g, '');
  const described = alt.trim() === '' ? [] : [{ name: 'description', content: alt }];
  return multipartWith(described, { name: 'file', filename, mime: file.mime, bytes: file.bytes, fill });
}
