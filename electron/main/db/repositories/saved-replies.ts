import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { appError } from '@shared/domain/errors';
import type { AccountId, SavedReplyId } from '@shared/domain/ids';
import type { Db } from '../open';
import { bm25Query } from '../search-query';
import { savedReply } from '../schema';

export type SavedReplyRow = {
  readonly id: SavedReplyId;
  readonly title: string;
  readonly body: string;
  readonly accountId: AccountId | null;
  readonly uses: number;
  readonly updatedAt: number;
};
export type SavedReplyMatch = Pick<SavedReplyRow, 'id' | 'title' | 'body'> & {
  /** BM25 turned around: higher fits better. Comparable within one answer only. */
  readonly score: number;
};
export type SavedReplies = ReturnType<typeof createSavedReplies>;

const columns = {
  id: savedReply.id,
  title: savedReply.title,
  body: savedReply.body,
  accountId: savedReply.accountId,
  uses: savedReply.uses,
  updatedAt: savedReply.updatedAt,
};

/** Answers that the person keeps ready. Deleting one is reversible. */
export function createSavedReplies(db: Db) {
  const matching = db.prepare<[{ query: string; account: AccountId | null; limit: number }], SavedReplyMatch>(
    'savedReplies.match',
    `SELECT s.id, s.title, s.body, -bm25(saved_reply_fts, 2.0, 1.0) AS score
     FROM saved_reply_fts f JOIN saved_reply s ON s.rowid = f.rowid
     WHERE saved_reply_fts MATCH @query AND s.deleted_at IS NULL AND (s.account_id IS NULL OR @account IS NULL OR s.account_id = @account)
     ORDER BY bm25(saved_reply_fts, 2.0, 1.0), s.id LIMIT @limit`,
  );
  const get = (id: SavedReplyId): SavedReplyRow | undefined =>
    db.orm
      .select(columns)
      .from(savedReply)
      .where(and(eq(savedReply.id, id), isNull(savedReply.deletedAt)))
      .get();
  const require = (id: SavedReplyId): SavedReplyRow => {
    const row = get(id);
    if (!row) throw appError('not_found', { field: 'id' });
    return row;
  };
  return {
    get,
    /** Throws `not_found`. */
    require,
    /** Those whose title or text contains every word of `query`; the most used first. */
    list: (query: string): readonly SavedReplyRow[] => {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      return db.orm
        .select(columns)
        .from(savedReply)
        .where(isNull(savedReply.deletedAt))
        .orderBy(desc(savedReply.uses), savedReply.title, savedReply.id)
        .all()
        .filter(({ title, body }) => {
          const text = `${title}\n${body}`.toLowerCase();
          return words.every((word) => text.includes(word));
        });
    },
    save: (row: Pick<SavedReplyRow, 'id' | 'title' | 'body' | 'accountId'>, now: number): SavedReplyRow => {
      const values = { title: row.title, body: row.body, accountId: row.accountId, updatedAt: now };
      db.orm
        .insert(savedReply)
        .values({ id: row.id, createdAt: now, ...values })
        .onConflictDoUpdate({ target: savedReply.id, set: { ...values, deletedAt: null } })
        .run();
      return require(row.id);
    },
    setDeleted: (id: SavedReplyId, deletedAt: number | null): void => {
      const { changes } = db.orm.update(savedReply).set({ deletedAt }).where(eq(savedReply.id, id)).run();
      if (changes === 0) throw appError('not_found', { field: 'id' });
    },
    used: (id: SavedReplyId): void =>
      void db.orm
        .update(savedReply)
        .set({ uses: sql`${savedReply.uses} + 1` })
        .where(eq(savedReply.id, id))
        .run(),
    /** Best fit first for a message that somebody wrote; those of other accounts stay out. */
    match: (text: string, account: AccountId | null, limit: number): readonly SavedReplyMatch[] => {
      const query = bm25Query(text);
      return query === null ? [] : matching.all({ query, account, limit });
    },
  };
}
