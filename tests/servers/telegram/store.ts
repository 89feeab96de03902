/** What Telegram keeps for one bot, with the shapes and rules of the Bot API's published description. */
import { randomBytes } from 'node:crypto';

export const BOT = 7001;
export const ANA = 9001;
export const BEN = 9002;
export const CHANNEL = -1001000000001;
export const DISCUSSION = -1001000000002;
/** A group that has nothing to do with the channel. */
export const FOREIGN = -1001000000003;
export const OWNER = 9100;
const TELEGRAM = 777000;
const DAY_S = 24 * 60 * 60;

const users = {
  [BOT]: { id: BOT, is_bot: true, first_name: 'Candor Bot', username: 'candor_news_bot' },
  [ANA]: { id: ANA, is_bot: false, first_name: 'Ana', last_name: 'Lima', username: 'ana_lima' },
  [BEN]: { id: BEN, is_bot: false, first_name: 'Ben' },
  [OWNER]: { id: OWNER, is_bot: false, first_name: 'Olga', username: 'olga_owner' },
  [TELEGRAM]: { id: TELEGRAM, is_bot: false, first_name: 'Telegram' },
} as const;
const chats: Readonly<Record<number, Readonly<Record<string, unknown>>>> = {
  [CHANNEL]: { id: CHANNEL, type: 'channel', title: 'Candor News', username: 'candornews' },
  [DISCUSSION]: { id: DISCUSSION, type: 'supergroup', title: 'Candor News Chat' },
  [FOREIGN]: { id: FOREIGN, type: 'supergroup', title: 'Somewhere else', username: 'elsewhere' },
};

export type Stored = Record<string, unknown> & { message_id: number; date: number; chat: { id: number } };
export type Said = { readonly text?: string; readonly extra?: Readonly<Record<string, unknown>> };

export function createStore(now: () => number) {
  let lastUpdate = 800_000_000;
  const lastMessage = new Map<number, number>();
  const messages = new Map<string, Stored>();
  /** What the bot sent, in order. */
  const sent: Stored[] = [];
  const reactions = new Map<string, string>();
  const read: { connection: string; chat: number; message: number }[] = [];
  let updates: { readonly at: number; readonly body: Record<string, unknown> & { update_id: number } }[] = [];
  let kinds: readonly string[] = [];
  const waiting = new Set<() => void>();

  const seconds = () => Math.floor(now() / 1000);
  const chatOf = (id: number): { id: number } & Record<string, unknown> => {
    const user = users[id as keyof typeof users];
    return user ? { ...user, is_bot: undefined, id, type: 'private' } : { ...chats[id], id };
  };
  const key = (chat: number, id: number) => `${chat}/${id}`;
  const get = (chat: number, id: number) => messages.get(key(chat, id));

  const update = (kind: string, body: unknown): void => {
    lastUpdate += 1;
    updates.push({ at: now(), body: { update_id: lastUpdate, [kind]: body } });
    for (const wake of waiting) wake();
  };
  const keep = (chat: number, fields: Readonly<Record<string, unknown>>, scope = chat): Stored => {
    const message_id = (lastMessage.get(scope) ?? 100) + 1;
    lastMessage.set(scope, message_id);
    const made = { message_id, date: seconds(), chat: chatOf(chat), ...fields };
    messages.set(key(chat, message_id), made);
    return made;
  };
  /** A message without the one that it answers, as it stands inside another. */
  const bare = ({ reply_to_message: _inner, ...rest }: Stored) => rest;

  /** Every channel post is forwarded into the discussion group by Telegram itself. */
  const forward = (post: Stored): Stored => {
    const { text, caption, photo, video, animation, document } = post;
    const copy = keep(DISCUSSION, {
      from: users[TELEGRAM],
      sender_chat: chatOf(CHANNEL),
      is_automatic_forward: true,
      forward_origin: {
        type: 'channel',
        chat: chatOf(CHANNEL),
        message_id: post.message_id,
        date: post.date,
      },
      ...JSON.parse(JSON.stringify({ text, caption, photo, video, animation, document })),
    });
    update('message', copy);
    return copy;
  };

  const say = (chat: number, from: number, { text, extra }: Said): Stored => {
    const made = keep(chat, {
      from: users[from as keyof typeof users],
      ...(text !== undefined && { text }),
      ...extra,
    });
    update('message', made);
    return made;
  };

  return {
    users,
    chats,
    sent,
    reactions,
    read,
    chatOf,
    get,
    keep,
    bare,
    forward,
    update,
    /** A person of the team writes in the channel; gives the copy in the discussion group. */
    post: (text: string | undefined, extra: Said['extra'] = {}): Stored => {
      const made = keep(CHANNEL, {
        sender_chat: chatOf(CHANNEL),
        ...(text !== undefined && { text }),
        ...extra,
      });
      update('channel_post', made);
      return forward(made);
    },
    /** Somebody comments below a channel post (its copy in the group), or answers a comment. */
    comment: (
      text: string,
      to: Stored,
      { by = ANA, thread = to }: { by?: number; thread?: Stored } = {},
    ): Stored =>
      say(DISCUSSION, by, {
        text,
        extra: { reply_to_message: bare(to), message_thread_id: thread.message_id },
      }),
    say,
    edit: (message: Stored, text: string, kind = 'edited_message'): void => {
      Object.assign(message, { text, edit_date: seconds() });
      update(kind, message);
    },
    remove: (chat: number, id: number) => messages.delete(key(chat, id)),
    business: (connection: string, by: number, text: string): Stored => {
      const made = keep(
        ANA,
        { from: users[by as keyof typeof users], text, business_connection_id: connection },
        -1,
      );
      update('business_message', made);
      return made;
    },
    isOld: (message: Stored): boolean => seconds() - message.date > 2 * DAY_S,
    /** Confirms what lies before `offset`, and gives what lies after it; kept for a day. */
    updatesFrom: (offset: number | undefined, limit: number, wanted: readonly string[] | undefined) => {
      kinds = wanted ?? kinds;
      updates = updates.filter(
        ({ at, body }) => at > now() - DAY_S * 1000 && body.update_id >= (offset ?? 0),
      );
      return updates
        .map(({ body }) => body)
        .filter((body) => kinds.length === 0 || Object.keys(body).some((name) => kinds.includes(name)))
        .slice(0, limit);
    },
    /** After a week without updates Telegram begins with other numbers. */
    renumber: () => (lastUpdate = 1_000),
    waiting,
  };
}
export const newToken = (): string => `${BOT}:${randomBytes(26).toString('base64url')}`;
export type TelegramStore = ReturnType<typeof createStore>;
