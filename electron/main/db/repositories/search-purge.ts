import type { Db } from '../open';

const INDEXES = ['message_fts', 'message_trigram'] as const;
/** Pages of an index rewritten in one breath: about 10 ms. */
const PAGES = 64;
const OFF = 0;
const ON = 1;

/**
 * Removing many messages: taking every word of them out of the indexes at once costs twenty times the deletion.
 * So they are only marked as gone, and afterwards the indexes are written anew without them, piece by piece.
 */
export function createSearchPurge(db: Db) {
  const indexes = INDEXES.map((name) => ({
    secureDelete: db.prepare<[number]>(
      `purge.secureDelete.${name}`,
      `INSERT INTO ${name}(${name}, rank) VALUES('secure-delete', CAST(? AS INTEGER))`,
    ),
    merge: db.prepare<[number]>(
      `purge.merge.${name}`,
      `INSERT INTO ${name}(${name}, rank) VALUES('merge', CAST(? AS INTEGER))`,
    ),
  }));
  const changes = db.prepare<[], number>('purge.changes', 'SELECT total_changes()').pluck();
  const setSecureDelete = (value: number): void =>
    indexes.forEach(({ secureDelete }) => void secureDelete.run(value));
  let left: { readonly index: (typeof indexes)[number]; begun: boolean }[] = [];

  return {
    /** Deletes messages whose words go with the `step`s that follow. Inside a transaction. */
    deleting: (remove: () => void): void => {
      setSecureDelete(OFF);
      remove();
      setSecureDelete(ON);
    },
    /** All indexes have to be written anew. */
    begin: (): void => {
      left = indexes.map((index) => ({ index, begun: false }));
    },
    /** One piece of it; false when nothing is left. */
    step: (): boolean => {
      const [next] = left;
      if (!next) return false;
      const before = changes.get() ?? 0;
      // a negative number asks for all of the index, the ones after it for the next pages of the same
      next.index.merge.run(next.begun ? PAGES : -PAGES);
      next.begun = true;
      // FTS5: fewer than two changes mean that there was nothing to merge
      if ((changes.get() ?? 0) - before < 2) left.shift();
      return true;
    },
  };
}
