import { inArray } from 'drizzle-orm';
import type { AccountId, ConversationId } from '@shared/domain/ids';
import type { Db } from '../open';
import { conversation, message } from '../schema';
import { createSummary } from './summary';

/** Messages removed in one breath: about 10 ms, with their words in the search index. */
const CHUNK = 100;

export type Expiry = ReturnType<typeof createExpiry>;

/**
 * Removes what others wrote and what may not be kept any longer. What the account itself wrote stays; a conversation
 * of which nothing is left goes too, unless a draft lies in it.
 */
export function createExpiry(db: Db) {
  const old = db.prepare<[AccountId, number, number], { seq: number; conversationId: ConversationId }>(
    'messages.expired',
    `SELECT seq, conversation_id AS conversationId FROM message
       WHERE account_id = ? AND direction = 'incoming' AND received_at < ? LIMIT ?`,
  );
  const empty = db
    .prepare<[AccountId, number], ConversationId>(
      'conversations.emptied',
      `SELECT id FROM conversation c WHERE account_id = ? AND last_message_at < ?
         AND NOT EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id)
         AND NOT EXISTS (SELECT 1 FROM reply_draft d WHERE d.conversation_id = c.id)`,
    )
    .pluck();
  const answers = db.prepare<[AccountId, number]>(
    'answers.expired',
    'DELETE FROM answer WHERE account_id = ? AND approved_at < ?',
  );
  const summary = createSummary(db);
  return {
    /** One bounded piece of it; false when nothing is left. Tells which conversations changed. */
    step: (
      id: AccountId,
      before: number,
    ): { readonly more: boolean; readonly changed: readonly ConversationId[] } =>
      db.transaction(() => {
        const rows = old.all(id, before, CHUNK);
        if (rows.length > 0) {
          const seqs = rows.map(({ seq }) => seq);
          db.orm.delete(message).where(inArray(message.seq, seqs)).run();
          const changed = [...new Set(rows.map(({ conversationId }) => conversationId))];
          changed.forEach(summary.refresh);
          return { more: true, changed };
        }
        answers.run(id, before);
        const gone = empty.all(id, before);
        if (gone.length > 0) db.orm.delete(conversation).where(inArray(conversation.id, gone)).run();
        return { more: false, changed: gone };
      }),
  };
}
