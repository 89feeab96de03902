/** Somebody waits for it, or nobody does. */
export type Urgency = 'asked' | 'timed';
export type SyncSlots = {
  /** Runs `work` when there is room for it; resolves without running it where `signal` aborts before that. */
  readonly run: (urgency: Urgency, signal: AbortSignal, work: () => Promise<void>) => Promise<void>;
  /** Whether the work under this signal has not begun yet; with `asked` it comes before all that nobody waits for. */
  readonly isWaiting: (signal: AbortSignal, urgency: Urgency) => boolean;
};

/**
 * How many accounts are synced at once. What is fetched lies in memory until it is stored, so that a start with many
 * accounts would hold a page of each of them; a few slow servers leave room for the others.
 */
export function createSyncSlots(count: number): SyncSlots {
  let free = count;
  const waiting: Record<Urgency, Map<AbortSignal, () => void>> = { asked: new Map(), timed: new Map() };

  const remove = (signal: AbortSignal): void => {
    waiting.asked.delete(signal);
    waiting.timed.delete(signal);
  };
  const take = (urgency: Urgency, signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const leave = (): void => {
        remove(signal);
        resolve(false);
      };
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        remove(signal);
        free -= 1;
        resolve(true);
      };
      if (signal.aborted) return resolve(false);
      if (free > 0) return go();
      signal.addEventListener('abort', leave, { once: true });
      waiting[urgency].set(signal, go);
    });

  return {
    run: async (urgency, signal, work) => {
      if (!(await take(urgency, signal))) return;
      try {
        await work();
      } finally {
        free += 1;
        const [next] = [...waiting.asked.values(), ...waiting.timed.values()];
        next?.();
      }
    },
    isWaiting: (signal, urgency) => {
      const go = waiting.timed.get(signal);
      if (go && urgency === 'asked') {
        waiting.timed.delete(signal);
        waiting.asked.set(signal, go);
      }
      return go !== undefined || waiting.asked.has(signal);
    },
  };
}
