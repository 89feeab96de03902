import { z } from 'zod';
import { unlessGone } from '../answers';
import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Reconciled, RemoteRef, StepResult } from '../network';
import { commentsPath, postPath, type Agent } from './agent';
import { limits } from './capabilities';
import { fromLittleText, toLittleText } from './little-text';
import { timeOfPost, urlOfPost, urnOfComment } from './mapping';
import type { CommentStep, PostStep, PrepareStep } from './plan';
import { uploaded } from './uploads';
import { commentParts, commentUrn, complexKey, encoded } from './urn';
import { nothing, type Comment, type Post } from './wire';

const prepared = z.object({
  at: z.number(),
  known: z.array(z.string()),
  /** LinkedIn's time of the newest known post. */
  newest: z.number().default(0),
});
const published = z.object({ urn: z.string() });
const KNOWN_POSTS = 20;
const MAX_PAGES = 3;

/** The last look before something goes out. A person's posts cannot be read back: nothing is known then. */
export async function prepare(step: PrepareStep, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const done = (known: readonly string[], newest = 0): StepResult => ({
    state: 'done',
    output: { at: ctx.clock.now(), known, newest },
  });
  if (!step.reads) return done([]);
  if (step.parent === undefined || step.top === undefined) {
    const own = await agent.own(0, KNOWN_POSTS);
    const ids = own.map(({ id }) => id);
    return done(ids, Math.max(0, ...own.map(timeOfPost)));
  }
  if (!(await agent.comment(step.parent)))
    throw new NetworkError({ kind: 'gone', detail: 'the comment to answer is gone' }, 'no');
  const { found: answers } = await agent.comments(step.top);
  return done(answers.filter(({ actor }) => actor === agent.urn).map(({ id }) => id));
}

export async function publishPost(step: PostStep, done: Checkpoint, agent: Agent): Promise<StepResult> {
  const content = contentOf(step, done);
  const json = {
    author: agent.urn,
    commentary: toLittleText(step.text),
    visibility: step.visibility,
    distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
    ...(content && { content }),
    lifecycleState: 'PUBLISHED',
    isReshareDisabledByAuthor: false,
  };
  const call = { method: 'POST', path: '/rest/posts', effect: 'write', json } as const;
  const { id } = await agent
    .call(call, nothing)
    .catch((error: unknown) => nameOlderTwin(error, step, done, agent));
  if (id === undefined)
    throw new NetworkError({ kind: 'ambiguous', detail: 'POST /rest/posts: no x-restli-id' }, 'yes');
  return { state: 'done', ...postedAs(id, agent) };
}

/**
 * LinkedIn refuses the words of an earlier post and names that one. Where it is older than this job, nothing of the
 * job is out; otherwise a look decides.
 */
async function nameOlderTwin(error: unknown, step: PostStep, done: Checkpoint, agent: Agent): Promise<never> {
  const isDuplicate = error instanceof NetworkError && error.kind === 'duplicate';
  if (!isDuplicate || !step.reads) throw error;
  const twin = /urn:li:(?:share|ugcPost):\w+/.exec(error.info.detail ?? '')?.[0];
  const found = twin === undefined ? undefined : await agent.post(twin);
  const { known, newest } = prepared.parse(done.prepare);
  const isOlder = found !== undefined && (known.includes(found.id) || timeOfPost(found) <= newest);
  if (!isOlder) throw error;
  const info = { kind: 'validation', field: 'text', detail: 'the same was published before' } as const;
  throw new NetworkError(info, 'no', { cause: error });
}

function contentOf(step: PostStep, done: Checkpoint): object | undefined {
  const urnOf = (key: string) => uploaded.parse(done[key]).urn;
  if (step.video !== undefined) return { media: { id: urnOf(step.video) } };
  const images = step.images.map(({ step: key, alt }) => ({
    id: urnOf(key),
    ...(alt.trim() !== '' && { altText: alt }),
  }));
  const [first, ...more] = images;
  if (first) return more.length === 0 ? { media: first } : { multiImage: { images } };
  return step.link && { article: step.link };
}

const postedAs = (
  urn: string,
  { web }: Agent,
): { readonly output: z.infer<typeof published>; readonly remote: RemoteRef } => ({
  output: { urn },
  remote: { remoteId: urn, url: urlOfPost(urn, web), ref: { post: urn } },
});

/** A Page looks through its newest posts; a person cannot, so that they are asked. */
export async function reconcilePost(
  step: PostStep,
  done: Checkpoint,
  agent: Agent,
  notThere: () => Reconciled,
): Promise<Reconciled> {
  if (!step.reads) return { state: 'unknown' };
  const { known } = prepared.parse(done.prepare);
  const { posts: count } = limits.pageSize;
  const isKnown = new Set(known);
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const found = await agent.own(page * count, count);
    const ours = found.find((post) => !isKnown.has(post.id) && isSame(post, step));
    if (ours) return { state: 'arrived', ...postedAs(ours.id, agent) };
    if (found.length < count || found.some(({ id }) => isKnown.has(id))) return notThere();
  }
  return { state: 'unknown' };
}

