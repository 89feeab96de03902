import { z } from 'zod';
import { disclosure, textOrigin } from '../domain/content';
import {
  accountId,
  authorId,
  conversationId,
  jobId,
  messageId,
  savedReplyId,
  suggestionId,
} from '../domain/ids';
import { networkId } from '../domain/network';
import { conversationState, conversationType, deliveryState } from '../domain/states';
import { done, failure, instant, nothing, pageOf, text } from './common';
import { method } from './define';

export const inboxViewName = z.enum(['needs_reply', 'unread', 'open', 'snoozed', 'done', 'sent', 'waiting']);
export type InboxViewName = z.infer<typeof inboxViewName>;

export const inboxFilter = z.object({
  view: inboxViewName,
  accountIds: z.array(accountId).optional(),
  networks: z.array(networkId).optional(),
  types: z.array(conversationType).optional(),
});
export type InboxFilter = z.infer<typeof inboxFilter>;

export const authorView = z.object({
  id: authorId,
  network: networkId,
  handle: z.string(),
  displayName: z.string(),
  avatarUrl: z.string().nullable(),
});

export const conversationRow = z.object({
  id: conversationId,
  accountId,
  network: networkId,
  type: conversationType,
  author: authorView,
  snippet: z.string(),
  state: conversationState,
  snoozedUntil: instant.nullable(),
  unread: z.number().int(),
  lastMessageAt: instant,
  needsReply: z.boolean(),
  /** Until when the network allows an answer; null: always. */
  replyDeadline: instant.nullable(),
  hasDraft: z.boolean(),
  /** Delivery of our latest message, where it is not yet sent. */
  delivery: deliveryState.nullable(),
});
export type ConversationRow = z.infer<typeof conversationRow>;

export const mediaView = z.object({
  kind: z.enum(['image', 'video', 'other']),
  /** Where it lies, for a person to open; null: only its network can open it. */
  url: z.string().nullable(),
  alt: z.string(),
  /** Under which address of the app's own the page may show it; null: it may not. */
  picture: z.string().nullable(),
});
export type MediaView = z.infer<typeof mediaView>;

export const messageView = z.object({
  id: messageId,
  conversationId,
  direction: z.enum(['incoming', 'outgoing', 'note']),
  /** null: the account itself. */
  author: authorView.nullable(),
  text: z.string(),
  lang: z.string().nullable(),
  createdAt: instant,
  url: z.string().nullable(),
  media: z.array(mediaView).readonly(),
  liked: z.boolean(),
  hidden: z.boolean(),
  /** Why the network takes no answer to this one message; null where nothing is known against it. */
  unanswerable: z.string().nullable(),
  edited: z.boolean(),
  deleted: z.boolean(),
  /** Written in Candor, not elsewhere. */
  sentFromHere: z.boolean(),
  delivery: deliveryState.nullable(),
  problem: failure.nullable(),
  jobId: jobId.nullable(),
  origin: textOrigin,
});
export type MessageView = z.infer<typeof messageView>;

export const originView = z.object({
  author: z.string(),
  text: z.string(),
  createdAt: instant,
  url: z.string().nullable(),
  media: z.array(mediaView).readonly(),
  own: z.boolean(),
});

export const conversationView = z.object({
  row: conversationRow,
  origin: originView.nullable(),
  /** Oldest first; the newest 200, earlier ones by `inbox.messages`. */
  messages: z.array(messageView).readonly(),
  earlier: z.string().nullable(),
  draft: z.object({ text: z.string(), savedAt: instant }).nullable(),
  history: z.object({ conversations: z.number().int(), since: instant.nullable() }),
});
export type ConversationView = z.infer<typeof conversationView>;

export const searchHit = z.object({
  conversation: conversationRow,
  messageId,
  /** The text around the hit, in pieces so that nothing has to be parsed. */
  snippet: z.array(z.object({ text: z.string(), hit: z.boolean() })).readonly(),
  at: instant,
});
export type SearchHit = z.infer<typeof searchHit>;

