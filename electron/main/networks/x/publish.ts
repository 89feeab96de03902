import { xLinks } from '@shared/domain/count-x';
import { z } from 'zod';
import { unlessGone } from '../answers';
import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Reconciled, RemoteRef, StepResult } from '../network';
import type { Agent, Posts } from './agent';
import { limits } from './capabilities';
import { directQuery } from './fields';
import { directKey, directText, otherOf, textOf } from './mapping';
import { uploaded } from './media';
import type { DirectStep, PostStep } from './plan';
import { created, nothing, sentDirect, timeOfId, type DirectEvent, type Post } from './wire';

const marked = z.object({ at: z.number() });
const published = z.object({ id: z.string() });
/** The clock of this device may be wrong by so much before a look gets unsure. */
const TOLERANCE_MS = 10 * 60_000;
const MAX_PAGES = 4;

export const markNow = (ctx: AccountCtx): StepResult => ({ state: 'done', output: { at: ctx.clock.now() } });

export async function publishPost(
  step: PostStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
): Promise<StepResult> {
  const parent = parentOf(step, done);
  const json = {
    ...(step.text !== '' && { text: step.text }),
    ...(step.media.length > 0 && {
      media: { media_ids: step.media.map((key) => uploaded.parse(done[key]).id) },
    }),
    ...(parent !== undefined && { reply: { in_reply_to_tweet_id: parent } }),
    ...(step.ai && { made_with_ai: true }),
    ...(step.paidPartnership && { paid_partnership: true }),
    ...(step.replySettings !== undefined && { reply_settings: step.replySettings }),
  };
  const call = { method: 'POST', path: '/2/tweets', effect: 'write', bucket: 'write:posts', json } as const;
  const { data } = await agent.call(call, created).catch((error: unknown) => refusedSegment(error, step));
  ctx.onUse(step.price, 1);
  return { state: 'done', ...publishedAs(data.id, agent) };
}

/** The rest of a thread is refused: said with its segment, and never tried again. */
function refusedSegment(error: unknown, step: PostStep): never {
  if (!(error instanceof NetworkError) || step.after === undefined || error.kind !== 'policy_blocked')
    throw error;
  const detail = `X has published ${step.segment} of the thread and does not allow the app to go on: ${error.info.detail ?? ''}`;
  throw new NetworkError({ ...error.info, field: `segments.${step.segment}.text`, detail }, 'no', {
    cause: error,
  });
}

const parentOf = (step: PostStep, done: Checkpoint): string | undefined =>
  step.after === undefined ? step.parent : published.parse(done[step.after]).id;

const publishedAs = (
  id: string,
  agent: Agent,
): { readonly output: z.infer<typeof published>; readonly remote: RemoteRef } => ({
  output: { id },
  remote: {
    remoteId: id,
    url: `${agent.web}/${agent.handle}/status/${id}`,
    ref: { summons: 'own', author: agent.id },
  },
});

/**
 * X keeps no key of a write, so the account's own newest posts decide: the same words at the same place, with as many
 * media, written since the step began. The same from earlier is a reason to ask the person, for X refuses repetitions.
 */
export async function reconcilePost(
  step: PostStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
  notThere: () => Reconciled,
): Promise<Reconciled> {
  const from = marked.parse(done.mark).at - TOLERANCE_MS;
  const isSame = (post: Post): boolean =>
    post.replyTo === parentOf(step, done) &&
    post.mediaKeys.length === step.media.length &&
    comparable(textOf(post)) === comparable(step.text);
  let page: Posts | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    page = await agent.own({ max_results: limits.pageSize.reconcile, pagination_token: page?.next });
    const same = page.posts.filter(isSame);
    const ours = same.find(({ createdAt }) => createdAt >= from);
    if (ours) {
      // The try that was in doubt was charged for.
      ctx.onUse(step.price, 1);
      return { state: 'arrived', ...publishedAs(ours.id, agent) };
    }
    if (same.length > 0) return { state: 'unknown' };
    if (page.next === undefined || page.posts.some(({ createdAt }) => createdAt < from)) return notThere();
  }
  // So much was published since that only a person can tell.
  return { state: 'unknown' };
}

/** X shows links its own way, puts names in front of answers, and spaces as it likes. */
const comparable = (text: string): string => {
  const links = [...xLinks(text)].sort((a, b) => b.length - a.length);
  return links
    .reduce(
      (words, link) => words.replaceAll(link, link.replace(/^https?:\/\//i, '').replace(/\/$/, '')),
      text,
    )
    .normalize('NFC')
    .replace(/^(?:@\w+\s+)+/, '')
    .replace(/\s+/g, ' ')
    .trim();
};

export async function sendDirect(step: DirectStep, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const json = { text: step.text };
  const path = `${directPath(step.key, agent)}/messages`;
  const call = { method: 'POST', path, effect: 'write', bucket: 'direct', json } as const;
  const { data } = await agent.call(call, sentDirect);
  ctx.onUse('dm', 1);
  return { state: 'done', ...sentAs(data.dm_event_id, agent) };
}

function directPath(key: string, agent: Agent): string {
  const other = otherOf(key, agent.id);
  return other === undefined
    ? `/2/dm_conversations/${encodeURIComponent(key.replace(/^dm:/, ''))}`
    : `/2/dm_conversations/with/${other}`;
}

const sentAs = (id: string, agent: Agent) => ({
  output: { id },
  remote: { remoteId: id, ref: { author: agent.id } },
});

/** The newest events of the same conversation; each costs, and what was sent a moment ago is among the first. */
export async function reconcileDirect(
  step: DirectStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
  notThere: () => Reconciled,
): Promise<Reconciled> {
  const from = marked.parse(done.mark).at - TOLERANCE_MS;
  const path = `${directPath(step.key, agent)}/dm_events`;
  let token: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await agent.directs(path, {
      max_results: limits.pageSize.directMessages,
      pagination_token: token,
      ...directQuery,
    });
    const isSame = (event: DirectEvent): boolean =>
      event.sender_id === agent.id &&
      directKey(event.dm_conversation_id ?? '') === step.key &&
      comparable(directText(event)) === comparable(step.text);
    const same = page.events.filter(isSame);
    const ours = same.find(({ id }) => timeOfId(id) >= from);
    if (ours) {
      ctx.onUse('dm', 1);
      return { state: 'arrived', ...sentAs(ours.id, agent) };
    }
    token = page.next;
    if (token === undefined || page.events.some(({ id }) => timeOfId(id) < from)) return notThere();
  }
  return { state: 'unknown' };
}

/** Says how it should be, so that saying it twice changes nothing. */
export async function hide(id: string, on: boolean, agent: Agent): Promise<StepResult> {
  const json = { hidden: on };
  const path = `/2/tweets/${id}/hidden`;
  await agent.call({ method: 'PUT', path, effect: 'write', bucket: 'hide', json }, nothing);
  return { state: 'done', output: {} };
}

/** A post that is gone already is what was wanted. */
export async function remove(id: string, agent: Agent): Promise<StepResult> {
  const call = { method: 'DELETE', path: `/2/tweets/${id}`, effect: 'write', bucket: 'delete' } as const;
  await unlessGone(agent.call(call, nothing));
  return { state: 'done', output: {} };
}

export async function isThere(id: string, agent: Agent): Promise<boolean> {
  const { posts } = await agent.lookup([id]);
  return posts.length > 0;
}
