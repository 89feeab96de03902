import type { ErrorInfo } from '@shared/domain/errors';
import type { Retry, Sent } from '../networks/errors';

/** What a failed try leads to. */
export type Verdict =
  /** Try again at `at`; nothing arrived. */
  | { readonly next: 'retry'; readonly at: number }
  /** It may have arrived: look at the network before anything else. */
  | { readonly next: 'look'; readonly at: number }
  /** The account needs its person; its queue stands still and keeps everything. */
  | { readonly next: 'pause_account' }
  /** Trying again cannot help: the person sees the reason. */
  | { readonly next: 'give_up' };

export type Failure = { readonly info: ErrorInfo; readonly retry: Retry; readonly sent: Sent };

const SECOND = 1000;
const BASE_MS = 2 * SECOND;
export const MAX_BACKOFF_MS = 15 * 60 * SECOND;
/** Looking is cheap and a person is waiting: short at first, then patient. */
const LOOK_DELAYS_MS = [5 * SECOND, 20 * SECOND, 60 * SECOND, 180 * SECOND];
/** After so many looks that told nothing, the person is asked. */
export const MAX_LOOKS = LOOK_DELAYS_MS.length;
/** An ill server may get well for hours; after that, a person should know. */
const MAX_SERVER_TRIES = 24;
/** Networks renew sessions themselves; an expired one that surfaces again needs its person. */
const MAX_REFRESH_TRIES = 2;

/** Exponential with "equal jitter": never less than half of the step, so a crowd spreads without starving. */
export function backoff(tries: number, random: number): number {
  const full = Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** Math.min(tries, 20));
  return Math.round(full / 2 + (full / 2) * random);
}

export const lookDelay = (looks: number): number =>
  LOOK_DELAYS_MS[Math.min(looks, LOOK_DELAYS_MS.length - 1)] ?? MAX_BACKOFF_MS;

/** Pure: `tries` counts finished tries of the job, `random` is in [0, 1). */
export function verdictOf(failure: Failure, tries: number, now: number, random: number): Verdict {
  const { info, retry, sent } = failure;
  const wait = now + backoff(tries, random);
  if (sent !== 'no' || retry === 'after_reconcile') return { next: 'look', at: now + lookDelay(0) };
  switch (retry) {
    case 'at':
      // Credits that are used up do not come back by themselves: the person has to do something.
      if (info.kind === 'quota_exhausted' && info.retryAt === undefined) return { next: 'give_up' };
      // The network's own time, a little spread so that queues do not start in step.
      return {
        next: 'retry',
        at:
          info.retryAt === undefined
            ? wait
            : Math.max(info.retryAt, now + SECOND) + Math.round(random * SECOND),
      };
    case 'backoff':
      return info.kind !== 'offline' && tries >= MAX_SERVER_TRIES
        ? { next: 'give_up' }
        : { next: 'retry', at: Math.max(wait, info.retryAt ?? 0) };
    case 'after_refresh':
      return tries >= MAX_REFRESH_TRIES ? { next: 'pause_account' } : { next: 'retry', at: wait };
    case 'person':
      return info.kind === 'auth_revoked' ? { next: 'pause_account' } : { next: 'give_up' };
    case 'never':
      return { next: 'give_up' };
  }
}
