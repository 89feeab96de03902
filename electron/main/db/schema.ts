import { sql, type SQL } from 'drizzle-orm';
import { blob, integer, primaryKey, real, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core';
import type {
  AccountId,
  ApprovalId,
  AttemptId,
  AuthorId,
  ConversationId,
  JobId,
  MediaHostId,
  MediaId,
  MessageId,
  PostId,
  ProviderId,
  SavedReplyId,
  SuggestionId,
  VariantId,
} from '@shared/domain/ids';
import type { NetworkId, PriceName } from '@shared/domain/network';
import type { TextOrigin } from '@shared/domain/content';
import type {
  ConversationState,
  ConversationType,
  DeliveryState,
  JobKind,
  JobState,
  VariantState,
} from '@shared/domain/states';

/**
 * The tables as TypeScript sees them. The migrations are the truth: tests/db/schema.test.ts proves that both
 * agree. Columns that hold JSON are text here; the repository that owns them parses and checks.
 * Full-text tables and triggers exist in the migrations only.
 */

const blobBytes = (name: string) => blob(name, { mode: 'buffer' });
const flag = (name: string) => integer(name, { mode: 'boolean' });

// Accounts

export const account = sqliteTable(
  'account',
  {
    id: text('id').$type<AccountId>().primaryKey(),
    network: text('network').$type<NetworkId>().notNull(),
    remoteId: text('remote_id').notNull(),
    handle: text('handle').notNull(),
    displayName: text('display_name').notNull(),
    avatarUrl: text('avatar_url'),
    serviceUrl: text('service_url').notNull(),
    profileUrl: text('profile_url'),
    brand: text('brand').notNull().default(''),
    voiceNotes: text('voice_notes').notNull().default(''),
    health: text('health', { enum: ['ok', 'reconnect', 'paused'] })
      .notNull()
      .default('ok'),
    problem: text('problem'),
    capabilities: text('capabilities').notNull(),
    lastSyncAt: integer('last_sync_at'),
    createdAt: integer('created_at').notNull(),
    features: text('features').notNull().default('{}'),
    monthlyBudget: integer('monthly_budget'),
  },
  (t) => [unique().on(t.network, t.remoteId)],
);

const accountRef = () =>
  text('account_id')
    .$type<AccountId>()
    .references(() => account.id, { onDelete: 'cascade' });

export const accountSecret = sqliteTable('account_secret', {
  accountId: accountRef().primaryKey(),
  cipher: blobBytes('cipher').notNull(),
  updatedAt: integer('updated_at').notNull(),
});

export const syncCursor = sqliteTable(
  'sync_cursor',
  {
    accountId: accountRef().notNull(),
    stream: text('stream').notNull(),
    cursor: text('cursor'),
    syncedAt: integer('synced_at'),
    gap: text('gap'),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.stream] })],
);

