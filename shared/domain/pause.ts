/** What is needed of a clock and of an AbortSignal: this side knows neither Node nor the page. */
type Timer = { readonly after: (ms: number, fn: () => void) => () => void };
type Signal = {
  readonly aborted: boolean;
  readonly addEventListener: (type: 'abort', listener: () => void, options: { readonly once: true }) => void;
  readonly removeEventListener: (type: 'abort', listener: () => void) => void;
};

/** Resolves after `ms`, or at once when `signal` aborts: look at it afterwards. */
export const pauseFor = (clock: Timer, ms: number, signal: Signal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });

/** Resolves when `signal` aborts, at once where it has. */
export const aborted = (signal: Signal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
