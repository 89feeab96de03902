import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, Cursor, InboxItem, PullPage } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { heldState, pullHeld } from './held';
import { timeOf } from './mapping';
import {
  deletedOf,
  loadOrigins,
  readThread,
  remember,
  threadState,
  type Origins,
  type ThreadState,
  type World,
} from './threads';
import { page, thread, type Thread } from './wire';

const DAY_MS = 24 * 60 * 60_000;

const commentCursor = z.object({
  v: z.literal(1),
  /** Time of the newest thread of the last pass that came to its end. */
  high: z.number(),
  /** A pass on its way back in time: where it goes on, and the newest thread it has met. */
  pass: z
    .object({
      page: z.string(),
      newest: z.number(),
      /** It has begun again from the top already: once more, and the pull ends, for every page costs quota. */
      isAgain: z.boolean().optional(),
    })
    .optional(),
  threads: z.array(threadState),
  /** Comments that wait for a decision, or that the channel has hidden. */
  held: z.array(heldState).default([]),
  lookedBackAt: z.number(),
});
type State = z.infer<typeof commentCursor>;
const initial: State = { v: 1, high: 0, threads: [], held: [], lookedBackAt: 0 };

/**
 * Comments below the channel's videos, newest threads first, back to where the last pass began and a little further:
 * a comment that was held for review appears late, with the time at which it was written. New answers in older
 * threads, edits and deletions are found by looking at the known threads once more, now and then. Before each pass
 * the comments that YouTube holds back are compared with those of the pass before.
 */
export async function pullComments(
  agent: Agent,
  cursor: Cursor | null,
  ctx: AccountCtx,
  origins: Origins,
): Promise<PullPage> {
  const state = commentCursor.safeParse(cursor).data ?? initial;
  const now = ctx.clock.now();
  const queue = state.pass
    ? { items: [], held: state.held, released: [] }
    : await pullHeld(agent, state.held, now - limits.firstSyncDays * DAY_MS, ctx, origins);
  const world: World = { origins, held: new Set(queue.held.map(({ id }) => id)) };
  const isDue = !state.pass && state.threads.length > 0 && now - state.lookedBackAt >= limits.lookBackMs;
  const looked = isDue ? await lookBack(agent, state, world) : { items: [], threads: state.threads };
  const start: State = {
    ...state,
    threads: remember(queue.released, looked.threads),
    held: queue.held,
    lookedBackAt: isDue || state.lookedBackAt === 0 ? now : state.lookedBackAt,
  };
  const passed = await nextPage(agent, start, now, world);
  return { ...passed, items: [...queue.items, ...looked.items, ...passed.items] };
}

async function nextPage(agent: Agent, state: State, now: number, world: World): Promise<PullPage> {
  const { threads: found, next: token, isStale } = await fetchThreads(agent, state);
  const floor = state.high === 0 ? now - limits.firstSyncDays * DAY_MS : state.high - limits.overlapMs;
  const wanted = found.filter((one) => timeOfThread(one) >= floor);
  const seen = await readAll(agent, wanted, state.threads, world);
  const newest = Math.max(state.pass?.newest ?? state.high, ...wanted.map(timeOfThread));
  const wasAgain = state.pass?.isAgain ?? false;
  const isOver = token === undefined || wanted.length < found.length;
  const next: State = {
    v: 1,
    high: isOver ? newest : state.high,
    ...(!isOver && { pass: { page: token, newest, isAgain: isStale || wasAgain } }),
    threads: remember(state.threads, seen.threads),
    held: state.held,
    lookedBackAt: state.lookedBackAt,
  };
  return { items: inOrder(seen.items), next, more: !isOver && !(isStale && wasAgain) };
}

const timeOfThread = ({ snippet }: Thread): number => timeOf(snippet.topLevelComment);

async function fetchThreads(
  agent: Agent,
  { pass }: State,
): Promise<{
  readonly threads: readonly Thread[];
  readonly next: string | undefined;
  readonly isStale: boolean;
}> {
  const ask = async (pageToken: string | undefined, isStale: boolean) => {
    const params = {
      part: ['snippet', 'replies'],
      allThreadsRelatedToChannelId: agent.id,
      order: 'time',
      textFormat: 'plainText',
      maxResults: limits.pageSize.threads,
      pageToken,
    };
    const { items, nextPageToken } = await agent.get('commentThreads', params, page);
    return { threads: agent.read(thread, items), next: nextPageToken ?? undefined, isStale };
  };
  try {
    return await ask(pass?.page, false);
  } catch (error) {
    // A place in the list does not keep for ever: the pass begins again from the top.
    const isStale = error instanceof NetworkError && error.kind === 'validation' && pass !== undefined;
    if (isStale) return ask(undefined, true);
    throw error;
  }
}

/** The newest known threads once more. One that is neither listed nor held was removed. */
async function lookBack(
  agent: Agent,
  state: State,
  world: World,
): Promise<{ readonly items: readonly InboxItem[]; readonly threads: ThreadState[] }> {
  const watched = state.threads.slice(0, limits.lookBackThreads);
  const found: Thread[] = [];
  for (let from = 0; from < watched.length; from += limits.pageSize.ids) {
    const id = watched.slice(from, from + limits.pageSize.ids).map((one) => one.id);
    const params = { part: ['snippet', 'replies'], id, textFormat: 'plainText' };
    found.push(...agent.read(thread, (await agent.get('commentThreads', params, page)).items));
  }
  const seen = await readAll(agent, found, state.threads, world);
  const listed = new Set(found.map(({ id }) => id));
  const lost = watched.filter(({ id }) => !listed.has(id) && !world.held.has(id));
  const gone = await deletedOf(
    agent,
    lost.map(({ id }) => id),
  );
  const goneIds = new Set(gone.flatMap((one) => (one.kind === 'deleted' ? [one.remoteId] : [])));
  const below = lost
    .filter(({ id }) => goneIds.has(id))
    .flatMap(({ answers }) => answers.map(([remoteId]): InboxItem => ({ kind: 'deleted', remoteId })));
  const stored = new Set(lost.filter(({ silent }) => !silent).map(({ id }) => id));
  const told = gone.filter((one) => one.kind === 'deleted' && stored.has(one.remoteId));
  return {
    items: [...inOrder(seen.items), ...told, ...below],
    threads: remember(state.threads, seen.threads, goneIds),
  };
}

async function readAll(
  agent: Agent,
  threads: readonly Thread[],
  before: readonly ThreadState[],
  world: World,
): Promise<{ readonly items: readonly InboxItem[]; readonly threads: readonly ThreadState[] }> {
  await loadOrigins(
    agent,
    world.origins,
    threads.map(({ snippet }) => snippet.videoId),
  );
  const known = new Map(before.map((one) => [one.id, one]));
  const items: InboxItem[] = [];
  const states: ThreadState[] = [];
  const missing: string[] = [];
  for (const one of threads) {
    const seen = await readThread(agent, one, known.get(one.id), world);
    items.push(...seen.items);
    states.push(seen.state);
    missing.push(...seen.missing);
  }
  return { items: [...items, ...(await deletedOf(agent, missing))], threads: states };
}

const timeOfItem = (item: InboxItem): number => (item.kind === 'message' ? item.createdAt : Infinity);
const inOrder = (items: readonly InboxItem[]): readonly InboxItem[] =>
  [...items].sort((a, b) => timeOfItem(a) - timeOfItem(b) || 0);
