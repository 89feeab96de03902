import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { AccountId } from '@shared/domain/ids';
import { heldUntil } from '@shared/domain/rate-holds';
import type { AppEvent } from '@shared/ipc/events';
import type { AccountRow } from '../db/repositories/accounts';
import type { BatchResult } from '../db/repositories/inbox-writer';
import type { Logger, SystemEvents } from '../ports';
import type { AccountContexts } from './account-context';
import { createSyncPace } from './sync-pace';
import type { Live } from './live';
import { pollDelay } from './sync-delay';
import { pullStream, streamsOf, type RoundDeps } from './sync-round';
import { createSyncSlots, type Urgency } from './sync-slots';

export type SyncDeps = Omit<RoundDeps, 'pace'> & {
  readonly contexts: AccountContexts;
  /** Before an account's streams are asked: what it can do decides which there are. Never rejects. */
  readonly refresh: (account: AccountRow, signal: AbortSignal) => Promise<void>;
  /** Why an account's network may not be asked, though it would answer (a budget that is used up). */
  readonly stopped: (account: AccountRow) => ErrorInfo | null;
  /** The connection through which the network says by itself that something is new. */
  readonly live: Pick<Live, 'start' | 'stop' | 'state'>;
  readonly system: SystemEvents;
  readonly events: { readonly emit: (event: AppEvent) => void };
  readonly log: Logger;
  /** Messages that nobody has seen yet, after the first sync of an account. */
  readonly onFresh: (account: AccountRow, fresh: BatchResult['fresh']) => void;
  /** Between 0 and 1, for jitter. */
  readonly random: () => number;
};
export type SyncProgress = {
  readonly accountId: AccountId;
  readonly done: number;
  readonly total: number | null;
};
export type Sync = ReturnType<typeof createSync>;

type Loop = {
  cancelTimer: () => void;
  running: AbortController | null;
  /** Settles when the round that is under way has ended. */
  round: Promise<void>;
  /** The round that follows the one under way, for whoever asked in the meantime. */
  next: { readonly round: Promise<void>; urgency: Urgency } | null;
  failures: number;
  /** Rounds in a row that brought nothing new. */
  quiet: number;
  nextAt: number | null;
  progress: { readonly done: number; readonly total: number | null } | null;
};

/** Accounts that are asked at the same time; see `createSyncSlots`. */
const AT_ONCE = 8;
/** More changed conversations than this are announced as "many". */
const MANY = 200;

/**
 * Keeps every account's inbox up to date: one loop per account, one round at a time, as often as its network
 * wants to be asked. An account whose access has ended waits for the person.
 */
