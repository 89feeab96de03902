import { NetworkError } from '../errors';
import type { AccountCtx, Checkpoint, Network, Reconciled, StepResult, WriteStep } from '../network';
import { checkAccount } from './access';
import { botToken, connectWithToken, targetOf } from './auth';
import { telegramDefaults } from './capabilities';
import { callApi } from './client';
import { telegramEndpoints, type TelegramEndpoints } from './endpoints';
import { openFile } from './files';
import { createViewers, pullUpdates, type InboxDeps } from './inbox';
import { accountParts } from './keys';
import { listen } from './listen';
import { createMemories } from './memory';
import { planWrite, stepData } from './plan';
import * as publishing from './publish';
import { createReaders } from './readers';
import { count } from './wire';

/** Telegram, by a bot of the person's own (the Bot API; a personal account cannot be used). */
export function createTelegramNetwork(endpoints: TelegramEndpoints = telegramEndpoints): Network {
  const readers = createReaders();
  const memories = createMemories();
  const inbox: InboxDeps = { endpoints, readers, memories, viewerOf: createViewers(endpoints) };
  const depsOf = (ctx: AccountCtx): publishing.PublishDeps => ({
    endpoints,
    readers,
    memory: memories(ctx.account.id),
  });
  return {
    id: 'telegram',
    defaults: telegramDefaults,
    connectMethods: [botToken],
    connect: (method, input, io) => {
      if (method === botToken.id) return connectWithToken(input, io, endpoints);
      throw new NetworkError({ kind: 'unsupported', detail: 'no such way to connect' }, 'no');
    },
    check: (ctx) => {
      const { bot } = accountParts(ctx.account.remoteId);
      const isReader = readers.claim(bot, ctx.account.id, ctx.clock.now());
      return checkAccount(ctx, endpoints, !isReader);
    },
    plan: (write, account) => planWrite(write, account),
    runStep: (step, done, ctx) => run(step, done, ctx, depsOf(ctx)),
    reconcile: (step, done, ctx) => look(step, done, ctx, depsOf(ctx)),
    pull: async (stream, cursor, ctx) =>
      // Direct messages come in the same queue as everything else.
      stream === 'dm' ? { items: [], next: null, more: false } : pullUpdates(cursor, ctx, inbox),
    // No message can be asked for: what was not deleted here is taken to be there, and sending tells otherwise.
    exists: (remoteId, ctx) => Promise.resolve(!memories(ctx.account.id).isGone(remoteId)),
    metrics: () => Promise.resolve(new Map()),
    accountMetrics: async (ctx) => {
      const { chat } = accountParts(ctx.account.remoteId);
      if (chat === null) return {};
      const call = {
        method: 'getChatMemberCount',
        effect: 'read',
        params: { chat_id: Number(chat) },
      } as const;
      return { followers: await callApi(ctx, targetOf(ctx, endpoints), call, count) };
    },
    live: (ctx, io) => listen(ctx, io, inbox),
    openFile: (file, ctx) => openFile(file, ctx, endpoints),
  };
}

async function run(
  step: WriteStep,
  done: Checkpoint,
  ctx: AccountCtx,
  deps: publishing.PublishDeps,
): Promise<StepResult> {
  const data = stepData.parse(step.data);
  switch (data.do) {
    case 'prepare':
      return publishing.prepare(data, ctx);
    case 'message':
      return publishing.sendMessage(data, done, ctx, deps);
    case 'react':
      return publishing.react(data, ctx, deps.endpoints);
    case 'delete':
      return publishing.remove(data, ctx, deps);
    case 'read':
      return publishing.markRead(data, ctx, deps);
  }
}

async function look(
  step: WriteStep,
  done: Checkpoint,
  ctx: AccountCtx,
  deps: publishing.PublishDeps,
): Promise<Reconciled> {
  const data = stepData.parse(step.data);
  // Everything else comes to the same when it is done twice.
  return data.do === 'message' ? publishing.reconcileMessage(data, done, ctx, deps) : { state: 'absent' };
}
