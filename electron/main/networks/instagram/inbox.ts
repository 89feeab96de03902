import { z } from 'zod';
import { isForgotten, isReworded, isTurned, marked, remember } from '../text-marks';
import { NetworkError } from '../errors';
import { nestedList, unlessRefused } from '../graph';
import { fetchNode, nodePath, pagesOf } from '../graph-agent';
import type { AccountCtx, Cursor, InboxItem, PullPage, RemotePost } from '../network';
import { limits } from './capabilities';
import type { Agent } from './client';
import { isOwnComment, toComment, toPost, toTag, type Viewer } from './mapping';
import { comment, media, replyComment, type Comment, type Media } from './wire';

const DAY_MS = 24 * 60 * 60_000;
const MAX_PAGES = 40;
/** More posts of the last weeks than these pages hold are not watched: the cursor would grow too large. */
const MAX_POST_PAGES = 4;

/** Ids of comments with a mark of how they stand; newest first. */
const known = z.object({
  count: z.number(),
  high: z.number(),
  seen: marked,
});
type Known = z.infer<typeof known>;

const inboxCursor = z.object({
  v: z.literal(1),
  /** What is stored of each post, by its id. */
  posts: z.record(z.string(), known),
  /** Posts of this round that are still to be read, with their count of comments. */
  queue: z.array(z.tuple([z.string(), z.number()])),
  tags: z.array(z.string()),
  lookedBackAt: z.number(),
});
type State = z.infer<typeof inboxCursor>;
const initial: State = { v: 1, posts: {}, queue: [], tags: [], lookedBackAt: 0 };

const MEDIA_FIELDS =
  'id,caption,media_type,media_product_type,media_url,thumbnail_url,permalink,timestamp,username,comments_count,children{media_type,media_url,thumbnail_url}';
const PLAIN_FIELDS = 'id,text,timestamp,username,hidden';
const FULL_FIELDS = `${PLAIN_FIELDS},from{id,username},replies.limit(50){${PLAIN_FIELDS},from{id,username}}`;

/**
 * Comments below the newest posts of the account, and posts of others that show it. Instagram has no list of what is
 * new: a round reads the posts whose number of comments has changed, one with every call, and compares.
 */
export async function pullComments(
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
  const isDue = now - state.lookedBackAt >= limits.lookBackMs;
  // Without the permission for comments only tags come in.
  const mayRead = ctx.account.capabilities?.inbox.comment.ok !== false;
  const queue = (mayRead ? posts : [])
    .filter(({ id, comments_count: count = 0 }) => {
      const before = state.posts[id];
      return count !== (before?.count ?? 0) || (isDue && count > 0);
    })
    .map(({ id, comments_count: count = 0 }): [string, number] => [id, count]);
  const listed = new Set(posts.map(({ id }) => id));
  const kept = Object.fromEntries(Object.entries(state.posts).filter(([id]) => listed.has(id)));
  const tagged = await pullTags(agent, state.tags, since, viewer);
  const next: State = {
    v: 1,
    posts: kept,
    queue,
    tags: tagged.seen,
    lookedBackAt: isDue ? now : state.lookedBackAt,
  };
  return queue.length > 0
    ? readNext(agent, next, tagged.items, ctx, viewer, posts)
    : { items: tagged.items, next, more: false };
}

/** The account's own posts of the last weeks, newest first. */
async function listPosts(agent: Agent, since: number): Promise<readonly Media[]> {
  const path = `${nodePath(agent.id)}/media`;
  const params = { fields: MEDIA_FIELDS, limit: limits.pageSize.media };
  const posts = await pagesOf(agent, { path, params }, media, {
    most: MAX_POST_PAGES,
    isEnough: (found) => (found.at(-1)?.timestamp ?? since) < since,
  });
  return posts.filter(({ timestamp }) => timestamp >= since);
}

/** Reads the first post of the queue. `posts` are at hand in the call that began the round. */
async function readNext(
  agent: Agent,
  state: State,
  before: readonly InboxItem[],
  ctx: AccountCtx,
  viewer: Viewer,
  posts: readonly Media[] = [],
): Promise<PullPage> {
  const [[id, count] = ['', 0], ...queue] = state.queue;
  const post = posts.find((one) => one.id === id) ?? (await fetchNode(agent, id, MEDIA_FIELDS, media));
  const rest = { ...state, queue };
  const more = queue.length > 0;
  // A post that is gone, or that does not give its comments, must not hold up the others.
  const found = post && (await unlessRefused(listThreads(agent, id), ['gone', 'validation']));
  if (!found) return { items: before, next: rest, more };
  const stored = state.posts[id] ?? { count: 0, high: 0, seen: [] };
  const changes = compare(found, stored, toPost(post, viewer), ctx.clock.now(), viewer);
  const next: State = { ...rest, posts: { ...state.posts, [id]: { ...changes.known, count } } };
  return { items: [...before, ...changes.items], next, more };
}

type Thread = { readonly top: Comment; readonly replies: readonly Comment[] };
type Threads = { readonly threads: readonly Thread[]; readonly isWhole: boolean };

/** All comments of a post with the answers below them. Who wrote them may not be told to this sign-in. */
async function listThreads(agent: Agent, id: string): Promise<Threads> {
  try {
    return await listWith(agent, id, FULL_FIELDS);
  } catch (error) {
    if (!(error instanceof NetworkError) || error.kind !== 'permission') throw error;
    // Answers are not told then: those that are stored are not gone.
    return { ...(await listWith(agent, id, PLAIN_FIELDS)), isWhole: false };
  }
}

