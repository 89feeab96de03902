import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { NetworkError } from '../errors';
import type { HttpAnswer } from '../http';
import type { AccountCtx, Checkpoint, MediaFile, StepResult } from '../network';
import { addressOf, forgetAddress, keepAddress } from '../upload-addresses';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { bodyOf, type ApiCall } from './client';
import type { UploadStep, VideoStatus } from './plan';
import { page, playlistItem, video, type Video } from './wire';

/** The name of the address that an upload goes to, and when it was opened. */
const opened = z.object({ session: z.string(), at: z.number() });
const uploading = z.object({
  /** Another address where the first one has been forgotten by YouTube. */
  session: z.string().optional(),
  videoId: z.string().optional(),
});
export const uploaded = z.object({ videoId: z.string() });

/** Everything of a video's status that an update would otherwise take away again. */
export const statusBody = (status: VideoStatus, privacyStatus: string) => ({
  privacyStatus,
  selfDeclaredMadeForKids: status.madeForKids,
  containsSyntheticMedia: status.synthetic,
});

export async function openSession(step: UploadStep, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const file = await ctx.file(step.mediaId);
  checkVideo(file);
  const at = ctx.clock.now();
  return { state: 'done', output: { session: await newSession(step, file, agent, ctx), at } };
}

function checkVideo({ mime, bytes, seconds }: MediaFile): void {
  const { video: limit } = limits;
  const refused = (detail: string, params?: Record<string, number>) =>
    new NetworkError(
      { kind: 'media_rejected', field: 'segments.0.media.0', detail, ...(params && { params }) },
      'no',
    );
  if (!limit.mime.includes(mime)) throw refused('not a video that YouTube takes');
  if (bytes > limit.maxBytes) throw refused('too large', { max: limit.maxBytes, count: bytes });
  if (seconds !== null && seconds > limit.maxSeconds)
    throw refused('too long', { max: limit.maxSeconds, count: seconds });
}

async function newSession(step: UploadStep, file: MediaFile, agent: Agent, ctx: AccountCtx): Promise<string> {
  const call: ApiCall = {
    method: 'POST',
    path: 'videos',
    effect: 'read',
    params: { uploadType: 'resumable', part: ['snippet', 'status'] },
    json: {
      snippet: { title: step.title, description: step.description },
      status: statusBody(step.status, 'private'),
    },
    headers: { 'x-upload-content-length': String(file.bytes), 'x-upload-content-type': file.mime },
  };
  const address = (await agent.beginUpload(call)).headers.get('location');
  if (address === null || !URL.canParse(address))
    throw new NetworkError({ kind: 'protocol', detail: 'no address for the upload' }, 'no');
  const name = randomUUID();
  keepAddress(ctx, name, address);
  return name;
}

/** A few chunks from where YouTube says it is, then the checkpoint; then looks until the video is ready. */
export async function uploadVideo(
  step: UploadStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const first = opened.parse(done.session);
  const state = uploading.safeParse(done.upload).data ?? {};
  if (state.videoId !== undefined) return isReady(state.videoId, agent, ctx);
  const session = state.session ?? first.session;
  const address = addressOf(ctx, session);
  const file = await ctx.file(step.mediaId);
  let answer = address && (await put(address, file, agent, { range: `bytes */${file.bytes}` }));
  if (!address || !answer || LOST.includes(answer.status)) return recover(step, first.at, file, agent, ctx);
  for (let sent = 0; answer.status === INCOMPLETE && sent < limits.chunksAtOnce; sent += 1) {
    const from = nextByte(answer);
    const bytes = await file.read(from, Math.min(limits.chunkBytes, file.bytes - from));
    const range = `bytes ${from}-${from + bytes.length - 1}/${file.bytes}`;
    answer = await put(address, file, agent, { range, bytes });
  }
  if (answer.status === INCOMPLETE) return { state: 'wait', output: { session }, pollAt: ctx.clock.now() };
  const { id } = bodyOf(answer, { method: 'PUT', path: address, effect: 'read' }, video);
  const looked = await isReady(id, agent, ctx);
  forgetAddress(ctx, session);
  return looked;
}

/** Where the address is not known any more, here or to YouTube: the video may have arrived all the same. */
async function recover(
  step: UploadStep,
  since: number,
  file: MediaFile,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const found = await ownUpload(step, since, agent);
  if (found !== undefined) return isReady(found, agent, ctx);
  const output = { session: await newSession(step, file, agent, ctx) };
  return { state: 'wait', output, pollAt: ctx.clock.now() };
}

const INCOMPLETE = 308;
const LOST: readonly number[] = [404, 410];

const put = (
  path: string,
  { mime }: MediaFile,
  agent: Agent,
  { range, bytes }: { readonly range: string; readonly bytes?: Uint8Array },
): Promise<HttpAnswer> =>
  agent.upload(
    {
      method: 'PUT',
      path,
      effect: 'read',
      bytes: bytes ?? new Uint8Array(),
      headers: { 'content-type': mime, 'content-range': range },
    },
    [INCOMPLETE, ...LOST],
  );

/** `Range: bytes=0-N` is what YouTube has; without it, it has nothing. */
export function nextByte({ headers }: Pick<HttpAnswer, 'headers'>): number {
  const last = /^bytes=0-(\d+)$/.exec(headers.get('range') ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}

/** A video of the channel with these words that came after the upload was opened. */
async function ownUpload(step: UploadStep, since: number, agent: Agent): Promise<string | undefined> {
  const playlistId = (await agent.channel()).contentDetails?.relatedPlaylists?.uploads;
  if (!playlistId) return undefined;
  const params = { part: 'contentDetails', playlistId, maxResults: limits.pageSize.uploads };
  const { items } = await agent.get('playlistItems', params, page);
  const ids = agent.read(playlistItem, items).map(({ contentDetails }) => contentDetails.videoId);
  const found = await agent.videos(ids, ['snippet']);
  return found.find(({ snippet }) => isThis(snippet, step, since))?.id;
}

const isThis = (snippet: Video['snippet'], step: UploadStep, since: number): boolean =>
  snippet?.title === step.title &&
  (snippet.description ?? '') === step.description &&
  Date.parse(snippet.publishedAt ?? '') >= since - limits.settleMs;

async function isReady(videoId: string, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const [found] = await agent.videos([videoId], ['status']);
  const { uploadStatus, failureReason, rejectionReason } = found?.status ?? {};
  if (uploadStatus === 'processed') return { state: 'done', output: { videoId } };
  if (!found || uploadStatus === 'failed' || uploadStatus === 'rejected' || uploadStatus === 'deleted')
    throw new NetworkError(
      {
        kind: 'media_rejected',
        field: 'segments.0.media.0',
        detail: `YouTube: ${uploadStatus ?? 'gone'} ${failureReason ?? rejectionReason ?? ''}`.trim(),
      },
      'no',
    );
  return { state: 'wait', output: { videoId }, pollAt: ctx.clock.now() + limits.processingPollMs };
}
