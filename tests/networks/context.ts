import { uuidv7, type AccountId } from '@shared/domain/ids';
import type {
  AccountCtx,
  AccountSecrets,
  MediaBytes,
  Profile,
  RateInfo,
} from '../../electron/main/networks/network';
import type { Clock, Http } from '../../electron/main/ports';

/** A clock that tells the real time and waits a fraction of what it is asked to. */
export const hurriedClock = (factor: number): Clock => ({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms / factor);
    return () => clearTimeout(timer);
  },
});

export type TestContext = {
  readonly ctx: AccountCtx;
  readonly lines: readonly string[];
  readonly rates: readonly RateInfo[];
  /** Every set of secrets that was stored, oldest first. */
  readonly stored: readonly AccountSecrets[];
  /** Aborts what runs in this context. */
  readonly abort: () => void;
};

export type ContextOptions = {
  readonly profile: Profile;
  readonly secrets: AccountSecrets;
  readonly clock: Clock;
  readonly http?: Http;
  readonly media?: Readonly<Record<string, MediaBytes>>;
};

/** An account context as the app makes it, with everything that leaves a network kept for inspection. */
export function createTestContext(options: ContextOptions): TestContext {
  const lines: string[] = [];
  const rates: RateInfo[] = [];
  const stored: AccountSecrets[] = [options.secrets];
  const control = new AbortController();
  const write = (message: string, fields?: object) =>
    lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const { remoteId, handle, serviceUrl } = options.profile;
  const ctx: AccountCtx = {
    account: { id: uuidv7<AccountId>(Date.now()), remoteId, handle, serviceUrl },
    http: options.http ?? fetch,
    clock: options.clock,
    signal: control.signal,
    log: { debug: write, info: write, warn: write, error: write },
    secrets: { read: () => stored.at(-1) ?? {}, replace: (secrets) => void stored.push(secrets) },
    media: async (mediaId) => {
      const found = options.media?.[mediaId];
      if (!found) throw new Error(`no media ${mediaId}`);
      return found;
    },
    onRate: (rate) => void rates.push(rate),
  };
  return { ctx, lines, rates, stored, abort: () => control.abort() };
}
