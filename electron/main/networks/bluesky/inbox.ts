import { z } from 'zod';
import type { AccountCtx, Cursor, InboxItem, PullPage } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { toMessage, type SeenPost } from './mapping';
import { ownAnswers } from './own-posts';
import { loadThreads, placeOf, type KnownPosts } from './threads';
import { notification, notifications, type Notification } from './wire';

const REASONS = ['mention', 'reply', 'quote'] as const;
/** The AppView does not show notifications strictly in the order of their times. */
const OVERLAP_MS = 5 * 60_000;
const RECENT_MIN = 100;
const RECENT_MAX = 300;
const DAY_MS = 24 * 60 * 60_000;

const notificationCursor = z.object({
  v: z.literal(1),
  /** Everything up to this instant is stored. */
  high: z.number().nullable(),
  /** Set while older pages of one catch-up are still to come. */
  page: z.string().optional(),
  /** What `high` becomes when the catch-up is complete. */
  pendingHigh: z.number().optional(),
  /** The newest notifications seen, to notice what disappears: uri and time. */
  recent: z.array(z.tuple([z.string(), z.number()])),
  /** Key of the newest own post looked at. */
  ownHigh: z.string().nullable(),
});
type State = z.infer<typeof notificationCursor>;

const initial: State = { v: 1, high: null, recent: [], ownHigh: null };

/**
 * Mentions, replies and quotes, newest first, page by page down to what is already stored. A catch-up that is
 * interrupted goes on from its page; what arrives meanwhile is above `pendingHigh` and comes with the next one.
 */
export async function pullNotifications(
  agent: Agent,
  cursor: Cursor | null,
  ctx: AccountCtx,
  web: string,
): Promise<PullPage> {
  const state = notificationCursor.safeParse(cursor).data ?? initial;
  const page = await fetchPage(agent, state.page, ctx);
  const floor =
    state.high === null ? ctx.clock.now() - limits.firstSyncDays * DAY_MS : state.high - OVERLAP_MS;
  const stored = new Set(state.recent.map(([uri]) => uri));
  const fresh = page.items.filter((item) => timeOf(item) >= floor && !stored.has(item.uri));
  const first = state.page === undefined;
  const own = first ? await ownAnswers(agent, state.ownHigh, ctx) : { posts: [], high: state.ownHigh };
  const known = await loadThreads(agent, [...fresh, ...own.posts]);
  const gone = first ? await disappeared(agent, state, page) : new Set<string>();
  const items: InboxItem[] = [...messagesOf(fresh, own.posts, known, agent.did, web)];
  for (const remoteId of gone) items.push({ kind: 'deleted', remoteId });
  const complete = page.next === undefined || page.next === state.page || page.oldest < floor;
  const newest = Math.max(state.pendingHigh ?? state.high ?? 0, ...page.items.map(timeOf));
  const kept: State = {
    v: 1,
    high: state.high,
    recent: remember(
      state.recent.filter(([uri]) => !gone.has(uri)),
      page.items,
      ctx.clock.now() - OVERLAP_MS,
    ),
    ownHigh: own.high,
  };
  return complete
    ? { items, next: { ...kept, high: newest > 0 ? newest : null }, more: false }
    : { items, next: { ...kept, page: page.next, pendingHigh: newest }, more: true };
}

type NotificationPage = {
  readonly items: readonly Notification[];
  readonly oldest: number;
  readonly next: string | undefined;
  /** It may go on below `oldest`; otherwise the page holds everything there is. */
  readonly full: boolean;
};

async function fetchPage(
  agent: Agent,
  cursor: string | undefined,
  ctx: AccountCtx,
): Promise<NotificationPage> {
  const params = { limit: limits.pageSize.notifications, cursor, reasons: REASONS };
  const nsid = 'app.bsky.notification.listNotifications';
  const answer = await agent.call({ nsid, effect: 'read', params }, notifications);
  const items: Notification[] = [];
  for (const raw of answer.notifications) {
    const parsed = notification.safeParse(raw);
    if (parsed.success) items.push(parsed.data);
    else
      ctx.log.warn('a notification of an unknown shape was left out', {
        at: parsed.error.issues[0]?.path.join('.'),
      });
  }
  const next = answer.notifications.length === 0 ? undefined : answer.cursor;
  const full = answer.notifications.length >= limits.pageSize.notifications;
  return { items, oldest: Math.min(...items.map(timeOf)), next, full };
}

const timeOf = (item: { readonly indexedAt: string }): number => Date.parse(item.indexedAt);

/** The newest ones, and whatever the next overlap will bring again. */
function remember(before: State['recent'], items: readonly Notification[], since: number): State['recent'] {
  const all = new Map(before);
  for (const item of items) all.set(item.uri, timeOf(item));
  return [...all]
    .sort(([, a], [, b]) => b - a)
    .slice(0, RECENT_MAX)
    .filter(([, at], index) => index < RECENT_MIN || at >= since);
}

/** Oldest first; a post that is a message itself is not repeated as the context of another. */
function messagesOf(
  fresh: readonly SeenPost[],
  own: readonly SeenPost[],
  known: KnownPosts,
  did: string,
  web: string,
): readonly InboxItem[] {
  const messages = new Map<string, Extract<InboxItem, { readonly kind: 'message' }>>();
  for (const seen of [...fresh, ...own]) {
    const post = known.get(seen.uri) ?? seen;
    const place = placeOf(post, known, did, web);
    if (!place) continue;
    for (const earlier of place.context)
      if (!messages.has(earlier.uri))
        messages.set(earlier.uri, toMessage(earlier, place.conversation, did, web, true));
    messages.set(post.uri, toMessage(post, place.conversation, did, web, false));
  }
  return [...messages.values()].sort((a, b) => a.createdAt - b.createdAt);
}

/**
 * Posts that were among the newest notifications, are no longer, and that the AppView does not know any more. The
 * network reports no deletions, so this is as far as they can be followed.
 */
async function disappeared(agent: Agent, state: State, page: NotificationPage): Promise<ReadonlySet<string>> {
  const listed = new Set(page.items.map(({ uri }) => uri));
  const reach = page.full ? page.oldest : 0;
  const candidates = state.recent.filter(([uri, at]) => at > reach && !listed.has(uri)).map(([uri]) => uri);
  if (candidates.length === 0) return new Set();
  const there = await agent.posts(candidates);
  return new Set(candidates.filter((uri) => !there.has(uri)));
}
