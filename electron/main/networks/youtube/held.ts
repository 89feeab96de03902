import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, InboxItem } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { changedAt, isHeld, timeOf, toMessage } from './mapping';
import { loadOrigins, type Origins, type ThreadState } from './threads';
import { comment, page, thread, type Comment, type Thread } from './wire';

/** A comment that only the channel sees, where it stands, and when its thread began. */
export const heldState = z.object({
  id: z.string(),
  thread: z.string(),
  at: z.number(),
  video: z.string().optional(),
});
type Held = z.infer<typeof heldState>;

type Waiting = { readonly state: Held; readonly comment: Comment; readonly thread: Thread };
type Queue = {
  readonly waiting: readonly Waiting[];
  /** Threads with something that waits, and all of their comments that came along: a thread comes with a few only. */
  readonly threads: ReadonlySet<string>;
  readonly told: ReadonlySet<string>;
  /** Of threads that began before this, nothing is told. */
  readonly reach: number;
};

/**
 * What YouTube holds back since the last look, and what it holds back no more: that was published, here or in YouTube
 * Studio, or it is gone. A comment counts as published when it has left the queue and is still there, because what is
 * asked for by its id comes without its moderation status.
 */
export async function pullHeld(
  agent: Agent,
  before: readonly Held[],
  since: number,
  ctx: AccountCtx,
  origins: Origins,
): Promise<{
  readonly items: readonly InboxItem[];
  readonly held: Held[];
  /** Threads that can be seen and answered from now on. */
  readonly released: readonly ThreadState[];
}> {
  const queue = await readQueues(agent, ctx);
  if (!queue) return { items: [], held: [...before], released: [] };
  const known = new Set(before.map(({ id }) => id));
  const listed = new Set(queue.waiting.map(({ state }) => state.id));
  const rest = before.filter(({ id }) => !listed.has(id));
  const hasLeft = ({ id, thread, at }: Held): boolean =>
    at >= queue.reach && (!queue.threads.has(thread) || queue.told.has(id));
  const left = rest.filter(hasLeft);
  const there = new Map((await agent.comments(left.map(({ id }) => id))).map((one) => [one.id, one]));
  const fresh = queue.waiting.filter(
    ({ state, comment }) => !known.has(state.id) && timeOf(comment) >= since,
  );
  const shown = left.flatMap((state) => {
    const found = there.get(state.id);
    return found ? [{ state, comment: found }] : [];
  });
  await loadOrigins(
    agent,
    origins,
    [...fresh, ...shown].map(({ state }) => state.video),
  );
  return {
    items: [
      ...fresh.flatMap((one) => waitingItems(one, agent, origins)),
      ...shown
        .filter((one) => timeOf(one.comment) >= since)
        .map(({ state, comment }) => toMessage(comment, placeOf(state, origins), agent, { hidden: false })),
      ...left
        .filter(({ id }) => !there.has(id))
        .map(({ id }): InboxItem => ({ kind: 'deleted', remoteId: id })),
    ],
    held: [...queue.waiting.map(({ state }) => state), ...rest.filter((one) => !hasLeft(one))],
    released: shown
      .filter(({ state }) => state.id === state.thread)
      .map(({ state: { id, at }, comment }) => ({
        id,
        at,
        changed: changedAt(comment),
        count: 0,
        silent: false,
        answers: [],
      })),
  };
}

const placeOf = ({ thread, video }: Held, origins: Origins) => ({
  thread,
  video,
  origin: video === undefined ? undefined : origins.get(video),
});

/** The comment itself, and above an answer what it answers. */
function waitingItems(
  { state, comment, thread }: Waiting,
  agent: Agent,
  origins: Origins,
): readonly InboxItem[] {
  const place = placeOf(state, origins);
  const top = thread.snippet.topLevelComment;
  const item = toMessage(comment, place, agent, { hidden: true });
  if (top.id === comment.id) return [item];
  return [toMessage(top, place, agent, { context: true, hidden: isHeld(top) }), item];
}

/** Undefined where YouTube refuses them: the comments that everybody sees must come in all the same. */
async function readQueues(agent: Agent, ctx: AccountCtx): Promise<Queue | undefined> {
  try {
    const found = [await readQueue(agent, 'heldForReview'), await readQueue(agent, 'likelySpam')];
    const threads = found
      .flatMap((one) => one.threads)
      .map((one) => ({ one, comments: commentsOf(one, agent) }));
    const waiting = threads.flatMap(({ one, comments }) => waitingIn(one, comments, ctx));
    return {
      // A thread with answers of both kinds is in both queues.
      waiting: [...new Map(waiting.map((one) => [one.state.id, one])).values()],
      threads: new Set(threads.map(({ one }) => one.id)),
      told: new Set(threads.flatMap(({ comments }) => comments.map(({ id }) => id))),
      reach: Math.max(...found.map(({ reach }) => reach)),
    };
  } catch (error) {
    if (!(error instanceof NetworkError) || !['permission', 'validation'].includes(error.kind)) throw error;
    ctx.log.warn('YouTube did not tell what it holds for review', { why: error.kind });
    return undefined;
  }
}

const commentsOf = ({ snippet, replies }: Thread, agent: Agent): readonly Comment[] => [
  snippet.topLevelComment,
  ...agent.read(comment, replies?.comments ?? []),
];

/** Newest threads first, and no more of them than a round may cost. */
async function readQueue(
  agent: Agent,
  moderationStatus: 'heldForReview' | 'likelySpam',
): Promise<{ readonly threads: readonly Thread[]; readonly reach: number }> {
  const threads: Thread[] = [];
  let isReadable = true;
  let pageToken: string | undefined;
  for (let number = 0; number < limits.heldPages; number += 1) {
    const params = {
      part: ['snippet', 'replies'],
      allThreadsRelatedToChannelId: agent.id,
      moderationStatus,
      order: 'time',
      textFormat: 'plainText',
      maxResults: limits.pageSize.threads,
      pageToken,
    };
    const { items, nextPageToken } = await agent.get('commentThreads', params, page);
    const read = agent.read(thread, items);
    isReadable &&= read.length === items.length;
    threads.push(...read);
    pageToken = nextPageToken ?? undefined;
    if (pageToken === undefined) break;
  }
  const oldest = Math.min(...threads.map(({ snippet }) => timeOf(snippet.topLevelComment)));
  // What could not be read may be any of them.
  return { threads, reach: !isReadable ? Infinity : pageToken === undefined ? 0 : oldest };
}

/** A thread is in a queue when one of its comments is, which may be an answer. */
function waitingIn(found: Thread, comments: readonly Comment[], ctx: AccountCtx): readonly Waiting[] {
  const { topLevelComment: top, videoId } = found.snippet;
  const held = comments.filter(isHeld);
  if (held.length === 0) ctx.log.warn('a thread held for review does not tell which of its comments is');
  const video = videoId ?? top.snippet.videoId ?? undefined;
  return held.map((one) => ({
    state: { id: one.id, thread: found.id, at: timeOf(top), ...(video !== undefined && { video }) },
    comment: one,
    thread: found,
  }));
}
