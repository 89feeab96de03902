import { setImmediate as breathe } from 'node:timers/promises';
import { appError } from '@shared/domain/errors';
import { isFeatureOn, type AccountFeatures, type Capabilities, type NetworkId } from '@shared/domain/network';
import { pauseFor } from '@shared/domain/pause';
import { heldUntil } from '@shared/domain/rate-holds';
import type { Db } from '../db/open';
import type { AccountRow, Accounts } from '../db/repositories/accounts';
import type { BatchResult, InboxWriter } from '../db/repositories/inbox-writer';
import type { AccountCtx, Network, PullPage, Stream } from '../networks/network';
import type { Rank } from '../networks/turns';
import type { Clock } from '../ports';
import { toIncoming } from './sync-items';
import type { SyncPace } from './sync-pace';

export type RoundDeps = {
  readonly db: Pick<Db, 'transaction'>;
  readonly accounts: Accounts;
  readonly writer: InboxWriter;
  readonly registry: Readonly<Record<NetworkId, Network>>;
  readonly clock: Clock;
  readonly pace: SyncPace;
  /** Resolves when it is this piece of work's round of the event loop: many accounts sync at once. */
  readonly turn: (rank: Rank) => Promise<void>;
};
export type RoundEvents = {
  readonly stored: (result: BatchResult, first: boolean) => void;
  readonly progress: (done: number, total: number | null) => void;
};

/** What was written longer ago than this arrives as history: read, and done where nothing newer follows. */
const HISTORY_MS = 30 * 86_400_000;

/** Some networks count by the second. */
const SHORT_WAIT_MS = 5_000;

/** What there is to ask for, less what the person has switched off. */
export const streamsOf = ({ inbox }: Capabilities, features: AccountFeatures): readonly Stream[] => [
  ...((inbox.mention.ok || inbox.comment.ok) && isFeatureOn(features, 'notifications')
    ? (['notifications'] as const)
    : []),
  ...(inbox.dm.ok && isFeatureOn(features, 'dm') ? (['dm'] as const) : []),
];

/** Fetches what is new in one stream of an account and stores it page by page, each with its cursor. */
export async function pullStream(
  deps: RoundDeps,
  account: AccountRow,
  stream: Stream,
  ctx: AccountCtx,
  events: RoundEvents,
): Promise<void> {
  const { accounts, registry } = deps;
  const stored = accounts.cursor(account.id, stream);
  const first = stored?.syncedAt === undefined || stored.syncedAt === null;
  let cursor = stored?.cursor ?? null;
  let done = 0;
  for (;;) {
    await untilAllowed(deps, account, ctx.signal);
    const page = await registry[account.network].pull(stream, cursor, ctx);
    await storePage(deps, account, stream, page, ctx.signal, (result) => events.stored(result, first));
    done += page.items.length;
    events.progress(done, page.remaining === undefined ? null : done + page.remaining);
    if (!page.more) return;
    if (page.items.length === 0 && JSON.stringify(page.next) === JSON.stringify(cursor)) {
      throw appError('protocol', { detail: `${stream}: more was promised, nothing came` });
    }
    cursor = page.next;
    await breathe();
  }
}

/** Waits out a limit that is full again in a moment; throws `rate_limited` where a later round has to go on. */
async function untilAllowed(
  { accounts, clock }: RoundDeps,
  account: AccountRow,
  signal: AbortSignal,
): Promise<void> {
  const retryAt = heldUntil(accounts.rates(account.id), 'read');
  const wait = retryAt - clock.now();
  if (wait <= 0) return;
  if (wait > SHORT_WAIT_MS) throw appError('rate_limited', { retryAt });
  await pauseFor(clock, wait, signal);
  if (signal.aborted) throw appError('cancelled');
}

/** The cursor moves with the last part of its page: a crash in between only fetches the page again. */
async function storePage(
  deps: RoundDeps,
  account: AccountRow,
  stream: Stream,
  page: PullPage,
  signal: AbortSignal,
  tell: (result: BatchResult) => void,
): Promise<void> {
  const now = deps.clock.now();
  const items = page.items.map((item) => toIncoming(item, now));
  let from = 0;
  do {
    await deps.turn('finish');
    if (signal.aborted || !deps.accounts.get(account.id)) throw appError('cancelled');
    const to = from + deps.pace.size();
    const isLast = to >= items.length;
    const start = deps.clock.monotonic();
    const result = deps.db.transaction(() => {
      const written = deps.writer.apply({
        accountId: account.id,
        network: account.network,
        items: items.slice(from, to),
        now,
        historyBefore: now - HISTORY_MS,
      });
      if (isLast) {
        const before = deps.accounts.cursor(account.id, stream);
        const gap = page.gap ?? before?.gap ?? null;
        const syncedAt = page.more ? (before?.syncedAt ?? null) : now;
        deps.accounts.putCursor(account.id, stream, {
          cursor: page.next ?? before?.cursor ?? null,
          syncedAt,
          gap,
        });
      }
      return written;
    });
    deps.pace.took(deps.clock.monotonic() - start);
    tell(result);
    from = to;
  } while (from < items.length);
}
