import type { Capabilities, Permission, PermissionUse } from '@shared/domain/network';
import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, Profile } from '../network';
import {
  botProfile,
  getBot,
  getChannel,
  getGuild,
  getWebhook,
  targetOf,
  webhookPath,
  webhookProfile,
} from './auth';
import { capabilitiesFor, limits, webhookCapabilities } from './capabilities';
import { callApi, type ApiTarget } from './client';
import type { DiscordEndpoints } from './endpoints';
import { accountParts } from './keys';
import { application, member, role, type Channel } from './wire';

type Checked = { readonly profile: Profile; readonly capabilities: Capabilities };

export async function checkAccount(ctx: AccountCtx, endpoints: DiscordEndpoints): Promise<Checked> {
  const target = targetOf(ctx, endpoints);
  const account = accountParts(ctx.account.remoteId);
  if (account.kind === 'webhook') {
    const seen = await getWebhook(ctx, target, webhookPath(ctx).path);
    return { profile: webhookProfile(seen, endpoints), capabilities: webhookCapabilities };
  }
  const bot = await getBot(ctx, target);
  const channel = await getChannel(ctx, target, account.channel);
  if (!channel.guild_id)
    throw new NetworkError({ kind: 'permission', detail: 'not a channel of a server' }, 'no');
  const server = await getGuild(ctx, target, channel.guild_id);
  const bits = await permissionsIn(ctx, target, channel, channel.guild_id, bot.id);
  const capabilities = capabilitiesOf(bits, isThread(channel), await readsContent(ctx, target));
  return { profile: botProfile(bot, channel, server, endpoints), capabilities };
}

const isThread = ({ type }: Channel): boolean => [10, 11, 12].includes(type);
const has = (bits: bigint, bit: number): boolean => (bits & (1n << BigInt(bit))) !== 0n;

/**
 * Base permissions of the roles, then the exceptions of the channel: everyone's, those of the roles together, the
 * bot's own (Discord, permission overwrites). Threads have those of the channel that they are in.
 */
async function permissionsIn(
  ctx: AccountCtx,
  target: ApiTarget,
  channel: Channel,
  server: string,
  bot: string,
): Promise<bigint> {
  const get = <T>(path: string, schema: z.ZodType<T>) =>
    callApi(ctx, target, { method: 'GET', path, effect: 'read' }, schema);
  const { roles: own } = await get(`/guilds/${server}/members/${bot}`, member);
  const roles = await get(`/guilds/${server}/roles`, z.array(role));
  const place =
    isThread(channel) && channel.parent_id ? await getChannel(ctx, target, channel.parent_id) : channel;
  const mine = [server, ...own];
  const base = roles
    .filter(({ id }) => mine.includes(id))
    .reduce((bits, { permissions }) => bits | BigInt(permissions), 0n);
  if (has(base, limits.administratorBit)) return ~0n;
  const exceptions = place.permission_overwrites ?? [];
  const steps = [
    exceptions.filter(({ id }) => id === server),
    exceptions.filter(({ id, type }) => type === 0 && own.includes(id)),
    exceptions.filter(({ id, type }) => type === 1 && id === bot),
  ];
  return steps.reduce((bits, step) => {
    const deny = step.reduce((all, one) => all | BigInt(one.deny), 0n);
    const allow = step.reduce((all, one) => all | BigInt(one.allow), 0n);
    return (bits & ~deny) | allow;
  }, base);
}

/** Whether Discord gives the bot the words of messages that do not name it; null where it does not tell. */
async function readsContent(ctx: AccountCtx, target: ApiTarget): Promise<boolean | null> {
  const call = { method: 'GET', path: '/applications/@me', effect: 'read' } as const;
  try {
    const { flags } = await callApi(ctx, target, call, application);
    return typeof flags === 'number'
      ? limits.messageContentBits.some((bit) => has(BigInt(flags), bit))
      : null;
  } catch (error) {
    if (error instanceof NetworkError && ['gone', 'permission', 'protocol'].includes(error.kind)) return null;
    throw error;
  }
}

function capabilitiesOf(bits: bigint, inThread: boolean, content: boolean | null): Capabilities {
  const permissions: readonly Permission[] = limits.permissions.map((one) => ({
    name: one.name,
    granted: has(bits, inThread && one.inThreads !== undefined ? one.inThreads : one.bit),
    needed: one.needed as PermissionUse[],
  }));
  const found = capabilitiesFor((name) =>
    permissions.some((one) => one.name === name && one.granted === true),
  );
  const intent: Permission = { name: 'Message Content Intent', granted: content, needed: ['comments'] };
  const note = 'Switch on Message Content Intent for the bot in the Discord Developer Portal.';
  return {
    ...found,
    inbox:
      content === false && found.inbox.comment.ok
        ? { ...found.inbox, comment: { ok: false, why: 'scope', note } }
        : found.inbox,
    access: { permissions: [...permissions, intent] },
  };
}