export function createSync(deps: SyncDeps) {
  const { accounts, clock, events, log, system } = deps;
  const roundDeps: RoundDeps = { ...deps, pace: createSyncPace() };
  const loops = new Map<AccountId, Loop>();
  const unsubscribe: (() => void)[] = [];
  const slots = createSyncSlots(AT_ONCE);
  let foreground = true;

  const plan = (id: AccountId, ms: number): void => {
    const loop = loops.get(id);
    if (!loop) return;
    loop.cancelTimer();
    loop.nextAt = clock.now() + ms;
    loop.cancelTimer = clock.after(ms, () => void run(id, 'timed'));
  };

  const run = (id: AccountId, urgency: Urgency): Promise<void> => {
    const loop = loops.get(id);
    const account = accounts.get(id);
    if (!loop || !account || account.health !== 'ok') return Promise.resolve();
    loop.cancelTimer();
    if (loop.running) return follow(id, loop, loop.running.signal, urgency);
    const control = new AbortController();
    loop.running = control;
    loop.nextAt = null;
    const ended = (): void => {
      loop.running = null;
      loop.progress = null;
      events.emit({ type: 'accounts.changed', ids: [id] });
      events.emit({ type: 'app.changed', ids: [] });
      if (loops.get(id) !== loop || loop.next) return;
      if (loop.failures === 0) deps.live.start(id);
      plan(id, nextDelay(id, loop));
    };
    loop.round = slots
      .run(urgency, control.signal, () => round(id, loop, control))
      .catch((error: unknown) => {
        loop.failures += 1;
        log.error('a sync round ended badly', { account: id, detail: toErrorInfo(error).detail });
      })
      .finally(ended);
    return loop.round;
  };

  /** One that has not begun yet brings what there is by then; one that has is followed by another. */
  const follow = (id: AccountId, loop: Loop, running: AbortSignal, urgency: Urgency): Promise<void> => {
    if (slots.isWaiting(running, urgency)) return loop.round;
    if (urgency === 'asked' && loop.next) loop.next.urgency = urgency;
    loop.next ??= {
      urgency,
      round: loop.round.then(() => {
        const wanted = loop.next?.urgency ?? urgency;
        loop.next = null;
        return run(id, wanted);
      }),
    };
    return loop.next.round;
  };

  const round = async (id: AccountId, loop: Loop, controller: AbortController): Promise<void> => {
    const account = accounts.get(id);
    if (account?.health !== 'ok') return;
    events.emit({ type: 'accounts.changed', ids: [id] });
    const stop = deps.stopped(account);
    if (stop) return accounts.update(id, { problem: stop });
    const problems: ErrorInfo[] = [];
    let before = 0;
    let isQuiet = true;
    await deps.turn('begin');
    await deps.refresh(account, controller.signal);
    const { capabilities, features } = accounts.get(id) ?? account;
    for (const stream of streamsOf(capabilities, features)) {
      try {
        const ctx = deps.contexts.open(id, controller.signal);
        await pullStream(roundDeps, account, stream, ctx, {
          stored: (result, first) => {
            isQuiet &&= result.changed.length === 0;
            announce(account, result, first);
          },
          progress: (done, total) => {
            loop.progress = { done: before + done, total: total === null ? null : before + total };
            events.emit({ type: 'app.changed', ids: [] });
          },
        });
        before = loop.progress?.done ?? before;
      } catch (error) {
        if (controller.signal.aborted) return;
        const problem = toErrorInfo(error);
        log.warn('sync failed', { account: id, stream, kind: problem.kind, detail: problem.detail });
        problems.push(problem);
        // Missing permission for one stream says nothing about the others.
        if (problem.kind !== 'permission') break;
      }
    }
    loop.quiet = isQuiet ? loop.quiet + 1 : 0;
    if (!controller.signal.aborted) settle(account, loop, problems);
  };

  const settle = ({ id }: AccountRow, loop: Loop, problems: readonly ErrorInfo[]): void => {
    if (accounts.get(id)?.health !== 'ok') return;
    const problem = problems.find(({ kind }) => kind !== 'permission') ?? problems[0] ?? null;
    if (problem === null || problem.kind === 'permission') {
      loop.failures = 0;
      accounts.update(id, { lastSyncAt: clock.now(), problem });
      return;
    }
    loop.failures += 1;
    const isOver = problem.kind === 'auth_expired' || problem.kind === 'auth_revoked';
    accounts.setHealth(id, isOver ? 'reconnect' : 'ok', problem);
  };

  const announce = (account: AccountRow, result: BatchResult, first: boolean): void => {
    if (result.changed.length > 0) {
      events.emit({ type: 'inbox.changed', ids: result.changed.length > MANY ? [] : result.changed });
    }
    if (!first && result.fresh.length > 0) deps.onFresh(account, result.fresh);
  };

  const nextDelay = (id: AccountId, loop: Loop): number => {
    const account = accounts.get(id);
    return pollDelay({
      pollMs: account?.capabilities.inbox.pollMs ?? null,
      foreground,
      failures: loop.failures,
      quiet: loop.quiet,
      isLive: deps.live.state(id) === 'open',
      isExhausted: account?.problem?.kind === 'quota_exhausted',
      retryAt: account?.problem?.retryAt,
      heldUntil: account ? heldUntil(accounts.rates(id), 'read') : 0,
      now: clock.now(),
      random: deps.random(),
    });
  };

  const add = (id: AccountId, urgency: Urgency = 'asked'): Promise<void> => {
    // what listens with an earlier sign-in, or was refused with it, begins anew after the first round
    const quiet = deps.live.stop(id);
    if (!loops.has(id)) {
      loops.set(id, {
        cancelTimer: () => undefined,
        running: null,
        round: Promise.resolve(),
        next: null,
        failures: 0,
        quiet: 0,
        nextAt: null,
        progress: null,
      });
    }
    return Promise.all([quiet, run(id, urgency)]).then(() => undefined);
  };
  const remove = async (id: AccountId): Promise<void> => {
    const loop = loops.get(id);
    loops.delete(id);
    loop?.cancelTimer();
    loop?.running?.abort();
    await Promise.all([loop?.round, deps.live.stop(id)]);
  };
  const syncAll = (): void => {
    for (const [id, loop] of loops) {
      loop.failures = 0;
      loop.quiet = 0;
      void run(id, 'timed');
    }
  };

  return {
    start: (): void => {
      for (const { id } of accounts.list()) void add(id, 'timed');
      unsubscribe.push(
        system.onResume(syncAll),
        system.onOnlineChange((online) => online && syncAll()),
      );
    },
    /** Resolves when nothing is under way any more. */
    stop: async (): Promise<void> => {
      unsubscribe.splice(0).forEach((off) => off());
      await Promise.all([...loops.keys()].map(remove));
    },
    /** Begins to keep this account up to date, at once; resolves after its first round. */
    add,
    /** Stops caring for it; resolves when the round under way has ended. */
    remove,
    /** Asks now, whatever the timers say; resolves when the round has ended. */
    syncNow: async (id?: AccountId): Promise<void> => {
      await Promise.all(
        (id ? [id] : [...loops.keys()]).map((key) => (loops.has(key) ? run(key, 'asked') : add(key))),
      );
    },
    /** The network says that something is new: asks for it, unless the account is not cared for any more. */
    told: (id: AccountId): Promise<void> => (loops.has(id) ? run(id, 'timed') : Promise.resolve()),
    /** The connection through which it said so is gone: it is asked as often as without one. */
    liveLost: (id: AccountId): void => {
      const loop = loops.get(id);
      if (loop && !loop.running) plan(id, nextDelay(id, loop));
    },
    /** When the account's network is asked next; null while it is being asked or is not asked at all. */
    nextAt: (id: AccountId): number | null => loops.get(id)?.nextAt ?? null,
    isSyncing: (id: AccountId): boolean => loops.get(id)?.running !== null && loops.has(id),
    progress: (): readonly SyncProgress[] =>
      [...loops].flatMap(([accountId, { progress }]) => (progress ? [{ accountId, ...progress }] : [])),
    /** The window came to the front or went away: ask more or less often. */
    setForeground: (is: boolean): void => {
      if (is === foreground) return;
      foreground = is;
      // after a failure its own pause goes on
      for (const [id, loop] of loops)
        if (!loop.running && loop.failures === 0) plan(id, is ? 0 : nextDelay(id, loop));
    },
  };
}
