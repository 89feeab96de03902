import { toErrorInfo } from '@shared/domain/errors';
import { isFeatureOn, type NetworkId } from '@shared/domain/network';
import type { AccountMetricRows } from '../db/repositories/account-metrics';
import type { Accounts } from '../db/repositories/accounts';
import type { Network } from '../networks/network';
import type { Clock, Logger } from '../ports';
import type { AccountContexts } from './account-context';
import type { Spending } from './spending';

type AccountNumbersDeps = {
  readonly accounts: Pick<Accounts, 'list'>;
  readonly rows: AccountMetricRows;
  readonly registry: Readonly<Record<NetworkId, Network>>;
  readonly contexts: AccountContexts;
  readonly spending: Pick<Spending, 'readingStopped'>;
  readonly clock: Clock;
  readonly log: Logger;
};

/** Once a day is enough for numbers that are looked at over weeks. */
const EVERY_MS = 20 * 60 * 60_000;

/** Keeps how many people follow each account, and whatever else its network counts. Missing numbers stay missing. */
export function createAccountNumbers({ accounts, rows, registry, spending, ...deps }: AccountNumbersDeps) {
  return async (signal: AbortSignal): Promise<void> => {
    for (const account of accounts.list()) {
      const ask = registry[account.network].accountMetrics;
      const now = deps.clock.now();
      const isDue = now - (rows.newestAt(account.id) ?? 0) >= EVERY_MS;
      const mayAsk =
        account.health === 'ok' &&
        isFeatureOn(account.features, 'metrics') &&
        spending.readingStopped(account) === null;
      if (!ask || !isDue || !mayAsk || signal.aborted) continue;
      try {
        const metrics = await ask(deps.contexts.open(account.id, signal));
        if (Object.keys(metrics).length > 0) rows.save(account.id, now, metrics);
      } catch (error) {
        deps.log.warn('numbers of an account could not be fetched', {
          account: account.id,
          kind: toErrorInfo(error).kind,
        });
      }
    }
  };
}