export const savedReply = z.object({
  id: savedReplyId,
  title: z.string(),
  body: z.string(),
  accountId: accountId.nullable(),
  uses: z.number().int(),
  updatedAt: instant,
});
export type SavedReply = z.infer<typeof savedReply>;

export const inbox = {
  'inbox.list': method(
    z.object({
      filter: inboxFilter,
      after: z.string().nullable().default(null),
      limit: z.number().int().min(1).max(200).default(60),
    }),
    pageOf(conversationRow),
  ),
  /** The rows of these conversations as they are now; missing ones no longer exist. */
  'inbox.rows': method(
    z.object({ ids: z.array(conversationId).max(500) }),
    z.array(conversationRow).readonly(),
  ),
  'inbox.counts': method(
    nothing,
    z.object({
      needs_reply: z.number(),
      unread: z.number(),
      open: z.number(),
      snoozed: z.number(),
      done: z.number(),
      waiting: z.number(),
    }),
  ),
  'inbox.conversation': method(z.object({ id: conversationId }), conversationView),
  'inbox.messages': method(
    z.object({ id: conversationId, before: z.string() }),
    z.object({ messages: z.array(messageView).readonly(), earlier: z.string().nullable() }),
  ),
  'inbox.search': method(
    z.object({ query: text(400), filter: inboxFilter.partial(), after: z.string().nullable().default(null) }),
    pageOf(searchHit),
  ),
  'inbox.setState': method(
    z.object({
      ids: z.array(conversationId).min(1).max(500),
      state: conversationState,
      until: instant.optional(),
    }),
    done,
  ),
  'inbox.setUnread': method(
    z.object({ ids: z.array(conversationId).min(1).max(500), unread: z.boolean() }),
    done,
  ),
  'inbox.saveDraft': method(
    z.object({ id: conversationId, text: text(20_000) }),
    z.object({ savedAt: instant }),
  ),
  /**
   * Approves and queues a reply. `approvedHash` is `approvalHash` over what the person saw: main computes it
   * again from what it would send and refuses when they differ.
   */
  'inbox.reply': method(
    z.object({
      id: conversationId,
      parentId: messageId.optional(),
      /** Answers a comment by a direct message to its author. */
      private: z.literal(true).optional(),
      text: text(20_000).min(1),
      disclosure,
      suggestionId: suggestionId.optional(),
      /** How long the person had the text before them, ms; kept in the log's review. */
      review: z.object({ openedMs: z.number().int(), focusedMs: z.number().int() }),
      approvedHash: z.string().length(64),
      /** Also mark the conversation as done. */
      markDone: z.boolean().default(false),
    }),
    z.object({ messageId, jobId }),
  ),
  /** Takes a queued reply back before it is sent; its text returns as the draft. */
  'inbox.undoReply': method(z.object({ jobId }), z.object({ undone: z.boolean() })),
  'inbox.addNote': method(z.object({ id: conversationId, text: text(4_000).min(1) }), messageView),
  'inbox.like': method(z.object({ messageId, liked: z.boolean() }), done),
  'inbox.hide': method(z.object({ messageId, hidden: z.boolean() }), done),
  'inbox.delete': method(z.object({ messageId }), done),
  'inbox.savedReplies': method(z.object({ query: text(200).default('') }), z.array(savedReply).readonly()),
  'inbox.saveSavedReply': method(
    z.object({
      id: savedReplyId.optional(),
      title: text(120).min(1),
      body: text(10_000).min(1),
      accountId: accountId.nullable(),
    }),
    savedReply,
  ),
  'inbox.deleteSavedReply': method(z.object({ id: savedReplyId, deleted: z.boolean().default(true) }), done),
  /** The text of a saved reply with its variables filled for this conversation. */
  'inbox.fillSavedReply': method(
    z.object({ id: savedReplyId, conversationId }),
    z.object({ text: z.string(), missing: z.array(z.string()) }),
  ),
};
