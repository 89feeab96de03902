import { eq, sql, type SQL } from 'drizzle-orm';
import type { AccountId, AuthorId, ConversationId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { ConversationState, ConversationType } from '@shared/domain/states';
import type { Db } from '../open';
import { account, author, conversation, replyDraft } from '../schema';

export const inboxViews = ['needs_reply', 'unread', 'open', 'snoozed', 'done', 'sent', 'waiting'] as const;
export type InboxView = (typeof inboxViews)[number];
export type InboxFilter = {
  readonly view?: InboxView;
  readonly accountIds?: readonly AccountId[];
  readonly networks?: readonly NetworkId[];
  readonly types?: readonly ConversationType[];
};

export type AuthorRow = {
  readonly id: AuthorId;
  readonly network: NetworkId;
  readonly handle: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
};
export type ConversationRow = {
  readonly id: ConversationId;
  readonly accountId: AccountId;
  readonly network: NetworkId;
  readonly type: ConversationType;
  readonly author: AuthorRow;
  readonly snippet: string;
  readonly state: ConversationState;
  readonly snoozedUntil: number | null;
  readonly unread: number;
  readonly lastMessageAt: number;
  readonly needsReply: boolean;
  readonly replyDeadline: number | null;
  readonly hasDraft: boolean;
  readonly delivery: 'queued' | 'sending' | 'failed' | 'needs_check' | null;
};
export type ConversationRef = {
  readonly id: ConversationId;
  readonly accountId: AccountId;
  readonly remoteKey: string;
  readonly type: ConversationType;
  readonly authorId: AuthorId;
  readonly state: ConversationState;
  readonly replyDeadline: number | null;
  readonly lastIncomingAt: number | null;
  /** The post the conversation hangs on, as JSON of a RemotePost. */
  readonly origin: string | null;
};
export type InboxCounts = Readonly<Record<Exclude<InboxView, 'sent'>, number>>;

const c = conversation;
export const rowColumns = {
  id: c.id,
  accountId: c.accountId,
  network: account.network,
  type: c.type,
  author: {
    id: author.id,
    network: author.network,
    handle: author.handle,
    displayName: author.displayName,
    avatarUrl: author.avatarUrl,
  },
  snippet: c.snippet,
  state: c.state,
  snoozedUntil: c.snoozedUntil,
  unread: c.unread,
  lastMessageAt: c.lastMessageAt,
  lastOutgoingAt: c.lastOutgoingAt,
  needsReply: sql<boolean>`${c.state} = 'open' AND ${c.needsReply}`.mapWith(Boolean),
  replyDeadline: c.replyDeadline,
  hasDraft:
    sql<boolean>`EXISTS (SELECT 1 FROM ${replyDraft} WHERE ${replyDraft.conversationId} = ${c.id})`.mapWith(
      Boolean,
    ),
  delivery: c.delivery,
};

/** What belongs into a view. The words are those of the partial indexes, so that SQLite can use them. */
export const inView: Readonly<Record<InboxView, SQL>> = {
  needs_reply: sql`${c.state} = 'open' AND ${c.needsReply} = 1`,
  unread: sql`${c.unread} > 0 AND ${c.state} <> 'done'`,
  open: sql`${c.state} = 'open'`,
  snoozed: sql`${c.state} = 'snoozed'`,
  done: sql`${c.state} = 'done'`,
  sent: sql`${c.lastOutgoingAt} IS NOT NULL`,
  waiting: sql`${c.delivery} IS NOT NULL`,
};

/** Narrowing by parameters: null means "all". `networks` and `types` are JSON lists. */
export const narrowed = sql`(${sql.placeholder('accounts')} IS NULL OR ${c.accountId} IN (SELECT value FROM json_each(${sql.placeholder('accounts')})))
  AND (${sql.placeholder('networks')} IS NULL OR ${c.accountId} IN (SELECT id FROM account WHERE network IN (SELECT value FROM json_each(${sql.placeholder('networks')}))))
  AND (${sql.placeholder('types')} IS NULL OR ${c.type} IN (SELECT value FROM json_each(${sql.placeholder('types')})))`;

export const filterParams = (filter: InboxFilter) => ({
  accounts: filter.accountIds ? JSON.stringify(filter.accountIds) : null,
  networks: filter.networks ? JSON.stringify(filter.networks) : null,
  types: filter.types ? JSON.stringify(filter.types) : null,
});

/** Rows of the list, joined with who they are from: the start of every query that shows conversations. */
export const selectRows = (db: Db) =>
  db.orm
    .select(rowColumns)
    .from(c)
    .innerJoin(account, eq(account.id, c.accountId))
    .innerJoin(author, eq(author.id, c.authorId));
