import { and, count, eq, inArray, lte, ne, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { appError } from '@shared/domain/errors';
import type { AuthorId, ConversationId } from '@shared/domain/ids';
import type { ConversationState } from '@shared/domain/states';
import { decodeCursor, encodeCursor } from '../cursor';
import type { Db } from '../open';
import { author, conversation, inboxCounter, message } from '../schema';
import {
  filterParams,
  inboxViews,
  inView,
  narrowed,
  selectRows,
  type ConversationRef,
  type ConversationRow,
  type InboxCounts,
  type InboxFilter,
  type InboxView,
} from './conversation-rows';
import { createSummary } from './summary';

export type Conversations = ReturnType<typeof createConversations>;

const c = conversation;

export function createConversations(db: Db) {
  const summary = createSummary(db);
  const requireRef = (id: ConversationId): ConversationRef => {
    const found = ref(id);
    if (!found) throw appError('not_found', { field: 'id' });
    return found;
  };
  const refById = db.named(
    'conversations.ref',
    db.orm
      .select(refColumns)
      .from(c)
      .where(eq(c.id, sql.placeholder('id')))
      .prepare(),
  );
  const ref = (id: ConversationId): ConversationRef | undefined => refById.get({ id });
  return {
    ref,
    /** Throws `not_found`. */
    requireRef,
    ...summary,
    ...lists(db),
    ...states(db, summary.refresh),
    /** How many conversations this author has had here, and since when they are known. */
    history: (id: AuthorId): { readonly conversations: number; readonly since: number | null } => {
      const known = db.orm.select({ since: author.firstSeenAt }).from(author).where(eq(author.id, id)).get();
      const total = db.orm.select({ value: count() }).from(c).where(eq(c.authorId, id)).get();
      return { conversations: total?.value ?? 0, since: known?.since ?? null };
    },
  };
}

const refColumns = {
  id: c.id,
  accountId: c.accountId,
  remoteKey: c.remoteKey,
  type: c.type,
  authorId: c.authorId,
  state: c.state,
  replyDeadline: c.replyDeadline,
  lastIncomingAt: c.lastIncomingAt,
  origin: c.origin,
};

function lists(db: Db) {
  const pages = new Map(inboxViews.map((view) => [view, prepareList(db, view)]));
  const byIds = db.named(
    'conversations.rows',
    selectRows(db)
      .where(sql`${c.id} IN (SELECT value FROM json_each(${sql.placeholder('ids')}))`)
      .prepare(),
  );
  const counters = db.named(
    'inbox.counts',
    db.orm
      .select({
        needs_reply: sum(inboxCounter.needsReply),
        unread: sum(inboxCounter.unread),
        open: sum(inboxCounter.open),
        snoozed: sum(inboxCounter.snoozed),
        done: sum(inboxCounter.done),
        waiting: sum(inboxCounter.waiting),
      })
      .from(inboxCounter)
      .prepare(),
  );
  return {
    /** A page of a view, newest first; `next` is handed back to get what follows. */
    list: (
      filter: InboxFilter & { readonly view: InboxView },
      after: string | null,
      limit: number,
    ): { items: ConversationRow[]; next: string | null } => {
      const from = decodeCursor(after);
      const found =
        pages
          .get(filter.view)
          ?.all({ ...filterParams(filter), at: from.at, id: from.id, limit: limit + 1 }) ?? [];
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const next =
        found.length > limit && last ? encodeCursor({ at: sortKey(filter.view, last), id: last.id }) : null;
      return { items: items.map(toRow), next };
    },
    /** In the order of `ids`; missing ones no longer exist. */
    rows: (ids: readonly ConversationId[]): ConversationRow[] => {
      const found = new Map(byIds.all({ ids: JSON.stringify(ids) }).map((row) => [row.id, toRow(row)]));
      return ids.flatMap((id) => found.get(id) ?? []);
    },
    counts: (): InboxCounts =>
      counters.get() ?? { needs_reply: 0, unread: 0, open: 0, snoozed: 0, done: 0, waiting: 0 },
  };
}

const sum = (column: AnySQLiteColumn) => sql<number>`COALESCE(SUM(${column}), 0)`;

type SelectedRow = ConversationRow & { readonly lastOutgoingAt: number | null };
const sortKey = (view: InboxView, row: SelectedRow): number =>
  view === 'sent' ? (row.lastOutgoingAt ?? 0) : row.lastMessageAt;
const toRow = ({ lastOutgoingAt: _, ...row }: SelectedRow): ConversationRow => row;

function prepareList(db: Db, view: InboxView) {
  const at = view === 'sent' ? c.lastOutgoingAt : c.lastMessageAt;
  return db.named(
    `inbox.list ${view}`,
    selectRows(db)
      .where(
        and(
          inView[view],
          sql`(${at}, ${c.id}) < (${sql.placeholder('at')}, ${sql.placeholder('id')})`,
          narrowed,
        ),
      )
      .orderBy(sql`${at} DESC, ${c.id} DESC`)
      .limit(sql.placeholder('limit'))
      .prepare(),
  );
}

function states(db: Db, refresh: (id: ConversationId) => void) {
  return {
    /** `until` is when a snoozed conversation comes back; null for the other states. */
    setState: (ids: readonly ConversationId[], state: ConversationState, until: number | null): void =>
      db.transaction(() => {
        db.orm
          .update(c)
          .set({ state, snoozedUntil: state === 'snoozed' ? until : null })
          .where(inArray(c.id, [...ids]))
          .run();
      }),
    /** Read: every message is. Unread: the newest incoming one is, so that the person meets it again. */
    setUnread: (ids: readonly ConversationId[], unread: boolean): void =>
      db.transaction(() => {
        for (const id of ids) {
          if (unread) markNewestUnread(db, id);
          else
            db.orm
              .update(message)
              .set({ unread: false })
              .where(and(eq(message.conversationId, id), eq(message.unread, true)))
              .run();
          refresh(id);
        }
      }),
    /** Opens snoozed conversations whose time has come; returns them. */
    wake: (now: number): readonly ConversationId[] =>
      db.transaction(() =>
        db.orm
          .update(c)
          .set({ state: 'open', snoozedUntil: null })
          .where(and(eq(c.state, 'snoozed'), lte(c.snoozedUntil, now)))
          .returning({ id: c.id })
          .all()
          .map(({ id }) => id),
      ),
    nextWake: (): number | null =>
      db.orm
        .select({ at: sql<number | null>`MIN(${c.snoozedUntil})` })
        .from(c)
        .where(eq(c.state, 'snoozed'))
        .get()?.at ?? null,
  };
}

function markNewestUnread(db: Db, id: ConversationId): void {
  const newest = db.orm
    .select({ seq: message.seq })
    .from(message)
    .where(and(eq(message.conversationId, id), eq(message.direction, 'incoming'), ne(message.context, true)))
    .orderBy(sql`${message.createdAt} DESC, ${message.seq} DESC`)
    .limit(1)
    .get();
  if (newest) db.orm.update(message).set({ unread: true }).where(eq(message.seq, newest.seq)).run();
}
