import { appError } from '@shared/domain/errors';

export type StoppedBy = 'person' | 'log_broken' | 'budget';
/** One call in flight. `signal` aborts when the caller cancels or the gate closes. */
export type Lease = { readonly signal: AbortSignal; readonly leave: () => void };

/**
 * The kill switch in memory. Every call to a model holds a lease; closing aborts all of them at once and lets none in.
 * Several reasons can hold it closed; it opens when the last is gone.
 */
export type AiGate = {
  readonly stoppedBy: () => StoppedBy | null;
  readonly running: () => number;
  /** Throws AppError `ai_off` or `log_broken` while closed. */
  readonly assertOpen: () => void;
  readonly enter: (caller?: AbortSignal) => Lease;
  /** Returns how many calls were aborted. */
  readonly close: (by: StoppedBy) => number;
  readonly open: (by: StoppedBy) => void;
  readonly abortAll: () => number;
};

const order: readonly StoppedBy[] = ['person', 'log_broken', 'budget'];

export function createAiGate(onChange: () => void = () => undefined): AiGate {
  const reasons = new Set<StoppedBy>();
  const inFlight = new Set<AbortController>();
  const stoppedBy = (): StoppedBy | null => order.find((reason) => reasons.has(reason)) ?? null;

  const assertOpen = (): void => {
    const reason = stoppedBy();
    if (reason === 'log_broken')
      throw appError('log_broken', { detail: 'the log cannot be trusted: AI is paused' });
    if (reason) throw appError('ai_off', { params: { by: reason } });
  };
  const abortAll = (): number => {
    const calls = [...inFlight];
    for (const call of calls) call.abort();
    return calls.length;
  };

  return {
    stoppedBy,
    running: () => inFlight.size,
    assertOpen,
    enter: (caller) => {
      assertOpen();
      const call = new AbortController();
      const onCallerAbort = (): void => call.abort();
      if (caller?.aborted) call.abort();
      caller?.addEventListener('abort', onCallerAbort, { once: true });
      inFlight.add(call);
      onChange();
      return {
        signal: call.signal,
        leave: () => {
          caller?.removeEventListener('abort', onCallerAbort);
          if (inFlight.delete(call)) onChange();
        },
      };
    },
    close: (by) => {
      reasons.add(by);
      const aborted = abortAll();
      onChange();
      return aborted;
    },
    open: (by) => {
      if (reasons.delete(by)) onChange();
    },
    abortAll,
  };
}
