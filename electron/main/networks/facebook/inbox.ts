import { z } from 'zod';
import type { AccountCtx, Cursor, InboxItem, PullPage } from '../network';
import { limits } from './capabilities';
import type { Agent } from './client';
import { edges, fetchComments, fetchPost, fetchPosts, type Edge, type Listed } from './feed';
import { isOwn, postMessage, type MessageItem } from './mapping';
import { deletedOf, editsOf, floorOf, remember, seenIn, seenItem, turnedSince, type Seen } from './seen';
import { commentItems } from './threads';
import type { Comment } from './wire';

const DAY_MS = 24 * 60 * 60_000;
const PAGES_AT_ONCE = 10;

const scanState = z.object({
  /** What is older is stored already or was never wanted. */
  floor: z.number(),
  /** All posts of the last weeks, not only the newest. */
  deep: z.boolean(),
  edge: z.number(),
  after: z.string().optional(),
  /** Posts with more comments than came with them. */
  queue: z.array(z.object({ post: z.string(), after: z.string() })),
  /** Posts that another edge of this scan has brought. */
  handled: z.array(z.string()),
});
const feedCursor = z.object({
  v: z.literal(1),
  floor: z.number(),
  /** Newest first. */
  seen: z.array(seenItem),
  deepAt: z.number(),
  lookedBackAt: z.number(),
  scan: scanState.optional(),
});
type State = z.infer<typeof feedCursor>;
type Scan = z.infer<typeof scanState>;

const initial: State = { v: 1, floor: 0, seen: [], deepAt: 0, lookedBackAt: 0 };

/**
 * Comments, posts of visitors and mentions. Facebook lists comments by post and by no time of their own, so that the
 * posts of the last weeks are scanned and compared with what is known, a day back from the newest one
 * (networks.md 4). One call of this is one page of the scan.
 */
export async function pullNotifications(
  agent: Agent,
  cursor: Cursor | null,
  ctx: AccountCtx,
): Promise<PullPage> {
  const state = feedCursor.safeParse(cursor).data ?? initial;
  const now = ctx.clock.now();
  const since = now - limits.firstSyncDays * DAY_MS;
  const scan = state.scan ?? beginScan(state, now);
  const known = new Set(state.seen.map(([id]) => id));
  const batch =
    scan.queue.length > 0
      ? await olderComments(agent, scan, known)
      : await nextPosts(agent, scan, known, since);
  const isDue = now - state.lookedBackAt >= limits.lookBackMs;
  const { edge } = batch;
  const gone =
    isDue && edge !== undefined && scan.after === undefined
      ? await deletedOf(agent, { ...batch, edge }, state.seen)
      : [];
  const items: readonly InboxItem[] = [
    ...(await messagesOf(agent, batch, scan, { known, isTurned: turnedSince(state.seen) })),
    ...editsOf(batch.listed, state.seen, now),
    ...gone.map((remoteId): InboxItem => ({ kind: 'deleted', remoteId })),
  ];
  const kept = state.seen.filter(([id]) => !gone.includes(id));
  const seen = remember(kept, seenIn(batch.listed, batch.edge, agent, now));
  const next = batch.scan ? { ...state, seen, scan: batch.scan } : endScan(state, scan, { seen, isDue, now });
  // Away for longer than the scan goes back: what was written on older posts meanwhile is not fetched.
  const isGap = batch.scan === undefined && state.floor > 0 && state.floor < since;
  return {
    items,
    next,
    more: batch.scan !== undefined,
    ...(isGap && { gap: { from: state.floor, to: since } }),
  };
}

const beginScan = (state: State, now: number): Scan => ({
  floor: state.floor > 0 ? state.floor : now - limits.firstSyncDays * DAY_MS,
  deep: now - state.deepAt >= limits.deepScanMs,
  edge: 0,
  queue: [],
  handled: [],
});

