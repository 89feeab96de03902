import { and, eq, sql } from 'drizzle-orm';
import type { ConversationId, MessageId } from '@shared/domain/ids';
import { toJson } from '../json';
import type { Db } from '../open';
import { conversation, message } from '../schema';
import type { IncomingItem, IncomingMessage } from './inbox-writer';

export function conversationStatements(db: Db) {
  const c = conversation;
  return {
    find: db.named(
      'sync.conversation',
      db.orm
        .select({ id: c.id, lastIncomingAt: c.lastIncomingAt, lastMessageAt: c.lastMessageAt })
        .from(c)
        .where(
          and(eq(c.accountId, sql.placeholder('accountId')), eq(c.remoteKey, sql.placeholder('remoteKey'))),
        )
        .prepare(),
    ),
    insert: db.named(
      'sync.addConversation',
      db.orm
        .insert(c)
        .values({
          id: sql.placeholder('id'),
          accountId: sql.placeholder('accountId'),
          remoteKey: sql.placeholder('remoteKey'),
          type: sql.placeholder('type'),
          authorId: sql.placeholder('authorId'),
          origin: sql.placeholder('origin'),
          state: sql.placeholder('state'),
          lastMessageAt: sql.placeholder('lastMessageAt'),
          createdAt: sql.placeholder('createdAt'),
        })
        .prepare(),
    ),
    reopen: db.named(
      'sync.reopen',
      db.orm
        .update(c)
        .set({ state: 'open', snoozedUntil: null })
        .where(and(eq(c.id, sql.placeholder('id')), sql`${c.state} <> 'open'`))
        .prepare(),
    ),
  };
}

export type ExistingMessage = {
  readonly seq: number;
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly text: string;
  readonly context: boolean;
  readonly hidden: boolean;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
};

export function messageStatements(db: Db) {
  const m = message;
  const find = db.named(
    'sync.message',
    db.orm
      .select({
        seq: m.seq,
        id: m.id,
        conversationId: m.conversationId,
        text: m.text,
        context: m.context,
        hidden: m.hidden,
        editedAt: m.editedAt,
        deletedAt: m.deletedAt,
      })
      .from(m)
      .where(and(eq(m.accountId, sql.placeholder('accountId')), eq(m.remoteId, sql.placeholder('remoteId'))))
      .prepare(),
  );
  const unconfirmed = db.named(
    'sync.unconfirmed',
    db.orm
      .select({ seq: m.seq })
      .from(m)
      .where(
        and(
          eq(m.conversationId, sql.placeholder('conversationId')),
          sql`${m.delivery} IN('sending','needs_check')`,
          sql`${m.remoteId} IS NULL`,
          eq(m.text, sql.placeholder('text')),
        ),
      )
      .limit(1)
      .prepare(),
  );
  const underway = db
    .prepare<[MessageId], number>(
      'sync.hiding',
      `SELECT 1 FROM job WHERE subject_id = ? AND kind IN('hide','unhide')
         AND state NOT IN('done','discarded','failed') LIMIT 1`,
    )
    .pluck();
  return {
    find,
    /**
     * Hidden or shown, as the network says; false when it changes nothing. What the person has done and the network
     * has not answered yet stays as they see it.
     */
    turn: ({ id, seq, hidden: before }: ExistingMessage, hidden: boolean): boolean => {
      if (hidden === before || underway.get(id) !== undefined) return false;
      db.orm.update(m).set({ hidden }).where(eq(m.seq, seq)).run();
      return true;
    },
    /** Thread context that the network now reports as a message to us. */
    surface: (existing: ExistingMessage, unread: boolean): void =>
      void db.orm.update(m).set({ context: false, unread }).where(eq(m.seq, existing.seq)).run(),
    /**
     * Our own message seen on the network while its delivery is still open: the row gets its remote id, so that
     * it does not stand there twice. What became of the delivery is for the write fence to say.
     */
    adopt: (conversationId: ConversationId, item: IncomingMessage): boolean => {
      const row = unconfirmed.get({ conversationId, text: item.text });
      if (!row) return false;
      const values = { remoteId: item.remoteId, ref: toJson(item.ref), url: item.url ?? null };
      db.orm.update(m).set(values).where(eq(m.seq, row.seq)).run();
      return true;
    },
    /** Follows an edit or deletion on the network; false when it changes nothing (an older or repeated report). */
    follow: (
      existing: ExistingMessage,
      item: Exclude<IncomingItem, IncomingMessage>,
      now: number,
    ): boolean => {
      if (existing.deletedAt !== null) return false;
      if (item.kind === 'deleted') {
        db.orm
          .update(m)
          .set({ deletedAt: now, text: '', media: null, unread: false })
          .where(eq(m.seq, existing.seq))
          .run();
        return true;
      }
      if (item.text === existing.text || (existing.editedAt ?? 0) >= item.editedAt) return false;
      db.orm.update(m).set({ text: item.text, editedAt: item.editedAt }).where(eq(m.seq, existing.seq)).run();
      return true;
    },
  };
}
