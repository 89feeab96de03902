import { toErrorInfo } from '@shared/domain/errors';
import type { AccountId } from '@shared/domain/ids';
import { isFeatureOn, type NetworkId } from '@shared/domain/network';
import { pauseFor } from '@shared/domain/pause';
import type { Accounts } from '../db/repositories/accounts';
import type { Network } from '../networks/network';
import type { Clock, Logger } from '../ports';
import type { AccountContexts } from './account-context';

type LiveDeps = {
  readonly accounts: Pick<Accounts, 'get' | 'cursor'>;
  readonly contexts: AccountContexts;
  readonly registry: Readonly<Record<NetworkId, Network>>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Asks the account's network now; resolves when what it gave is stored. */
  readonly pull: (id: AccountId) => Promise<void>;
  /** There is no connection of the account at the moment. */
  readonly onLost: (id: AccountId) => void;
  readonly random: () => number;
};
export type LiveState = 'none' | 'open' | 'waiting';
export type Live = ReturnType<typeof createLive>;

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** A connection that held this long was a good one: the next failure begins with the short pause again. */
const GOOD_MS = 60_000;
/** There is nothing to connect to, or this sign-in may not: asked again when the account is taken up anew. */
const REFUSED: ReadonlySet<string> = new Set(['unsupported', 'permission']);
/** Its person has to sign in first. */
const OVER: ReadonlySet<string> = new Set(['auth_revoked', 'auth_expired']);

type Line = {
  readonly control: AbortController;
  state: LiveState;
  isRefused: boolean;
  ended: Promise<void>;
};

/** Keeps the connections through which networks say at once that something is new. Polling goes on beside them. */
export function createLive(deps: LiveDeps) {
  const { accounts, clock, log } = deps;
  const lines = new Map<AccountId, Line>();

  const hold = async (id: AccountId, line: Line): Promise<void> => {
    const { signal } = line.control;
    let failures = 0;
    while (!signal.aborted) {
      const account = accounts.get(id);
      const network = account && deps.registry[account.network];
      if (!network?.live || account?.health !== 'ok') break;
      const begun = clock.monotonic();
      line.state = 'open';
      try {
        await network.live(deps.contexts.open(id, signal), {
          cursor: (stream) => accounts.cursor(id, stream)?.cursor ?? null,
          tell: pulling(id),
        });
      } catch (error) {
        const { kind, detail } = toErrorInfo(error);
        if (signal.aborted) break;
        log.info('a live connection ended', { account: id, kind, detail });
        line.isRefused = REFUSED.has(kind);
        if (line.isRefused || OVER.has(kind)) break;
      }
      if (signal.aborted) break;
      failures = clock.monotonic() - begun > GOOD_MS ? 1 : failures + 1;
      line.state = 'waiting';
      deps.onLost(id);
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
      await pauseFor(clock, pause * (0.5 + deps.random() / 2), signal);
    }
    line.state = 'none';
    if (line.isRefused) deps.onLost(id);
  };
  /** A round asks for every stream: what is told of several at once is one round. */
  const pulling = (id: AccountId): (() => Promise<void>) => {
    let next: Promise<void> | null = null;
    return () =>
      (next ??= Promise.resolve().then(() => {
        next = null;
        return deps.pull(id);
      }));
  };

  const stop = (id: AccountId): Promise<void> => {
    const line = lines.get(id);
    lines.delete(id);
    line?.control.abort();
    return line?.ended ?? Promise.resolve();
  };

  return {
    /** Opens the account's connection where its network has one and the person wants it; a second call is none. */
    start: (id: AccountId): void => {
      const account = accounts.get(id);
      const wanted = account && isFeatureOn(account.features, 'live') && deps.registry[account.network].live;
      const before = lines.get(id);
      if (!wanted || (before && (before.isRefused || before.state !== 'none'))) return;
      const line: Line = {
        control: new AbortController(),
        state: 'open',
        isRefused: false,
        ended: Promise.resolve(),
      };
      lines.set(id, line);
      line.ended = hold(id, line).catch((error: unknown) => {
        line.state = 'none';
        log.error('a live connection ended badly', { account: id, detail: toErrorInfo(error).detail });
      });
    },
    stop,
    stopAll: async (): Promise<void> => {
      await Promise.all([...lines.keys()].map(stop));
    },
    state: (id: AccountId): LiveState => lines.get(id)?.state ?? 'none',
  };
}
