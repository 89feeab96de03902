import { z } from 'zod';
import { unlessGone } from '../answers';
import type { AccountCtx, Cursor, InboxItem, PullPage } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import type { Links } from './client';
import { directKey, isDirect, timeOf, toDirectMessage, type Viewer } from './mapping';
import { conversation, list, nothing, type Conversation, type Status } from './wire';

const DAY_MS = 24 * 60 * 60_000;
/** Messages of other servers arrive late, with the time at which they were written. */
const OVERLAP_MS = DAY_MS;
const MAX_PAGES = 5;

const messageCursor = z.object({
  v: z.literal(1),
  /** Place in the list of conversations up to which everything is stored. */
  high: z.string().nullable(),
  /** Set while the first catch-up is on its way back in time. */
  page: z.string().optional(),
  /** Time of the newest message stored. */
  newestAt: z.number(),
});
type State = z.infer<typeof messageCursor>;
const initial: State = { v: 1, high: null, newestAt: 0 };

/** Direct messages: every conversation that moved since, with what was said in it. */
export async function pullMessages(
  agent: Agent,
  cursor: Cursor | null,
  ctx: AccountCtx,
  viewer: Viewer,
): Promise<PullPage> {
  const state = messageCursor.safeParse(cursor).data ?? initial;
  const back = state.high === null || state.page !== undefined;
  const page = await fetchPage(agent, back ? { max_id: state.page } : { min_id: state.high ?? undefined });
  const now = ctx.clock.now();
  const firstSince = now - limits.firstSyncDays * DAY_MS;
  const since = back ? firstSince : state.newestAt - OVERLAP_MS;
  const items: InboxItem[] = [];
  let newestAt = state.newestAt;
  let reached = false;
  for (const one of page.conversations) {
    const { last_status: last } = one;
    if (!last) continue;
    reached ||= timeOf(last) < firstSince;
    // A time that has not come yet would hide what follows.
    newestAt = Math.max(newestAt, Math.min(timeOf(last), now));
    items.push(...(await messagesOf(agent, one, last, { since, isNew: !back }, viewer)));
  }
  if (back) {
    const older = reached || page.conversations.length === 0 ? undefined : page.links.older;
    const next: State = {
      v: 1,
      high: state.high ?? page.links.newer ?? page.newest ?? null,
      newestAt,
      page: older === state.page ? undefined : older,
    };
    return { items, next, more: next.page !== undefined };
  }
  const high = page.links.newer ?? page.newest ?? state.high;
  return {
    items,
    next: { v: 1, high, newestAt },
    more: page.conversations.length > 0 && high !== state.high,
  };
}

type Page = {
  readonly conversations: readonly Conversation[];
  readonly links: Links;
  /** The list is ordered by its last statuses: where there is no Link header, the newest one is the place. */
  readonly newest: string | undefined;
};

async function fetchPage(
  agent: Agent,
  place: { readonly max_id?: string; readonly min_id?: string },
): Promise<Page> {
  const params = { limit: limits.pageSize.conversations, ...place };
  const path = '/api/v1/conversations';
  const answer = await unlessGone(agent.call({ method: 'GET', path, effect: 'read', params }, list));
  const conversations = agent.read(conversation, answer?.body ?? []);
  return { conversations, links: answer?.links ?? {}, newest: conversations[0]?.last_status?.id };
}

async function messagesOf(
  agent: Agent,
  { accounts }: Conversation,
  last: Status,
  /** `isNew`: the conversation has moved, however old the message is that moved it. */
  { since, isNew }: { readonly since: number; readonly isNew: boolean },
  viewer: Viewer,
): Promise<readonly InboxItem[]> {
  const above = last.in_reply_to_id ? await agent.ancestors(last.id) : [];
  return [...above, last]
    .filter((status) => isDirect(status) && (timeOf(status) >= since || (isNew && status === last)))
    .flatMap((status) => toDirectMessage(status, viewer, accounts) ?? []);
}

/** The server's conversations with exactly these people, newest first. */
async function conversationsWith(agent: Agent, key: string): Promise<readonly Conversation[]> {
  const found: Conversation[] = [];
  let maxId: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { conversations, links } = await fetchPage(agent, { max_id: maxId });
    found.push(
      ...conversations.filter(({ accounts }) => directKey(accounts.map(({ acct }) => acct)) === key),
    );
    if (conversations.length === 0 || links.older === undefined || links.older === maxId) break;
    maxId = links.older;
  }
  return found;
}

/** The newest direct status exchanged with these people, to hang the next one on. */
export async function lastDirect(agent: Agent, key: string): Promise<string | undefined> {
  const { conversations } = await fetchPage(agent, {});
  const same = conversations.find(({ accounts }) => directKey(accounts.map(({ acct }) => acct)) === key);
  return same?.last_status?.id;
}

export async function markRead(agent: Agent, key: string): Promise<void> {
  for (const { id, unread } of await conversationsWith(agent, key)) {
    if (unread === false) continue;
    const path = `/api/v1/conversations/${encodeURIComponent(id)}/read`;
    await unlessGone(agent.call({ method: 'POST', path, effect: 'read' }, nothing));
  }
}

/** Whether the people of a direct conversation can still be reached. */
export async function peopleExist(agent: Agent, accts: readonly string[]): Promise<boolean> {
  for (const acct of accts) {
    const call = {
      method: 'GET',
      path: '/api/v1/accounts/lookup',
      effect: 'read',
      params: { acct },
    } as const;
    if ((await unlessGone(agent.call(call, nothing))) === undefined) return false;
  }
  return true;
}
