import { createTestDb, type TestDb } from '../../fakes/db';
import { addAccount } from '../../fakes/inbox';
import type { AccountRow } from '../../../electron/main/db/repositories/accounts';
import { createInboxWriter } from '../../../electron/main/db/repositories/inbox-writer';
import { inboxMessages } from './messages';

export type FilledDb = TestDb & { readonly accounts: readonly AccountRow[] };

const PAGE = 100;

/** A workspace with `count` messages in three accounts, stored as a sync stores them. */
export function createFilledDb(count: number): FilledDb {
  const test = createTestDb();
  const accounts = [0, 1, 2].map((at) => addAccount(test.db, { remoteId: `did:brand:${at}` }));
  const writer = createInboxWriter(test.db);
  const now = Date.now();
  // Half of everything in one account, the rest shared by the others, as brands are.
  const shares = [count / 2, (count * 2) / 5, count / 10];
  accounts.forEach((account, at) => {
    const all = [...inboxMessages(shares[at] ?? 0, now, at + 1)];
    for (let from = 0; from < all.length; from += PAGE) {
      const items = all.slice(from, from + PAGE);
      writer.apply({
        accountId: account.id,
        network: account.network,
        items,
        now,
        historyBefore: now - 200 * 86_400_000,
      });
    }
  });
  test.db.raw.pragma('optimize');
  return { ...test, accounts };
}
