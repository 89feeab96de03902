import { z } from 'zod';
import { unlessRefused } from '../graph';
import { fetchNode, nodePath, pagesOf } from '../graph-agent';
import { isForgotten, isReworded, isTurned, marked, remember, REMEMBERED } from '../text-marks';
import { NetworkError } from '../errors';
import type { AccountCtx, Cursor, InboxItem, PullPage } from '../network';
import { limits } from './capabilities';
import type { Agent } from './client';
import { placed, reaches, type Known } from './conversations';
import { hiddenOf, isOwn, toMessage, type MessageItem, type Viewer } from './mapping';
import { post as postSchema, type Post } from './wire';

const DAY_MS = 24 * 60 * 60_000;
const MAX_PAGES = 40;
/** More posts of the last weeks than these pages hold are not watched: the cursor would grow too large. */
const MAX_POST_PAGES = 4;

const stored = z.object({
  high: z.number(),
  readAt: z.number(),
  /** Ids with a mark of their text; newest first. */
  seen: marked,
});
type Stored = z.infer<typeof stored>;

const inboxCursor = z.object({
  v: z.literal(1),
  /** What is stored of each own post, by its id. */
  posts: z.record(z.string(), stored),
  /** Posts of this round that are still to be read. */
  queue: z.array(z.string()),
  mentions: z.object({ high: z.number(), seen: z.array(z.string()) }),
  lookedBackAt: z.number(),
  /** This round reads everything, to notice what is gone. */
  looksBack: z.boolean(),
});
type State = z.infer<typeof inboxCursor>;
const initial: State = {
  v: 1,
  posts: {},
  queue: [],
  mentions: { high: 0, seen: [] },
  lookedBackAt: 0,
  looksBack: false,
};

const FIELDS =
  'id,text,media_type,media_url,thumbnail_url,permalink,timestamp,username,children{media_type,media_url,thumbnail_url,alt_text},has_replies';
const REPLY_FIELDS = `${FIELDS},root_post,replied_to,is_reply_owned_by_me,hide_status`;

/**
 * Answers below the newest own posts, and mentions. Threads does not tell which posts have new answers: a round reads
 * those never read, the newest ones, and those not read for longest, one with every call.
 */
export async function pullReplies(
  agent: Agent,
  cursor: Cursor | null,
  ctx: AccountCtx,
  viewer: Viewer,
): Promise<PullPage> {
  const state = inboxCursor.safeParse(cursor).data ?? initial;
  return state.queue.length > 0
    ? readNext(agent, state, [], ctx, viewer)
    : beginRound(agent, state, ctx, viewer);
}

async function beginRound(agent: Agent, state: State, ctx: AccountCtx, viewer: Viewer): Promise<PullPage> {
  const now = ctx.clock.now();
  const since = now - limits.firstSyncDays * DAY_MS;
  const posts = await listPosts(agent, since);
  // Without the permission for answers only mentions come in.
  const mayRead = ctx.account.capabilities?.inbox.comment.ok !== false;
  const answered = (mayRead ? posts : []).filter(
    ({ id, has_replies: has }) => has === true || state.posts[id] !== undefined,
  );
  const mentioned = await pullMentions(agent, state.mentions, mayRead ? posts : [], since, viewer);
  const isDue = now - state.lookedBackAt >= limits.lookBackMs;
  const kept = Object.fromEntries(
    posts.flatMap(({ id }) => (state.posts[id] ? [[id, state.posts[id]]] : [])),
  );
  const next: State = {
    v: 1,
    posts: kept,
    queue: chosen(answered, state),
    mentions: mentioned.state,
    lookedBackAt: isDue ? now : state.lookedBackAt,
    looksBack: isDue,
  };
  return next.queue.length > 0
    ? readNext(agent, next, mentioned.items, ctx, viewer, posts)
    : { items: mentioned.items, next, more: false };
}

/** The account's own posts of the last weeks, newest first. */
function listPosts(agent: Agent, since: number): Promise<readonly Post[]> {
  const params = { fields: FIELDS, limit: limits.pageSize.posts, since: Math.floor(since / 1000) };
  return pagesOf(agent, { path: '/me/threads', params }, postSchema, { most: MAX_POST_PAGES });
}

/** Those never read, the newest, and those not read for longest. */
function chosen(posts: readonly Post[], state: State): string[] {
  const readAt = (id: string): number => state.posts[id]?.readAt ?? 0;
  const ids = posts.map(({ id }) => id);
  const unread = ids.filter((id) => readAt(id) === 0);
  const stale = [...ids].sort((a, b) => readAt(a) - readAt(b)).slice(0, limits.postsPerRound);
  return [...new Set([...unread, ...ids.slice(0, limits.postsPerRound), ...stale])];
}

async function readNext(
  agent: Agent,
  state: State,
  before: readonly InboxItem[],
  ctx: AccountCtx,
  viewer: Viewer,
  posts: readonly Post[] = [],
): Promise<PullPage> {
  const [id = '', ...queue] = state.queue;
  const root = posts.find((one) => one.id === id) ?? (await fetchNode(agent, id, FIELDS, postSchema));
  const rest = { ...state, queue };
  const more = queue.length > 0;
  const last = state.posts[id] ?? { high: 0, readAt: 0, seen: [] };
  // A post that is gone, or that does not give its answers, must not hold up the others.
  const found =
    root && (await unlessRefused(listReplies(agent, root, last, state.looksBack), ['gone', 'validation']));
  if (!found) return { items: before, next: rest, more };
  const now = ctx.clock.now();
  const changes = compare(found, last, now, viewer);
  const next: State = { ...rest, posts: { ...state.posts, [id]: changes.stored } };
  return { items: [...before, ...changes.items], next, more };
}

