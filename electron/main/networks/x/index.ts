import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Network, Reconciled, StepResult, WriteStep } from '../network';
import { createSettling } from '../settling';
import { createAgent, type Agent, type Shared } from './agent';
import {
  accessKeys,
  connectBySignIn,
  connectWithKeys,
  fetchMe,
  profileOf,
  signIn,
  signInOf,
  targetOf,
} from './auth';
import { capabilitiesOf, limits, xDefaults } from './capabilities';
import { xEndpoints, type XEndpoints } from './endpoints';
import { pullMentions } from './inbox';
import { isDirectKey } from './mapping';
import * as media from './media';
import { pullMessages } from './messages';
import { createMeter } from './meter';
import { accountMetricsOf, fetchMetrics } from './numbers';
import { answerable, planWrite, stepData } from './plan';
import * as publishing from './publish';
import { createSessions } from './session';
import type { User } from './wire';

/** X by its API v2, as the person's own self-serve app. Every paid call is told to `ctx.onUse`. */
export function createXNetwork(endpoints: XEndpoints = xEndpoints): Network {
  const shared: Shared = {
    endpoints,
    sessions: createSessions(endpoints),
    meter: createMeter(),
    dialect: { current: 'post' },
  };
  const settling = createSettling(limits.settleMs);
  const agentOf = (ctx: AccountCtx): Agent => createAgent(ctx, shared);
  const me = (ctx: AccountCtx): Promise<User> =>
    shared.sessions.use(ctx, (session) => fetchMe(ctx, targetOf(endpoints, session, ctx, ctx.onRate)));
  return {
    id: 'x',
    defaults: xDefaults,
    connectMethods: [signIn, accessKeys],
    connect: async (method, input, io) => {
      if (method === signIn.id) return connectBySignIn(input, io, endpoints);
      if (method === accessKeys.id) return connectWithKeys(input, io, endpoints);
      throw new NetworkError({ kind: 'unsupported', detail: 'no such way to connect' }, 'no');
    },
    check: async (ctx) => {
      const user = await me(ctx);
      return { profile: profileOf(user, endpoints), capabilities: capabilitiesOf(user, signInOf(ctx)) };
    },
    plan: (write, account) => planWrite(write, account),
    answerable,
    runStep: (step, done, ctx) => run(step, done, agentOf(ctx), ctx),
    reconcile: (step, done, ctx) =>
      look(step, done, agentOf(ctx), ctx, () => settling.notThere(step, done, ctx)),
    pull: (stream, cursor, ctx) =>
      stream === 'dm' ? pullMessages(agentOf(ctx), cursor, ctx) : pullMentions(agentOf(ctx), cursor, ctx),
    // A direct conversation is asked for nothing: sending to it tells, and costs no more.
    exists: async (remoteId, ctx) => isDirectKey(remoteId) || publishing.isThere(remoteId, agentOf(ctx)),
    metrics: (remoteIds, ctx) => fetchMetrics(remoteIds, agentOf(ctx), ctx),
    accountMetrics: async (ctx) => accountMetricsOf(await me(ctx)),
  };
}

async function run(step: WriteStep, done: Checkpoint, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'upload':
      return media.upload(data, done[step.key], agent, ctx);
    case 'describe':
      return media.describe(data, done, agent, ctx);
    case 'mark':
      return publishing.markNow(ctx);
    case 'post':
      return publishing.publishPost(data, done, agent, ctx);
    case 'direct':
      return publishing.sendDirect(data, agent, ctx);
    case 'hide':
      return publishing.hide(data.id, data.on, agent);
    case 'delete':
      return publishing.remove(data.id, agent);
  }
}

async function look(
  step: WriteStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
  notThere: () => Reconciled,
): Promise<Reconciled> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'post':
      return publishing.reconcilePost(data, done, agent, ctx, notThere);
    case 'direct':
      return publishing.reconcileDirect(data, done, agent, ctx, notThere);
    case 'delete':
      return (await publishing.isThere(data.id, agent))
        ? { state: 'absent' }
        : { state: 'arrived', output: {} };
    default:
      // Hidden steps may be repeated freely, and hiding twice is hiding once; X does not tell what is hidden.
      return { state: 'absent' };
  }
}
