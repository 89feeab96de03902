/** The routes of the specification that the stub has, with what Discord refuses on each. */
import { createShapes, type World } from './shapes';
import { BOT, HOOK, SERVER, THREAD, type Attachment, type Post, type Right } from './store';

export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
};
export type Upload = { readonly name: string; readonly mime: string; readonly bytes: Buffer };
export type Call = {
  readonly query: URLSearchParams;
  readonly json: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, Upload>;
};

const FILE_MAX = 10 * 1024 * 1024;
const ok = (body: unknown): Answer => ({ status: 200, body });
const none: Answer = { status: 204 };
export const fail = (status: number, code: number, message: string, errors?: object): Answer => ({
  status,
  body: { message, code, ...(errors && { errors }) },
});
const invalid = (field: string, code: string): Answer =>
  fail(400, 50035, 'Invalid Form Body', { [field]: { _errors: [{ code, message: code }] } });
const unknownMessage = fail(404, 10008, 'Unknown Message');
const forbidden = fail(403, 50013, 'Missing Permissions');

const MESSAGE_FIELDS = [
  'content',
  'allowed_mentions',
  'attachments',
  'message_reference',
  'nonce',
  'enforce_nonce',
  'flags',
  'tts',
];
const HOOK_FIELDS = ['content', 'allowed_mentions', 'attachments', 'username', 'avatar_url', 'flags', 'tts'];

const wordsOf = ({ content }: Call['json']): string => (typeof content === 'string' ? content : '');

type Route = readonly [RegExp, (call: Call, ...ids: string[]) => Answer];

