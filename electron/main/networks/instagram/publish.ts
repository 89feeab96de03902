import { z } from 'zod';
import { comparable } from '../comparable';
import type { Part } from '../container-part';
import { NetworkError } from '../errors';
import {
  containerId,
  hostedUrl,
  prepareContainer,
  publishContainer,
  reconcileContainer,
  type ContainerFill,
} from '../media-container';
import type { AccountCtx, Checkpoint, Reconciled, RemoteRef, StepResult } from '../network';
import { limits } from './capabilities';
import type { Agent } from './client';
import type { StepOf } from './plan';
import { created, media, quota, type Media } from './wire';

const prepared = z.object({ seen: z.array(z.string()), at: z.number() });
const published = z.object({ id: z.string() });
const MEDIA_FIELDS = 'id,caption,media_type,permalink,timestamp,username';

/** Refuses while the account's quota of the day is used up, and notes what is there already. */
export async function prepare(step: StepOf<'prepare'>, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const [used] = await readQuota(agent);
  const now = ctx.clock.now();
  if (used?.config) {
    const { quota_total: limit, quota_duration: seconds } = used.config;
    const remaining = Math.max(0, limit - used.quota_usage);
    const retryAt = now + limits.quotaRetryMs;
    // Counted over the last hours, not from midnight: when the next one is free is not told.
    ctx.onRate({ bucket: 'publishing', limit, remaining, resetAt: retryAt });
    if (remaining === 0)
      throw new NetworkError(
        { kind: 'quota_exhausted', retryAt, detail: `${limit} posts in ${(seconds ?? 86_400) / 3600} hours` },
        'no',
      );
  }
  const seen = (await ownMedia(agent, step.format)).map(({ id }) => id);
  return { state: 'done', output: { seen, at: now } };
}

async function readQuota(agent: Agent) {
  const path = `/${encodeURIComponent(agent.id)}/content_publishing_limit`;
  const { items } = await agent.page({ path, params: { fields: 'config,quota_usage' } });
  return agent.read(quota, items);
}

/** Newest first; stories have a list of their own. */
async function ownMedia(agent: Agent, format: string): Promise<readonly Media[]> {
  const path = `/${encodeURIComponent(agent.id)}/${format === 'story' ? 'stories' : 'media'}`;
  const { items } = await agent.page({
    path,
    params: { fields: MEDIA_FIELDS, limit: limits.pageSize.media },
  });
  return agent.read(media, items);
}

const pacing = (agent: Agent, ctx: AccountCtx) => ({
  api: agent.containers,
  pace: limits.container,
  clock: ctx.clock,
});

/** With Facebook Login a video goes straight to Meta; everything else is fetched from an address. */
export const isUploaded = (kind: Part['kind'], agent: Agent): boolean =>
  kind === 'video' && agent.secrets.flavour === 'facebook';

export function prepareItem(
  step: StepOf<'item'>,
  before: unknown,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const { part } = step;
  const fields = {
    is_carousel_item: true,
    ...(part.kind === 'video' ? { media_type: 'VIDEO' } : altOf(part)),
  };
  const { make, fill } = makerOf(part, fields, done, agent);
  return prepareContainer(before, make, { ...pacing(agent, ctx), fill });
}

export function prepareMain(
  step: StepOf<'container'>,
  before: unknown,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const { part } = step;
  const makeCarousel = () =>
    agent.containers.create({
      media_type: 'CAROUSEL',
      children: step.items.map((key) => containerId(done[key])).join(','),
      ...captionOf(step),
    });
  const { make, fill } = part ? makerOf(part, fieldsOf(step, part), done, agent) : { make: makeCarousel };
  return prepareContainer(before, make, { ...pacing(agent, ctx), fill });
}

function fieldsOf(step: StepOf<'container'>, part: Part): Fields {
  if (step.format === 'story') return { media_type: 'STORIES', ...aiOf(step) };
  if (part.kind === 'video')
    return { media_type: 'REELS', share_to_feed: step.shareToFeed, ...captionOf(step) };
  return { ...captionOf(step), ...altOf(part) };
}

type Fields = Readonly<Record<string, string | boolean>>;
const aiOf = ({ madeWithAi }: StepOf<'container'>): Fields => (madeWithAi ? { is_ai_generated: true } : {});
const captionOf = (step: StepOf<'container'>): Fields => ({
  ...(step.caption !== '' && { caption: step.caption }),
  ...aiOf(step),
});
const altOf = ({ alt }: Part): Fields => (alt.trim() === '' ? {} : { alt_text: alt });

type Maker = { readonly make: () => Promise<string>; readonly fill?: ContainerFill };

function makerOf(part: Part, fields: Fields, done: Checkpoint, agent: Agent): Maker {
  const { create, upload } = agent.containers;
  if (isUploaded(part.kind, agent))
    return {
      make: () => create({ ...fields, upload_type: 'resumable' }),
      fill: (id) => upload(id, part.mediaId),
    };
  const source = part.kind === 'video' ? 'video_url' : 'image_url';
  return { make: () => create({ ...fields, [source]: hostedUrl(done[part.host]) }) };
}

export async function publishPost(done: Checkpoint, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const result = await publishContainer(containerId(done.container), pacing(agent, ctx));
  if (result.state === 'wait') return result;
  return { state: 'done', output: { id: result.id }, remote: await addressOf(result.id, agent) };
}

/** The post is out: where its address cannot be had just now, it goes without. */
async function addressOf(id: string, agent: Agent): Promise<RemoteRef> {
  try {
    const params = { fields: MEDIA_FIELDS };
    const path = `/${encodeURIComponent(id)}`;
    const { permalink } = await agent.call({ method: 'GET', path, effect: 'read', params }, media);
    return { remoteId: id, ...(permalink && { url: permalink }) };
  } catch (error) {
    if (error instanceof NetworkError) return { remoteId: id };
    throw error;
  }
}

/** By the container's status, and then by the account's own list. */
export function reconcilePost(step: StepOf<'publish'>, done: Checkpoint, agent: Agent): Promise<Reconciled> {
  const { seen } = prepared.parse(done.prepare);
  return reconcileContainer(containerId(done.container), agent.containers, async () => {
    const ours = (await ownMedia(agent, step.format)).find(
      ({ id, caption }) => !seen.includes(id) && comparable(caption ?? '') === comparable(step.caption),
    );
    return ours && { remoteId: ours.id, ...(ours.permalink && { url: ours.permalink }) };
  });
}

/** Never with `fields`: the comment would be made and the answer be an error (networks.md 5). */
export async function writeComment(
  step: StepOf<'comment'>,
  done: Checkpoint,
  agent: Agent,
): Promise<StepResult> {
  const { id: post } = published.parse(done.publish);
  const path = `/${encodeURIComponent(post)}/comments`;
  const { id } = await agent.call(
    { method: 'POST', path, effect: 'write', form: { message: step.text } },
    created,
  );
  return { state: 'done', output: { id }, remote: { remoteId: id, ref: { media: post } } };
}
