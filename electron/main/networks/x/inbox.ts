import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, Cursor, InboxItem, PullPage } from '../network';
import type { Agent, Posts } from './agent';
import { limits } from './capabilities';
import { isOwn, textOf, toMessage, type MessageItem } from './mapping';
import { loadThreads, placeOf, type Place, type Places, type World } from './threads';
import { isNewer, newest, timeOfId, type Post } from './wire';

const DAY_MS = 24 * 60 * 60_000;
const PLACES_MAX = 400;

const mentionCursor = z.object({
  v: z.literal(1),
  /** Id of the newest mention stored; null until the first catch-up is through. */
  high: z.string().nullable(),
  /** A catch-up that takes several pages: where it goes on, and what will then be the newest stored. */
  round: z
    .object({
      page: z.string(),
      high: z.string(),
      seen: z.number(),
      /** Where it begins, the same on every page: the place is one in this very list. */
      from: z.string().optional(),
    })
    .optional(),
  /** The round has begun anew already: once more, and the pull ends, for every page costs. */
  isAgain: z.boolean().optional(),
  /** Id of the newest own post looked at. */
  ownHigh: z.string().nullable(),
  /** Where the newest messages are: id, conversation with its type, and whether it was context only. */
  places: z.array(z.tuple([z.string(), z.string(), z.enum(['comment', 'mention']), z.boolean()])),
  /** Ids of messages that were read today: looking at them again today costs nothing. */
  today: z.object({ day: z.number(), ids: z.array(z.string()) }),
  lookedBackAt: z.number(),
});
type State = z.infer<typeof mentionCursor>;

const initial: State = {
  v: 1,
  high: null,
  ownHigh: null,
  places: [],
  today: { day: 0, ids: [] },
  lookedBackAt: 0,
};

/**
 * Mentions; answers to own posts are among them, because X names the author in them. One page a call: everything
 * since the newest one stored, newest first, so that what arrives between two pages comes with the next round.
 */
export async function pullMentions(agent: Agent, cursor: Cursor | null, ctx: AccountCtx): Promise<PullPage> {
  const state = mentionCursor.safeParse(cursor).data ?? initial;
  const from = state.round?.from ?? firstDay(ctx);
  const page = await fetchMentions(agent, state, from);
  // The place between two pages is kept for a short time only: then the round begins anew.
  if (!page)
    return { items: [], next: { ...state, round: undefined, isAgain: true }, more: state.isAgain !== true };
  const isFirstPage = state.round === undefined;
  const own = isFirstPage ? await ownAnswers(agent, state, ctx) : nothingOwn(state);
  const places: Places = new Map(
    state.places.map(([id, key, type, isContext]) => [id, { key, type, isContext }]),
  );
  const world = await loadThreads(agent, [page, own.posts], places);
  const placed = place([...page.posts, ...own.posts.posts], world);
  const seen = isFirstPage ? await lookBack(agent, state, ctx) : { ids: [], at: state.lookedBackAt };
  const gone = [...new Set([...seen.ids, ...page.missing.filter((id) => places.has(id))])];
  const items: readonly InboxItem[] = [
    ...placed.messages,
    ...placed.edits,
    ...gone.map((remoteId): InboxItem => ({ kind: 'deleted', remoteId })),
  ];
  const round = roundAfter(state, page, from);
  const next: State = {
    v: 1,
    ...round.state,
    ownHigh: own.high,
    places: remember(state.places, placed, gone),
    today: readToday(state, page, ctx, gone),
    lookedBackAt: seen.at,
  };
  return { items, next, more: page.next !== undefined, ...(round.gap && { gap: round.gap }) };
}

/** The newest one counts as stored only when everything older has come in. */
function roundAfter(
  state: State,
  page: Posts,
  from: string,
): { readonly state: Pick<State, 'high' | 'round' | 'isAgain'>; readonly gap?: PullPage['gap'] } {
  const high = state.round?.high ?? newest([...page.posts.map(({ id }) => id), state.high ?? NO_ID]) ?? NO_ID;
  const seen = (state.round?.seen ?? 0) + page.count;
  return page.next === undefined
    ? { state: { high }, gap: gapOf(state, page, seen) }
    : { state: { high: state.high, round: { page: page.next, high, seen, from }, isAgain: state.isAgain } };
}

async function fetchMentions(agent: Agent, state: State, from: string): Promise<Posts | undefined> {
  const params = {
    max_results: limits.pageSize.mentions,
    ...since(state.high, from),
    pagination_token: state.round?.page,
  };
  try {
    return await agent.posts(`/2/users/${agent.id}/mentions`, 'read:mentions', params, 'own');
  } catch (error) {
    if (state.round && error instanceof NetworkError && error.kind === 'validation') return undefined;
    throw error;
  }
}

/** Ids of nothing: a first catch-up that found none. */
const NO_ID = '0';

/** After the newest one stored; where there is none, the last days only, for every post costs. */
const since = (
  high: string | null,
  from: string,
): { readonly since_id?: string; readonly start_time?: string } =>
  high === null || high === NO_ID ? { start_time: from } : { since_id: high };

const firstDay = (ctx: AccountCtx): string =>
  `${new Date(ctx.clock.now() - limits.firstSync.days * DAY_MS).toISOString().slice(0, 19)}Z`;

type Own = { readonly posts: Posts; readonly high: string | null };

const none: Posts = {
  posts: [],
  included: [],
  users: new Map(),
  media: new Map(),
  missing: [],
  next: undefined,
  count: 0,
};
const nothingOwn = (state: State): Own => ({ posts: none, high: state.ownHigh });

