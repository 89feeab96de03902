import type { Database } from './database';

/**
 * Moves the write-ahead log into the file and empties it, so that it no longer holds what was deleted. False inside
 * a transaction and while a reader still needs an older state.
 */
export function truncateWal(db: Database): boolean {
  if (db.inTransaction) return false;
  const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as readonly { readonly busy: number }[];
  return state?.busy === 0;
}
