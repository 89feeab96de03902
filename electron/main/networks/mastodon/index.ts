import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Network, Reconciled, StepResult, WriteStep } from '../network';
import { createAgent, type Agent } from './agent';
import { accessToken, connectWithToken, fetchAccount, readSecrets } from './auth';
import { capabilitiesOf, mastodonDefaults } from './capabilities';
import { pullNotifications } from './inbox';
import { accountMetricsOf, directAccts, metricsOf, type Viewer } from './mapping';
import { markRead, peopleExist, pullMessages } from './messages';
import { browser, connectInBrowser } from './oauth';
import { planWrite, stepData } from './plan';
import * as publishing from './publish';
import { fetchRules } from './rules';
import { fetchScopes, withScopes } from './scopes';
import { watch } from './stream';
import { uploadMedia } from './upload';

/** Mastodon, and other servers that speak its API. The only host is the account's own server. */
export function createMastodonNetwork(): Network {
  return {
    id: 'mastodon',
    defaults: mastodonDefaults,
    connectMethods: [browser, accessToken],
    connect: (method, input, io) => {
      if (method === browser.id) return connectInBrowser(input, io);
      if (method === accessToken.id) return connectWithToken(input, io);
      throw new NetworkError({ kind: 'unsupported', detail: 'no such way to connect' }, 'no');
    },
    check: async (ctx) => {
      const { serviceUrl: service } = ctx.account;
      const { token, scope } = readSecrets(ctx.secrets.read());
      const target = { service, token, onRate: ctx.onRate };
      const { profile, instance } = await fetchAccount(ctx, target);
      const granted = scope ?? (await fetchScopes(ctx, target));
      const rules = await fetchRules(ctx, target, instance);
      return { profile, capabilities: withScopes(capabilitiesOf(instance, rules), granted) };
    },
    plan: (write, account) => planWrite(write, account),
    runStep: (step, done, ctx) => run(step, done, createAgent(ctx), ctx),
    reconcile: (step, done, ctx) => look(step, done, createAgent(ctx)),
    pull: (stream, cursor, ctx) => {
      const agent = createAgent(ctx);
      return stream === 'dm'
        ? pullMessages(agent, cursor, ctx, viewerOf(agent, ctx))
        : pullNotifications(agent, cursor, ctx, viewerOf(agent, ctx));
    },
    exists: async (remoteId, ctx) => {
      const accts = directAccts(remoteId);
      if (accts) return peopleExist(createAgent(ctx), accts);
      return (await createAgent(ctx).status(remoteId)) !== undefined;
    },
    metrics: async (remoteIds, ctx) => {
      const found = await createAgent(ctx).statuses(remoteIds);
      return new Map([...found].map(([id, status]) => [id, metricsOf(status)]));
    },
    accountMetrics: async (ctx) => accountMetricsOf(await createAgent(ctx).self()),
    live: watch,
  };
}

const viewerOf = ({ id, service }: Agent, ctx: AccountCtx): Viewer => ({
  id,
  service,
  name: ctx.account.handle.slice(0, ctx.account.handle.indexOf('@')),
  domain: ctx.account.handle.slice(ctx.account.handle.indexOf('@') + 1),
});

async function run(step: WriteStep, done: Checkpoint, agent: Agent, ctx: AccountCtx): Promise<StepResult> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'image':
    case 'video':
      return uploadMedia(data, done[step.key], agent, ctx);
    case 'quoted':
      return publishing.findQuoted(data, agent);
    case 'prepare':
      return publishing.prepare(data, agent);
    case 'status':
      return publishing.publishStatus(data, done, agent);
    case 'favourite':
      return publishing.favourite(data.id, data.on, agent);
    case 'delete':
      return publishing.removeStatus(data.id, agent);
    case 'read':
      await markRead(agent, data.key);
      return { state: 'done', output: {} };
  }
}

async function look(step: WriteStep, done: Checkpoint, agent: Agent): Promise<Reconciled> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'status':
      return publishing.reconcileStatus(data, done, agent);
    case 'favourite':
      return publishing.reconcileFavourite(data.id, data.on, agent);
    case 'delete':
      return (await agent.status(data.id)) ? { state: 'absent' } : { state: 'arrived', output: {} };
    default:
      // Hidden steps may be repeated freely.
      return { state: 'absent' };
  }
}
