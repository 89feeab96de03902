import { eq, inArray } from 'drizzle-orm';
import type { AccountId } from '@shared/domain/ids';
import type { Db } from '../open';
import { account, message, syncCursor } from '../schema';
import { createSearchPurge } from './search-purge';

/** Messages deleted in one breath: about 10 ms, their index entries included. */
const CHUNK = 200;

/**
 * Removes an account with everything that belongs to it. `step` does a bounded piece and says whether there is
 * more, so that the caller can let the window breathe. Interrupted, it is called again at the next start.
 */
export function createAccountRemoval(db: Db): { readonly step: (id: AccountId) => boolean } {
  const chunk = db
    .prepare<[AccountId, number], number>(
      'accounts.removal',
      `SELECT m.seq FROM conversation c JOIN message m ON m.conversation_id = c.id WHERE c.account_id = ? LIMIT ?`,
    )
    .pluck();
  // People whom nothing here mentions any more are forgotten too.
  const strangers = db.prepare<[number]>(
    'accounts.forgetAuthors',
    `DELETE FROM author WHERE id IN (SELECT a.id FROM author a
       WHERE NOT EXISTS (SELECT 1 FROM conversation c WHERE c.author_id = a.id)
         AND NOT EXISTS (SELECT 1 FROM message m WHERE m.author_id = a.id) LIMIT ?)`,
  );
  const purge = createSearchPurge(db);
  /** The account whose messages are gone while their words are still being removed. */
  let purging: AccountId | undefined;
  return {
    step: (id) =>
      db.transaction(() => {
        // First of all: if this stays unfinished, the next sync fetches everything again.
        db.orm.delete(syncCursor).where(eq(syncCursor.accountId, id)).run();
        const seqs = chunk.all(id, CHUNK);
        if (seqs.length > 0) {
          purge.deleting(() => db.orm.delete(message).where(inArray(message.seq, seqs)).run());
          return true;
        }
        if (purging !== id) {
          purge.begin();
          purging = id;
        }
        if (purge.step()) return true;
        db.orm.delete(account).where(eq(account.id, id)).run();
        return strangers.run(CHUNK).changes === CHUNK;
      }),
  };
}
