import type { Metrics } from '@shared/domain/network';
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
import * as actions from './actions';
import { createAgents, LIKES, type Agent } from './agent';
import { appPassword, connectWithPassword, readSession } from './auth';
import { blueskyDefaults, capabilitiesFor } from './capabilities';
import { tokenScope } from './client';
import { defaultEndpoints, type BlueskyEndpoints } from './endpoints';
import { pullNotifications } from './inbox';
import { chatIds, uriParts } from './mapping';
import { pullMessages } from './messages';
import { planWrite, stepData } from './plan';
import * as publishing from './publish';
import { currentSession, oneConvo, profile } from './wire';

/** Bluesky, and any other server of the AT Protocol with the app.bsky lexicons. */
export function createBlueskyNetwork(
  options: { readonly endpoints?: Partial<BlueskyEndpoints> } = {},
): Network {
  const endpoints = { ...defaultEndpoints, ...options.endpoints };
  const agents = createAgents(endpoints);

  return {
    id: 'bluesky',
    defaults: blueskyDefaults,
    connectMethods: [appPassword],
    connect: (method, input, io) => {
      if (method === appPassword.id) return connectWithPassword(input, io, endpoints);
      throw new NetworkError({ kind: 'unsupported', detail: 'no such way to connect' }, 'no');
    },
    check: (ctx) => check(agents(ctx), ctx, endpoints.web),
    plan: (write, account, { now }) => planWrite(write, account, now),
    runStep: (step, done, ctx) => run(step, done, agents(ctx), ctx, endpoints.web),
    reconcile: (step, done, ctx) => look(step, done, agents(ctx), ctx, endpoints.web),
    pull: async (stream, cursor, ctx): Promise<PullPage> => {
      if (stream === 'notifications') return pullNotifications(agents(ctx), cursor, ctx, endpoints.web);
      return currentCapabilities(ctx).inbox.dm.ok
        ? pullMessages(agents(ctx), cursor, ctx)
        : { items: [], next: cursor, more: false };
    },
    exists: (remoteId, ctx) => exists(remoteId, agents(ctx)),
    metrics: async (remoteIds, ctx) => {
      const found = await agents(ctx).posts(remoteIds.filter((id) => uriParts(id)));
      return new Map([...found].map(([uri, post]) => [uri, metricsOf(post)]));
    },
  };
}

const currentCapabilities = (ctx: AccountCtx) =>
  capabilitiesFor(tokenScope(readSession(ctx.secrets.read()).accessJwt));

async function check(agent: Agent, ctx: AccountCtx, web: string): ReturnType<Network['check']> {
  const session = await agent.call({ nsid: 'com.atproto.server.getSession', effect: 'read' }, currentSession);
  if (session.active === false)
    throw new NetworkError(
      { kind: 'permission', detail: `account is ${session.status ?? 'not active'}` },
      'no',
    );
  const params = { actor: agent.did };
  const seen = await agent.call({ nsid: 'app.bsky.actor.getProfile', effect: 'read', params }, profile);
  return {
    profile: {
      remoteId: session.did,
      handle: session.handle,
      displayName: seen.displayName?.trim() || session.handle,
      ...(seen.avatar !== undefined && { avatarUrl: seen.avatar }),
      serviceUrl: readSession(ctx.secrets.read()).service,
      profileUrl: `${web}/profile/${session.handle}`,
    },
    capabilities: currentCapabilities(ctx),
  };
}

async function run(
  step: WriteStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
  web: string,
): Promise<StepResult> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'image':
      return publishing.uploadImage(data.mediaId, agent, ctx);
    case 'prepare':
      return publishing.prepare(data, agent, ctx);
    case 'post':
      return publishing.publishPost(data, done, agent, ctx, web);
    case 'prepare-message':
      return actions.prepareMessage(data.convoId, data.text, agent);
    case 'message':
      return actions.sendMessage(data, done, agent);
    case 'like':
      return actions.like(data, agent);
    case 'find-like':
      return actions.findLike(data.uri, agent);
    case 'unlike':
      return actions.unlike(done, agent);
    case 'hide':
      return actions.hide(data, agent);
    case 'delete':
      await removePost(data.uri, agent);
      return { state: 'done', output: {} };
    case 'delete-message':
      return actions.deleteMessage(data, agent);
    case 'seen':
      return actions.markSeen(data.upTo, agent);
    case 'read':
      return actions.markConversationRead(data.convoId, agent);
  }
}

async function look(
  step: WriteStep,
  done: Checkpoint,
  agent: Agent,
  ctx: AccountCtx,
  web: string,
): Promise<Reconciled> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'post':
      return publishing.reconcilePost(data, agent, ctx, web);
    case 'message':
      return actions.reconcileMessage(data, done, agent, ctx);
    case 'like': {
      const existing = await agent.ownRecord(LIKES, data.rkey);
      return existing
        ? { state: 'arrived', output: { uri: existing.uri, cid: existing.cid } }
        : { state: 'absent' };
    }
    case 'unlike':
      return actions.reconcileUnlike(done, agent);
    case 'hide':
      return actions.reconcileHide(data, agent);
    case 'delete':
      return (await ownPost(data.uri, agent)) ? { state: 'absent' } : { state: 'arrived', output: {} };
    default:
      // Hidden steps may be repeated freely.
      return { state: 'absent' };
  }
}

async function ownPost(uri: string, agent: Agent) {
  const parts = uriParts(uri);
  return parts && agent.ownRecord(parts.collection, parts.rkey);
}

async function removePost(uri: string, agent: Agent): Promise<void> {
  const parts = uriParts(uri);
  if (parts) await agent.remove(parts.collection, parts.rkey);
}

async function exists(remoteId: string, agent: Agent): Promise<boolean> {
  const parts = uriParts(remoteId);
  if (parts?.did === agent.did) return (await agent.ownRecord(parts.collection, parts.rkey)) !== undefined;
  if (parts) return (await agent.posts([remoteId])).has(remoteId);
  const convoId = chatIds(remoteId)?.convoId ?? remoteId;
  try {
    await agent.chat({ nsid: 'chat.bsky.convo.getConvo', effect: 'read', params: { convoId } }, oneConvo);
    return true;
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'gone') return false;
    throw error;
  }
}

function metricsOf(post: {
  readonly likeCount?: number;
  readonly replyCount?: number;
  readonly repostCount?: number;
  readonly quoteCount?: number;
}): Metrics {
  const { likeCount, replyCount, repostCount, quoteCount } = post;
  return {
    ...(likeCount !== undefined && { likes: likeCount }),
    ...(replyCount !== undefined && { replies: replyCount }),
    ...(repostCount !== undefined && { reposts: repostCount }),
    ...(quoteCount !== undefined && { quotes: quoteCount }),
  };
}
