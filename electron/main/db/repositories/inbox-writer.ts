import {
  uuidv7,
  type AccountId,
  type AuthorId,
  type ConversationId,
  type MessageId,
} from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { ConversationType } from '@shared/domain/states';
import { toJson } from '../json';
import type { Db } from '../open';
import { createAuthorUpsert, type IncomingAuthor } from './authors';
import { createMessageInsert } from './message-insert';
import type { MessageMedia } from './messages';
import { createSummary } from './summary';
import { conversationStatements, messageStatements, type ExistingMessage } from './sync-statements';

export type IncomingMessage = {
  readonly kind: 'message';
  readonly conversation: {
    readonly remoteKey: string;
    readonly type: ConversationType;
    readonly origin?: object;
    readonly other?: IncomingAuthor;
  };
  readonly remoteId: string;
  readonly ref: Readonly<Record<string, string>>;
  readonly author: IncomingAuthor;
  readonly own: boolean;
  readonly text: string;
  readonly lang?: string;
  readonly createdAt: number;
  readonly url?: string;
  readonly parentRemoteId?: string;
  readonly media: readonly MessageMedia[];
  readonly context?: boolean;
  readonly hidden?: boolean;
};
export type IncomingItem =
  | IncomingMessage
  | { readonly kind: 'deleted'; readonly remoteId: string }
  | { readonly kind: 'edited'; readonly remoteId: string; readonly text: string; readonly editedAt: number };

export type Batch = {
  readonly accountId: AccountId;
  readonly network: NetworkId;
  readonly items: readonly IncomingItem[];
  readonly now: number;
  /** Older than this is history: it arrives read, and a conversation that is only history arrives done. */
  readonly historyBefore: number;
};
export type BatchResult = {
  readonly changed: readonly ConversationId[];
  /** Messages that a person has not seen and that are not history. */
  readonly fresh: readonly { readonly conversationId: ConversationId; readonly messageId: MessageId }[];
};
export type InboxWriter = { readonly apply: (batch: Batch) => BatchResult };

type Known = {
  readonly id: ConversationId;
  readonly lastIncomingAt: number | null;
  readonly lastMessageAt: number;
};

/**
 * Stores what a network sent, in one transaction. Receiving the same items again, in another order or in other
 * pages changes nothing: messages are known by account and remote id.
 */
export function createInboxWriter(db: Db): InboxWriter {
  const summary = createSummary(db);
  const insert = createMessageInsert(db);
  const upsertAuthor = createAuthorUpsert(db);
  const conversations = conversationStatements(db);
  const messages = messageStatements(db);

  const apply = (batch: Batch): BatchResult => {
    const { accountId, network, now } = batch;
    const changed = new Set<ConversationId>();
    const fresh: BatchResult['fresh'][number][] = [];
    const knownConversations = new Map<string, Known>();
    const authors = new Map<string, AuthorId>();
    const authorOf = (who: IncomingAuthor): AuthorId => {
      const id = authors.get(who.remoteId) ?? upsertAuthor(network, who, now);
      authors.set(who.remoteId, id);
      return id;
    };

    const conversationOf = (item: IncomingMessage, authorId: AuthorId): Known => {
      const { remoteKey, type, origin, other } = item.conversation;
      const cached = knownConversations.get(remoteKey);
      if (cached) return cached;
      let known = conversations.find.get({ accountId, remoteKey });
      if (!known) {
        const row = {
          id: uuidv7<ConversationId>(now),
          accountId,
          remoteKey,
          type,
          authorId: other ? authorOf(other) : authorId,
          origin: toJson(origin),
          state: item.createdAt < batch.historyBefore ? ('done' as const) : ('open' as const),
          lastMessageAt: item.createdAt,
          createdAt: now,
        };
        conversations.insert.run(row);
        known = { id: row.id, lastIncomingAt: null, lastMessageAt: item.createdAt };
      }
      knownConversations.set(remoteKey, known);
      return known;
    };

    const addMessage = (item: IncomingMessage): void => {
      const existing = messages.find.get({ accountId, remoteId: item.remoteId });
      if (existing) {
        if (meetAgain(existing, item)) changed.add(existing.conversationId);
        return;
      }
      const authorId = authorOf(item.author);
      const known = conversationOf(item, authorId);
      changed.add(known.id);
      if (item.own && messages.adopt(known.id, item)) return;
      const isFresh = !item.own && !item.context && item.createdAt >= batch.historyBefore;
      const id = uuidv7<MessageId>(now);
      insert({
        id,
        conversationId: known.id,
        accountId,
        remoteId: item.remoteId,
        ref: toJson(item.ref),
        direction: item.own ? 'outgoing' : 'incoming',
        authorId: item.own ? null : authorId,
        text: item.text,
        lang: item.lang ?? null,
        url: item.url ?? null,
        parentRemoteId: item.parentRemoteId ?? null,
        media: item.media.length > 0 ? JSON.stringify(item.media) : null,
        createdAt: item.createdAt,
        receivedAt: now,
        unread: isFresh,
        context: item.context ?? false,
        hidden: item.hidden ?? false,
        delivery: item.own ? 'sent' : null,
      });
      if (!isFresh) return;
      fresh.push({ conversationId: known.id, messageId: id });
      // News, not a stretch of the past that was fetched late, brings a closed conversation back.
      if (item.createdAt > (known.lastIncomingAt ?? -1)) conversations.reopen.run({ id: known.id });
    };

    /** The same message once more: it may have become part of the inbox, or have been hidden or shown elsewhere. */
    const meetAgain = (existing: ExistingMessage, item: IncomingMessage): boolean => {
      if (existing.deletedAt !== null) return false;
      const surfaces = existing.context && !item.context && !item.own;
      if (surfaces) messages.surface(existing, item.createdAt >= batch.historyBefore);
      const turns = item.hidden !== undefined && messages.turn(existing, item.hidden);
      return surfaces || turns;
    };

    const store = (): BatchResult => {
      // Ascending times are ascending row numbers, which the full-text index takes without a flush per message.
      const sorted = batch.items
        .filter((item) => item.kind === 'message')
        .sort((a, b) => a.createdAt - b.createdAt);
      for (const item of sorted) addMessage(item);
      for (const item of batch.items) {
        if (item.kind === 'message') continue;
        const existing = messages.find.get({ accountId, remoteId: item.remoteId });
        if (existing && messages.follow(existing, item, now)) changed.add(existing.conversationId);
      }
      for (const id of changed) summary.refresh(id);
      return { changed: [...changed], fresh };
    };
    const onlyAdds = batch.items.every((item) => item.kind === 'message');
    return db.transaction(() => (onlyAdds ? db.adding(store) : store()));
  };
  return { apply };
}
