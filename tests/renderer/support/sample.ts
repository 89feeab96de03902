import {
  uuidv7,
  type AccountId,
  type AuthorId,
  type ConversationId,
  type MessageId,
} from '@shared/domain/ids';
import type { AccountView } from '@shared/ipc/accounts';
import type { ConversationRow, ConversationView, MessageView } from '@shared/ipc/inbox';

export const NOW = Date.UTC(2026, 10, 22, 9, 0);
const yes = { ok: true } as const;
const id = <Id extends string>(): Id => uuidv7<Id>(NOW);

export const sampleAccount = (over: Partial<AccountView> = {}): AccountView => ({
  id: id<AccountId>(),
  network: 'practice',
  handle: '@northlight',
  displayName: 'Northlight Coffee',
  avatarUrl: null,
  serviceUrl: 'practice:',
  profileUrl: null,
  brand: 'Northlight',
  voiceNotes: '',
  health: 'ok',
  problem: null,
  lastSyncAt: NOW,
  capabilities: {
    network: 'practice',
    name: 'Practice network',
    checkedOn: '2026-11-22',
    source: 'tests',
    publish: {
      text: { max: 300, unit: 'grapheme' },
      textOnly: yes,
      images: { ok: true, max: 4, mime: ['image/jpeg'], maxBytes: 1_000_000, altMax: 1000 },
      video: { ok: false, why: 'network', note: 'No video here.' },
      thread: 'chain',
      quote: yes,
      delete: yes,
    },
    directMessage: { text: { max: 1000, unit: 'grapheme' } },
    idempotency: { kind: 'client-id', reconcile: true },
    inbox: {
      mention: yes,
      comment: yes,
      dm: yes,
      push: 'none',
      pollMs: { foreground: 10_000, background: 60_000 },
    },
    act: {
      reply: yes,
      like: yes,
      hide: { ok: false, why: 'network', note: 'This network has no way to hide messages.' },
      deleteOwn: yes,
      markRead: yes,
      dm: yes,
    },
    metrics: { post: ['likes'] },
    disclosure: { ai: 'text-only' },
  },
  ...over,
});

export const sampleRow = (
  account: AccountView,
  name: string,
  over: Partial<ConversationRow> = {},
): ConversationRow => ({
  id: id<ConversationId>(),
  accountId: account.id,
  network: account.network,
  type: 'comment',
  author: {
    id: id<AuthorId>(),
    network: account.network,
    handle: `@${name.toLowerCase().replace(/\W+/g, '')}`,
    displayName: name,
    avatarUrl: null,
  },
  snippet:
    'Is the winter roast available as decaf too? And do you ship to Norway, last time the checkout said no.',
  state: 'open',
  snoozedUntil: null,
  unread: 1,
  lastMessageAt: NOW,
  needsReply: true,
  replyDeadline: null,
  hasDraft: false,
  delivery: null,
  ...over,
});

export const sampleMessage = (
  row: ConversationRow,
  text: string,
  over: Partial<MessageView> = {},
): MessageView => ({
  id: id<MessageId>(),
  conversationId: row.id,
  direction: 'incoming',
  author: row.author,
  text,
  lang: 'en',
  createdAt: row.lastMessageAt,
  url: null,
  media: [],
  liked: false,
  hidden: false,
  unanswerable: null,
  edited: false,
  deleted: false,
  sentFromHere: false,
  delivery: null,
  problem: null,
  jobId: null,
  origin: 'human',
  ...over,
});

export const sampleConversation = (
  row: ConversationRow,
  messages: readonly MessageView[],
  over: Partial<ConversationView> = {},
): ConversationView => ({
  row,
  origin: null,
  messages,
  earlier: null,
  draft: null,
  history: { conversations: 1, since: null },
  ...over,
});
