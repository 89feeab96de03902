import { appError, type AppError } from '@shared/domain/errors';
import type { Clock } from '../ports';

/** How long a call may take, ms. */
export type Timeouts = { readonly firstToken: number; readonly total: number; readonly list: number };

/** When a call is given up: by its caller, by the kill switch, or because it takes too long. */
export type Deadline = {
  readonly signal: AbortSignal;
  /** Rejects at once when the call is given up, whatever the connection does. */
  readonly aborted: Promise<never>;
  /** Starts the clock: from here on the server is waited for. */
  readonly begin: () => void;
  /** The server has begun to answer. */
  readonly answered: () => void;
  readonly reason: () => AppError | undefined;
  readonly end: () => void;
};

export function createDeadline(clock: Clock, caller: AbortSignal, timeouts: Timeouts): Deadline {
  const call = new AbortController();
  let reason: AppError | undefined;
  let reject: (error: AppError) => void = () => undefined;
  const aborted = new Promise<never>((_, no) => (reject = no));
  aborted.catch(() => undefined);
  const giveUp = (why: AppError): void => {
    reason ??= why;
    call.abort(reason);
    reject(reason);
  };
  const onCaller = (): void => giveUp(appError('cancelled'));
  const timers: (() => void)[] = [];
  const giveUpAfter = (ms: number): number =>
    timers.push(clock.after(ms, () => giveUp(appError('ai_timeout', { params: { waited: ms } }))));
  if (caller.aborted) onCaller();
  else caller.addEventListener('abort', onCaller, { once: true });
  return {
    signal: call.signal,
    aborted,
    begin: () => {
      giveUpAfter(timeouts.firstToken);
      giveUpAfter(timeouts.total);
    },
    answered: () => timers[0]?.(),
    reason: () => reason,
    end: () => {
      for (const cancel of timers) cancel();
      caller.removeEventListener('abort', onCaller);
      // Whatever is still open of the connection is closed with the call.
      call.abort();
    },
  };
}