const isSame = (post: Post, step: PostStep): boolean =>
  comparable(fromLittleText(post.commentary ?? '')) === comparable(step.text) &&
  mediaCount(post) === (step.video === undefined ? step.images.length : 1);

const mediaCount = ({ content }: Post): number =>
  content?.multiImage?.images.length ?? (content?.media ? 1 : 0);

const comparable = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

export async function publishComment(step: CommentStep, done: Checkpoint, agent: Agent): Promise<StepResult> {
  const post = threadOf(step, done);
  const json = {
    actor: agent.urn,
    object: post,
    message: { text: step.text },
    ...(step.top !== undefined && { parentComment: step.top }),
  };
  const call = { method: 'POST', path: commentsPath(step.top ?? post), effect: 'write', json } as const;
  const { body, id } = await agent.call(call, nothing);
  const named = z.object({ commentUrn: z.string() }).safeParse(body).data?.commentUrn;
  const urn = named ?? (id === undefined ? undefined : urnFrom(id, step.top, post));
  if (urn === undefined)
    throw new NetworkError({ kind: 'ambiguous', detail: 'POST comments: no id in the answer' }, 'yes');
  return { state: 'done', ...commentedAs(urn, step, post, agent) };
}

const urnFrom = (id: string, top: string | undefined, post: string): string =>
  id.startsWith('urn:') ? id : commentUrn((top && commentParts(top)?.thread) ?? post, id);

const threadOf = (step: CommentStep, done: Checkpoint): string => step.post ?? published.parse(done.post).urn;

const commentedAs = (urn: string, step: CommentStep, post: string, { web }: Agent) => ({
  output: { urn },
  remote: { remoteId: urn, url: urlOfPost(post, web, urn), ref: { post, top: step.top ?? urn } },
});

/** Below the post or in the thread: a comment of the account with this text that is not one of the others. */
export async function reconcileComment(
  step: CommentStep,
  done: Checkpoint,
  agent: Agent,
  notThere: () => Reconciled,
): Promise<Reconciled> {
  const { known } = prepared.parse(done.prepare);
  const post = threadOf(step, done);
  const taken = new Set(Object.values(done).flatMap((output) => published.safeParse(output).data?.urn ?? []));
  const isKnown = new Set(known);
  const isOurs = (one: Comment): boolean =>
    one.actor === agent.urn &&
    !isKnown.has(one.id) &&
    !taken.has(urnOfComment(one, post)) &&
    comparable(one.message.text) === comparable(step.text);
  const { found, isWhole } = await agent.comments(step.top ?? post);
  const ours = found.find(isOurs);
  if (ours) return { state: 'arrived', ...commentedAs(urnOfComment(ours, post), step, post, agent) };
  // More comments than are looked through: only a person can tell.
  if (!isWhole) return { state: 'unknown' };
  return notThere();
}

const reactionKey = (urn: string, agent: Agent): string =>
  `/rest/reactions/${complexKey({ actor: agent.urn, entity: urn })}`;

export async function react(urn: string, on: boolean, agent: Agent): Promise<StepResult> {
  if (on) {
    const path = `/rest/reactions?actor=${encoded(agent.urn)}`;
    const json = { root: urn, reactionType: 'LIKE' };
    await agent.call({ method: 'POST', path, effect: 'write', json }, nothing);
  } else {
    await unlessGone(
      agent.call({ method: 'DELETE', path: reactionKey(urn, agent), effect: 'write' }, nothing),
    );
  }
  return { state: 'done', output: {} };
}

export async function reconcileReaction(urn: string, on: boolean, agent: Agent): Promise<Reconciled> {
  const call = { method: 'GET', path: reactionKey(urn, agent), effect: 'read' } as const;
  const isThere = (await unlessGone(agent.call(call, nothing))) !== undefined;
  return isThere === on ? { state: 'arrived', output: {} } : { state: 'absent' };
}

/** What is gone already is what was wanted. */
export async function remove(urn: string, agent: Agent): Promise<StepResult> {
  const parts = commentParts(urn);
  const path = parts
    ? `${commentsPath(parts.thread)}/${encoded(parts.id)}?actor=${encoded(agent.urn)}`
    : postPath(urn);
  await unlessGone(agent.call({ method: 'DELETE', path, effect: 'write' }, nothing));
  return { state: 'done', output: {} };
}

/** Removing twice removes once: where the account cannot look, it is simply done again. */
export async function reconcileRemoval(urn: string, reads: boolean, agent: Agent): Promise<Reconciled> {
  if (!reads) return { state: 'absent' };
  return (await isThere(urn, agent)) ? { state: 'absent' } : { state: 'arrived', output: {} };
}

export const isThere = async (urn: string, agent: Agent): Promise<boolean> =>
  (commentParts(urn) ? await agent.comment(urn) : await agent.post(urn)) !== undefined;