export const rateBudget = sqliteTable(
  'rate_budget',
  {
    accountId: accountRef().notNull(),
    bucket: text('bucket').notNull(),
    max: integer('max').notNull(),
    remaining: integer('remaining').notNull(),
    resetAt: integer('reset_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.bucket] })],
);

export const apiUse = sqliteTable(
  'api_use',
  {
    accountId: accountRef().notNull(),
    day: text('day').notNull(),
    price: text('price').$type<PriceName>().notNull(),
    count: integer('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.day, t.price] })],
);

export const accountMetric = sqliteTable(
  'account_metric',
  { accountId: accountRef().notNull(), at: integer('at').notNull(), metrics: text('metrics').notNull() },
  (t) => [primaryKey({ columns: [t.accountId, t.at] })],
);

// Inbox

export const author = sqliteTable(
  'author',
  {
    id: text('id').$type<AuthorId>().primaryKey(),
    network: text('network').$type<NetworkId>().notNull(),
    remoteId: text('remote_id').notNull(),
    handle: text('handle').notNull(),
    displayName: text('display_name').notNull(),
    avatarUrl: text('avatar_url'),
    firstSeenAt: integer('first_seen_at').notNull(),
  },
  (t) => [unique().on(t.network, t.remoteId)],
);

export const conversation = sqliteTable(
  'conversation',
  {
    id: text('id').$type<ConversationId>().primaryKey(),
    accountId: accountRef().notNull(),
    remoteKey: text('remote_key').notNull(),
    type: text('type').$type<ConversationType>().notNull(),
    authorId: text('author_id')
      .$type<AuthorId>()
      .notNull()
      .references(() => author.id),
    origin: text('origin'),
    state: text('state').$type<ConversationState>().notNull().default('open'),
    snoozedUntil: integer('snoozed_until'),
    unread: integer('unread').notNull().default(0),
    needsReply: flag('needs_reply').notNull().default(false),
    snippet: text('snippet').notNull().default(''),
    lastMessageAt: integer('last_message_at').notNull(),
    lastIncomingAt: integer('last_incoming_at'),
    lastOutgoingAt: integer('last_outgoing_at'),
    replyDeadline: integer('reply_deadline'),
    delivery: text('delivery').$type<Exclude<DeliveryState, 'sent'>>(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [unique().on(t.accountId, t.remoteKey)],
);

const conversationRef = () =>
  text('conversation_id')
    .$type<ConversationId>()
    .references(() => conversation.id, { onDelete: 'cascade' });

export const message = sqliteTable('message', {
  seq: integer('seq').primaryKey(),
  id: text('id').$type<MessageId>().notNull().unique(),
  conversationId: conversationRef().notNull(),
  accountId: accountRef().notNull(),
  remoteId: text('remote_id'),
  ref: text('ref'),
  direction: text('direction', { enum: ['incoming', 'outgoing', 'note'] }).notNull(),
  authorId: text('author_id')
    .$type<AuthorId>()
    .references(() => author.id),
  text: text('text').notNull(),
  lang: text('lang'),
  url: text('url'),
  parentRemoteId: text('parent_remote_id'),
  media: text('media'),
  createdAt: integer('created_at').notNull(),
  receivedAt: integer('received_at').notNull(),
  unread: flag('unread').notNull().default(false),
  context: flag('context').notNull().default(false),
  liked: flag('liked').notNull().default(false),
  hidden: flag('hidden').notNull().default(false),
  editedAt: integer('edited_at'),
  deletedAt: integer('deleted_at'),
  sentFromHere: flag('sent_from_here').notNull().default(false),
  delivery: text('delivery').$type<DeliveryState>(),
  problem: text('problem'),
  jobId: text('job_id').$type<JobId>(),
  origin: text('origin').$type<TextOrigin>().notNull().default('human'),
  aiSeq: integer('ai_seq').references(() => aiLog.seq),
});

export const inboxCounter = sqliteTable('inbox_counter', {
  accountId: accountRef().primaryKey(),
  needsReply: integer('needs_reply').notNull().default(0),
  unread: integer('unread').notNull().default(0),
  open: integer('open').notNull().default(0),
  snoozed: integer('snoozed').notNull().default(0),
  done: integer('done').notNull().default(0),
  waiting: integer('waiting').notNull().default(0),
});

export const replyDraft = sqliteTable('reply_draft', {
  conversationId: conversationRef().primaryKey(),
  text: text('text').notNull(),
  savedAt: integer('saved_at').notNull(),
});

export const savedReply = sqliteTable('saved_reply', {
  id: text('id').$type<SavedReplyId>().primaryKey(),
  title: text('title').notNull(),
  body: text('body').notNull(),
  accountId: accountRef(),
  uses: integer('uses').notNull().default(0),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
  deletedAt: integer('deleted_at'),
});

export const answer = sqliteTable('answer', {
  id: integer('id').primaryKey(),
  messageId: text('message_id').$type<MessageId>().notNull().unique(),
  accountId: accountRef().notNull(),
  question: text('question').notNull(),
  answer: text('answer').notNull(),
  approvedAt: integer('approved_at').notNull(),
});

// Posts

export const media = sqliteTable('media', {
  id: text('id').$type<MediaId>().primaryKey(),
  sha256: text('sha256').notNull(),
  mime: text('mime').notNull(),
  bytes: integer('bytes').notNull(),
  width: integer('width').notNull(),
  height: integer('height').notNull(),
  alt: text('alt').notNull().default(''),
  name: text('name').notNull(),
  createdAt: integer('created_at').notNull(),
  seconds: real('seconds'),
});

export const mediaHost = sqliteTable('media_host', {
  id: text('id').$type<MediaHostId>().primaryKey(),
  kind: text('kind', { enum: ['s3', 'webdav', 'sftp'] }).notNull(),
  config: text('config').notNull(),
  cipher: blobBytes('cipher'),
  createdAt: integer('created_at').notNull(),
  retiredAt: integer('retired_at'),
});

export const hostedMedia = sqliteTable('hosted_media', {
  key: text('key').primaryKey(),
  hostId: text('host_id')
    .$type<MediaHostId>()
    .notNull()
    .references(() => mediaHost.id, { onDelete: 'cascade' }),
  mediaId: text('media_id').$type<MediaId>().notNull(),
  createdAt: integer('created_at').notNull(),
});

export const post = sqliteTable('post', {
  id: text('id').$type<PostId>().primaryKey(),
  base: text('base').notNull(),
  dueAt: integer('due_at'),
  zone: text('zone'),
  missedPolicy: text('missed_policy').notNull(),
  disclosure: text('disclosure').notNull(),
  origin: text('origin').$type<TextOrigin>().notNull().default('human'),
  aiSeq: integer('ai_seq').references(() => aiLog.seq),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
  deletedAt: integer('deleted_at'),
});

export const variant = sqliteTable(
  'variant',
  {
    id: text('id').$type<VariantId>().primaryKey(),
    postId: text('post_id')
      .$type<PostId>()
      .notNull()
      .references(() => post.id, { onDelete: 'cascade' }),
    accountId: accountRef().notNull(),
    override: text('override'),
    state: text('state').$type<VariantState>().notNull().default('draft'),
    problem: text('problem'),
    publishedAt: integer('published_at'),
    remote: text('remote'),
    url: text('url'),
    metrics: text('metrics'),
    options: text('options').notNull().default('{}'),
    remind: flag('remind').notNull().default(false),
  },
  (t) => [unique().on(t.postId, t.accountId)],
);

export const metricSnapshot = sqliteTable(
  'metric_snapshot',
  {
    accountId: accountRef().notNull(),
    remoteId: text('remote_id').notNull(),
    at: integer('at').notNull(),
    metrics: text('metrics').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.remoteId, t.at] })],
);

// Approvals and work

export const approval = sqliteTable('approval', {
  id: text('id').$type<ApprovalId>().primaryKey(),
  kind: text('kind', { enum: ['publish', 'reply'] }).notNull(),
  subjectId: text('subject_id').notNull(),
  accountId: accountRef().notNull(),
  contentHash: text('content_hash').notNull(),
  content: text('content').notNull(),
  mintedAt: integer('minted_at').notNull(),
  expiresAt: integer('expires_at'),
  usedAt: integer('used_at'),
  voidedAt: integer('voided_at'),
  decisionSeq: integer('decision_seq').references(() => aiLog.seq),
});

export const job = sqliteTable('job', {
  id: text('id').$type<JobId>().primaryKey(),
  accountId: accountRef().notNull(),
  kind: text('kind').$type<JobKind>().notNull(),
  subjectId: text('subject_id').notNull(),
  lane: text('lane').notNull(),
  state: text('state').$type<JobState>().notNull().default('queued'),
  dueAt: integer('due_at').notNull(),
  nextTryAt: integer('next_try_at'),
  tries: integer('tries').notNull().default(0),
  problem: text('problem'),
  write: text('write').notNull(),
  plan: text('plan').notNull(),
  checkpoint: text('checkpoint').notNull().default('{}'),
  approvalId: text('approval_id')
    .$type<ApprovalId>()
    .references(() => approval.id),
  summary: text('summary').notNull().default(''),
  createdAt: integer('created_at').notNull(),
  finishedAt: integer('finished_at'),
});

export const attempt = sqliteTable('attempt', {
  id: text('id').$type<AttemptId>().primaryKey(),
  jobId: text('job_id')
    .$type<JobId>()
    .notNull()
    .references(() => job.id, { onDelete: 'cascade' }),
  stepKey: text('step_key').notNull(),
  clientId: text('client_id'),
  state: text('state', { enum: ['sending', 'done', 'failed', 'unknown'] }).notNull(),
  startedAt: integer('started_at').notNull(),
  finishedAt: integer('finished_at'),
  problem: text('problem'),
  remote: text('remote'),
});

// AI

export const suggestion = sqliteTable('suggestion', {
  id: text('id').$type<SuggestionId>().primaryKey(),
  task: text('task').notNull(),
  subjectId: text('subject_id'),
  source: text('source', { enum: ['model', 'helper'] }).notNull(),
  body: text('body').notNull(),
  requestSeq: integer('request_seq').references(() => aiLog.seq),
  responseSeq: integer('response_seq').references(() => aiLog.seq),
  state: text('state', { enum: ['open', 'inserted', 'rejected', 'regenerated', 'approved'] })
    .notNull()
    .default('open'),
  createdAt: integer('created_at').notNull(),
});

export const aiProvider = sqliteTable('ai_provider', {
  id: text('id').$type<ProviderId>().primaryKey(),
  preset: text('preset').notNull(),
  name: text('name').notNull(),
  baseUrl: text('base_url').notNull(),
  model: text('model').notNull(),
  cipher: blobBytes('cipher'),
  createdAt: integer('created_at').notNull(),
});

export const setting = sqliteTable('setting', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

// Transparency log (append-only: the triggers of migration 1 refuse anything else)

export const aiLog = sqliteTable('ai_log', {
  seq: integer('seq').primaryKey(),
  hash: blobBytes('hash').notNull(),
  prev: blobBytes('prev').notNull(),
});

const fromEntry = (path: string) => (): SQL => sql.raw(`entry ->> '${path}'`);
const entryField = (name: string, path: string) =>
  text(name).generatedAlwaysAs(fromEntry(path), { mode: 'virtual' });
const entryNumber = (name: string, path: string) =>
  integer(name).generatedAlwaysAs(fromEntry(path), { mode: 'virtual' });

export const aiLogEntry = sqliteTable('ai_log_entry', {
  seq: integer('seq')
    .primaryKey()
    .references(() => aiLog.seq),
  ts: text('ts').notNull(),
  type: text('type').notNull(),
  entry: text('entry').notNull(),
  id: entryField('id', '$.id'),
  acct: entryField('acct', '$.acct'),
  refRequest: entryField('ref_request', '$.ref.request'),
  refResponse: entryField('ref_response', '$.ref.response'),
  refDecision: entryField('ref_decision', '$.ref.decision'),
  refDraft: entryField('ref_draft', '$.ref.draft'),
  refPost: entryField('ref_post', '$.ref.post'),
  isLocal: entryNumber('is_local', '$.endpoint.local'),
  costCcy: entryField('cost_ccy', '$.cost.ccy'),
  costBasis: entryField('cost_basis', '$.cost.basis'),
  costMicros: entryNumber('cost_micros', '$.cost.micros'),
  tokensIn: entryNumber('tokens_in', '$.gen_ai."gen_ai.usage.input_tokens"'),
  tokensOut: entryNumber('tokens_out', '$.gen_ai."gen_ai.usage.output_tokens"'),
});

const contentClass = () => text('cls', { enum: ['own', 'third_party', 'identity'] }).notNull();

export const aiLogContent = sqliteTable(
  'ai_log_content',
  {
    id: integer('id').primaryKey(),
    seq: integer('seq')
      .notNull()
      .references(() => aiLog.seq),
    slot: text('slot').notNull(),
    cls: contentClass(),
    subj: text('subj'),
    salt: blobBytes('salt').notNull(),
    body: text('body').notNull(),
  },
  (t) => [unique().on(t.seq, t.slot)],
);

export const aiLogErasure = sqliteTable(
  'ai_log_erasure',
  {
    seq: integer('seq').notNull(),
    slot: text('slot').notNull(),
    bySeq: integer('by_seq')
      .notNull()
      .references(() => aiLog.seq),
  },
  (t) => [primaryKey({ columns: [t.seq, t.slot] })],
);

export const aiLogPrune = sqliteTable('ai_log_prune', {
  uptoSeq: integer('upto_seq').primaryKey(),
  bySeq: integer('by_seq')
    .notNull()
    .references(() => aiLog.seq),
});

export const aiLogContentPrune = sqliteTable(
  'ai_log_content_prune',
  {
    cls: contentClass(),
    uptoSeq: integer('upto_seq').notNull(),
    bySeq: integer('by_seq')
      .notNull()
      .references(() => aiLog.seq),
  },
  (t) => [primaryKey({ columns: [t.cls, t.uptoSeq] })],
);

export const aiLogCheckpoint = sqliteTable('ai_log_checkpoint', {
  size: integer('size').primaryKey(),
  note: text('note').notNull(),
  sshsig: text('sshsig').notNull(),
  tsr: blobBytes('tsr'),
});

export const aiLogSubject = sqliteTable(
  'ai_log_subject',
  { subj: text('subj').primaryKey(), kind: text('kind').notNull(), key: text('key').notNull() },
  (t) => [unique().on(t.kind, t.key)],
);

export const aiLogAbout = sqliteTable(
  'ai_log_about',
  {
    subj: text('subj').notNull(),
    seq: integer('seq')
      .notNull()
      .references(() => aiLog.seq),
  },
  (t) => [primaryKey({ columns: [t.subj, t.seq] })],
);

export const aiLogHold = sqliteTable(
  'ai_log_hold',
  {
    id: text('id').primaryKey(),
    scope: text('scope', { enum: ['account', 'subject'] }).notNull(),
    ref: text('ref').notNull(),
    since: integer('since').notNull(),
  },
  (t) => [unique().on(t.scope, t.ref)],
);
