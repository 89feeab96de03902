import type { Capabilities } from '@shared/domain/network';

type PollSituation = {
  /** Null: the account is gone. */
  readonly pollMs: Capabilities['inbox']['pollMs'] | null;
  readonly foreground: boolean;
  readonly failures: number;
  /** Rounds in a row that brought nothing new. */
  readonly quiet: number;
  /** The network says by itself that something is new: asking is only the backstop. */
  readonly isLive: boolean;
  /** The account's credits are used up, and the network has not said until when. */
  readonly isExhausted: boolean;
  readonly retryAt: number | undefined;
  /** When the network's limit for reading, used up now, is full again; 0: it is not used up. */
  readonly heldUntil: number;
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
};

const BACKOFF_MS = 15_000;
const BACKOFF_MAX_MS = 15 * 60_000;
/** What is used up does not come back by itself: the person is told, and the network is left alone. */
const EXHAUSTED_MS = 6 * 60 * 60_000;
const LIVE_MS = 5 * 60_000;
/** After so many quiet rounds a network is asked less often, and less often still. */
const QUIET_STEPS: readonly (readonly [rounds: number, factor: number])[] = [
  [30, 4],
  [10, 2],
];

/** How long to wait before an account's network is asked again, ms. Pure. */
export function pollDelay(at: PollSituation): number {
  if (!at.pollMs) return BACKOFF_MAX_MS;
  const held = at.heldUntil > at.now ? at.heldUntil - at.now + at.random * 1_000 : 0;
  return Math.max(held, at.failures > 0 ? afterFailure(at) : afterSuccess(at, at.pollMs));
}

function afterSuccess(at: PollSituation, pollMs: Capabilities['inbox']['pollMs']): number {
  const usual = at.foreground ? pollMs.foreground : pollMs.background;
  const factor = QUIET_STEPS.find(([rounds]) => at.quiet >= rounds)?.[1] ?? 1;
  // Never less often than in the background, where a network may be slower by nature already.
  const slowed = Math.max(usual, Math.min(usual * factor, pollMs.background));
  return at.isLive ? Math.max(slowed, LIVE_MS) : slowed;
}

function afterFailure({ failures, isExhausted, retryAt, now, random }: PollSituation): number {
  if (retryAt !== undefined && retryAt > now) return retryAt - now + random * 1_000;
  if (isExhausted) return EXHAUSTED_MS;
  const grown = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** Math.min(failures - 1, 10));
  return grown * (0.5 + random / 2);
}
