/** `finish`: goes on with what fills the memory already; before all that `begin`s with something new. */
export type Rank = 'finish' | 'begin';

const waiting: Readonly<Record<Rank, (() => void)[]>> = { finish: [], begin: [] };
let isRunning = false;

function next(): void {
  const go = waiting.finish.shift() ?? waiting.begin.shift();
  isRunning = go !== undefined;
  if (!go) return;
  go();
  setImmediate(next);
}

/**
 * For pieces of work that are short alone and long together: one of them in every round of the event loop, however
 * many wait for theirs. `setImmediate` alone would let all of them run in the same round, and nobody else.
 */
export function turn(rank: Rank): Promise<void> {
  return new Promise((resolve) => {
    waiting[rank].push(resolve);
    if (isRunning) return;
    isRunning = true;
    setImmediate(next);
  });
}
