import { and, eq, inArray, isNull } from 'drizzle-orm';
import { approvable, type Approvable } from '@shared/domain/content';
import type { AccountId, ApprovalId, SuggestionId } from '@shared/domain/ids';
import type { Db } from '../open';
import { approval } from '../schema';

export type ApprovalRow = Omit<typeof approval.$inferSelect, 'content'> & { readonly content: Approvable };
type NewApprovalRow = {
  readonly id: ApprovalId;
  readonly kind: 'publish' | 'reply';
  readonly subjectId: string;
  readonly accountId: AccountId;
  readonly contentHash: string;
  readonly content: Approvable;
  readonly mintedAt: number;
  readonly expiresAt: number | null;
  readonly decisionSeq: number;
};

export type ApprovalRepository = ReturnType<typeof createApprovalRepository>;

/** A person's one-use permissions (design.md 3.3). */
export function createApprovalRepository(db: Db) {
  const suggestions = db.prepare<[string, 0 | 1, number | null], { id: SuggestionId }>(
    'approval.suggestions',
    `SELECT id FROM suggestion WHERE (subject_id = ? AND (state = 'inserted' OR (? = 1 AND state = 'approved'))) OR response_seq = ?
       ORDER BY created_at`,
  );
  const keep = db.prepare<[AccountId, number, number]>(
    'approval.keepWhileHeld',
    `UPDATE approval SET expires_at = NULL WHERE used_at IS NULL AND voided_at IS NULL AND account_id = ? AND expires_at > ?
       AND id IN (SELECT approval_id FROM job WHERE state IN('queued','waiting') AND due_at <= ?)`,
  );
  return {
    insert: (row: NewApprovalRow): void => {
      db.orm
        .insert(approval)
        .values({ ...row, content: JSON.stringify(row.content) })
        .run();
    },
    get: (id: ApprovalId): ApprovalRow | undefined => {
      const row = db.orm.select().from(approval).where(eq(approval.id, id)).get();
      return row && { ...row, content: approvable.parse(JSON.parse(row.content)) };
    },
    use: (id: ApprovalId, now: number): void => {
      db.orm
        .update(approval)
        .set({ usedAt: now })
        .where(and(eq(approval.id, id), isNull(approval.usedAt)))
        .run();
    },
    /** Takes permissions back: not even the job that used one may go on with it. */
    voidAll: (ids: readonly ApprovalId[], now: number): void => {
      if (ids.length === 0) return;
      db.orm
        .update(approval)
        .set({ voidedAt: now })
        .where(and(inArray(approval.id, [...ids]), isNull(approval.voidedAt)))
        .run();
    },
    /** Due work that only the missing connection holds back is served when it returns: its approval does not run out. */
    keepWhileHeld: (accountId: AccountId, now: number): number => keep.run(accountId, now, now).changes,
    /**
     * What the AI proposed and the person put into the text of this post or conversation. A conversation has many
     * answers, of which each uses up its own; a post is approved again after every change.
     */
    suggestionsOf: (subject: {
      readonly id: string;
      readonly usedOnes: boolean;
      readonly aiSeq: number | null;
    }): readonly SuggestionId[] =>
      suggestions.all(subject.id, subject.usedOnes ? 1 : 0, subject.aiSeq).map((row) => row.id),
  };
}