/** The account's own answers to others since the last look, wherever they were written. */
async function ownAnswers(agent: Agent, state: State, ctx: AccountCtx): Promise<Own> {
  const max_results = state.ownHigh === null ? limits.firstSync.ownPosts : limits.pageSize.ownPosts;
  const page = await agent.own({ max_results, ...since(state.ownHigh, firstDay(ctx)) });
  const known = new Set(state.places.map(([id]) => id));
  const authors = new Map(page.included.map((one) => [one.id, one.authorId]));
  const answers = page.posts.filter(
    ({ replyTo }) => replyTo !== undefined && (known.has(replyTo) || authors.get(replyTo) !== agent.id),
  );
  const high = newest([...page.posts.map(({ id }) => id), state.ownHigh ?? NO_ID]) ?? NO_ID;
  return { posts: { ...page, posts: answers }, high };
}

type Placed = {
  readonly messages: readonly MessageItem[];
  readonly edits: readonly InboxItem[];
  /** New versions of stored messages: each has an id of its own. */
  readonly versions: readonly { readonly id: string; readonly of: string }[];
};

/** Oldest first; a post that is a message itself is not repeated as the context of another. */
function place(seeds: readonly Post[], world: World): Placed {
  const { viewer, places, ownPosts } = world;
  const messages = new Map<string, MessageItem>();
  const edits: InboxItem[] = [];
  const versions: Placed['versions'][number][] = [];
  for (const post of seeds) {
    if (places.get(post.id)?.isContext === false) continue;
    const before = post.versions.find((id) => places.has(id));
    if (before !== undefined) {
      edits.push({ kind: 'edited', remoteId: before, text: textOf(post), editedAt: post.createdAt });
      versions.push({ id: post.id, of: before });
      continue;
    }
    const found = placeOf(post, world);
    if (!found || !belongs(post, found, world)) continue;
    for (const earlier of found.context)
      if (!messages.has(earlier.id) && !places.has(earlier.id))
        messages.set(earlier.id, toMessage(earlier, found.conversation, viewer, ownPosts, true));
    messages.set(post.id, toMessage(post, found.conversation, viewer, ownPosts));
  }
  return { messages: [...messages.values()].sort((a, b) => a.createdAt - b.createdAt), edits, versions };
}

/** An own answer belongs into the inbox where the inbox has what it answers. */
function belongs(post: Post, { conversation }: Place, { viewer, places, posts }: World): boolean {
  if (!isOwn(post, viewer) || conversation.type === 'comment') return true;
  if (post.replyTo === undefined || places.has(post.replyTo)) return true;
  const name = viewer.handle.toLowerCase();
  return (posts.get(post.replyTo)?.mentions ?? []).some(
    ({ id, username }) => id === viewer.id || username.toLowerCase() === name,
  );
}

const remember = (
  before: State['places'],
  { messages, versions }: Placed,
  gone: readonly string[],
): State['places'] => {
  const all = new Map<string, State['places'][number]>();
  for (const { remoteId, conversation, context = false } of [...messages].reverse()) {
    const type = conversation.type === 'comment' ? 'comment' : 'mention';
    all.set(remoteId, [remoteId, conversation.remoteKey, type, context]);
  }
  for (const { id, of } of versions) {
    const found = before.find(([stored]) => stored === of);
    if (found) all.set(id, [id, found[1], found[2], false]);
  }
  for (const one of before) if (!all.has(one[0])) all.set(one[0], one);
  for (const id of gone) all.delete(id);
  return [...all.values()].slice(0, PLACES_MAX);
};

const dayOf = (ctx: AccountCtx): number => Math.floor(ctx.clock.now() / DAY_MS);

function readToday(state: State, page: Posts, ctx: AccountCtx, gone: readonly string[]): State['today'] {
  const day = dayOf(ctx);
  const before = state.today.day === day ? state.today.ids : [];
  const ids = [...page.posts.map(({ id }) => id), ...before].filter((id) => !gone.includes(id));
  return { day, ids: ids.slice(0, limits.pageSize.lookup) };
}

/**
 * What was read today, once more: what X no longer has was deleted. Later looks would be charged again, so that the
 * deletion of an older message shows only when somebody answers it.
 */
async function lookBack(
  agent: Agent,
  state: State,
  ctx: AccountCtx,
): Promise<{ readonly ids: readonly string[]; readonly at: number }> {
  const now = ctx.clock.now();
  if (state.high === null) return { ids: [], at: now };
  const { day, ids } = state.today;
  if (day !== dayOf(ctx) || ids.length === 0) return { ids: [], at: state.lookedBackAt };
  if (now - state.lookedBackAt < limits.lookBackMs) return { ids: [], at: state.lookedBackAt };
  const { missing } = await agent.lookup(ids, 'again');
  return { ids: ids.filter((id) => missing.includes(id)), at: now };
}

/** X keeps so many mentions and no more: a round that had to take all of them has not reached the last one. */
function gapOf(state: State, page: Posts, count: number): PullPage['gap'] {
  if (state.high === null || state.high === NO_ID || count < limits.mentionsKept) return undefined;
  const oldest = page.posts.reduce<string | undefined>(
    (last, { id }) => (last === undefined || isNewer(last, id) ? id : last),
    undefined,
  );
  return oldest === undefined ? undefined : { from: timeOfId(state.high), to: timeOfId(oldest) };
}
