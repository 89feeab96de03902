import type { AccountId } from '@shared/domain/ids';
import type { PriceName } from '@shared/domain/network';
import type { Db } from '../open';

export type UseRow = { readonly price: PriceName; readonly count: number };
export type ApiUse = ReturnType<typeof createApiUse>;

/** Calls that a network charges for, by UTC day: what a month has cost so far. */
export function createApiUse(db: Db) {
  const add = db.prepare<[AccountId, string, PriceName, number]>(
    'apiUse.add',
    `INSERT INTO api_use(account_id, day, price, count) VALUES(?, ?, ?, ?)
       ON CONFLICT(account_id, day, price) DO UPDATE SET count = count + excluded.count`,
  );
  const between = db.prepare<[AccountId, string, string], UseRow>(
    'apiUse.between',
    `SELECT price, SUM(count) AS count FROM api_use WHERE account_id = ? AND day >= ? AND day < ? GROUP BY price`,
  );
  return {
    add: (id: AccountId, day: string, price: PriceName, count: number): void =>
      void add.run(id, day, price, count),
    /** Days are ISO dates; `to` is not part of it. */
    between: (id: AccountId, from: string, to: string): readonly UseRow[] => between.all(id, from, to),
  };
}
