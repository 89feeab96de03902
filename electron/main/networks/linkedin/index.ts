import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Network, Reconciled, StepResult, WriteStep } from '../network';
import { createSettling } from '../settling';
import { createAgents, type Agent } from './agent';
import {
  accessToken,
  administered,
  connectBySignIn,
  connectWithToken,
  fetchMember,
  fetchPage,
  signIn,
  signInPages,
} from './auth';
import { capabilitiesFor, limits, linkedinDefaults, scopesOf } from './capabilities';
import { linkedinEndpoints, type LinkedinEndpoints } from './endpoints';
import { pullComments } from './inbox';
import { pageMetrics, postMetrics } from './metrics';
import { planWrite, stepData } from './plan';
import * as publishing from './publish';
import { createSessions, type Sessions } from './sessions';
import { uploadImage, uploadVideo } from './uploads';
import { isOrganization } from './urn';

/** LinkedIn: posts of people, and of Pages with the comments below them. */
export function createLinkedinNetwork(endpoints: LinkedinEndpoints = linkedinEndpoints): Network {
  const sessions = createSessions(endpoints);
  const agents = createAgents(endpoints, sessions);
  const settling = createSettling(limits.settleMs);
  return {
    id: 'linkedin',
    defaults: linkedinDefaults,
    connectMethods: [signIn, signInPages, accessToken],
    connect: (id, input, io) => {
      const method = [signIn, signInPages].find((one) => one.id === id);
      if (method) return connectBySignIn(method, input, io, endpoints);
      if (id === accessToken.id) return connectWithToken(input, io, endpoints);
      throw new NetworkError({ kind: 'unsupported', detail: 'no such way to connect' }, 'no');
    },
    check: (ctx) => check(ctx, sessions, endpoints),
    plan: (write, account) => planWrite(write, account),
    runStep: (step, done, ctx) => run(step, done, agents(ctx), ctx),
    reconcile: (step, done, ctx) => look(step, done, agents(ctx), () => settling.notThere(step, done, ctx)),
    pull: async (stream, cursor, ctx) => {
      const { inbox } = ctx.account.capabilities ?? capabilitiesFor(ctx.account.remoteId);
      if (stream === 'dm' || !inbox.comment.ok) return { items: [], next: cursor, more: false };
      return pullComments(agents(ctx), cursor, ctx);
    },
    exists: (remoteId, ctx) => exists(remoteId, agents(ctx)),
    metrics: (remoteIds, ctx) => postMetrics(remoteIds, agents(ctx)),
    accountMetrics: (ctx) => pageMetrics(agents(ctx)),
  };
}

const check = (ctx: AccountCtx, sessions: Sessions, endpoints: LinkedinEndpoints) =>
  sessions.use(ctx, async ({ token, version, scope, expiresAt, refreshToken }) => {
    const { remoteId } = ctx.account;
    const target = { api: endpoints.api, token, version };
    const isPage = isOrganization(remoteId);
    if (isPage && !(await administered(ctx, target)).includes(remoteId))
      throw new NetworkError({ kind: 'permission', detail: 'not an administrator of the Page' }, 'no');
    const profile = isPage
      ? await fetchPage(ctx, target, endpoints, remoteId)
      : await fetchMember(ctx, target, endpoints);
    // Where LinkedIn gave a token to renew it with, the sign-in does not end by itself.
    const endsAt = refreshToken === undefined && expiresAt !== undefined ? Number(expiresAt) : undefined;
    return { profile, capabilities: capabilitiesFor(remoteId, scopesOf(scope), endsAt) };
  });

/** A person's posts cannot be read: whether one is still there is only known when something is done with it. */
async function exists(remoteId: string, agent: Agent): Promise<boolean> {
  try {
    return await publishing.isThere(remoteId, agent);
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'permission') return true;
    throw error;
  }
}

async function run(step: WriteStep, done: Checkpoint, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'image':
      return uploadImage(data.mediaId, agent, ctx);
    case 'video':
      return uploadVideo(data.mediaId, done[step.key], agent, ctx);
    case 'prepare':
      return publishing.prepare(data, agent, ctx);
    case 'post':
      return publishing.publishPost(data, done, agent);
    case 'comment':
      return publishing.publishComment(data, done, agent);
    case 'react':
      return publishing.react(data.urn, data.on, agent);
    case 'delete':
      return publishing.remove(data.urn, agent);
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
    case 'post':
      return publishing.reconcilePost(data, done, agent, notThere);
    case 'comment':
      return publishing.reconcileComment(data, done, agent, notThere);
    case 'react':
      return publishing.reconcileReaction(data.urn, data.on, agent);
    case 'delete':
      return publishing.reconcileRemoval(data.urn, data.reads, agent);
    default:
      // Hidden steps may be repeated freely.
      return { state: 'absent' };
  }
}
