import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Network, Reconciled, StepResult, WriteStep } from '../network';
import { createSettling } from '../settling';
import { createAgents, type Agent } from './agent';
import { connectBySignIn, readSecrets, signIn, toProfile } from './auth';
import { capabilitiesFor, limits, youtubeDefaults } from './capabilities';
import { youtubeEndpoints, type YoutubeEndpoints } from './endpoints';
import { pullComments } from './inbox';
import { channelMetrics, isVideo, metricsOf } from './mapping';
import { planWrite, stepData } from './plan';
import * as publishing from './publish';
import { createQuota } from './quota';
import { createSessions } from './sessions';
import type { Origins } from './threads';
import { openSession, uploadVideo } from './uploads';

/** YouTube: uploads to a channel, and the comments below its videos. */
export function createYoutubeNetwork(endpoints: YoutubeEndpoints = youtubeEndpoints): Network {
  const agents = createAgents(endpoints, createSessions(endpoints), createQuota());
  const settling = createSettling(limits.settleMs);
  const origins: Origins = new Map();
  return {
    id: 'youtube',
    defaults: youtubeDefaults,
    connectMethods: [signIn],
    connect: (method, input, io) => {
      if (method === signIn.id) return connectBySignIn(input, io, endpoints);
      throw new NetworkError({ kind: 'unsupported', detail: 'no such way to connect' }, 'no');
    },
    check: async (ctx) => {
      const found = await agents(ctx).channel();
      const { scope, endsAt } = readSecrets(ctx.secrets.read());
      const end = endsAt === undefined ? undefined : Number(endsAt);
      return { profile: toProfile(found, endpoints), capabilities: capabilitiesFor(scope, end) };
    },
    plan: (write, account) => planWrite(write, account),
    runStep: (step, done, ctx) => run(step, done, agents(ctx), ctx),
    reconcile: (step, done, ctx) => look(step, done, agents(ctx), () => settling.notThere(step, done, ctx)),
    pull: async (stream, cursor, ctx) => {
      const { inbox } = ctx.account.capabilities ?? youtubeDefaults;
      if (stream === 'dm' || !inbox.comment.ok) return { items: [], next: cursor, more: false };
      return pullComments(agents(ctx), cursor, ctx, origins);
    },
    exists: (remoteId, ctx) => publishing.isThere(remoteId, agents(ctx)),
    metrics: async (remoteIds, ctx) => {
      const found = await agents(ctx).videos(remoteIds.filter(isVideo), ['statistics']);
      return new Map(found.map((one) => [one.id, metricsOf(one)]));
    },
    accountMetrics: async (ctx) => channelMetrics(await agents(ctx).channel()),
  };
}

async function run(step: WriteStep, done: Checkpoint, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'session':
      return openSession(data, agent, ctx);
    case 'upload':
      return uploadVideo(data, done, agent, ctx);
    case 'release':
      return publishing.release(data, done, agent);
    case 'prepare':
      return publishing.prepare(data, agent, ctx);
    case 'answer':
      return publishing.answer(data, agent);
    case 'moderate':
      return publishing.moderate(data, agent);
    case 'delete':
      return publishing.remove(data.id, agent);
  }
}

async function look(
  step: WriteStep,
  done: Checkpoint,
  agent: Agent,
  notThere: () => Reconciled,
): Promise<Reconciled> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'release':
      return publishing.reconcileRelease(data, done, agent);
    case 'answer':
      return publishing.reconcileAnswer(data, done, agent, notThere);
    case 'moderate':
      return publishing.reconcileModeration(data, agent);
    case 'delete':
      return (await publishing.isThere(data.id, agent))
        ? { state: 'absent' }
        : { state: 'arrived', output: {} };
    default:
      // Hidden steps may be repeated freely.
      return { state: 'absent' };
  }
}
