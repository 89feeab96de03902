import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, Cursor, InboxItem, PullPage } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { followChanges } from './changes';
import { directKey, messageKey, newer, snowflakeAt } from './keys';
import { isOwn, isSaid, toAuthor, toEdited, toMessage, type Viewer } from './mapping';
import type { Memory, Named } from './memory';
import { createThreads } from './threads';
import type { Message } from './wire';

const DAY_MS = 24 * 60 * 60_000;

const followed = z.object({
  /** Id of the newest message that was looked at; what follows is fetched forward from there. */
  high: z.string(),
  /** Newest messages stored with the time of their last edit, to notice what changes and disappears. */
  recent: z.array(z.tuple([z.string(), z.string()])),
  lookedBackAt: z.number(),
  /** How many changes the gateway has named: with each the cursor is another one, which tells what was stored. */
  changes: z.number().default(0),
});
type Followed = z.infer<typeof followed>;

const channelCursor = followed.extend({
  v: z.literal(1),
  known: z.array(z.tuple([z.string(), z.string()])),
});
const directCursor = z.object({ v: z.literal(1), channels: z.record(z.string(), followed) });

const begin = (ctx: AccountCtx): Followed => ({
  high: snowflakeAt(ctx.clock.now() - limits.firstSyncDays * DAY_MS),
  recent: [],
  lookedBackAt: ctx.clock.now(),
  changes: 0,
});

/** The account's channel: everything that people write in it. */
export async function pullChannel(
  agent: Agent,
  channel: string,
  cursor: Cursor | null,
  ctx: AccountCtx,
  viewer: Viewer,
  { named, memory }: FromGateway,
): Promise<PullPage> {
  const state = channelCursor.safeParse(cursor).data ?? { ...begin(ctx), v: 1 as const, known: [] };
  const page = await forward(agent, channel, state);
  const threads = createThreads(agent, viewer, state.known, page.found);
  const fresh = await threads.items();
  const ids = new Set(fresh.map(({ remoteId }) => remoteId));
  const stored = page.found.filter(({ id }) => ids.has(messageKey(channel, id)));
  const changed = await followChanges(agent, channel, named.changes, state.recent, viewer);
  memory.putOff(changed.left);
  const seen = await lookBack(agent, channel, { ...state, recent: changed.recent }, ctx, viewer);
  const count = state.changes + named.changes.length - changed.left.length;
  const next = { v: 1, ...moved(state, page, stored, seen), changes: count, known: threads.known() };
  const more = page.more || (changed.left.length > 0 && changed.items.length > 0);
  return { items: [...fresh, ...changed.items, ...seen.items], next, more };
}

/** What the gateway has named since the last pull, and where the rest of it is kept. */
type FromGateway = { readonly named: Named; readonly memory: Memory };

/**
 * The known direct channels, one after another. While the gateway is open it names those with something new, and the
 * others are asked now and then only: with many of them every message would cost a request for each.
 */
export async function pullDirect(
  agent: Agent,
  channels: readonly string[],
  cursor: Cursor | null,
  ctx: AccountCtx,
  viewer: Viewer,
  { named, memory }: FromGateway,
): Promise<PullPage> {
  const before = directCursor.safeParse(cursor).data?.channels ?? {};
  const asksAll = !memory.isCurrent(ctx.clock.now());
  const since = memory.connection();
  const next: Record<string, Followed> = {};
  const items: InboxItem[] = [];
  let more = false;
  for (const channel of channels) {
    const state = before[channel] ?? begin(ctx);
    const isAsked = asksAll || named.channels.has(channel) || before[channel] === undefined;
    const page = isAsked ? await unlessClosed(forward(agent, channel, state)) : undefined;
    if (!page) {
      next[channel] = state;
      continue;
    }
    if (page.more) memory.moreIn(channel);
    const said = page.found.filter((message) => isSaid(message, viewer));
    items.push(...said.map((message) => directItem(message, viewer)));
    const changes = named.changes.filter((change) => change.channel === channel);
    const changed = await followChanges(agent, channel, changes, state.recent, viewer);
    memory.putOff(changed.left);
    const seen = await lookBack(agent, channel, { ...state, recent: changed.recent }, ctx, viewer);
    items.push(...changed.items, ...seen.items);
    const count = state.changes + changes.length - changed.left.length;
    next[channel] = { ...moved(state, page, said, seen), changes: count };
    more ||= page.more || (changed.left.length > 0 && changed.items.length > 0);
  }
  if (asksAll) memory.askedAll(ctx.clock.now(), since);
  return { items, next: { v: 1, channels: next }, more };
}

/** A direct channel that Discord closes to the bot must not hide the others. */
async function unlessClosed<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NetworkError && CLOSED.has(error.kind)) return undefined;
    throw error;
  }
}
const CLOSED: ReadonlySet<string> = new Set(['gone', 'permission', 'policy_blocked']);

function directItem(message: Message, viewer: Viewer): InboxItem {
  const other = isOwn(message, viewer) ? undefined : toAuthor(message.author, viewer);
  const conversation = {
    remoteKey: directKey(message.channel_id),
    type: 'dm',
    ...(other && { other }),
  } as const;
  return toMessage(message, conversation, viewer);
}

type Page = { readonly found: readonly Message[]; readonly last: string | undefined; readonly more: boolean };

async function forward(agent: Agent, channel: string, { high }: Followed): Promise<Page> {
  const { found, ids } = await agent.messages(channel, high);
  const last = ids.at(-1);
  return { found, last, more: ids.length >= limits.pageSize && last !== undefined && newer(last, high) > 0 };
}

type Seen = {
  readonly items: readonly InboxItem[];
  readonly recent: Followed['recent'];
  readonly at: number;
};

/**
 * The newest page once more: a message in it with another time of edit was edited, one that should be in it and is
 * not was deleted. Discord tells neither to those who only ask.
 */
async function lookBack(
  agent: Agent,
  channel: string,
  state: Followed,
  ctx: AccountCtx,
  viewer: Viewer,
): Promise<Seen> {
  const now = ctx.clock.now();
  const { recent, lookedBackAt } = state;
  if (now - lookedBackAt < limits.lookBackMs || recent.length === 0)
    return { items: [], recent, at: lookedBackAt };
  const { found, ids } = await agent.messages(channel);
  const [first] = ids;
  // Without the permission to read the history Discord answers with nothing, which says nothing.
  if (first === undefined) return { items: [], recent, at: now };
  const oldest = ids.length >= limits.pageSize ? first : '0';
  const present = new Set(ids);
  const there = new Map(found.map((message) => [message.id, message]));
  const items: InboxItem[] = [];
  const kept: Followed['recent'] = [];
  for (const [id, edited] of recent) {
    const message = there.get(id);
    if (!present.has(id) && newer(id, oldest) >= 0) {
      items.push({ kind: 'deleted', remoteId: messageKey(channel, id) });
      continue;
    }
    const editedAt = message?.edited_timestamp ?? '';
    const item = message && editedAt !== edited ? toEdited(message, viewer) : undefined;
    if (item) items.push(item);
    kept.push([id, editedAt || edited]);
  }
  return { items, recent: kept, at: now };
}

function moved(
  before: Followed,
  page: Page,
  stored: readonly Message[],
  seen: Seen,
): Omit<Followed, 'changes'> {
  const fresh = stored.map((one): [string, string] => [one.id, one.edited_timestamp ?? '']);
  return {
    high: page.last ?? before.high,
    recent: [...seen.recent, ...fresh].slice(-limits.pageSize),
    lookedBackAt: seen.at,
  };
}
