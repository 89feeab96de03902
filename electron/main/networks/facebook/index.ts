import { isThere, remove } from '../graph-agent';
import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Network, Profile, Reconciled, StepResult, WriteStep } from '../network';
import { createSettling } from '../settling';
import { fetchAccess } from './access';
import { connectWithLogin, connectWithToken, loginMethod, PAGE_FIELDS, profileOf, tokenMethod } from './auth';
import { capabilitiesOf, facebookDefaults, limits } from './capabilities';
import { createAgent, createShared, type Agent } from './client';
import * as direct from './direct';
import { facebookEndpoints, type FacebookEndpoints } from './endpoints';
import { pullNotifications } from './inbox';
import * as looking from './look';
import { personOf } from './mapping';
import { pullMessages } from './messages';
import { fetchAccountMetrics, fetchMetrics } from './metrics';
import { planWrite, stepData } from './plan';
import * as publishing from './publish';
import * as videos from './video';
import { page, type Page } from './wire';

/** Facebook Pages by the Graph API. Personal profiles cannot be published to. */
export function createFacebookNetwork(endpoints: FacebookEndpoints = facebookEndpoints): Network {
  const shared = createShared(endpoints);
  const settling = createSettling(limits.settleMs);
  const login = loginMethod(endpoints);
  return {
    id: 'facebook',
    defaults: facebookDefaults,
    connectMethods: [login, tokenMethod],
    connect: (method, input, io) => {
      if (method === login.id) return connectWithLogin(endpoints, input, io);
      if (method === tokenMethod.id) return connectWithToken(endpoints, input, io);
      throw new NetworkError({ kind: 'unsupported', detail: 'no such way to connect' }, 'no');
    },
    check: async (ctx) => {
      const agent = createAgent(shared, ctx);
      const seen = await fetchPage(agent);
      const profile = seen ? profileOf(seen, endpoints) : knownProfile(ctx);
      return { profile, capabilities: capabilitiesOf(await fetchAccess(agent)) };
    },
    plan: planWrite,
    runStep: (step, done, ctx) => run(step, done, createAgent(shared, ctx), ctx),
    reconcile: async (step, done, ctx) => {
      const found = await look(step, done, createAgent(shared, ctx));
      return found.state === 'absent' && isListed(step) ? settling.notThere(step, done, ctx) : found;
    },
    pull: async (stream, cursor, ctx) => {
      // Near the end of the allowance what the person sends goes first.
      if (shared.brake.isOn(ctx.account.id, ctx.clock.now())) return { items: [], next: cursor, more: false };
      const agent = createAgent(shared, ctx);
      return stream === 'dm' ? pullMessages(agent, cursor, ctx) : pullNotifications(agent, cursor, ctx);
    },
    exists: (remoteId, ctx) => {
      const agent = createAgent(shared, ctx);
      const person = personOf(remoteId);
      return person === undefined ? isThere(agent, remoteId) : direct.directExists(agent, person);
    },
    metrics: (remoteIds, ctx) => fetchMetrics(remoteIds, createAgent(shared, ctx)),
    accountMetrics: (ctx) => fetchAccountMetrics(createAgent(shared, ctx)),
  };
}

/** Undefined where the sign-in may not even read the Page: what is missing is then said by its permissions. */
async function fetchPage(agent: Agent): Promise<Page | undefined> {
  try {
    return await agent.get(`/${agent.page}`, page, { fields: PAGE_FIELDS });
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'permission') return undefined;
    throw error;
  }
}

const knownProfile = ({ account: { remoteId, handle, serviceUrl } }: AccountCtx): Profile => ({
  remoteId,
  handle,
  displayName: handle,
  serviceUrl,
});

/** What is looked for in lists, or is worked on for a while after it was sent. */
const listed: readonly unknown[] = ['post', 'video', 'comment', 'message', 'private'];
const isListed = ({ data }: WriteStep): boolean => listed.includes(data.do);

async function run(step: WriteStep, done: Checkpoint, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const data = stepData.parse(step.data);
  const before = done[step.key];
  const now = ctx.clock.now();
  switch (data.do) {
    case 'photo':
      return publishing.stagePhoto(data, agent, ctx);
    case 'upload':
      return videos.uploadVideo(data, before, agent, ctx);
    case 'prepare':
      return looking.prepare(data, agent, ctx);
    case 'post':
      return publishing.publishPost(data, done, agent);
    case 'video':
      return videos.publishVideo(data, done, agent);
    case 'processed':
      return videos.awaitProcessing(data, before, done, agent, now);
    case 'comment':
      return publishing.publishComment(data, done, agent);
    case 'message':
      return direct.sendMessage(data, done, agent, ctx);
    case 'private':
      return direct.sendPrivate(data, agent);
    case 'like':
      return publishing.like(data.id, data.on, agent);
    case 'hide':
      return publishing.hide(data.id, data.on, agent);
    case 'delete':
      return remove(agent, data.id);
    case 'seen':
      return direct.markSeen(data, agent);
  }
}

async function look(step: WriteStep, done: Checkpoint, agent: Agent): Promise<Reconciled> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'post':
      return looking.reconcilePost(data, done, agent);
    case 'video':
      return videos.reconcileVideo(data, done, agent);
    case 'comment':
      return looking.reconcileComment(data, done, agent);
    case 'message':
      return looking.reconcileMessage(data, done, agent);
    case 'private':
      return direct.reconcilePrivate(data, agent);
    case 'like':
      return looking.reconcileState(data.id, 'user_likes', data.on, agent);
    case 'hide':
      return looking.reconcileState(data.id, 'is_hidden', data.on, agent);
    case 'delete':
      return looking.reconcileDelete(data.id, agent);
    default:
      // Hidden steps may be repeated freely.
      return { state: 'absent' };
  }
}
