import { z } from 'zod';
import { readItems } from '../answers';
import { NetworkError } from '../errors';
import type { AccountCtx, Cursor, InboxItem, PullPage } from '../network';
import { textOf } from './attachments';
import { getChat, getMe, readSecrets, targetOf } from './auth';
import { limits } from './capabilities';
import { callApi, type ApiTarget } from './client';
import type { TelegramEndpoints } from './endpoints';
import { accountParts, directKey, messageKey } from './keys';
import {
  authorOf,
  chatAuthor,
  isOwn,
  keyOf,
  saysSomething,
  seenPost,
  toMessage,
  type Viewer,
} from './mapping';
import type { Memories, Memory } from './memory';
import { createPlaces, storedPlaces, type Places } from './places';
import type { Readers } from './readers';
import { list, update, updateId, type Message, type Update } from './wire';

const updatesCursor = z.object({
  v: z.literal(1),
  /** The first update that is not stored; asking from here on tells Telegram to forget those before. */
  offset: z.number().nullable(),
  /** When Telegram was last asked, and when it last had something. */
  askedAt: z.number(),
  heardAt: z.number(),
  groups: storedPlaces,
});
type State = z.infer<typeof updatesCursor>;
const initial: State = { v: 1, offset: null, askedAt: 0, heardAt: 0, groups: { threads: [], places: [] } };
export const stateOf = (cursor: Cursor | null): State => updatesCursor.safeParse(cursor).data ?? initial;

export type InboxDeps = {
  readonly endpoints: TelegramEndpoints;
  readonly readers: Readers;
  readonly memories: Memories;
  /** Who the account is, asked for once in a while. */
  readonly viewerOf: (ctx: AccountCtx) => Promise<Viewer>;
};

/**
 * Everything that is said to the bot, direct messages too: Telegram has one queue per bot and forgets what was asked
 * past, so that one stream must take it all.
 */
export async function pullUpdates(
  cursor: Cursor | null,
  ctx: AccountCtx,
  deps: InboxDeps,
): Promise<PullPage> {
  const state = stateOf(cursor);
  const { bot } = accountParts(ctx.account.remoteId);
  if (ctx.signal.aborted) throw new NetworkError({ kind: 'cancelled' }, 'no');
  if (!deps.readers.claim(bot, ctx.account.id, ctx.clock.now()))
    return { items: [], next: cursor, more: false };
  const viewer = await deps.viewerOf(ctx);
  const target = targetOf(ctx, deps.endpoints);
  const found = await deps.readers.alone(bot, false, () => getUpdates(ctx, target, askFrom(state, ctx), 0));
  const now = ctx.clock.now();
  const memory = deps.memories(ctx.account.id);
  const places = createPlaces(state.groups, memory.answers, viewer);
  const items = readUpdates(found, ctx).flatMap((one) => itemsOf(one, { ctx, viewer, memory, places }));
  const last = lastId(found);
  const next: State = {
    v: 1,
    offset: last === undefined ? state.offset : last + 1,
    askedAt: now,
    heardAt: last === undefined ? state.heardAt : now,
    groups: places.stored(),
  };
  const lost = state.askedAt > 0 && now - state.askedAt > limits.updates.keptMs;
  return {
    items,
    next,
    more: found.length >= limits.updates.page,
    ...(lost && { gap: { from: state.askedAt, to: now - limits.updates.keptMs } }),
  };
}

/** After a week of silence Telegram begins with new numbers, which may be lower: then no number is named. */
export const askFrom = ({ offset, heardAt }: State, ctx: AccountCtx): number | undefined =>
  offset === null || ctx.clock.now() - heardAt > limits.updates.idsHoldMs ? undefined : offset;

/** Without an offset nothing is confirmed: a look, after which everything is still there. */
export const getUpdates = (
  ctx: AccountCtx,
  target: ApiTarget,
  offset: number | undefined,
  seconds: number,
): Promise<readonly unknown[]> => {
  const { page, kinds } = limits.updates;
  const params = { offset, limit: page, timeout: seconds, allowed_updates: kinds };
  const call = { method: 'getUpdates', effect: 'read', params, timeoutMs: (seconds + 30) * 1000 } as const;
  return callApi(ctx, target, call, list);
};

const lastId = (found: readonly unknown[]): number | undefined => {
  const ids = found.flatMap((one) => updateId.safeParse(one).data?.update_id ?? []);
  return ids.length === 0 ? undefined : Math.max(...ids);
};

