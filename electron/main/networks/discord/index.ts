import { NetworkError } from '../errors';
import type {
  AccountCtx,
  Checkpoint,
  Network,
  PullPage,
  Reconciled,
  StepResult,
  WriteStep,
} from '../network';
import type { Metrics } from '@shared/domain/network';
import { checkAccount } from './access';
import { createAgent } from './agent';
import { botMethod, connectBot, connectWebhook, getChannel, targetOf, webhookMethod } from './auth';
import { discordDefaults } from './capabilities';
import { directChannels } from './direct';
import { discordEndpoints, type DiscordEndpoints } from './endpoints';
import { pullChannel, pullDirect } from './inbox';
import { createKeepers } from './keepers';
import { accountParts, messageParts } from './keys';
import { createLines } from './lines';
import { watch } from './live';
import { metricsOf, type Viewer } from './mapping';
import { createMemories, withNamed } from './memory';
import { planWrite, stepData } from './plan';
import * as publishing from './publish';

/** Discord, by a bot of the person's own or by the webhook of a channel (personal accounts are forbidden). */
export function createDiscordNetwork(endpoints: DiscordEndpoints = discordEndpoints): Network {
  const servers = new Map<string, string | undefined>();
  const memories = createMemories();
  const keepers = createKeepers();
  const lines = createLines(endpoints, keepers);
  /** The server of a channel, for links; it never changes. */
  const serverOf = async (channel: string, ctx: AccountCtx): Promise<string | undefined> => {
    if (!servers.has(channel))
      servers.set(channel, (await getChannel(ctx, targetOf(ctx, endpoints), channel)).guild_id ?? undefined);
    return servers.get(channel);
  };
  return {
    id: 'discord',
    defaults: discordDefaults,
    connectMethods: [botMethod, webhookMethod],
    connect: (method, input, io) => {
      if (method === botMethod.id) return connectBot(input, io, endpoints);
      if (method === webhookMethod.id) return connectWebhook(input, io, endpoints);
      throw new NetworkError({ kind: 'unsupported', detail: 'no such way to connect' }, 'no');
    },
    check: (ctx) => checkAccount(ctx, endpoints),
    plan: (write, account) => planWrite(write, account),
    runStep: (step, done, ctx) => run(step, done, ctx, endpoints),
    reconcile: (step, done, ctx) => look(step, done, ctx, endpoints),
    pull: async (stream, cursor, ctx): Promise<PullPage> => {
      const account = accountParts(ctx.account.remoteId);
      if (account.kind === 'webhook') return { items: [], next: null, more: false };
      keepers.note(account.bot, ctx);
      const agent = createAgent(ctx, endpoints);
      const viewer: Viewer = { bot: account.bot, endpoints };
      const memory = memories(ctx.account.id);
      if (stream === 'dm') {
        const channels = directChannels(ctx);
        return withNamed(memory, { stream, cursor, channels }, (named) =>
          pullDirect(agent, channels, cursor, ctx, viewer, { named, memory }),
        );
      }
      const server = await serverOf(account.channel, ctx);
      return withNamed(memory, { stream, cursor, channels: [account.channel] }, (named) =>
        pullChannel(agent, account.channel, cursor, ctx, { ...viewer, server }, { named, memory }),
      );
    },
    exists: (remoteId, ctx) => publishing.exists(remoteId, ctx, endpoints),
    metrics: async (remoteIds, ctx) => {
      const found = new Map<string, Metrics>();
      for (const remoteId of remoteIds) {
        const message = await publishing.findMessage(messageParts(remoteId), ctx, endpoints);
        if (message) found.set(remoteId, metricsOf(message));
      }
      return found;
    },
    live: (ctx, io) => watch(ctx, io, { lines, memories, keepers }),
  };
}

async function run(
  step: WriteStep,
  done: Checkpoint,
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<StepResult> {
  const data = stepData.parse(step.data);
  const agent = createAgent(ctx, endpoints);
  switch (data.do) {
    case 'prepare':
      return publishing.prepare(data, done, ctx, endpoints);
    case 'open':
      return publishing.open(data, ctx, endpoints);
    case 'message':
      return publishing.sendMessage(data, done, agent, ctx, endpoints);
    case 'hook':
      return publishing.sendByWebhook(data, ctx, endpoints);
    case 'react':
      return publishing.react(data, agent);
    case 'delete':
      return publishing.remove(data, ctx, endpoints);
  }
}

async function look(
  step: WriteStep,
  done: Checkpoint,
  ctx: AccountCtx,
  endpoints: DiscordEndpoints,
): Promise<Reconciled> {
  const data = stepData.parse(step.data);
  const agent = createAgent(ctx, endpoints);
  switch (data.do) {
    case 'message':
      return publishing.reconcileMessage(data, done, agent, ctx, endpoints);
    case 'hook':
      // A webhook can look at a message only by the id that never came.
      return { state: 'unknown' };
    case 'react':
      return publishing.reconcileReaction(data, agent);
    case 'delete':
      return (await publishing.findMessage(data, ctx, endpoints))
        ? { state: 'absent' }
        : { state: 'arrived', output: {} };
    default:
      // Hidden steps may be repeated freely.
      return { state: 'absent' };
  }
}