async function listWith(agent: Agent, id: string, fields: string): Promise<Threads> {
  const threads: Thread[] = [];
  let isWhole = true;
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = `${nodePath(id)}/comments`;
    const list = await agent.page({ path, params: { fields, limit: limits.pageSize.comments }, after });
    const tops = agent.read(comment, list.items);
    // What could not be read is there all the same: nothing may be taken for deleted then.
    isWhole &&= tops.length === list.items.length;
    for (const top of tops) {
      const below = await listReplies(agent, top.id, top.replies);
      isWhole &&= below.isWhole;
      threads.push({ top, replies: below.replies });
    }
    after = list.after;
    if (after === undefined) return { threads, isWhole };
  }
  return { threads, isWhole: false };
}

/** The answers that came with a comment, and the pages behind them. */
async function listReplies(
  agent: Agent,
  id: string,
  edge: unknown,
): Promise<{ readonly replies: readonly Comment[]; readonly isWhole: boolean }> {
  const first = nestedList(edge);
  const replies = [...agent.read(replyComment, first.items)];
  let { after } = first;
  let isWhole = replies.length === first.items.length;
  for (let page = 0; after !== undefined && page < MAX_PAGES; page += 1) {
    const params = { fields: `${PLAIN_FIELDS},from{id,username}`, limit: limits.pageSize.comments };
    const list = await agent.page({ path: `${nodePath(id)}/replies`, params, after });
    const read = agent.read(replyComment, list.items);
    isWhole &&= read.length === list.items.length;
    replies.push(...read);
    after = list.after;
  }
  return { replies, isWhole: isWhole && after === undefined };
}

/** What is new, changed or gone since the post was read last. */
function compare(
  { threads, isWhole }: Threads,
  before: Known,
  origin: RemotePost,
  now: number,
  viewer: Viewer,
): { readonly items: readonly InboxItem[]; readonly known: Omit<Known, 'count'> } {
  const marks = new Map(before.seen);
  const items: InboxItem[] = [];
  const all: Comment[] = [];
  const told: Comment[] = [];
  const isOld = (one: Comment) => isForgotten(one, before, limits.overlapMs);
  // Told newest first; times are whole seconds, so the order of the same second is theirs.
  for (const { top, replies } of [...threads].reverse()) {
    const thread = [top, ...replies];
    all.push(...thread);
    // Only the account's own words: a conversation begins with somebody else's, and has these in it then.
    if (thread.every((one) => isOwnComment(one, viewer))) continue;
    told.push(...thread);
    const isNew = thread.filter((one) => !marks.has(one.id) && !isOld(one));
    for (const one of isNew) items.push(toComment(one, { top, origin }, viewer));
    if (isNew.length > 0 && !isNew.includes(top)) items.push(toComment(top, { top, origin }, viewer, true));
    for (const one of thread) {
      const mark = marks.get(one.id);
      if (mark === undefined) continue;
      if (isReworded(mark, one))
        items.push({ kind: 'edited', remoteId: one.id, text: one.text ?? '', editedAt: now });
      // As context it makes nothing unread.
      if (isTurned(mark, one)) items.push(toComment(one, { top, origin }, viewer, true));
    }
  }
  const listed = new Set(all.map(({ id }) => id));
  const gone = isWhole ? before.seen.filter(([id]) => !listed.has(id)) : [];
  for (const [remoteId] of gone) items.push({ kind: 'deleted', remoteId });
  const high = Math.max(before.high, ...all.map(({ timestamp }) => timestamp));
  return {
    items: inOrder(items),
    known: { high, seen: remember(newestFirst(told), high, limits.overlapMs) },
  };
}

const newestFirst = (comments: readonly Comment[]): readonly Comment[] =>
  [...comments].sort((a, b) => b.timestamp - a.timestamp);

const timeOf = (item: InboxItem): number => (item.kind === 'message' ? item.createdAt : Infinity);
const inOrder = (items: readonly InboxItem[]): readonly InboxItem[] =>
  [...items].sort((a, b) => timeOf(a) - timeOf(b));

/** Posts of others in which the account is tagged. Without the permission there are none. */
async function pullTags(
  agent: Agent,
  before: readonly string[],
  since: number,
  viewer: Viewer,
): Promise<{ readonly items: readonly InboxItem[]; readonly seen: string[] }> {
  const fields = 'id,caption,media_type,media_url,permalink,timestamp,username';
  try {
    const path = `${nodePath(agent.id)}/tags`;
    const list = await agent.page({ path, params: { fields, limit: limits.pageSize.tags } });
    const tags = agent.read(media, list.items).filter(({ timestamp }) => timestamp >= since);
    const items = tags.filter(({ id }) => !before.includes(id)).map((one) => toTag(one, viewer));
    const seen = [...new Set([...tags.map(({ id }) => id), ...before])].slice(0, limits.pageSize.tags * 4);
    return { items: inOrder(items), seen };
  } catch (error) {
    // Not every sign-in may read them; comments must come in all the same.
    if (!(error instanceof NetworkError) || !['permission', 'validation', 'gone'].includes(error.kind))
      throw error;
    return { items: [], seen: [...before] };
  }
}
