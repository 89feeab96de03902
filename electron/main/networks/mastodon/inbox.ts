import { z } from 'zod';
import type { AccountCtx, Cursor, InboxItem, PullPage } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import type { Links } from './client';
import { isDirect, isOwn, textOf, timeOf, toDirectMessage, toMessage, type Viewer } from './mapping';
import { chainOf, loadThreads, placeOf, type Known } from './threads';
import { list, notification, type Notification, type Status } from './wire';

const TYPES = ['mention', 'quote'] as const;
const RECENT_MAX = 200;
const MAX_OWN_PAGES = 5;
const DAY_MS = 24 * 60 * 60_000;

const notificationCursor = z.object({
  v: z.literal(1),
  /** Id of the newest notification that is stored; everything after it is fetched forward from there. */
  high: z.string().nullable(),
  /** Set while the first catch-up is on its way back in time. */
  page: z.string().optional(),
  /** Id of the newest own status looked at. */
  ownHigh: z.string().nullable(),
  /** Newest statuses stored with the time of their last edit, to notice what changes and disappears. */
  recent: z.array(z.tuple([z.string(), z.string()])),
  lookedBackAt: z.number(),
});
type State = z.infer<typeof notificationCursor>;

const initial: State = { v: 1, high: null, ownHigh: null, recent: [], lookedBackAt: 0 };

/**
 * Mentions, answers and quotes. The first catch-up goes back page by page; from then on the stream is followed
 * forward from the newest one stored, so that nothing between two pages is missed. Ids are opaque.
 */
export async function pullNotifications(
  agent: Agent,
  cursor: Cursor | null,
  ctx: AccountCtx,
  viewer: Viewer,
): Promise<PullPage> {
  const state = notificationCursor.safeParse(cursor).data ?? initial;
  return state.high === null || state.page !== undefined
    ? pullBack(agent, state, ctx, viewer)
    : pullForward(agent, { ...state, high: state.high }, ctx, viewer);
}

async function pullBack(agent: Agent, state: State, ctx: AccountCtx, viewer: Viewer): Promise<PullPage> {
  const page = await fetchPage(agent, { max_id: state.page });
  const since = ctx.clock.now() - limits.firstSyncDays * DAY_MS;
  const fresh = page.statuses.filter((status) => timeOf(status) >= since);
  const own =
    state.page === undefined
      ? await ownAnswers(agent, state.ownHigh, 1)
      : { statuses: [], high: state.ownHigh };
  const items = await itemsOf(agent, fresh, own.statuses, viewer);
  const older = page.count === 0 || fresh.length < page.statuses.length ? undefined : page.links.older;
  const next: State = {
    ...state,
    high: state.high ?? page.newest ?? null,
    ownHigh: own.high,
    recent: remember(state.recent, fresh),
    page: older === state.page ? undefined : older,
    lookedBackAt: ctx.clock.now(),
  };
  return { items, next, more: next.page !== undefined };
}

async function pullForward(
  agent: Agent,
  state: State & { readonly high: string },
  ctx: AccountCtx,
  viewer: Viewer,
): Promise<PullPage> {
  const page = await fetchPage(agent, { min_id: state.high });
  const stored = new Set(state.recent.map(([id]) => id));
  const fresh = page.statuses.filter(({ id }) => !stored.has(id));
  const own = await ownAnswers(agent, state.ownHigh, MAX_OWN_PAGES);
  const now = ctx.clock.now();
  const isDue = now - state.lookedBackAt >= limits.lookBackMs;
  const seen = isDue ? await lookBack(agent, state, viewer) : { items: [], recent: state.recent };
  const high = page.links.newer ?? page.newest ?? state.high;
  const next: State = {
    ...state,
    high,
    ownHigh: own.high,
    recent: remember(seen.recent, fresh),
    lookedBackAt: isDue ? now : state.lookedBackAt,
  };
  const items = [...(await itemsOf(agent, fresh, own.statuses, viewer)), ...seen.items];
  return { items, next, more: page.count > 0 && high !== state.high };
}

type Page = {
  readonly statuses: readonly Status[];
  readonly newest: string | undefined;
  readonly count: number;
  readonly links: Links;
};