type ScanEnd = {
  readonly seen: readonly Seen[];
  readonly isDue: boolean;
  readonly now: number;
};
/** After a deep scan of a quiet Page all is known up to now, give or take clocks that differ. */
const endScan = (state: State, scan: Scan, { seen, isDue, now }: ScanEnd): State => ({
  v: 1,
  floor: Math.max(floorOf(seen, scan.floor), scan.deep ? now - 2 * limits.overlapMs : 0),
  seen: [...seen],
  deepAt: scan.deep ? now : state.deepAt,
  lookedBackAt: isDue ? now : state.lookedBackAt,
});

type Batch = {
  readonly listed: readonly Listed[];
  /** Absent: more comments of a post that an edge has brought before. */
  readonly edge?: Edge;
  /** Whether the list goes back as far as the scan does. */
  readonly isWhole?: boolean;
  /** What is left to do; undefined when all is done. */
  readonly scan: Scan | undefined;
};

const leftOf = (scan: Scan): Scan | undefined =>
  scan.queue.length === 0 && scan.edge >= edges.length ? undefined : scan;

async function nextPosts(
  agent: Agent,
  scan: Scan,
  known: ReadonlySet<string>,
  since: number,
): Promise<Batch> {
  const edge = edges[scan.edge] ?? 'feed';
  const page = await fetchPosts(agent, edge, scan.after);
  const recent = page.posts.filter(({ post }) => post.created_time >= since);
  const listed = recent.filter(({ post }) => !scan.handled.includes(post.id));
  const queue = listed.flatMap(({ post, comments, after }) =>
    after !== undefined && goesOn(comments, scan, known) ? [{ post: post.id, after }] : [],
  );
  const isLast = page.after === undefined || recent.length < page.posts.length || !scan.deep;
  const handled = [...scan.handled, ...listed.map(({ post }) => post.id)];
  return {
    listed,
    edge,
    isWhole: page.after === undefined || recent.length < page.posts.length,
    scan: leftOf({
      ...scan,
      queue,
      handled,
      edge: isLast ? scan.edge + 1 : scan.edge,
      after: isLast ? undefined : page.after,
    }),
  };
}

/** Whether older comments may hold something new: a page of known ones has nothing new behind it. */
const goesOn = (comments: readonly Comment[], scan: Scan, known: ReadonlySet<string>): boolean =>
  comments.every(({ created_time }) => created_time >= scan.floor) &&
  (scan.deep || comments.some(({ id }) => !known.has(id)));

async function olderComments(agent: Agent, scan: Scan, known: ReadonlySet<string>): Promise<Batch> {
  const [first, ...others] = scan.queue;
  const post = first && (await fetchPost(agent, first.post));
  if (!post) return { listed: [], scan: leftOf({ ...scan, queue: others }) };
  const comments: Comment[] = [];
  let after: string | undefined = first.after;
  for (let page = 0; page < PAGES_AT_ONCE && after !== undefined; page += 1) {
    const found = await fetchComments(agent, post.id, after);
    comments.push(...found.comments);
    after = goesOn(found.comments, scan, known) ? found.after : undefined;
  }
  const queue = after === undefined ? others : [{ post: post.id, after }, ...others];
  return { listed: [{ post, comments }], scan: leftOf({ ...scan, queue }) };
}

/** What is stored, and what has changed since. */
type Before = { readonly known: ReadonlySet<string>; readonly isTurned: (comment: Comment) => boolean };

/** What is new among the listed, oldest first. */
async function messagesOf(
  agent: Agent,
  { listed, edge }: Batch,
  scan: Scan,
  { known, isTurned }: Before,
): Promise<readonly MessageItem[]> {
  const isNew = (one: { readonly id: string; readonly created_time: number }): boolean =>
    one.created_time >= scan.floor && !known.has(one.id);
  const messages: MessageItem[] = [];
  for (const { post, comments } of [...listed].reverse()) {
    if (edge !== undefined && !isOwn(post, agent) && isNew(post))
      messages.push(postMessage(post, { remoteKey: post.id, type: 'mention' }, agent));
    messages.push(...(await commentItems(agent, post, comments.filter(isNew), comments)));
    // As context it makes nothing unread.
    const turned = await commentItems(agent, post, comments.filter(isTurned), comments);
    messages.push(...turned.map((one) => ({ ...one, context: true })));
  }
  return messages.sort((a, b) => a.createdAt - b.createdAt);
}
