/** Runs `work` under a signal of its own, which ends with `outer`, by `control`, and at the latest with the work. */
export async function underOwnSignal<T>(
  outer: AbortSignal,
  work: (control: AbortController) => Promise<T>,
): Promise<T> {
  const control = new AbortController();
  const stop = (): void => control.abort();
  outer.addEventListener('abort', stop, { once: true });
  if (outer.aborted) stop();
  try {
    return await work(control);
  } finally {
    outer.removeEventListener('abort', stop);
    stop();
  }
}
