import { aborted, pauseFor } from '@shared/domain/pause';
import { NetworkError } from '../errors';
import type { AccountCtx, LiveIo } from '../network';
import { targetOf } from './auth';
import { limits } from './capabilities';
import { askFrom, getUpdates, stateOf, type InboxDeps } from './inbox';
import { accountParts } from './keys';

/** Waits at Telegram for the next update, over and over. What comes is fetched and stored by `tell`. */
export async function listen(ctx: AccountCtx, io: LiveIo, deps: InboxDeps): Promise<void> {
  const { bot } = accountParts(ctx.account.remoteId);
  while (!ctx.signal.aborted) {
    if (!deps.readers.claim(bot, ctx.account.id, ctx.clock.now())) return aborted(ctx.signal);
    const before = stateOf(io.cursor('notifications'));
    const target = targetOf(ctx, deps.endpoints);
    const asked = ctx.clock.monotonic();
    let isStopped = false;
    const found = await deps.readers.alone(bot, true, (giveWay) => {
      const signal = AbortSignal.any([ctx.signal, giveWay]);
      const { longPollSeconds } = limits.updates;
      const work = getUpdates({ ...ctx, signal }, target, askFrom(before, ctx), longPollSeconds);
      return unlessStopped(work).finally(() => (isStopped = signal.aborted));
    });
    if (found.length === 0) {
      const isEarly = ctx.clock.monotonic() - asked < limits.updates.emptyAnswerMs;
      // A server (one of the person's own, a proxy) that holds no request would be asked without end.
      if (isEarly && !isStopped) await pauseFor(ctx.clock, limits.updates.emptyAnswerMs, ctx.signal);
      continue;
    }
    await io.tell('notifications');
    if (stateOf(io.cursor('notifications')).offset === before.offset)
      throw new NetworkError({ kind: 'server', detail: 'what arrived was not stored' }, 'no');
  }
}

async function unlessStopped(work: Promise<readonly unknown[]>): Promise<readonly unknown[]> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'cancelled') return [];
    throw error;
  }
}
