import { appError } from '@shared/domain/errors';
import { isFeatureOn, type AccountFeature } from '@shared/domain/network';
import type { AppEvent } from '@shared/ipc/events';
import type { ParsedInput } from '@shared/ipc/contract';
import type { PollingView } from '@shared/ipc/settings';
import type { Db } from '../db/open';
import type { AccountRow, Accounts } from '../db/repositories/accounts';
import type { Conversations } from '../db/repositories/conversations';
import type { Live } from './live';
import type { Spending } from './spending';
import type { Sync } from './sync';
import { streamsOf } from './sync-round';

type PollingDeps = {
  readonly db: Pick<Db, 'transaction'>;
  readonly accounts: Pick<Accounts, 'list' | 'get' | 'update' | 'rates' | 'cursor'>;
  readonly conversations: Pick<Conversations, 'refreshDeadlines'>;
  readonly sync: Pick<Sync, 'nextAt' | 'isSyncing' | 'syncNow'>;
  readonly live: Pick<Live, 'start' | 'stop' | 'state'>;
  readonly spending: Pick<Spending, 'ofMonth' | 'readingStopped'>;
  readonly events: { readonly emit: (event: AppEvent) => void };
};

/** What is asked of which network, when, and what it costs; and the switches for all of it. */
export function createPolling(deps: PollingDeps) {
  const { db, accounts, sync, live, spending } = deps;

  const view = (account: AccountRow): PollingView => {
    const { id, capabilities, features } = account;
    const { inbox, metrics } = capabilities;
    const switchOf = (feature: AccountFeature, exists: boolean): boolean | null =>
      exists ? isFeatureOn(features, feature) : null;
    return {
      accountId: id,
      features: {
        notifications: switchOf('notifications', inbox.mention.ok || inbox.comment.ok),
        dm: switchOf('dm', inbox.dm.ok),
        metrics: switchOf('metrics', metrics.post.length > 0),
        live: switchOf('live', inbox.push !== 'none'),
        humanAgent: switchOf('humanAgent', inbox.dm.ok && inbox.extendedReply !== undefined),
      },
      streams: streamsOf(capabilities, features).map((stream) => ({
        stream,
        lastAt: accounts.cursor(id, stream)?.syncedAt ?? null,
      })),
      everyMs: inbox.pollMs,
      nextAt: account.health === 'ok' ? sync.nextAt(id) : null,
      asking: sync.isSyncing(id),
      live: live.state(id),
      rates: accounts
        .rates(id)
        .map(({ bucket, max, remaining, resetAt }) => ({ bucket, max, remaining, resetAt })),
      spending: spending.ofMonth(account),
      stopped: spending.readingStopped(account) !== null,
    };
  };

  return {
    polling: (): readonly PollingView[] => accounts.list().map(view),
    setPolling: async ({ accountId, features, monthlyBudget }: ParsedInput<'settings.setPolling'>) => {
      const account = accounts.get(accountId);
      if (!account) throw appError('not_found', { field: 'accountId' });
      db.transaction(() => {
        accounts.update(accountId, {
          ...(features && { features: { ...account.features, ...features } }),
          ...(monthlyBudget !== undefined && { monthlyBudget }),
        });
        if (features?.humanAgent !== undefined) deps.conversations.refreshDeadlines(accountId);
      });
      if (features?.live === false) await live.stop(accountId);
      else if (features?.live) live.start(accountId);
      deps.events.emit({ type: 'accounts.changed', ids: [accountId] });
      if (features?.humanAgent !== undefined) deps.events.emit({ type: 'inbox.changed', ids: [] });
      return view(accounts.get(accountId) ?? account);
    },
  };
}
