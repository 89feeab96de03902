import { z } from 'zod';
import { unlessGone } from '../answers';
import { comparable } from '../comparable';
import { NetworkError } from '../errors';
import { bytesThere } from '../graph-upload';
import type { AccountCtx, Checkpoint, MediaFile, Reconciled, StepResult } from '../network';
import { limits } from './capabilities';
import type { Agent } from './client';
import { findOwnPost } from './look';
import { publishedAs } from './output';
import type { Step } from './plan';
import {
  finished,
  reelStarted,
  success,
  videoStarted,
  videoState,
  videoTransferred,
  type Post,
  type VideoState,
} from './wire';

const FIELD = 'segments.0.media';
const place = z.object({ video: z.string(), session: z.string(), from: z.number(), to: z.number() });
type Place = z.infer<typeof place>;
const reelPlace = z.object({ video: z.string(), url: z.string() });
type ReelPlace = z.infer<typeof reelPlace>;
const uploaded = z.object({ video: z.string(), session: z.string().optional() });
const waiting = z.object({ since: z.number() });

/** Sends the file in the parts that the network asks for; nobody sees it before the next step. */
export async function uploadVideo(
  step: Step<'upload'>,
  before: unknown,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const file = await ctx.file(step.mediaId);
  if (step.reel) return uploadReel(file, before, agent, ctx.clock.now());
  const limit = limits.video;
  if (file.bytes > limit.maxBytes) throw tooMuch('bytes', limit.maxBytes, file.bytes);
  if ((file.seconds ?? 0) > limit.maxSeconds) throw tooMuch('seconds', limit.maxSeconds, file.seconds ?? 0);
  const earlier = place.safeParse(before).data;
  let at = earlier
    ? await transfer(earlier, file, agent).catch(startAgain(file, agent))
    : await start(file, agent);
  for (const begun = at.from; at.from < at.to; at = await transfer(at, file, agent))
    if (at.from - begun >= limits.uploadBatchBytes)
      return { state: 'wait', output: at, pollAt: ctx.clock.now() };
  return { state: 'done', output: { video: at.video, session: at.session } };
}

/** A session that the network has forgotten meanwhile begins anew: nothing of it can be seen. */
const startAgain =
  (file: MediaFile, agent: Agent) =>
  (error: unknown): Promise<Place> => {
    const isForgotten = error instanceof NetworkError && ['validation', 'gone'].includes(error.kind);
    if (!isForgotten) throw error;
    return start(file, agent);
  };

const videosPath = (agent: Agent): string => `/${agent.page}/videos`;

async function start(file: MediaFile, agent: Agent): Promise<Place> {
  const form = { upload_phase: 'start', file_size: file.bytes };
  const call = { method: 'POST', path: videosPath(agent), effect: 'read', form } as const;
  const begun = await agent.call(call, videoStarted, 'video');
  return {
    video: begun.video_id,
    session: begun.upload_session_id,
    from: begun.start_offset,
    to: begun.end_offset,
  };
}

async function transfer(at: Place, file: MediaFile, agent: Agent): Promise<Place> {
  const length = Math.min(at.to - at.from, limits.chunkMaxBytes);
  const bytes = await file.read(at.from, length);
  const multipart = {
    fields: { upload_phase: 'transfer', upload_session_id: at.session, start_offset: at.from },
    files: [{ name: 'video_file_chunk', filename: 'chunk', mime: 'application/octet-stream', bytes }],
  };
  const call = { method: 'POST', path: videosPath(agent), effect: 'read', multipart } as const;
  const next = await agent.call(call, videoTransferred, 'video');
  if (next.start_offset <= at.from)
    throw new NetworkError({ kind: 'server', detail: 'the upload does not move on' }, 'no');
  return { ...at, from: next.start_offset, to: next.end_offset };
}

/**
 * A reel goes up in one piece. Its place is stored before the first byte leaves, so that an upload that breaks off goes
 * on where it stood; what the network has forgotten begins anew.
 */
async function uploadReel(file: MediaFile, before: unknown, agent: Agent, now: number): Promise<StepResult> {
  const earlier = reelPlace.safeParse(before).data;
  if (!earlier) {
    checkReel(file);
    return { state: 'wait', output: await startReel(agent), pollAt: now };
  }
  const stood = await reelStands(earlier.video, file, agent);
  const at = stood === undefined ? await startReel(agent) : earlier;
  const offset = stood ?? 0;
  if (offset < file.bytes) await agent.upload(at.url, file, offset, success);
  return { state: 'done', output: { video: at.video } };
}

async function startReel(agent: Agent): Promise<ReelPlace> {
  const form = { upload_phase: 'start' };
  const call = { method: 'POST', path: `/${agent.page}/video_reels`, effect: 'read', form } as const;
  const { video_id: video, upload_url: url } = await agent.call(call, reelStarted);
  return { video, url };
}

/** How much of the file is there; undefined where nothing can be added to it any more. */
async function reelStands(video: string, file: MediaFile, agent: Agent): Promise<number | undefined> {
  const path = `/${encodeURIComponent(video)}`;
  const state = await unlessGone(agent.get(path, videoState, { fields: 'status' }));
  return !state || hasFailed(state) ? undefined : bytesThere(state.status?.uploading_phase, file);
}

