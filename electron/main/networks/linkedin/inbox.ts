import { z } from 'zod';
import type { AccountCtx, Cursor, InboxItem, PullPage } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { timeOfPost, urnOfComment } from './mapping';
import { originOf } from './origin';
import {
  deletedOf,
  namesOf,
  postState,
  readThread,
  remember,
  type PostState,
  type ThreadState,
} from './threads';
import { list } from './urn';
import { batch, socialMetadata, type Post } from './wire';

const DAY_MS = 24 * 60 * 60_000;

const commentCursor = z.object({
  v: z.literal(1),
  posts: z.array(postState),
  /** Posts still to be looked at in this round: number of comments, and whether for edits too. */
  queue: z.array(z.tuple([z.string(), z.number(), z.boolean()])),
  lookedBackAt: z.number(),
});
type State = z.infer<typeof commentCursor>;
const initial: State = { v: 1, posts: [], queue: [], lookedBackAt: 0 };

/**
 * Comments below the Page's posts. One request tells the number of comments of many posts: only those where it has
 * changed are looked at, and now and then the newest posts once more for edits. One post is one page.
 */
export async function pullComments(agent: Agent, cursor: Cursor | null, ctx: AccountCtx): Promise<PullPage> {
  const state = commentCursor.safeParse(cursor).data ?? initial;
  const round = state.queue.length > 0 ? state : await beginRound(agent, state, ctx);
  const [first, ...queue] = round.queue;
  if (!first) return { items: [], next: round, more: false };
  const [urn, count, watch] = first;
  const before = round.posts.find((one) => one.urn === urn) ?? { urn, at: 0, count: 0, high: 0, threads: [] };
  const visited = await visit(agent, { ...before, count }, watch);
  const posts = [
    ...(visited.state ? [visited.state] : []),
    ...round.posts.filter((one) => one.urn !== urn),
  ].slice(0, limits.maxPosts);
  const next: State = { ...round, posts, queue };
  return { items: visited.items, next, more: queue.length > 0, remaining: queue.length };
}

async function beginRound(agent: Agent, state: State, ctx: AccountCtx): Promise<State> {
  const now = ctx.clock.now();
  const since = now - limits.firstSyncDays * DAY_MS;
  const ids = (await recentPosts(agent, since)).map(({ id }) => id);
  const counts = await commentCounts(agent, ids);
  const known = new Map(state.posts.map((one) => [one.urn, one]));
  const isDue = now - state.lookedBackAt >= limits.lookBackMs;
  const queue = ids.flatMap((id, index): State['queue'] => {
    const before = known.get(id)?.count ?? 0;
    const count = counts.get(id) ?? before;
    const isWatched = isDue && before > 0 && index < limits.lookBackPosts;
    return count !== before || isWatched ? [[id, count, isWatched]] : [];
  });
  const listed = new Set(ids);
  const lost = state.posts.filter(({ urn, at }) => at >= since && !listed.has(urn));
  const all = [...queue, ...lost.map(({ urn, count }): State['queue'][number] => [urn, count, false])];
  return { ...state, queue: all, lookedBackAt: isDue ? now : state.lookedBackAt };
}

async function recentPosts(agent: Agent, since: number): Promise<readonly Post[]> {
  const found: Post[] = [];
  const { posts: count } = limits.pageSize;
  for (let start = 0; start < limits.maxPosts; start += count) {
    const page = await agent.own(start, count);
    found.push(...page.filter((post) => timeOfPost(post) >= since));
    if (page.length < count || page.some((post) => timeOfPost(post) < since)) break;
  }
  return found;
}

/** Comments and answers together, by post. */
async function commentCounts(agent: Agent, urns: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let from = 0; from < urns.length; from += limits.pageSize.batch) {
    const part = urns.slice(from, from + limits.pageSize.batch);
    const path = `/rest/socialMetadata?ids=${list(part)}`;
    const { results } = (await agent.call({ method: 'GET', path, effect: 'read' }, batch)).body;
    for (const [urn, told] of Object.entries(results)) {
      const count = agent.read(socialMetadata, [told])[0]?.commentSummary?.count;
      if (typeof count === 'number') counts.set(urn, count);
    }
  }
  return counts;
}

async function visit(
  agent: Agent,
  state: PostState,
  watch: boolean,
): Promise<{ readonly items: readonly InboxItem[]; readonly state: PostState | undefined }> {
  const stored = new Map(state.threads.map((one) => [one.urn, one]));
  const post = await agent.post(state.urn);
  if (!post) {
    const names = state.threads.flatMap(namesOf);
    return { items: names.map((remoteId) => ({ kind: 'deleted', remoteId })), state: undefined };
  }
  const { found: tops } = await agent.comments(state.urn);
  const origin = await originOf(post, agent);
  const place = { post: state, origin, hasAnswers: state.count > tops.length, watch };
  const items: InboxItem[] = [];
  const threads: ThreadState[] = [];
  const missing: string[] = [];
  await agent.meet(tops.filter((top) => !stored.has(urnOfComment(top, state.urn))).map(({ actor }) => actor));
  for (const top of tops) {
    const urn = urnOfComment(top, state.urn);
    const seen = await readThread(agent, top, stored.get(urn), place);
    stored.delete(urn);
    items.push(...seen.items);
    threads.push(seen.state);
    missing.push(...seen.missing);
  }
  missing.push(...[...stored.values()].flatMap(namesOf));
  items.push(...(await deletedOf(agent, missing)));
  return { items: inOrder(items), state: remember({ ...state, at: timeOfPost(post) }, threads) };
}

const timeOfItem = (item: InboxItem): number => (item.kind === 'message' ? item.createdAt : Infinity);
const inOrder = (items: readonly InboxItem[]): readonly InboxItem[] =>
  [...items].sort((a, b) => timeOfItem(a) - timeOfItem(b) || 0);
