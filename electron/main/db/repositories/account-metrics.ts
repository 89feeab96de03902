import { desc, eq } from 'drizzle-orm';
import type { AccountId } from '@shared/domain/ids';
import type { AccountMetrics } from '@shared/domain/network';
import type { Db } from '../open';
import { accountMetric } from '../schema';

export type AccountMetricRows = ReturnType<typeof createAccountMetrics>;

/** Numbers of accounts over time, as the network gave them: what it did not give is missing. */
export function createAccountMetrics(db: Db) {
  return {
    newestAt: (id: AccountId): number | undefined =>
      db.orm
        .select({ at: accountMetric.at })
        .from(accountMetric)
        .where(eq(accountMetric.accountId, id))
        .orderBy(desc(accountMetric.at))
        .limit(1)
        .get()?.at,
    save: (id: AccountId, at: number, metrics: AccountMetrics): void =>
      void db.orm
        .insert(accountMetric)
        .values({ accountId: id, at, metrics: JSON.stringify(metrics) })
        .onConflictDoNothing()
        .run(),
  };
}
