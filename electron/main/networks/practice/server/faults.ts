import { practiceFaults, type PracticeFaults } from '@shared/domain/practice-faults';
import { NetworkError } from '../../errors';
import type { Clock } from '../../../ports';
import type { Store } from './store';

const NO_FAULTS: PracticeFaults = { mode: 'none', calls: null, arrivals: true };

const SLOW_MS = 3_000;
const TIMEOUT_MS = 2_000;
const RATE_LIMIT_MS = 15_000;

/** What the person asked the practice network to do wrong; kept in its file, so that it survives a restart. */
export function createFaults(store: Store, clock: Clock) {
  const read = (): PracticeFaults => {
    const text = store.meta('faults');
    return text === undefined ? NO_FAULTS : practiceFaults.parse(JSON.parse(text));
  };
  const write = (next: PracticeFaults): PracticeFaults => {
    store.setMeta('faults', JSON.stringify(next));
    return next;
  };
  /** Counts one call and tells which fault it meets. */
  const take = (): PracticeFaults['mode'] => {
    const now = read();
    if (now.mode === 'none' || now.calls === null) return now.mode;
    const left = now.calls - 1;
    write(left > 0 ? { ...now, calls: left } : { ...now, mode: 'none', calls: null });
    return now.mode;
  };

  /** Does `work` as a network with the current fault would. `write`: whether others would see an effect. */
  const meet = async <T>(isWrite: boolean, signal: AbortSignal, work: () => T): Promise<T> => {
    if (signal.aborted) throw cancelled(false);
    const mode = take();
    const sent = isWrite ? 'maybe' : 'no';
    switch (mode) {
      case 'none':
        return work();
      case 'slow':
        await wait(clock, SLOW_MS, signal, isWrite);
        return work();
      case 'offline':
        throw new NetworkError({ kind: 'offline', detail: 'practice: not reachable' }, 'no');
      case 'rate_limit':
        throw new NetworkError(
          { kind: 'rate_limited', retryAt: clock.now() + RATE_LIMIT_MS, detail: 'practice: 429' },
          'no',
        );
      case 'expired_token':
        throw new NetworkError({ kind: 'auth_revoked', detail: 'practice: the token has expired' }, 'no');
      case 'server_error':
        throw new NetworkError({ kind: isWrite ? 'ambiguous' : 'server', detail: 'practice: 500' }, sent);
      case 'timeout_before_commit':
        await wait(clock, TIMEOUT_MS, signal, isWrite);
        throw timeout(isWrite);
      case 'timeout_after_commit':
        work();
        await wait(clock, TIMEOUT_MS, signal, isWrite);
        throw timeout(isWrite);
    }
  };
  /** Signing in again ends an expired sign-in, and nothing else. */
  const signedIn = (): void => {
    const now = read();
    if (now.mode === 'expired_token') write({ ...now, mode: 'none', calls: null });
  };
  return { read, write, meet, signedIn };
}

const timeout = (isWrite: boolean): NetworkError =>
  new NetworkError(
    { kind: isWrite ? 'ambiguous' : 'offline', detail: 'practice: no answer in time' },
    isWrite ? 'maybe' : 'no',
  );

/** A write that was under way when the caller left may be out. */
const cancelled = (isWrite: boolean): NetworkError =>
  new NetworkError(
    { kind: isWrite ? 'ambiguous' : 'cancelled', detail: 'practice: cancelled' },
    isWrite ? 'maybe' : 'no',
  );

function wait(clock: Clock, ms: number, signal: AbortSignal, isWrite: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(cancelled(isWrite));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