export const readUpdates = (found: readonly unknown[], ctx: AccountCtx): readonly Update[] =>
  readItems(update, found, ctx);

type Reading = {
  readonly ctx: AccountCtx;
  readonly viewer: Viewer;
  readonly memory: Memory;
  readonly places: Places;
};

function itemsOf(one: Update, reading: Reading): readonly InboxItem[] {
  const { ctx, memory } = reading;
  const edited = one.edited_message ?? one.edited_business_message;
  if (edited) return editOf(edited, reading);
  const post = one.channel_post ?? one.edited_channel_post;
  const seen = post && seenPost(post);
  if (seen) memory.see(seen);
  if (one.business_connection?.is_enabled)
    ctx.secrets.replace({ ...ctx.secrets.read(), business: one.business_connection.id });
  if (one.business_message) return businessMessage(one.business_message, reading);
  if (one.deleted_business_messages) {
    const { business_connection_id, chat, message_ids } = one.deleted_business_messages;
    return message_ids.map((id) => ({
      kind: 'deleted',
      remoteId: messageKey(chat.id, id, business_connection_id),
    }));
  }
  return one.message ? messageOf(one.message, reading) : [];
}

function editOf(message: Message, { places, memory }: Reading): readonly InboxItem[] {
  if (message.is_automatic_forward) {
    noteCopy(message, places, memory);
    return [];
  }
  const editedAt = (message.edit_date ?? message.date) * 1000;
  return [{ kind: 'edited', remoteId: keyOf(message), text: textOf(message), editedAt }];
}

function noteCopy(copy: Message, places: Places, memory: Memory): void {
  places.thread(copy);
  const seen = seenPost(copy);
  if (seen) memory.see(seen);
}

function messageOf(message: Message, reading: Reading): readonly InboxItem[] {
  const { viewer, memory, places } = reading;
  if (message.is_automatic_forward) {
    if (String(message.sender_chat?.id) === viewer.chat) noteCopy(message, places, memory);
    return [];
  }
  if (!saysSomething(message)) return [];
  const topic = message.direct_messages_topic;
  if (message.chat.type !== 'private' && !topic) return places.place(message);
  const own = isOwn(message, viewer);
  const remoteKey = directKey({ chat: String(message.chat.id), ...(topic && { topic: topic.topic_id }) });
  const other = topic?.user
    ? authorOf({ ...message, from: topic.user, sender_chat: undefined })
    : authorOf(message);
  const conversation = { remoteKey, type: 'dm', ...((!own || topic?.user) && { other }) } as const;
  return [toMessage(message, conversation, own, viewer)];
}

/** In a Business chat the other person is the chat; whoever else writes there is the account's side. */
function businessMessage(message: Message, { ctx, viewer, memory }: Reading): readonly InboxItem[] {
  const { business_connection_id: business, chat } = message;
  if (business === undefined || !saysSomething(message)) return [];
  if (readSecrets(ctx.secrets.read()).business !== business)
    ctx.secrets.replace({ ...ctx.secrets.read(), business });
  const own = message.from?.id !== chat.id;
  const remoteKey = directKey({ chat: String(chat.id), business });
  if (!own) memory.came(remoteKey, message.message_id);
  return [toMessage(message, { remoteKey, type: 'dm', other: chatAuthor(chat) }, own, viewer)];
}

const VIEWER_MS = 60 * 60_000;

/** The bot's name and the discussion group of its channel, remembered for an hour. */
export function createViewers(endpoints: TelegramEndpoints) {
  const known = new Map<string, { readonly viewer: Viewer; readonly at: number }>();
  return async (ctx: AccountCtx): Promise<Viewer> => {
    const { id, remoteId } = ctx.account;
    const before = known.get(id);
    const now = ctx.clock.now();
    if (before && now - before.at < VIEWER_MS) return before.viewer;
    const target = targetOf(ctx, endpoints);
    const { bot, chat } = accountParts(remoteId);
    const { username } = await getMe(ctx, target);
    const info = chat === null ? undefined : await getChat(ctx, target, Number(chat));
    const discussion = info?.linked_chat_id === undefined ? null : String(info.linked_chat_id);
    const viewer = { bot, botName: username, chat, discussion, web: endpoints.web };
    known.set(id, { viewer, at: now });
    return viewer;
  };
}
