import { setImmediate as breathe } from 'node:timers/promises';
import type { AppEvent } from '@shared/ipc/events';
import type { Accounts } from '../db/repositories/accounts';
import type { Expiry } from '../db/repositories/expiry';
import type { Clock } from '../ports';

type CacheExpiryDeps = {
  readonly accounts: Pick<Accounts, 'list'>;
  readonly expiry: Expiry;
  readonly clock: Clock;
  readonly events: { readonly emit: (event: AppEvent) => void };
};

const DAY_MS = 86_400_000;

/** Applies the networks' own limits on how long what others wrote may be kept (`capabilities.retention`). */
export function createCacheExpiry({ accounts, expiry, clock, events }: CacheExpiryDeps) {
  return async (): Promise<void> => {
    for (const { id, capabilities } of accounts.list()) {
      const { retention } = capabilities;
      if (!retention) continue;
      const before = clock.now() - retention.maxDays * DAY_MS;
      let hasChanged = false;
      for (let more = true; more; await breathe()) {
        const done = expiry.step(id, before);
        hasChanged ||= done.changed.length > 0;
        ({ more } = done);
      }
      if (hasChanged) events.emit({ type: 'inbox.changed', ids: [] });
    }
  };
}
