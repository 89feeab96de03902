import { z } from 'zod';
import { NetworkError } from '../errors';
import type { HttpDeps } from '../http';
import type { AccountCtx, AccountSecrets, Connected, ConnectIo, ConnectMethod, Profile } from '../network';
import { callApi, type ApiTarget } from './client';
import type { DiscordEndpoints } from './endpoints';
import { accountKey, accountParts, webhookKey } from './keys';
import {
  channel as channelSchema,
  guild,
  user,
  webhook,
  type Channel,
  type Guild,
  type User,
  type Webhook,
} from './wire';

const storedSecrets = z.union([
  z.object({
    token: z.string().min(1),
    /** Ids of the direct channels known so far, set apart by commas: Discord lists them for no bot. */
    direct: z.string().optional(),
  }),
  z.object({ webhook: z.string().min(1), thread: z.string().optional() }),
]);
export type DiscordSecrets = z.infer<typeof storedSecrets>;

export const botMethod: ConnectMethod = {
  id: 'bot',
  fields: [
    { name: 'token', secret: true },
    { name: 'channel', secret: false, placeholder: 'https://discord.com/channels/…' },
  ],
};
export const webhookMethod: ConnectMethod = {
  id: 'webhook',
  fields: [{ name: 'webhook', secret: true, placeholder: 'https://discord.com/api/webhooks/…' }],
};

export function readSecrets(secrets: AccountSecrets): DiscordSecrets {
  const parsed = storedSecrets.safeParse(secrets);
  if (parsed.success) return parsed.data;
  throw new NetworkError({ kind: 'auth_revoked', detail: 'no usable token is stored' }, 'no');
}

/** The API as the account. What belongs to a webhook's address is found with `webhookPath`. */
export function targetOf(ctx: AccountCtx, { api }: DiscordEndpoints): ApiTarget {
  const secrets = readSecrets(ctx.secrets.read());
  return 'token' in secrets
    ? { api, token: secrets.token, secrets: [secrets.token], onRate: ctx.onRate }
    : { api, secrets: [secrets.webhook], onRate: ctx.onRate };
}

export function webhookPath(ctx: AccountCtx): { readonly path: string; readonly thread: string | undefined } {
  const secrets = readSecrets(ctx.secrets.read());
  const account = accountParts(ctx.account.remoteId);
  if (account.kind !== 'webhook' || !('webhook' in secrets))
    throw new NetworkError({ kind: 'auth_revoked', detail: 'no webhook is stored' }, 'no');
  return { path: `/webhooks/${account.id}/${secrets.webhook}`, thread: secrets.thread };
}

const invalid = (field: string, detail: string, cause?: unknown) =>
  new NetworkError({ kind: 'validation', field, detail }, 'no', { cause });

/** One account for every channel named: each publishes to its own, and reads it. */
export async function connectBot(
  input: Readonly<Record<string, string>>,
  io: ConnectIo,
  endpoints: DiscordEndpoints,
): Promise<readonly Connected[]> {
  const token = (input.token ?? '').trim().replace(/^Bot\s+/i, '');
  if (!/^[\w.-]+$/.test(token)) throw invalid('token', token === '' ? 'empty' : 'not a token');
  const ids = channelIds(input.channel ?? '');
  const target = { api: endpoints.api, token, secrets: [token] };
  const bot = await getBot(io, target).catch((error: unknown) => {
    if (error instanceof NetworkError && error.kind === 'auth_revoked')
      throw new NetworkError({ ...error.info, field: 'token' }, 'no', { cause: error });
    throw error;
  });
  const connected: Connected[] = [];
  for (const id of ids) {
    const { channel, server } = await findChannel(io, target, id);
    connected.push({ profile: botProfile(bot, channel, server, endpoints), secrets: { token } });
  }
  return connected;
}

/** Ids or links of channels, however they are set apart. */
export function channelIds(typed: string): readonly string[] {
  const ids = typed
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const [, id] = /^(?:https?:\/\/[^/]+\/channels\/\d+\/)?(\d{15,22})\/?$/.exec(part) ?? [];
      if (id === undefined) throw invalid('channel', 'not the id or the link of a channel');
      return id;
    });
  if (ids.length === 0) throw invalid('channel', 'empty');
  return [...new Set(ids)];
}

