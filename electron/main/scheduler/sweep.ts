import type { Clock, SystemEvents } from '../ports';

type SweepDeps = {
  readonly clock: Clock;
  readonly system: SystemEvents;
  /** Starts what is due. */
  readonly run: () => void;
  /** After sleep and on return of the connection, before anything runs. */
  readonly catchUp: (why: 'resume' | 'online') => void;
  readonly nextDueAfter: (now: number) => number | null;
  readonly onClockJump: (byMs: number) => void;
};

type Sweep = { readonly poke: () => void; readonly start: () => void; readonly stop: () => void };

const PERIOD_MS = 30_000;
/** Due instants closer than this share a sweep. */
const MIN_WAIT_MS = 10;
/** A wall clock that strays this far from the monotonic one was set. */
const JUMP_MS = 2_000;

/**
 * Looks for due work: at start, after sleep, when the connection returns, at the next due instant and every 30 s.
 * A plain timer on the monotonic clock: setting the clock cannot stop it (and node-cron has no part in it).
 */
export function createSweep(deps: SweepDeps): Sweep {
  const { clock } = deps;
  let cancel: (() => void) | undefined;
  let stopListening: (() => void)[] = [];
  let running = false;
  let offset = 0;

  const checkClock = (): void => {
    // Whole milliseconds, as instants are stored: a monotonic clock counts parts of them.
    const moved = Math.round(clock.now() - clock.monotonic() - offset);
    if (Math.abs(moved) < JUMP_MS) return;
    offset += moved;
    deps.onClockJump(moved);
  };
  /** `looked`: the instant before the last look. What became due during that look is not lost between the two. */
  const arm = (looked: number): void => {
    cancel?.();
    const due = deps.nextDueAfter(looked);
    const wait = due === null ? PERIOD_MS : Math.min(PERIOD_MS, Math.max(MIN_WAIT_MS, due - clock.now()));
    cancel = clock.after(wait, sweep);
  };
  const sweep = (): void => {
    if (!running) return;
    const looked = clock.now();
    try {
      checkClock();
      deps.run();
    } finally {
      arm(looked);
    }
  };
  const catchUp = (why: 'resume' | 'online'): void => {
    deps.catchUp(why);
    sweep();
  };

  return {
    poke: sweep,
    start: () => {
      running = true;
      offset = clock.now() - clock.monotonic();
      stopListening = [
        deps.system.onResume(() => catchUp('resume')),
        deps.system.onOnlineChange((online) => (online ? catchUp('online') : sweep())),
      ];
      sweep();
    },
    stop: () => {
      running = false;
      cancel?.();
      stopListening.forEach((stop) => stop());
      stopListening = [];
    },
  };
}
