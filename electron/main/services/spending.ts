import { estimateUses } from '@shared/domain/cost';
import type { ErrorInfo } from '@shared/domain/errors';
import type { AccountId } from '@shared/domain/ids';
import { priceNames, type Cost, type PriceName } from '@shared/domain/network';
import type { ApiUse, UseRow } from '../db/repositories/api-use';
import type { AccountRow } from '../db/repositories/accounts';
import type { Clock } from '../ports';

type SpendingDeps = { readonly uses: ApiUse; readonly clock: Clock };
export type Spending = ReturnType<typeof createSpending>;

const MICRO = 1_000_000;
const DAY_MS = 86_400_000;
const RECENT_DAYS = 7;

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
const monthStart = (at: number): string => `${isoDay(at).slice(0, 8)}01`;

const costOf = (rows: readonly UseRow[], cost: Cost): number =>
  estimateUses(cost, Object.fromEntries(rows.map(({ price, count }) => [price, count]))).micro;

/** Counts the calls that a network charges for, and stops paid reading at the limit the person has set. */
export function createSpending({ uses, clock }: SpendingDeps) {
  const thisMonth = (id: AccountId): readonly UseRow[] => {
    const now = clock.now();
    return uses.between(id, monthStart(now), isoDay(now + DAY_MS));
  };

  return {
    record: (id: AccountId, price: PriceName, count: number): void =>
      uses.add(id, isoDay(clock.now()), price, count),
    /** Null where the network charges nothing. Months are those of UTC, as networks bill them. */
    ofMonth: (account: AccountRow) => {
      const { cost } = account.capabilities;
      if (!cost) return null;
      const now = clock.now();
      const rows = thisMonth(account.id);
      const recent = uses.between(account.id, isoDay(now - (RECENT_DAYS - 1) * DAY_MS), isoDay(now + DAY_MS));
      const daily = costOf(recent, cost) / RECENT_DAYS;
      const month = new Date(now);
      const days = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate();
      const spent = costOf(rows, cost);
      return {
        spent,
        budget: account.monthlyBudget,
        /** An estimate: the last days go on as they were. */
        expected: Math.round(spent + daily * (days - month.getUTCDate())),
        items: priceNames.flatMap((price) => {
          const count = rows.find((row) => row.price === price)?.count ?? 0;
          const each = cost.prices[price];
          return count > 0 || each !== undefined ? [{ price, count, each: each ?? null }] : [];
        }),
      };
    },
    /** Why nothing may be read any more this month; null while there is something left. */
    readingStopped: (account: AccountRow): ErrorInfo | null => {
      const { cost } = account.capabilities;
      const { monthlyBudget } = account;
      if (!cost || monthlyBudget === null || costOf(thisMonth(account.id), cost) < monthlyBudget) return null;
      return { kind: 'quota_exhausted', params: { budget: monthlyBudget / MICRO } };
    },
  };
}
