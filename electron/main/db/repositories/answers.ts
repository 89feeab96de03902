import type { AccountId, MessageId } from '@shared/domain/ids';
import type { Db } from '../open';
import { answer } from '../schema';
import { bm25Query } from '../search-query';

export type AnswerMatch = {
  readonly question: string;
  readonly answer: string;
  readonly approvedAt: number;
  /** BM25 turned around: higher fits better. Comparable within one list only. */
  readonly score: number;
};

/** What was asked and what a person approved as its answer; the on-device helper looks here. */
export function createAnswers(db: Db) {
  const matching = db.prepare<[{ query: string; account: AccountId; limit: number }], AnswerMatch>(
    'answers.match',
    `SELECT a.question, a.answer, a.approved_at AS approvedAt, -bm25(answer_fts) AS score
     FROM answer_fts f JOIN answer a ON a.id = f.rowid
     WHERE answer_fts MATCH @query AND a.account_id = @account ORDER BY bm25(answer_fts), a.id DESC LIMIT @limit`,
  );
  return {
    record: (row: {
      readonly messageId: MessageId;
      readonly accountId: AccountId;
      readonly question: string;
      readonly answer: string;
      readonly approvedAt: number;
    }): void => void db.orm.insert(answer).values(row).onConflictDoNothing().run(),
    /** Best fit first among the answers of this account. */
    match: (text: string, account: AccountId, limit: number): readonly AnswerMatch[] => {
      const query = bm25Query(text);
      return query === null ? [] : matching.all({ query, account, limit });
    },
  };
}