function checkReel({ bytes, seconds, width, height }: MediaFile): void {
  const { reel } = limits;
  if (bytes > reel.maxBytes) throw tooMuch('bytes', reel.maxBytes, bytes);
  if (seconds !== null && seconds > reel.maxSeconds) throw tooMuch('seconds', reel.maxSeconds, seconds);
  if (seconds !== null && seconds < reel.minSeconds)
    throw rejected(`a reel takes ${reel.minSeconds} seconds or more`);
  if (width === 0 || height === 0) return;
  const ratio = reel.ratio.width / reel.ratio.height;
  if (Math.abs(width / height - ratio) > reel.ratio.tolerance)
    throw rejected(`a reel is ${reel.ratio.width} wide to ${reel.ratio.height} high`);
  if (width < reel.minWidth || height < reel.minHeight)
    throw rejected(`a reel has ${reel.minWidth} x ${reel.minHeight} points or more`);
}

const rejected = (detail: string, params?: Record<string, number>) =>
  new NetworkError({ kind: 'media_rejected', field: FIELD, detail, ...(params && { params }) }, 'no');
const tooMuch = (unit: string, max: number, count: number) =>
  rejected(`${Math.ceil(count)} of at most ${max} ${unit}`, { max, count });

/** Publishes what was uploaded. The network goes on working on it afterwards. */
export async function publishVideo(step: Step<'video'>, done: Checkpoint, agent: Agent): Promise<StepResult> {
  const { video, session } = uploaded.parse(done[step.upload]);
  const description = step.text === '' ? undefined : step.text;
  const form = step.reel
    ? { upload_phase: 'finish', video_id: video, video_state: 'PUBLISHED', description }
    : { upload_phase: 'finish', upload_session_id: session, description };
  const path = step.reel ? `/${agent.page}/video_reels` : videosPath(agent);
  const call = { method: 'POST', path, effect: 'write', form } as const;
  const { post_id: post } = await agent.call(call, finished, step.reel ? undefined : 'video');
  return { state: 'done', output: { video, ...(post && { post }) } };
}

const STATE_FIELDS = 'status,permalink_url';

async function fetchState(video: string, agent: Agent): Promise<VideoState> {
  const path = `/${encodeURIComponent(video)}`;
  try {
    return await agent.get(path, videoState, { fields: `${STATE_FIELDS},post_id` });
  } catch (error) {
    // Not every version knows the post of a video.
    if (!(error instanceof NetworkError) || error.kind !== 'validation') throw error;
    return agent.get(path, videoState, { fields: STATE_FIELDS });
  }
}

const finishedAs = z.object({ video: z.string(), post: z.string().optional() });

/** Waits until people can see the video, and finds the post that shows it: comments go there. */
export async function awaitProcessing(
  step: Step<'processed'>,
  before: unknown,
  done: Checkpoint,
  agent: Agent,
  now: number,
): Promise<StepResult> {
  const { video, post } = finishedAs.parse(done[step.video]);
  const state = await fetchState(video, agent);
  if (hasFailed(state)) throw rejected('the network could not process the video');
  const since = waiting.safeParse(before).data?.since ?? now;
  if (!isVisible(state) && now - since < limits.processingMaxMs)
    return { state: 'wait', output: { since }, pollAt: now + limits.videoPollMs };
  const id = postIdOf(state.post_id ?? post, agent) ?? video;
  return { state: 'done', ...publishedAs(id, 'post', agent, addressOf(state, id, agent)) };
}

/** The number alone names the post only together with the Page. */
const postIdOf = (told: string | null | undefined, agent: Agent): string | undefined =>
  told ? (told.includes('_') ? told : `${agent.page}_${told}`) : undefined;

function addressOf({ permalink_url: told }: VideoState, id: string, agent: Agent): string {
  if (!told) return `${agent.web}/${id}`;
  return told.startsWith('/') ? `${agent.web}${told}` : told;
}

const phasesOf = ({ status }: VideoState) => ({
  video: status?.video_status,
  processing: status?.processing_phase?.status,
  publishing: status?.publishing_phase?.status,
  uploading: status?.uploading_phase?.status,
});

function hasFailed(state: VideoState): boolean {
  const { video, processing, publishing, uploading } = phasesOf(state);
  return (
    ['error', 'expired', 'upload_failed'].includes(video ?? '') ||
    [processing, publishing, uploading].includes('error')
  );
}

function isVisible(state: VideoState): boolean {
  const { video, publishing } = phasesOf(state);
  return publishing === undefined || publishing === null ? video === 'ready' : publishing === 'complete';
}

/** Whether the upload was finished: the network's own state of the video tells, else the Page's posts. */
export async function reconcileVideo(
  step: Step<'video'>,
  done: Checkpoint,
  agent: Agent,
): Promise<Reconciled> {
  const { video } = uploaded.parse(done[step.upload]);
  const state = await unlessGone(fetchState(video, agent));
  const { publishing, processing } = state ? phasesOf(state) : {};
  if (publishing === 'in_progress' || publishing === 'complete')
    return { state: 'arrived', output: { video } };
  // A reel is worked on as soon as it is there; any other video only once it was to be published.
  const isIdle = processing === 'not_started' || (step.reel && processing !== 'in_progress');
  if (publishing === 'not_started' && isIdle) return { state: 'absent' };
  const isOurs = ({ message }: Post): boolean =>
    step.text.trim() !== '' && comparable(message) === comparable(step.text);
  const post = await findOwnPost(agent, done, (one) => (isOurs(one) ? 'ours' : 'other'));
  if (typeof post !== 'string') return { state: 'arrived', output: { video, post: post.id } };
  // The list has no video before it is processed.
  return { state: state ? 'unknown' : post };
}
