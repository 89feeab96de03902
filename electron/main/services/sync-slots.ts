/** Somebody waits for it, or nobody does. */
export type Urgency = 'asked' | 'timed';
export type SyncSlots = {
  /** Runs `work` when there is room for it; resolves without running it where `signal` aborts before that. */
  readonly run: (urgency: Urgency, signal: AbortSignal, work: () => Promise<void>) => Promise<void>;
};

/**
 * How many accounts are synced at once. What is fetched lies in memory until it is stored, so that a start with many
 * accounts would hold a page of each of them; a few slow servers leave room for the others.
 */
export function createSyncSlots(count: number): SyncSlots {
  let free = count;
  const waiting: Record<Urgency, (() => void)[]> = { asked: [], timed: [] };

  const take = (urgency: Urgency, signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const leave = (): void => {
        waiting[urgency] = waiting[urgency].filter((one) => one !== go);
        resolve(false);
      };
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        free -= 1;
        resolve(true);
      };
      if (signal.aborted) return resolve(false);
      if (free > 0) return go();
      signal.addEventListener('abort', leave, { once: true });
      waiting[urgency].push(go);
    });

  return {
    run: async (urgency, signal, work) => {
      if (!(await take(urgency, signal))) return;
      try {
        await work();
      } finally {
        free += 1;
        (waiting.asked.shift() ?? waiting.timed.shift())?.();
      }
    },
  };
}
