import { z } from 'zod';
import { NetworkError } from '../errors';
import type { HttpDeps } from '../http';
import type { AccountCtx, AccountSecrets, Connected, ConnectIo, ConnectMethod, Profile } from '../network';
import { callApi, type ApiTarget } from './client';
import type { TelegramEndpoints } from './endpoints';
import { accountKey } from './keys';
import { chatInfo, member, user, type ChatInfo, type Member, type User } from './wire';

const storedSecrets = z.object({
  token: z.string().min(1),
  /** A Bot API server of the person's own. */
  server: z.string().optional(),
  /** The newest Telegram Business connection that the bot was given. */
  business: z.string().optional(),
});
export type BotSecrets = z.infer<typeof storedSecrets>;

/**
 * An account is one bot in the one chat that it publishes to, or a bot alone (its private messages and its groups).
 * Telegram hands every message out once per bot: of several accounts with the same bot, the oldest gets them.
 */
export const botToken: ConnectMethod = {
  id: 'bot-token',
  fields: [
    { name: 'token', secret: true, placeholder: '123456789:AA…' },
    { name: 'chat', secret: false, optional: true, placeholder: '@channel' },
    { name: 'server', secret: false, optional: true, placeholder: 'https://api.telegram.org' },
  ],
};

export function readSecrets(secrets: AccountSecrets): BotSecrets {
  const parsed = storedSecrets.safeParse(secrets);
  if (parsed.success) return parsed.data;
  throw new NetworkError({ kind: 'auth_revoked', detail: 'no usable token is stored' }, 'no');
}

export function targetOf(ctx: AccountCtx, endpoints: TelegramEndpoints): ApiTarget {
  const { token, server } = readSecrets(ctx.secrets.read());
  return { api: server ?? endpoints.api, token, onRate: ctx.onRate };
}

const invalid = (field: string, detail: string, cause?: unknown) =>
  new NetworkError({ kind: 'validation', field, detail }, 'no', { cause });

export async function connectWithToken(
  input: Readonly<Record<string, string>>,
  io: ConnectIo,
  endpoints: TelegramEndpoints,
): Promise<readonly Connected[]> {
  const token = (input.token ?? '').trim();
  if (!/^\d+:[\w-]+$/.test(token))
    throw invalid('token', token === '' ? 'empty' : 'not a token of BotFather');
  const server = (input.server ?? '').trim();
  const target = { api: server === '' ? endpoints.api : serverOrigin(server), token };
  const bot = await getMe(io, target).catch((error: unknown) => {
    if (!(error instanceof NetworkError)) throw error;
    if (error.kind === 'auth_revoked')
      throw new NetworkError({ ...error.info, field: 'token' }, 'no', { cause: error });
    if (error.kind === 'protocol')
      throw invalid(server === '' ? 'token' : 'server', error.info.detail ?? '', error);
    throw error;
  });
  const place =
    (input.chat ?? '').trim() === '' ? undefined : await findChat(io, target, bot, input.chat ?? '');
  const secrets = { token, ...(server !== '' && { server: target.api }) };
  return [{ profile: toProfile(bot, place?.chat, target.api, endpoints), secrets }];
}

/** The chat must be one that the bot can write to now: a channel where it may post, a group where it is. */
async function findChat(
  io: ConnectIo,
  target: ApiTarget,
  bot: User,
  typed: string,
): Promise<{ readonly chat: ChatInfo }> {
  try {
    const chat = await getChat(io, target, chatId(typed));
    if (!['channel', 'group', 'supergroup'].includes(chat.type))
      throw invalid('chat', 'not a channel or group');
    const own = await getMember(io, target, chat.id, bot.id);
    if (mayPost(chat, own)) return { chat };
    const detail = 'The bot may not post there. Make it an administrator with the right to post messages.';
    throw new NetworkError({ kind: 'permission', field: 'chat', detail }, 'no');
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (error.kind === 'gone')
      throw invalid(
        'chat',
        'The bot does not know this chat: check the name, and add the bot there first.',
        error,
      );
    if (error.kind === 'permission')
      throw new NetworkError({ ...error.info, field: 'chat' }, 'no', { cause: error });
    throw error;
  }
}

export const isIn = ({ status }: Member): boolean => status !== 'left' && status !== 'kicked';
export const isAdministrator = ({ status }: Member): boolean => ['administrator', 'creator'].includes(status);
export const mayPost = (chat: ChatInfo, own: Member): boolean =>
  chat.type === 'channel'
    ? isAdministrator(own) && own.can_post_messages !== false
    : isIn(own) && own.can_send_messages !== false;

/** `@name`, a link to the chat, or its number. */
export function chatId(typed: string): string | number {
  const text = typed.trim().replace(/^(?:https?:\/\/)?(?:t\.me|telegram\.me)\//i, '');
  if (/^-?\d+$/.test(text)) return Number(text);
  const name = text.replace(/^@/, '');
  if (!/^[a-z]\w{3,31}$/i.test(name)) throw invalid('chat', 'not a name or number of a chat');
  return `@${name}`;
}

/** The server as a person typed it. Plain http only here. */
function serverOrigin(typed: string): string {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (!URL.canParse(text)) throw invalid('server', 'not an address');
  const url = new URL(text);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local))
    throw invalid('server', 'an address must begin with https');
  if (url.username !== '' || url.password !== '')
    throw invalid('server', 'an address must not carry a password');
  return url.origin;
}

const read = (method: string, params?: Readonly<Record<string, string | number>>) =>
  ({ method, effect: 'read', params }) as const;
export const getMe = (deps: HttpDeps, target: ApiTarget): Promise<User> =>
  callApi(deps, target, read('getMe'), user);
export const getChat = (deps: HttpDeps, target: ApiTarget, chat_id: string | number): Promise<ChatInfo> =>
  callApi(deps, target, read('getChat', { chat_id }), chatInfo);
export const getMember = (
  deps: HttpDeps,
  target: ApiTarget,
  chat_id: string | number,
  user_id: number,
): Promise<Member> => callApi(deps, target, read('getChatMember', { chat_id, user_id }), member);

export function toProfile(
  bot: User,
  chat: ChatInfo | undefined,
  serviceUrl: string,
  endpoints: TelegramEndpoints,
): Profile {
  const name = chat?.username ?? bot.username;
  return {
    remoteId: accountKey(bot.id, chat?.id),
    handle: name ?? String(bot.id),
    displayName: chat?.title ?? bot.first_name,
    serviceUrl,
    ...(name !== undefined && { profileUrl: `${endpoints.web}/${name}` }),
  };
}
