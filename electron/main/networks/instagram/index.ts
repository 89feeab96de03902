import { isThere, remove } from '../graph-agent';
import { metricsOfEach } from '../graph-insights';
import { createBrake, underBrake } from '../graph-usage';
import { createTokenKeeper } from '../long-lived-token';
import { hostFile, unhostFiles } from '../media-container';
import type { AccountCtx, Checkpoint, Network, Reconciled, StepResult, WriteStep } from '../network';
import { createSettling } from '../settling';
import { grantedOf, signInEnds } from './auth';
import { capabilitiesOf, instagramDefaults, limits } from './capabilities';
import { createAgent, type Agent } from './client';
import * as comments from './comments';
import { instagramEndpoints, type InstagramEndpoints } from './endpoints';
import { accessNow } from './facebook-login';
import { pullComments } from './inbox';
import { personOf, type Viewer } from './mapping';
import { lookMessage, pullMessages, reconcileMessage, sendMessage, talkExists } from './messages';
import { metricsOfAccount, metricsOfPost } from './metrics';
import { planWrite, stepData } from './plan';
import { fetchUser, toProfile } from './profile';
import * as publishing from './publish';
import { connectInstagram, connectMethods } from './sign-in';

/** Instagram for professional accounts, with Instagram Login or Facebook Login. */
export function createInstagramNetwork(endpoints: InstagramEndpoints = instagramEndpoints): Network {
  const keeper = createTokenKeeper(limits.token);
  const brake = createBrake();
  const settling = createSettling(limits.settleMs);
  const agentOf = (ctx: AccountCtx) => createAgent(underBrake(ctx, brake), keeper, endpoints);
  const viewerOf = ({ id, handle }: Agent): Viewer => ({ id, handle, web: endpoints.web });
  return {
    id: 'instagram',
    defaults: instagramDefaults,
    connectMethods: connectMethods(endpoints),
    connect: (method, input, io) => connectInstagram(method, input, io, endpoints),
    check: async (ctx) => {
      const agent = await agentOf(ctx);
      const { secrets } = agent;
      const node = secrets.flavour === 'facebook' ? encodeURIComponent(agent.id) : 'me';
      const user = await fetchUser(ctx, secrets, endpoints, node, ctx.onRate);
      const access = await accessNow(ctx, endpoints, secrets);
      const endsAt = access?.endsAt ?? signInEnds(secrets, ctx.clock.now());
      const capabilities = capabilitiesOf({
        flavour: secrets.flavour,
        granted: access?.granted ?? grantedOf(secrets),
        hasMediaHost: ctx.mediaHost !== null,
        ...(endsAt !== undefined && { endsAt }),
      });
      return { profile: toProfile(user, endpoints), capabilities };
    },
    plan: (write, account) => planWrite(write, account),
    runStep: async (step, done, ctx) => {
      const agent = await agentOf(ctx);
      return run(step, done, agent, ctx, viewerOf(agent));
    },
    reconcile: async (step, done, ctx) => {
      const agent = await agentOf(ctx);
      const found = await look(step, done, agent, viewerOf(agent));
      return found.state === 'absent' && isListed(step) ? settling.notThere(step, done, ctx) : found;
    },
    pull: async (stream, cursor, ctx) => {
      // Near the end of the allowance what the person sends goes first.
      if (brake.isOn(ctx.account.id, ctx.clock.now())) return { items: [], next: cursor, more: false };
      const agent = await agentOf(ctx);
      const pull = stream === 'dm' ? pullMessages : pullComments;
      return pull(agent, cursor, ctx, viewerOf(agent));
    },
    exists: async (remoteId, ctx) => {
      const agent = await agentOf(ctx);
      const person = personOf(remoteId);
      return person === undefined ? isThere(agent, remoteId) : talkExists(person, agent);
    },
    metrics: async (remoteIds, ctx) => {
      const agent = await agentOf(ctx);
      return metricsOfEach(remoteIds, (id) => metricsOfPost(id, agent));
    },
    accountMetrics: async (ctx) => metricsOfAccount(await agentOf(ctx)),
  };
}

/** What is looked for in lists, or may still be at work after it was sent. */
const listed: readonly unknown[] = ['publish', 'comment', 'reply', 'message'];
const isListed = ({ data }: WriteStep): boolean => listed.includes(data.do);

async function run(
  step: WriteStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
  viewer: Viewer,
): Promise<StepResult> {
  const data = stepData.parse(step.data);
  const before = done[step.key];
  switch (data.do) {
    case 'prepare':
      return publishing.prepare(data, agent, ctx);
    case 'host':
      return publishing.isUploaded(data.kind, agent)
        ? { state: 'done', output: {} }
        : hostFile(data.mediaId, ctx);
    case 'item':
      return publishing.prepareItem(data, before, done, agent, ctx);
    case 'container':
      return publishing.prepareMain(data, before, done, agent, ctx);
    case 'publish':
      return publishing.publishPost(done, agent, ctx);
    case 'comment':
      return publishing.writeComment(data, done, agent);
    case 'tidy':
      return unhostFiles(
        data.hosts.map((key) => done[key]),
        ctx,
      );
    case 'look_reply':
      return comments.lookReply(data, agent, viewer);
    case 'reply':
      return comments.writeReply(data, agent);
    case 'look_message':
      return lookMessage(data, agent, viewer);
    case 'message':
      return sendMessage(data, done, agent, ctx);
    case 'hide':
      return comments.hide(data.id, data.on, agent);
    case 'delete':
      return remove(agent, data.id);
  }
}

async function look(step: WriteStep, done: Checkpoint, agent: Agent, viewer: Viewer): Promise<Reconciled> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'publish':
      return publishing.reconcilePost(data, done, agent);
    case 'comment':
      return comments.reconcileComment(data, done, agent, viewer);
    case 'reply':
      return comments.reconcileReply(data, done, agent, viewer);
    case 'message':
      return reconcileMessage(data, done, agent, viewer);
    case 'hide':
      return comments.reconcileHide(data.id, data.on, agent);
    case 'delete':
      return (await isThere(agent, data.id)) ? { state: 'absent' } : { state: 'arrived', output: {} };
    default:
      // Hidden steps may be repeated freely.
      return { state: 'absent' };
  }
}
