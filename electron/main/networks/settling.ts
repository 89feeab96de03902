import type { AccountCtx, Checkpoint, Reconciled, WriteStep } from './network';

const MAX_NOTES = 1000;

/**
 * Lists of a network lag behind what was written, and a server may still be at work on a request that was given up. So
 * what is not there counts as absent only when it is still not there a while after the first look. When the write was
 * sent is not known: it may have waited for hours after it was prepared.
 */
type Settling = {
  readonly notThere: (
    step: Pick<WriteStep, 'key'>,
    done: Checkpoint,
    ctx: Pick<AccountCtx, 'account' | 'clock'>,
  ) => Reconciled;
};

export function createSettling(settleMs: number): Settling {
  const firstLooks = new Map<string, number>();
  return {
    notThere: ({ key }, done, { account, clock }) => {
      // What was done before a step (and when) tells one write from every other.
      const write = JSON.stringify([account.remoteId, key, done]);
      const now = clock.now();
      const first = firstLooks.get(write);
      if (first === undefined) note(firstLooks, write, now);
      if (first === undefined || now - first < settleMs) return { state: 'unknown' };
      // A next try that is in doubt has a first look of its own.
      firstLooks.delete(write);
      return { state: 'absent' };
    },
  };
}

function note(firstLooks: Map<string, number>, write: string, now: number): void {
  firstLooks.set(write, now);
  const [oldest] = firstLooks.keys();
  if (firstLooks.size > MAX_NOTES && oldest !== undefined) firstLooks.delete(oldest);
}