type Found = {
  readonly root: Post;
  /** Newest first. */
  readonly replies: readonly Post[];
  /** Nothing that is there is missing from `replies`. */
  readonly isWhole: boolean;
};

/** Back from the newest answer to what is stored, or through all of them. */
async function listReplies(agent: Agent, root: Post, last: Stored, all: boolean): Promise<Found> {
  const seen = new Set(last.seen.map(([id]) => id));
  const replies: Post[] = [];
  let isReadable = true;
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const params = { fields: REPLY_FIELDS, reverse: true, limit: limits.pageSize.replies };
    const list = await agent.page({ path: `${nodePath(root.id)}/conversation`, params, after });
    const read = agent.read(postSchema, list.items);
    isReadable &&= read.length === list.items.length;
    replies.push(...read);
    after = list.after;
    if (after === undefined) return { root, replies, isWhole: isReadable };
    if (!all && read.every(({ id }) => seen.has(id)) && isRooted(root, replies, seen)) break;
  }
  return { root, replies, isWhole: false };
}

/** Whether what is new can be placed: all that stands above it is at hand. */
function isRooted(root: Post, replies: readonly Post[], seen: ReadonlySet<string>): boolean {
  const known = knownOf(root, replies);
  return replies.every((one) => seen.has(one.id) || reaches(one, root.id, known));
}
const knownOf = (root: Post, replies: readonly Post[]): Known =>
  new Map([root, ...replies].map((one) => [one.id, one]));

/** What is new, changed or gone since the post was read last. */
function compare(
  { root, replies, isWhole }: Found,
  before: Stored,
  now: number,
  viewer: Viewer,
): { readonly items: readonly InboxItem[]; readonly stored: Stored } {
  const known = knownOf(root, replies);
  const marks = new Map(before.seen);
  const isOld = (one: Post) => isForgotten(one, before, limits.overlapMs);
  const messages = new Map<string, MessageItem>();
  const changes: InboxItem[] = [];
  for (const one of [...replies].reverse()) {
    const mark = marks.get(one.id);
    if (mark !== undefined && isReworded(mark, one))
      changes.push({ kind: 'edited', remoteId: one.id, text: one.text ?? '', editedAt: now });
    const turned = mark !== undefined && isTurned(mark, hiddenOf(one));
    if (!turned && (mark !== undefined || isOld(one))) continue;
    const place = placed(one, root, known, viewer);
    if (!place) continue;
    if (turned) {
      // As context it makes nothing unread.
      messages.set(one.id, { ...place.message, context: true });
      continue;
    }
    for (const earlier of place.context)
      if (!messages.has(earlier.remoteId)) messages.set(earlier.remoteId, earlier);
    messages.set(one.id, place.message);
  }
  const listed = new Set(replies.map(({ id }) => id));
  const gone = isWhole ? before.seen.filter(([id]) => !listed.has(id)) : [];
  const high = Math.max(before.high, ...replies.map(({ timestamp }) => timestamp));
  const kept = isWhole ? [] : before.seen.filter(([id]) => !listed.has(id));
  return {
    items: [
      ...[...messages.values()].sort((a, b) => a.createdAt - b.createdAt),
      ...changes,
      ...gone.map(([remoteId]) => ({ kind: 'deleted' as const, remoteId })),
    ],
    stored: {
      high,
      readAt: now,
      seen: [
        ...remember(
          replies.map((one) => ({ ...one, ...hiddenOf(one) })),
          high,
          limits.overlapMs,
        ),
        ...kept,
      ].slice(0, REMEMBERED * 10),
    },
  };
}

/** Posts of others that name the account. Without the permission there are none. */
async function pullMentions(
  agent: Agent,
  before: State['mentions'],
  own: readonly Post[],
  since: number,
  viewer: Viewer,
): Promise<{ readonly items: readonly InboxItem[]; readonly state: State['mentions'] }> {
  const from = Math.max(since, before.high - limits.overlapMs);
  let found: readonly Post[];
  try {
    const params = { fields: REPLY_FIELDS, limit: limits.pageSize.mentions, since: Math.floor(from / 1000) };
    const path = `${nodePath(agent.id)}/mentions`;
    found = await pagesOf(agent, { path, params }, postSchema, { most: MAX_PAGES });
  } catch (error) {
    // Without Advanced Access or the permission; answers must come in all the same.
    if (!(error instanceof NetworkError) || !['permission', 'validation', 'gone'].includes(error.kind))
      throw error;
    return { items: [], state: before };
  }
  const ours = new Set(own.map(({ id }) => id));
  const isElsewhere = ({ root_post: root }: Post) => !root || !ours.has(root.id);
  const fresh = found.filter(
    (one) =>
      !before.seen.includes(one.id) && !isOwn(one, viewer) && isElsewhere(one) && one.timestamp >= since,
  );
  const high = Math.max(before.high, ...found.map(({ timestamp }) => timestamp));
  const items = fresh
    .map((one) =>
      toMessage(one, { remoteKey: one.root_post?.id ?? one.id, type: 'mention' }, viewer, { isNested: true }),
    )
    .sort((a, b) => a.createdAt - b.createdAt);
  const seen = [...new Set([...found.map(({ id }) => id), ...before.seen])].slice(0, REMEMBERED * 5);
  return { items, state: { high, seen } };
}
