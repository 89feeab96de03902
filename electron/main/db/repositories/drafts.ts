import { eq, sql } from 'drizzle-orm';
import type { ConversationId } from '@shared/domain/ids';
import type { Db } from '../open';
import { replyDraft } from '../schema';

export type Drafts = ReturnType<typeof createDrafts>;

/** What the person has typed and not sent, one text per conversation. */
export function createDrafts(db: Db) {
  const find = db.named(
    'drafts.get',
    db.orm
      .select({ text: replyDraft.text, savedAt: replyDraft.savedAt })
      .from(replyDraft)
      .where(eq(replyDraft.conversationId, sql.placeholder('id')))
      .prepare(),
  );
  const remove = (conversationId: ConversationId): void =>
    void db.orm.delete(replyDraft).where(eq(replyDraft.conversationId, conversationId)).run();
  return {
    get: (conversationId: ConversationId): { readonly text: string; readonly savedAt: number } | undefined =>
      find.get({ id: conversationId }),
    /** Empty text is no draft. */
    save: (conversationId: ConversationId, text: string, savedAt: number): void => {
      if (text === '') return remove(conversationId);
      const value = { text, savedAt };
      db.orm
        .insert(replyDraft)
        .values({ conversationId, ...value })
        .onConflictDoUpdate({ target: replyDraft.conversationId, set: value })
        .run();
    },
    remove,
  };
}
