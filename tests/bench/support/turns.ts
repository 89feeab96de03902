import { existsSync, openSync, readSync } from 'node:fs';

/** What Linux says of this thread; its first number is the time it has run, in nanoseconds. */
const THREAD = '/proc/thread-self/schedstat';

/** How long this thread has run, ms; where that cannot be told, the whole process. */
function createThreadClock(): () => number {
  if (!existsSync(THREAD)) {
    return () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    };
  }
  const file = openSync(THREAD, 'r');
  const bytes = Buffer.alloc(64);
  return () => Number.parseInt(bytes.toString('latin1', 0, readSync(file, bytes, 0, 64, 0)), 10) / 1_000_000;
}

/** Runs until told to stop; the longest time that the main thread gave nobody else a turn. */
export function watchTurns(): () => number {
  const threadClock = createThreadClock();
  let longest = 0;
  let running = true;
  let wall = performance.now();
  let ran = threadClock();
  const tick = (): void => {
    const now = threadClock();
    // Time in which the machine ran other programs is not ours: what counts is what both clocks agree on.
    longest = Math.max(longest, Math.min(performance.now() - wall, now - ran));
    wall = performance.now();
    ran = now;
    if (running) setImmediate(tick);
  };
  setImmediate(tick);
  return () => {
    running = false;
    return longest;
  };
}
