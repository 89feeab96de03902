import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, MediaFile, StepResult } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import type { UploadStep } from './plan';
import { nothing, uploading } from './wire';

/** How far an upload has come. Everything before `next` is on X already, which keeps it for about a day. */
const progress = z.object({
  id: z.string(),
  next: z.number(),
  startedAt: z.number(),
  /** All parts are up; X works on it. */
  finalized: z.boolean(),
});
type Progress = z.infer<typeof progress>;

export const uploaded = z.object({ id: z.string() });

type Source = {
  readonly mime: string;
  readonly bytes: number;
  readonly category: 'tweet_gif' | 'tweet_video';
  readonly read: MediaFile['read'];
};

const rejected = (field: string, detail: string) =>
  new NetworkError({ kind: 'media_rejected', field, detail }, 'no');

/**
 * Images at once; GIFs and videos in parts, with the place kept, so that a lost connection costs a few parts only.
 * Nobody sees an upload before a post has it.
 */
export async function upload(
  step: UploadStep,
  before: unknown,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  if (step.kind === 'video') return uploadParts(await videoOf(step, ctx), before, step, agent, ctx);
  const image = await ctx.media(step.mediaId);
  if (image.mime !== 'image/gif') return uploadImage(image, agent);
  if (!step.alone) throw rejected(step.field, 'a GIF must be the only media of a post');
  const { bytes, mime } = image;
  if (bytes.byteLength > limits.gif.maxBytes) throw rejected(step.field, 'the GIF is too large');
  const source: Source = {
    mime,
    bytes: bytes.byteLength,
    category: 'tweet_gif',
    read: (from, length) => Promise.resolve(bytes.subarray(from, from + length)),
  };
  return uploadParts(source, before, step, agent, ctx);
}

async function uploadImage(
  { bytes, mime }: { readonly bytes: Uint8Array; readonly mime: string },
  agent: Agent,
): Promise<StepResult> {
  const form = { fields: { media_category: 'tweet_image' }, media: { bytes, mime } };
  const call = { method: 'POST', path: '/2/media/upload', effect: 'read', bucket: 'media', form } as const;
  const { data } = await agent.call(call, uploading);
  return { state: 'done', output: { id: data.id } };
}

async function videoOf({ mediaId, field }: UploadStep, ctx: AccountCtx): Promise<Source> {
  const { mime: mimes, maxBytes, minSeconds, maxSeconds } = limits.video;
  const { mime, bytes, seconds, read } = await ctx.file(mediaId);
  if (!mimes.includes(mime)) throw rejected(field, `X takes no ${mime}`);
  if (bytes > maxBytes) throw rejected(field, `${bytes} of at most ${maxBytes} bytes`);
  if (seconds !== null && (seconds < minSeconds || seconds > maxSeconds))
    throw rejected(field, `${seconds} s: X takes videos of ${minSeconds} to ${maxSeconds} s`);
  return { mime, bytes, category: 'tweet_video', read };
}

async function uploadParts(
  source: Source,
  before: unknown,
  { field }: UploadStep,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const earlier = progress.safeParse(before).data;
  const isKept = earlier && ctx.clock.now() - earlier.startedAt < limits.upload.keptMs;
  const at = isKept ? earlier : await initialize(source, agent, ctx);
  if (at.finalized) return look(at, field, agent, ctx);
  const parts = Math.ceil(source.bytes / limits.upload.partBytes);
  const until = Math.min(parts, at.next + limits.upload.partsAtOnce);
  for (let index = at.next; index < until; index += 1) await append(at.id, index, source, agent);
  if (until < parts) return { state: 'wait', output: { ...at, next: until }, pollAt: ctx.clock.now() };
  const call = {
    method: 'POST',
    path: `/2/media/upload/${at.id}/finalize`,
    effect: 'read',
    bucket: 'media',
  } as const;
  const { data } = await agent.call(call, uploading);
  return stateOf(data, { ...at, next: until, finalized: true }, field, ctx);
}

async function initialize(
  { mime, bytes, category }: Source,
  agent: Agent,
  ctx: AccountCtx,
): Promise<Progress> {
  const json = { media_type: mime, total_bytes: bytes, media_category: category };
  const path = '/2/media/upload/initialize';
  const { data } = await agent.call(
    { method: 'POST', path, effect: 'read', bucket: 'media', json },
    uploading,
  );
  return { id: data.id, next: 0, startedAt: ctx.clock.now(), finalized: false };
}

async function append(id: string, index: number, { mime, read }: Source, agent: Agent): Promise<void> {
  const { partBytes } = limits.upload;
  const bytes = await read(index * partBytes, partBytes);
  const form = { fields: { segment_index: String(index) }, media: { bytes, mime } };
  const path = `/2/media/upload/${id}/append`;
  await agent.call({ method: 'POST', path, effect: 'read', bucket: 'media', form }, nothing);
}

async function look(at: Progress, field: string, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const params = { command: 'STATUS', media_id: at.id };
  const call = { method: 'GET', path: '/2/media/upload', effect: 'read', bucket: 'media', params } as const;
  const { data } = await agent.call(call, uploading);
  return stateOf(data, at, field, ctx);
}

function stateOf(
  {
    processing_info: info,
  }: { readonly processing_info?: { state?: string | null; check_after_secs?: number | null } | null },
  at: Progress,
  field: string,
  ctx: AccountCtx,
): StepResult {
  switch (info?.state) {
    case undefined:
    case null:
    case 'succeeded':
      return { state: 'done', output: { id: at.id } };
    case 'failed':
      throw rejected(field, 'X could not process the file');
    default: {
      const wait = info?.check_after_secs ? info.check_after_secs * 1000 : limits.upload.pollMs;
      return { state: 'wait', output: at, pollAt: ctx.clock.now() + wait };
    }
  }
}

/** The description of an image. X charges for it, hence a step of its own: done once, it is not done again. */
export async function describe(
  { upload: step, alt }: { readonly upload: string; readonly alt: string },
  done: Readonly<Record<string, unknown>>,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const { id } = uploaded.parse(done[step]);
  const json = { id, metadata: { alt_text: { text: alt } } };
  const path = '/2/media/metadata';
  await agent.call({ method: 'POST', path, effect: 'read', bucket: 'media', json }, nothing);
  ctx.onUse('altText', 1);
  return { state: 'done', output: {} };
}
