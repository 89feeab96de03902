/** How many items are stored before the window gets its turn. */
export type SyncPace = { readonly size: () => number; readonly took: (ms: number) => void };

const FEWEST = 5;
const MOST = 200;
/** Small: the first are the slowest. */
const BEGIN = 10;
/** Well below the 50 ms that a person could feel, so that an occasional merge of the search index fits in. */
const LONG_MS = 12;
const SHORT_MS = 5;

/** Finds the size that this machine stores in about ten milliseconds, whatever else it is busy with. */
export function createSyncPace(): SyncPace {
  let size = BEGIN;
  return {
    size: () => size,
    took: (ms) => {
      if (ms > LONG_MS) size = Math.max(FEWEST, Math.floor(size / 2));
      else if (ms < SHORT_MS) size = Math.min(MOST, size + 5);
    },
  };
}
