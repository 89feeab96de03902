import { z } from 'zod';
import { parseJson } from '../answers';
import { NetworkError } from '../errors';
import type { AccountCtx, MediaFile, StepResult } from '../network';
import { addressOf, forgetAddress, keepAddress } from '../upload-addresses';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { encoded } from './urn';
import { asset, imageUpload, nothing, videoUpload } from './wire';

export const uploaded = z.object({ urn: z.string() });

/** A video under way; stored after every few parts, so that an upload goes on where it stopped. */
const videoState = z.object({
  urn: z.string(),
  etags: z.array(z.string()),
  finalized: z.boolean(),
  /** Begun anew because the addresses of the first try were not good any more. */
  isAgain: z.boolean(),
});
/** What LinkedIn gives to upload with, by the name of the video. */
const place = z.object({
  token: z.string(),
  parts: z.array(z.object({ url: z.string(), first: z.number(), last: z.number() })),
});
type VideoState = z.infer<typeof videoState>;

const PARTS_AT_ONCE = 8;

export async function uploadImage(mediaId: string, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const { bytes } = await ctx.media(mediaId);
  const json = { initializeUploadRequest: { owner: agent.urn } };
  const path = '/rest/images?action=initializeUpload';
  const { body } = await agent.call({ method: 'POST', path, effect: 'read', json }, imageUpload);
  await agent.putImage(body.value.uploadUrl, bytes);
  return { state: 'done', output: { urn: body.value.image } };
}

export async function uploadVideo(
  mediaId: string,
  before: unknown,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const file = await ctx.file(mediaId);
  const earlier = videoState.safeParse(before).data;
  if (!earlier) {
    checkVideo(file);
    return proceed(await begin(file, agent, ctx), file, agent, ctx);
  }
  if (earlier.finalized) return isReady(earlier, agent, ctx);
  try {
    return await proceed(earlier, file, agent, ctx);
  } catch (error) {
    if (earlier.isAgain || !(error instanceof NetworkError) || !OUTDATED.has(error.kind)) throw error;
    return proceed({ ...(await begin(file, agent, ctx)), isAgain: true }, file, agent, ctx);
  }
}

/** How addresses for parts are refused that were given too long ago. */
const OUTDATED: ReadonlySet<string> = new Set(['media_rejected', 'permission', 'gone', 'auth_revoked']);

function checkVideo({ mime, bytes, seconds }: MediaFile): void {
  const { video } = limits;
  const refused = (detail: string, params?: Record<string, number>) =>
    new NetworkError(
      { kind: 'media_rejected', field: 'segments.0.media.0', detail, ...(params && { params }) },
      'no',
    );
  if (!video.mime.includes(mime)) throw refused('LinkedIn takes MP4 only');
  if (bytes > video.maxBytes) throw refused('too large', { max: video.maxBytes, count: bytes });
  if (bytes < video.minBytes) throw refused('too small', { min: video.minBytes, count: bytes });
  if (seconds === null) return;
  if (seconds > video.maxSeconds) throw refused('too long', { max: video.maxSeconds, count: seconds });
  if (seconds < video.minSeconds) throw refused('too short', { min: video.minSeconds, count: seconds });
}

async function begin(file: MediaFile, agent: Agent, ctx: AccountCtx): Promise<VideoState> {
  const request = {
    owner: agent.urn,
    fileSizeBytes: file.bytes,
    uploadCaptions: false,
    uploadThumbnail: false,
  };
  const call = {
    method: 'POST',
    path: '/rest/videos?action=initializeUpload',
    effect: 'read',
    json: { initializeUploadRequest: request },
  } as const;
  const { value } = (await agent.call(call, videoUpload)).body;
  const given: z.infer<typeof place> = {
    token: value.uploadToken ?? '',
    parts: value.uploadInstructions.map(({ uploadUrl, firstByte, lastByte }) => ({
      url: uploadUrl,
      first: firstByte,
      last: lastByte,
    })),
  };
  keepAddress(ctx, value.video, JSON.stringify(given));
  return { urn: value.video, etags: [], finalized: false, isAgain: false };
}

/** A few parts, then the checkpoint; when all are there, LinkedIn is told so. */
async function proceed(
  state: VideoState,
  file: MediaFile,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const { token, parts } = placeOf(state, ctx);
  const etags = [...state.etags];
  for (const { url, first, last } of parts.slice(etags.length, etags.length + PARTS_AT_ONCE)) {
    const etag = await agent.putPart(url, await file.read(first, last - first + 1));
    if (etag === undefined)
      throw new NetworkError({ kind: 'protocol', detail: 'a part of the video has no ETag' }, 'no');
    etags.push(etag);
  }
  if (etags.length < parts.length)
    return { state: 'wait', output: { ...state, etags }, pollAt: ctx.clock.now() };
  const json = {
    finalizeUploadRequest: { video: state.urn, uploadToken: token, uploadedPartIds: etags },
  };
  const path = '/rest/videos?action=finalizeUpload';
  await agent.call({ method: 'POST', path, effect: 'read', json }, nothing);
  const looked = await isReady({ ...state, etags: [], finalized: true }, agent, ctx);
  forgetAddress(ctx, state.urn);
  return looked;
}

function placeOf({ urn }: VideoState, ctx: AccountCtx): z.infer<typeof place> {
  const found = place.safeParse(parseJson(addressOf(ctx, urn) ?? '')).data;
  if (found) return found;
  throw new NetworkError({ kind: 'gone', detail: 'the addresses for the video are not kept any more' }, 'no');
}

async function isReady(state: VideoState, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const call = { method: 'GET', path: `/rest/videos/${encoded(state.urn)}`, effect: 'read' } as const;
  const { status, processingFailureReason: reason } = (await agent.call(call, asset)).body;
  if (status === 'AVAILABLE') return { state: 'done', output: { urn: state.urn } };
  if (status === 'PROCESSING_FAILED')
    throw new NetworkError(
      {
        kind: 'media_rejected',
        field: 'segments.0.media.0',
        detail: `LinkedIn could not process the video ${reason ?? ''}`.trim(),
      },
      'no',
    );
  return { state: 'wait', output: state, pollAt: ctx.clock.now() + limits.mediaPollMs };
}
