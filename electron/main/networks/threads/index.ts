import { isThere, remove } from '../graph-agent';
import { metricsOfEach } from '../graph-insights';
import { createBrake, underBrake } from '../graph-usage';
import { createTokenKeeper, endOf } from '../long-lived-token';
import { hostFile, unhostFiles } from '../media-container';
import type { AccountCtx, Checkpoint, Network, Reconciled, StepResult, WriteStep } from '../network';
import { createSettling } from '../settling';
import { inspect } from './auth';
import { capabilitiesOf, limits, threadsDefaults } from './capabilities';
import { createAgent, type Agent } from './client';
import { threadsEndpoints, type ThreadsEndpoints } from './endpoints';
import { pullReplies } from './inbox';
import { metricsOfAccount, metricsOfPost } from './metrics';
import { planWrite, stepData } from './plan';
import * as publishing from './publish';
import { connectMethods, connectThreads, fetchUser, toProfile } from './sign-in';

export function createThreadsNetwork(endpoints: ThreadsEndpoints = threadsEndpoints): Network {
  const keeper = createTokenKeeper(limits.token);
  const brake = createBrake();
  const settling = createSettling(limits.settleMs);
  const agentOf = (ctx: AccountCtx) => createAgent(underBrake(ctx, brake), keeper, endpoints);
  return {
    id: 'threads',
    defaults: threadsDefaults,
    connectMethods: connectMethods(endpoints),
    connect: (method, input, io) => connectThreads(method, input, io, endpoints),
    check: async (ctx) => {
      const { secrets } = await agentOf(ctx);
      const seen = await fetchUser(ctx, secrets.token, endpoints, ctx.onRate);
      const told = await inspect(ctx, endpoints, secrets.token);
      const endsAt = endOf(
        { ...secrets, expiresAt: secrets.expiresAt ?? told.expiresAt },
        ctx.clock.now(),
        limits.token,
      );
      const capabilities = capabilitiesOf({
        granted: told.scopes,
        hasMediaHost: ctx.mediaHost !== null,
        ...(endsAt !== undefined && { endsAt }),
      });
      return { profile: toProfile(seen, endpoints), capabilities };
    },
    plan: (write, account) => planWrite(write, account),
    runStep: async (step, done, ctx) => run(step, done, await agentOf(ctx), ctx),
    reconcile: async (step, done, ctx) => {
      const found = await look(step, done, await agentOf(ctx));
      // Threads may still be at work on it.
      return found.state === 'absent' && step.data.do === 'publish'
        ? settling.notThere(step, done, ctx)
        : found;
    },
    pull: async (stream, cursor, ctx) => {
      // There are no direct messages; near the end of the allowance what the person sends goes first.
      if (stream === 'dm' || brake.isOn(ctx.account.id, ctx.clock.now()))
        return { items: [], next: cursor, more: false };
      const agent = await agentOf(ctx);
      return pullReplies(agent, cursor, ctx, { id: agent.id, handle: agent.handle });
    },
    exists: async (remoteId, ctx) => isThere(await agentOf(ctx), remoteId),
    metrics: async (remoteIds, ctx) => {
      const agent = await agentOf(ctx);
      return metricsOfEach(remoteIds, (id) => metricsOfPost(id, agent));
    },
    accountMetrics: async (ctx) => metricsOfAccount(await agentOf(ctx)),
  };
}

async function run(step: WriteStep, done: Checkpoint, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const data = stepData.parse(step.data);
  const before = done[step.key];
  switch (data.do) {
    case 'prepare':
      return publishing.prepare(data, agent, ctx);
    case 'host':
      return hostFile(data.mediaId, ctx);
    case 'item':
      return publishing.prepareItem(data, before, done, agent, ctx);
    case 'container':
      return publishing.prepareMain(data, before, done, agent, ctx);
    case 'publish':
      return publishing.publishPost(data, done, agent, ctx);
    case 'tidy':
      return unhostFiles(
        data.hosts.map((key) => done[key]),
        ctx,
      );
    case 'hide':
      return publishing.hide(data.id, data.on, agent);
    case 'delete':
      return remove(agent, data.id);
  }
}

async function look(step: WriteStep, done: Checkpoint, agent: Agent): Promise<Reconciled> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'publish':
      return publishing.reconcilePost(data, done, agent);
    case 'hide':
      return publishing.reconcileHide(data.id, data.on, agent);
    case 'delete':
      return (await isThere(agent, data.id)) ? { state: 'absent' } : { state: 'arrived', output: {} };
    default:
      // Hidden steps may be repeated freely.
      return { state: 'absent' };
  }
}