async function fetchPage(
  agent: Agent,
  place: { readonly max_id?: string; readonly min_id?: string },
): Promise<Page> {
  const params = { types: TYPES, limit: limits.pageSize.notifications, ...place };
  const path = '/api/v1/notifications';
  const { body, links } = await agent.call({ method: 'GET', path, effect: 'read', params }, list);
  const all: readonly Notification[] = agent.read(notification, body);
  // Some servers answer with every kind, whatever is asked for.
  const wanted = all.filter(({ type }) => TYPES.some((one) => one === type));
  const last = all.at(-1)?.id;
  return {
    statuses: wanted.flatMap(({ status }) => status ?? []),
    newest: all[0]?.id,
    count: body.length,
    links: { newer: links.newer, older: links.older ?? (all.length > 1 ? last : undefined) },
  };
}

const remember = (before: State['recent'], statuses: readonly Status[]): State['recent'] =>
  [
    ...new Map([
      ...statuses.map((one): [string, string] => [one.id, one.edited_at ?? '']),
      ...before,
    ]).entries(),
  ].slice(0, RECENT_MAX);

/**
 * The newest page once more: a status in it with another time of edit was edited, and one that should be in it and
 * that the server no longer has was deleted. The network reports neither.
 */
async function lookBack(
  agent: Agent,
  state: State,
  viewer: Viewer,
): Promise<{ readonly items: readonly InboxItem[]; readonly recent: State['recent'] }> {
  const page = await fetchPage(agent, {});
  const known = new Map(state.recent);
  const items: InboxItem[] = [];
  for (const status of page.statuses) {
    const before = known.get(status.id);
    const { edited_at: editedAt } = status;
    if (before === undefined || !editedAt || editedAt === before) continue;
    known.set(status.id, editedAt);
    items.push({
      kind: 'edited',
      remoteId: status.id,
      text: textOf(status, viewer),
      editedAt: Date.parse(editedAt),
    });
  }
  const listed = new Set(page.statuses.map(({ id }) => id));
  const missing = state.recent
    .slice(0, limits.pageSize.notifications)
    .map(([id]) => id)
    .filter((id) => !listed.has(id))
    .slice(0, limits.pageSize.statuses);
  const there = await agent.statuses(missing);
  for (const remoteId of missing.filter((id) => !there.has(id))) {
    // What a list leaves out may be there all the same.
    if (await agent.isThere(remoteId)) continue;
    known.delete(remoteId);
    items.push({ kind: 'deleted', remoteId });
  }
  return { items, recent: [...known.entries()] };
}

/** The account's own answers since `high`, wherever they were written. */
async function ownAnswers(
  agent: Agent,
  high: string | null,
  pages: number,
): Promise<{ readonly statuses: readonly Status[]; readonly high: string | null }> {
  const limit = limits.pageSize.ownStatuses;
  const found: Status[] = [];
  for (let page = 0; page < pages; page += 1) {
    const older = await agent.own({ sinceId: high ?? undefined, maxId: found.at(-1)?.id, limit });
    const known = older.findIndex(({ id }) => id === high);
    found.push(...(known < 0 ? older : older.slice(0, known)));
    if (known >= 0 || older.length === 0) break;
  }
  const statuses = found.filter(
    (status) =>
      status.in_reply_to_id && status.in_reply_to_account_id !== agent.id && status.visibility !== 'direct',
  );
  return { statuses, high: found[0]?.id ?? high };
}

/** Oldest first; a status that is a message itself is not repeated as the context of another. */
async function itemsOf(
  agent: Agent,
  fresh: readonly Status[],
  own: readonly Status[],
  viewer: Viewer,
): Promise<readonly InboxItem[]> {
  const open = fresh.filter((status) => !isDirect(status));
  const known = await loadThreads(agent, [...open, ...own]);
  const messages = new Map<string, ReturnType<typeof toMessage>>();
  const answers = own.filter((status) => isOurs(status, known, viewer));
  for (const status of [...open, ...answers]) {
    const place = placeOf(status, known, viewer);
    if (!place) continue;
    for (const earlier of place.context)
      if (!messages.has(earlier.id))
        messages.set(earlier.id, toMessage(earlier, place.conversation, viewer, true));
    messages.set(status.id, toMessage(status, place.conversation, viewer));
  }
  // Servers without a list of conversations bring direct messages here only.
  for (const status of fresh.filter(isDirect)) {
    const message = toDirectMessage(status, viewer);
    if (message) messages.set(status.id, message);
  }
  return [...messages.values()].sort((a, b) => a.createdAt - b.createdAt);
}

/** An own answer belongs into the inbox where the inbox has what it answers. */
function isOurs(status: Status, known: Known, viewer: Viewer): boolean {
  const [top] = chainOf(status, known);
  const parent = known.get(status.in_reply_to_id ?? '');
  if (top && isOwn(top, viewer)) return true;
  return (parent?.mentions ?? []).some(({ id }) => id === viewer.id);
}