export function createRoutes(world: World, url: () => string, gateway: () => unknown): readonly Route[] {
  const { store } = world;
  const can = (right: Right): boolean => !store.denied.has(right);

  const { messageOf } = createShapes(world, url);
  const channelOf = (id: string) => store.channels[id];
  /** Why the bot cannot use the channel; undefined where it can. */
  const closedTo = (id: string): Answer | undefined => {
    if (store.recipientOf(id) !== undefined) return undefined;
    if (!channelOf(id)) return fail(404, 10003, 'Unknown Channel');
    return can('view') ? undefined : fail(403, 50001, 'Missing Access');
  };

  /** The attachments of a message as sent; an answer where they are refused. */
  const attached = ({ json, files }: Call): readonly Attachment[] | Answer => {
    const listed = (json.attachments ?? []) as readonly Readonly<Record<string, string>>[];
    if (listed.length > 10 || files.size > 10) return invalid('attachments', 'BASE_TYPE_MAX_LENGTH');
    const found: Attachment[] = [];
    for (const one of listed) {
      if (Object.keys(one).some((name) => !['id', 'filename', 'description'].includes(name)))
        return invalid('attachments', 'UNKNOWN_FIELD');
      const file = files.get(`files[${one.id}]`);
      if (!file || one.filename !== file.name) return invalid('attachments', 'ATTACHMENT_NOT_FOUND');
      if ([...(one.description ?? '')].length > 1024) return invalid('attachments', 'BASE_TYPE_MAX_LENGTH');
      if (file.bytes.length > FILE_MAX) return fail(413, 40005, 'Request entity too large');
      found.push({ filename: file.name, mime: file.mime, description: one.description });
    }
    return found.length === files.size ? found : invalid('attachments', 'ATTACHMENT_NOT_FOUND');
  };

  /** What is wrong with the words of a message; undefined where nothing is. */
  const wrongWords = ({ json, files }: Call, fields: readonly string[]): Answer | undefined => {
    const unknown = Object.keys(json).find((name) => !fields.includes(name));
    if (unknown !== undefined) return invalid(unknown, 'UNKNOWN_FIELD');
    const content = wordsOf(json);
    if (content.trim() === '' && files.size === 0) return fail(400, 50006, 'Cannot send an empty message');
    if ([...content].length > 2000) return invalid('content', 'BASE_TYPE_MAX_LENGTH');
    if (typeof json.nonce === 'string' && json.nonce.length > 25)
      return invalid('nonce', 'BASE_TYPE_MAX_LENGTH');
    const mentions = (json.allowed_mentions ?? {}) as Readonly<Record<string, unknown>>;
    const known = Object.keys(mentions).every((name) =>
      ['parse', 'users', 'roles', 'replied_user'].includes(name),
    );
    return known ? undefined : invalid('allowed_mentions', 'UNKNOWN_FIELD');
  };

  const create = (call: Call, channel: string): Answer => {
    const closed = closedTo(channel) ?? wrongWords(call, MESSAGE_FIELDS);
    if (closed) return closed;
    if (!can(channel === THREAD ? 'sendInThreads' : 'send')) return forbidden;
    const person = store.recipientOf(channel);
    if (person !== undefined && store.closed.has(person))
      return fail(403, 50007, 'Cannot send messages to this user');
    if (call.files.size > 0 && !can('attach')) return forbidden;
    const { json } = call;
    const { message_id: to, fail_if_not_exists } = (json.message_reference ?? {}) as {
      message_id?: string;
      fail_if_not_exists?: boolean;
    };
    if (to !== undefined && !can('history'))
      return fail(403, 160002, 'Cannot reply without permission to read message history');
    if (to !== undefined && !store.posts.has(to) && fail_if_not_exists !== false)
      return invalid('message_reference', 'REPLIES_UNKNOWN_MESSAGE');
    const attachments = attached(call);
    if ('status' in attachments) return attachments;
    const nonce = json.enforce_nonce === true ? String(json.nonce) : undefined;
    const input = {
      by: BOT,
      channel,
      text: wordsOf(json),
      to,
      attachments,
      allowed: json.allowed_mentions,
    };
    return ok(messageOf(store.addOnce(nonce, input)));
  };

  const listed = ({ query }: Call, channel: string): Answer => {
    const closed = closedTo(channel);
    if (closed) return closed;
    if (!can('history')) return ok([]);
    const limit = Number(query.get('limit') ?? 50);
    if (!(limit >= 1 && limit <= 100)) return invalid('limit', 'NUMBER_TYPE_MAX');
    const after = query.get('after');
    const all = store.in(channel).filter((post) => after === null || BigInt(post.id) > BigInt(after));
    const page = after === null ? all.slice(-limit) : all.slice(0, limit);
    return ok([...page].reverse().map((post) => messageOf(post)));
  };

  const one = (channel: string, id: string): Post | undefined => {
    const found = store.posts.get(id);
    return found?.channel === channel ? found : undefined;
  };
  const reacting = (add: boolean) => (_call: Call, channel: string, id: string, emoji: string) => {
    if (add && !can('addReactions')) return forbidden;
    if (!one(channel, id)) return unknownMessage;
    const name = decodeURIComponent(emoji);
    if (!/\p{Emoji}/u.test(name)) return fail(400, 10014, 'Unknown Emoji');
    const all = store.reactions.get(id) ?? new Map<string, Set<string>>();
    const by = all.get(name) ?? new Set<string>();
    if (add) by.add(BOT);
    else by.delete(BOT);
    if (by.size > 0) all.set(name, by);
    else all.delete(name);
    store.reactions.set(id, all);
    return none;
  };
  const hookAnswer = (id: string, secret: string): Answer | undefined => {
    const known = store.hooks.get(id);
    if (known === undefined) return fail(404, 10015, 'Unknown Webhook');
    return known === secret ? undefined : fail(401, 50027, 'Invalid Webhook Token');
  };
  const hookMessage = (id: string, secret: string, message: string): Post | Answer => {
    const refused = hookAnswer(id, secret);
    const found = store.posts.get(message);
    return refused ?? (found?.by === id ? found : unknownMessage);
  };

  return [
    [/^GET \/users\/@me$/, () => ok(store.userOf(BOT))],
    [/^GET \/gateway\/bot$/, () => ok(gateway())],
    [/^GET \/applications\/@me$/, () => ok({ id: BOT, name: 'Candor', flags: world.flags })],
    [
      /^GET \/guilds\/(\d+)$/,
      (_call, id) =>
        id === SERVER ? ok({ id, name: 'Northlight', icon: 'ic0n' }) : fail(404, 10004, 'Unknown Guild'),
    ],
    [/^GET \/guilds\/(\d+)\/roles$/, () => ok(store.roles())],
    [
      /^GET \/guilds\/(\d+)\/members\/(\d+)$/,
      (_call, _guild, id) => ok({ user: store.userOf(id), nick: null, roles: store.memberRoles }),
    ],
    [
      /^GET \/channels\/(\d+)$/,
      (_call, id) => {
        const person = store.recipientOf(id);
        const last_message_id = store.in(id).at(-1)?.id ?? null;
        if (person !== undefined)
          return ok({ id, type: 1, flags: 0, last_message_id, recipients: [store.userOf(person)] });
        const overwrites =
          channelOf(id)?.parent_id === undefined ? { permission_overwrites: store.overwrites() } : {};
        return (
          closedTo(id) ?? ok({ ...channelOf(id), flags: 0, guild_id: SERVER, last_message_id, ...overwrites })
        );
      },
    ],
    [/^GET \/channels\/(\d+)\/messages$/, listed],
    [/^POST \/channels\/(\d+)\/messages$/, create],
    [
      /^GET \/channels\/(\d+)\/messages\/(\d+)$/,
      (_call, channel, id) => {
        const found = one(channel, id);
        return closedTo(channel) ?? (found ? ok(messageOf(found)) : unknownMessage);
      },
    ],
    [
      /^DELETE \/channels\/(\d+)\/messages\/(\d+)$/,
      (_call, channel, id) => {
        const found = one(channel, id);
        if (!found) return unknownMessage;
        if (found.by !== BOT && !can('manageMessages')) return forbidden;
        store.remove([id]);
        return none;
      },
    ],
    [/^PUT \/channels\/(\d+)\/messages\/(\d+)\/reactions\/([^/]+)\/@me$/, reacting(true)],
    [/^DELETE \/channels\/(\d+)\/messages\/(\d+)\/reactions\/([^/]+)\/@me$/, reacting(false)],
    [
      /^POST \/users\/@me\/channels$/,
      ({ json }) => {
        const person = String(json.recipient_id);
        if (!store.people[person]) return fail(404, 10013, 'Unknown User');
        const id = store.openDirect(person);
        return ok({ id, type: 1, flags: 0, recipients: [store.userOf(person)] });
      },
    ],
    [
      /^GET \/webhooks\/(\d+)\/([\w-]+)$/,
      (_call, id, secret) =>
        hookAnswer(id, secret) ??
        ok({
          id,
          type: 1,
          name: 'Candor hook',
          avatar: null,
          channel_id: Object.keys(store.channels)[0],
          guild_id: SERVER,
          application_id: null,
          token: secret,
        }),
    ],
    [
      /^POST \/webhooks\/(\d+)\/([\w-]+)$/,
      (call, id, secret) => {
        const refused = hookAnswer(id, secret) ?? wrongWords(call, HOOK_FIELDS);
        if (refused) return refused;
        const attachments = attached(call);
        if ('status' in attachments) return attachments;
        const channel = call.query.get('thread_id') ?? undefined;
        const { allowed_mentions: allowed } = call.json;
        const made = store.add({
          by: HOOK,
          webhook: true,
          text: wordsOf(call.json),
          attachments,
          allowed,
          channel,
        });
        return call.query.get('wait') === 'true' ? ok(messageOf(made)) : none;
      },
    ],
    [
      /^GET \/webhooks\/(\d+)\/([\w-]+)\/messages\/(\d+)$/,
      (_call, id, secret, message) => {
        const found = hookMessage(id, secret, message);
        return 'status' in found ? found : ok(messageOf(found));
      },
    ],
    [
      /^DELETE \/webhooks\/(\d+)\/([\w-]+)\/messages\/(\d+)$/,
      (_call, id, secret, message) => {
        const found = hookMessage(id, secret, message);
        if ('status' in found) return found;
        store.remove([found.id]);
        return none;
      },
    ],
  ];
}
