import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { TextOrigin } from '@shared/domain/content';
import { appError, errorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { AccountId, ConversationId, JobId, MessageId } from '@shared/domain/ids';
import type { DeliveryState } from '@shared/domain/states';
import { decodeCursor, encodeCursor } from '../cursor';
import { parseNullable, toJson } from '../json';
import type { Db } from '../open';
import { author, conversation, message } from '../schema';
import type { AuthorRow } from './conversation-rows';
import { createMessageInsert, type NewMessage } from './message-insert';
import { createSummary } from './summary';

export type MessageMedia = {
  readonly kind: 'image' | 'video' | 'other';
  readonly url: string;
  readonly alt: string;
};
export type MessageRow = Omit<typeof message.$inferSelect, 'ref' | 'media' | 'problem'> & {
  readonly ref: Readonly<Record<string, string>>;
  readonly media: readonly MessageMedia[];
  readonly problem: ErrorInfo | null;
};
export type ThreadMessage = MessageRow & { readonly author: AuthorRow | null };
export type Outgoing = {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly text: string;
  readonly createdAt: number;
  readonly jobId: JobId;
  readonly parentRemoteId?: string | null;
  readonly lang?: string | null;
  readonly origin?: TextOrigin;
  readonly aiSeq?: number | null;
};
export type Remote = {
  readonly remoteId: string;
  readonly url?: string;
  readonly ref?: Readonly<Record<string, string>>;
};
export type Messages = ReturnType<typeof createMessages>;

const m = message;
const storedRef = z.record(z.string(), z.string());
const storedMedia = z.array(
  z.object({ kind: z.enum(['image', 'video', 'other']), url: z.string(), alt: z.string() }),
);
const authorColumns = {
  id: author.id,
  network: author.network,
  handle: author.handle,
  displayName: author.displayName,
  avatarUrl: author.avatarUrl,
};

/** Messages of conversations. Whatever changes one also refreshes what the list shows of its conversation. */
export function createMessages(db: Db) {
  const read = reads(db);
  return { ...read, ...writes(db, read) };
}

function reads(db: Db) {
  const byId = db.named(
    'messages.get',
    db.orm
      .select()
      .from(m)
      .where(eq(m.id, sql.placeholder('id')))
      .prepare(),
  );
  const byRemote = db.named(
    'messages.findRemote',
    db.orm
      .select()
      .from(m)
      .where(and(eq(m.accountId, sql.placeholder('accountId')), eq(m.remoteId, sql.placeholder('remoteId'))))
      .prepare(),
  );
  const page = db.named(
    'messages.page',
    db.orm
      .select({ message: m, author: authorColumns })
      .from(m)
      .leftJoin(author, eq(author.id, m.authorId))
      .where(
        and(
          eq(m.conversationId, sql.placeholder('conversationId')),
          sql`(${m.createdAt}, ${m.seq}) < (${sql.placeholder('at')}, ${sql.placeholder('seq')})`,
        ),
      )
      .orderBy(sql`${m.createdAt} DESC, ${m.seq} DESC`)
      .limit(sql.placeholder('limit'))
      .prepare(),
  );
  const newest = db.named(
    'messages.newestIncoming',
    db.orm
      .select()
      .from(m)
      .where(
        and(
          eq(m.conversationId, sql.placeholder('conversationId')),
          sql`${m.direction} = 'incoming' AND ${m.context} = 0 AND ${m.deletedAt} IS NULL`,
        ),
      )
      .orderBy(sql`${m.createdAt} DESC, ${m.seq} DESC`)
      .limit(1)
      .prepare(),
  );
  const optional = (row: typeof m.$inferSelect | undefined) => row && toMessage(row);

  /** Oldest first; `earlier` leads to what came before. */
  const pageOf = (
    conversationId: ConversationId,
    before: string | null,
    limit: number,
  ): { messages: ThreadMessage[]; earlier: string | null } => {
    const from = before === null ? undefined : decodeCursor(before, 'before');
    const at = from?.at ?? Number.MAX_SAFE_INTEGER;
    const seq = from ? Number(from.id) : Number.MAX_SAFE_INTEGER;
    const found = page.all({ conversationId, at, seq, limit: limit + 1 });
    const rows = found.slice(0, limit);
    const last = rows.at(-1)?.message;
    return {
      messages: rows.map((row) => ({ ...toMessage(row.message), author: row.author })).reverse(),
      earlier:
        found.length > limit && last ? encodeCursor({ at: last.createdAt, id: String(last.seq) }) : null,
    };
  };
  return {
    get: (id: MessageId): MessageRow | undefined => optional(byId.get({ id })),
    findRemote: (accountId: AccountId, remoteId: string): MessageRow | undefined =>
      optional(byRemote.get({ accountId, remoteId })),
    /** What an answer without an explicit parent answers. */
    newestIncoming: (conversationId: ConversationId): MessageRow | undefined =>
      optional(newest.get({ conversationId })),
    page: pageOf,
    thread: (conversationId: ConversationId, limit = 200): readonly ThreadMessage[] =>
      pageOf(conversationId, null, limit).messages,
  };
}

function writes(db: Db, read: ReturnType<typeof reads>) {
  const { refresh } = createSummary(db);
  const insert = createMessageInsert(db);

  const require = (id: MessageId): MessageRow => {
    const row = read.get(id);
    if (!row) throw appError('not_found', { field: 'messageId' });
    return row;
  };
  const update = (id: MessageId, values: Partial<typeof m.$inferInsert>): void =>
    db.transaction(() => {
      const { conversationId } = require(id);
      db.orm.update(m).set(values).where(eq(m.id, id)).run();
      refresh(conversationId);
    });
  const add = (row: Omit<NewMessage, 'accountId' | 'receivedAt'>): MessageRow =>
    db.transaction(() => {
      insert({ ...row, accountId: accountOf(db, row.conversationId), receivedAt: row.createdAt });
      refresh(row.conversationId);
      return require(row.id);
    });

  return {
    insertOutgoing: (row: Outgoing): MessageRow =>
      add({ ...row, direction: 'outgoing', sentFromHere: true, delivery: 'queued' }),
    insertNote: (row: Pick<Outgoing, 'id' | 'conversationId' | 'text' | 'createdAt'>): MessageRow =>
      add({ ...row, direction: 'note', sentFromHere: true }),
    /**
     * How far our message has come. With `remote`, a copy of it that a sync brought in the meantime gives way:
     * one row stays, the one that knows its approval and job.
     */
    setDelivery: (
      id: MessageId,
      delivery: DeliveryState,
      more: { readonly problem?: ErrorInfo | null; readonly remote?: Remote } = {},
    ): void =>
      db.transaction(() => {
        const { remote } = more;
        if (remote) {
          const copy = read.findRemote(require(id).accountId, remote.remoteId);
          if (copy && copy.id !== id) db.orm.delete(m).where(eq(m.seq, copy.seq)).run();
        }
        update(id, {
          delivery,
          problem: toJson(more.problem),
          ...(remote ? { remoteId: remote.remoteId, url: remote.url ?? null, ref: toJson(remote.ref) } : {}),
        });
      }),
    setFlags: (id: MessageId, flags: { readonly liked?: boolean; readonly hidden?: boolean }): void =>
      update(id, flags),
    /** The network (or we) took it down: its text goes too, the place in the thread stays. */
    markDeleted: (id: MessageId, at: number): void =>
      update(id, { deletedAt: at, text: '', media: null, unread: false }),
    /** Only for what never left this device. */
    remove: (id: MessageId): void =>
      db.transaction(() => {
        const row = require(id);
        db.orm.delete(m).where(eq(m.seq, row.seq)).run();
        refresh(row.conversationId);
      }),
  };
}

function accountOf(db: Db, conversationId: ConversationId): AccountId {
  const found = db.orm
    .select({ id: conversation.accountId })
    .from(conversation)
    .where(eq(conversation.id, conversationId))
    .get();
  if (!found?.id) throw appError('not_found', { field: 'conversationId' });
  return found.id;
}

function toMessage(row: typeof m.$inferSelect): MessageRow {
  return {
    ...row,
    ref: parseNullable(storedRef, row.ref, 'message reference') ?? {},
    media: parseNullable(storedMedia, row.media, 'message media') ?? [],
    problem: parseNullable(errorInfo, row.problem, 'message problem'),
  };
}