/** Text, announcements, and the threads of both. */
const WRITABLE = [0, 5, 10, 11, 12];

async function findChannel(
  deps: HttpDeps,
  target: ApiTarget,
  id: string,
): Promise<{ readonly channel: Channel; readonly server: Guild }> {
  try {
    const channel = await getChannel(deps, target, id);
    if (!WRITABLE.includes(channel.type) || !channel.guild_id)
      throw invalid('channel', 'not a text channel of a server');
    return { channel, server: await getGuild(deps, target, channel.guild_id) };
  } catch (error) {
    if (!(error instanceof NetworkError) || !['gone', 'permission'].includes(error.kind)) throw error;
    throw invalid(
      'channel',
      'The bot cannot see this channel: invite it to the server and let it view the channel.',
      error,
    );
  }
}

export async function connectWebhook(
  input: Readonly<Record<string, string>>,
  io: ConnectIo,
  endpoints: DiscordEndpoints,
): Promise<readonly Connected[]> {
  const typed = (input.webhook ?? '').trim();
  const found = /\/api(?:\/v\d+)?\/webhooks\/(\d+)\/([\w-]+)\/?(?:\?(?:.*&)?thread_id=(\d+).*)?$/.exec(typed);
  const [, id, secret, thread] = found ?? [];
  if (id === undefined || secret === undefined) throw invalid('webhook', 'not the address of a webhook');
  const target = { api: endpoints.api, secrets: [secret] };
  try {
    const seen = await getWebhook(io, target, `/webhooks/${id}/${secret}`);
    const secrets = { webhook: secret, ...(thread !== undefined && { thread }) };
    return [{ profile: webhookProfile(seen, endpoints), secrets }];
  } catch (error) {
    if (error instanceof NetworkError && ['auth_revoked', 'gone'].includes(error.kind))
      throw new NetworkError({ ...error.info, field: 'webhook' }, 'no', { cause: error });
    throw error;
  }
}

const read = (path: string) => ({ method: 'GET', path, effect: 'read' }) as const;
export const getBot = (deps: HttpDeps, target: ApiTarget): Promise<User> =>
  callApi(deps, target, read('/users/@me'), user);
export const getChannel = (deps: HttpDeps, target: ApiTarget, id: string): Promise<Channel> =>
  callApi(deps, target, read(`/channels/${id}`), channelSchema);
export const getGuild = (deps: HttpDeps, target: ApiTarget, id: string): Promise<Guild> =>
  callApi(deps, target, read(`/guilds/${id}`), guild);
export const getWebhook = (deps: HttpDeps, target: ApiTarget, path: string): Promise<Webhook> =>
  callApi(deps, target, read(path), webhook);

export function botProfile(bot: User, channel: Channel, server: Guild, endpoints: DiscordEndpoints): Profile {
  const icon = server.icon
    ? `${endpoints.cdn}/icons/${server.id}/${server.icon}.png`
    : avatarOf(bot, endpoints);
  return {
    remoteId: accountKey(bot.id, channel.id),
    handle: `#${channel.name ?? channel.id}`,
    displayName: server.name,
    ...(icon !== undefined && { avatarUrl: icon }),
    serviceUrl: endpoints.web,
    profileUrl: `${endpoints.web}/channels/${server.id}/${channel.id}`,
  };
}

export function webhookProfile(seen: Webhook, endpoints: DiscordEndpoints): Profile {
  const avatarUrl = avatarOf(seen, endpoints);
  const { guild_id: server, channel_id: place } = seen;
  return {
    remoteId: webhookKey(seen.id),
    handle: seen.name ?? seen.id,
    displayName: seen.name ?? 'Webhook',
    ...(avatarUrl !== undefined && { avatarUrl }),
    serviceUrl: endpoints.web,
    ...(server && place && { profileUrl: `${endpoints.web}/channels/${server}/${place}` }),
  };
}

export const avatarOf = (
  who: { readonly id: string; readonly avatar?: string | null },
  { cdn }: DiscordEndpoints,
): string | undefined => (who.avatar ? `${cdn}/avatars/${who.id}/${who.avatar}.png` : undefined);
