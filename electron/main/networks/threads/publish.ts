import { z } from 'zod';
import { isThere, nodePath } from '../graph-agent';
import { comparable } from '../comparable';
import { unlessGone } from '../answers';
import type { Part } from '../container-part';
import { NetworkError } from '../errors';
import {
  containerId,
  hostedUrl,
  prepareContainer,
  publishContainer,
  reconcileContainer,
} from '../media-container';
import type { AccountCtx, Checkpoint, Reconciled, RemoteRef, StepResult } from '../network';
import { limits } from './capabilities';
import type { Agent } from './client';
import type { StepOf } from './plan';
import { post, quota, success, type Post } from './wire';

const prepared = z.object({ seen: z.array(z.string()) });
const published = z.object({ id: z.string() });
const FIELDS = 'id,text,permalink,timestamp,username';
type Fields = Readonly<Record<string, string | boolean>>;

/** Refuses while the account's quota of the day is used up or what is answered is gone; notes what is there already. */
export async function prepare(step: StepOf<'prepare'>, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  if (step.parent !== undefined && !(await isThere(agent, step.parent)))
    throw new NetworkError({ kind: 'gone', detail: 'the post to answer is gone' }, 'no');
  await checkQuota(step, agent, ctx);
  const lists = [...(step.posts > 0 ? ['threads'] : []), ...(step.replies > 0 ? ['replies'] : [])] as const;
  const seen: string[] = [];
  for (const list of lists) seen.push(...(await ownPosts(agent, list)).map(({ id }) => id));
  return { state: 'done', output: { seen } };
}

async function checkQuota(step: StepOf<'prepare'>, agent: Agent, ctx: AccountCtx): Promise<void> {
  const fields = 'quota_usage,config,reply_quota_usage,reply_config';
  const { items } = await agent.page({
    path: `${nodePath(agent.id)}/threads_publishing_limit`,
    params: { fields },
  });
  const [told] = agent.read(quota, items);
  const counts = [
    { bucket: 'publishing', wanted: step.posts, used: told?.quota_usage, config: told?.config },
    { bucket: 'replying', wanted: step.replies, used: told?.reply_quota_usage, config: told?.reply_config },
  ];
  const retryAt = ctx.clock.now() + limits.quotaRetryMs;
  for (const { bucket, wanted, used, config } of counts) {
    if (used === undefined || !config) continue;
    const remaining = Math.max(0, config.quota_total - used);
    // Counted over the last hours, not from midnight: when the next one is free is not told.
    ctx.onRate({ bucket, limit: config.quota_total, remaining, resetAt: retryAt });
    if (wanted > remaining)
      throw new NetworkError(
        { kind: 'quota_exhausted', retryAt, detail: `${bucket}: ${remaining} of ${config.quota_total} left` },
        'no',
      );
  }
}

/** The account's own posts, or its answers; newest first. */
async function ownPosts(agent: Agent, list: string): Promise<readonly Post[]> {
  const path = `${nodePath(agent.id)}/${list}`;
  const { items } = await agent.page({ path, params: { fields: FIELDS, limit: limits.pageSize.posts } });
  return agent.read(post, items);
}

const pacing = (agent: Agent, ctx: AccountCtx) => ({
  api: agent.containers,
  pace: limits.container,
  clock: ctx.clock,
});

const sourceOf = (part: Part, done: Checkpoint): Fields => ({
  media_type: part.kind === 'video' ? 'VIDEO' : 'IMAGE',
  [part.kind === 'video' ? 'video_url' : 'image_url']: hostedUrl(done[part.host]),
  ...(part.alt.trim() !== '' && { alt_text: part.alt }),
});

export function prepareItem(
  { part }: StepOf<'item'>,
  before: unknown,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const make = () => agent.containers.create({ ...sourceOf(part, done), is_carousel_item: true });
  return prepareContainer(before, make, pacing(agent, ctx));
}

export function prepareMain(
  step: StepOf<'container'>,
  before: unknown,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const make = () =>
    agent.containers.create({ ...kindOf(step, done), ...wordsOf(step), ...parentOf(step, done) });
  return prepareContainer(before, make, pacing(agent, ctx));
}

function kindOf({ part, items }: StepOf<'container'>, done: Checkpoint): Fields {
  if (part) return sourceOf(part, done);
  if (items.length === 0) return { media_type: 'TEXT' };
  return { media_type: 'CAROUSEL', children: items.map((key) => containerId(done[key])).join(',') };
}

const wordsOf = ({ text, replyControl, topicTag, link }: StepOf<'container'>): Fields => ({
  ...(text !== '' && { text }),
  ...(replyControl !== undefined && { reply_control: replyControl }),
  ...(topicTag !== undefined && { topic_tag: topicTag }),
  ...(link !== undefined && { link_attachment: link }),
});

function parentOf({ parent, after }: StepOf<'container'>, done: Checkpoint): Fields {
  const id = after === undefined ? parent : published.parse(done[after]).id;
  return id === undefined ? {} : { reply_to_id: id };
}

export async function publishPost(
  step: StepOf<'publish'>,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const result = await publishContainer(containerId(done[step.container]), pacing(agent, ctx));
  if (result.state === 'wait') return result;
  return { state: 'done', output: { id: result.id }, remote: await addressOf(result.id, agent) };
}

/** The post is out: where its address cannot be had just now, it goes without. */
async function addressOf(id: string, agent: Agent): Promise<RemoteRef> {
  try {
    const params = { fields: FIELDS };
    const seen = await agent.call({ method: 'GET', path: nodePath(id), effect: 'read', params }, post);
    return { remoteId: id, ...(seen.permalink && { url: seen.permalink }) };
  } catch (error) {
    if (error instanceof NetworkError) return { remoteId: id };
    throw error;
  }
}

/** By the container's status, and then by the account's own lists. */
export function reconcilePost(step: StepOf<'publish'>, done: Checkpoint, agent: Agent): Promise<Reconciled> {
  const { seen } = prepared.parse(done.prepare);
  const taken = Object.entries(done).flatMap(([key, output]) =>
    key.startsWith('publish:') ? (published.safeParse(output).data?.id ?? []) : [],
  );
  return reconcileContainer(containerId(done[step.container]), agent.containers, async () => {
    const list = await ownPosts(agent, step.isReply ? 'replies' : 'threads');
    const ours = list.find(
      ({ id, text }) =>
        !seen.includes(id) && !taken.includes(id) && comparable(text ?? '') === comparable(step.text),
    );
    return ours && { remoteId: ours.id, ...(ours.permalink && { url: ours.permalink }) };
  });
}

export async function hide(id: string, on: boolean, agent: Agent): Promise<StepResult> {
  const path = `${nodePath(id)}/manage_reply`;
  await agent.call({ method: 'POST', path, effect: 'write', form: { hide: on } }, success);
  return { state: 'done', output: {} };
}

export async function reconcileHide(id: string, on: boolean, agent: Agent): Promise<Reconciled> {
  const params = { fields: 'id,timestamp,hide_status' };
  const seen = await unlessGone(
    agent.call({ method: 'GET', path: nodePath(id), effect: 'read', params }, post),
  );
  if (!seen) return { state: 'arrived', output: {} };
  // Hiding twice is hiding once: where the state is not told, it may be sent again.
  const isHidden = seen.hide_status === 'HIDDEN';
  return seen.hide_status && isHidden === on ? { state: 'arrived', output: {} } : { state: 'absent' };
}
