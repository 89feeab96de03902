import type { Approvable } from '@shared/domain/content';
import { disclosedText } from '@shared/domain/disclosed-text';
import { appError } from '@shared/domain/errors';
import { uuidv7, type ConversationId, type JobId, type MessageId } from '@shared/domain/ids';
import type { AppEvent } from '@shared/ipc/events';
import type { Output, ParsedInput } from '@shared/ipc/contract';
import type { ApprovalRepository } from '../db/repositories/approvals';
import type { Conversations } from '../db/repositories/conversations';
import type { Drafts } from '../db/repositories/drafts';
import type { MessageRow, Messages } from '../db/repositories/messages';
import type { Db } from '../db/open';
import type { RemoteTarget, Write } from '../networks/network';
import type { Clock, SystemEvents } from '../ports';
import type { TransparencyLog } from '../transparency/log';
import { SEND_NOW_MS, type Approvals } from './approvals';
import type { AccountDirectory, Caller, Job, JobEffects, Jobs } from './job-types';
import { summarise } from './job-types';
import type { JobService } from './jobs';
import { logPublication } from './publication-log';

export type AnswerMemory = {
  readonly record: (row: {
    readonly messageId: MessageId;
    readonly accountId: Job['accountId'];
    readonly question: string;
    readonly answer: string;
    readonly approvedAt: number;
  }) => void;
};

type RepliesDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly system: SystemEvents;
  readonly messages: Messages;
  readonly conversations: Pick<Conversations, 'ref' | 'setState'>;
  readonly drafts: Drafts;
  readonly answers: AnswerMemory;
  readonly jobs: JobService;
  readonly jobRows: Jobs;
  readonly approvals: Approvals;
  readonly approvalRows: ApprovalRepository;
  readonly accounts: AccountDirectory;
  readonly log: Pick<TransparencyLog, 'append' | 'entry'>;
  readonly events: { readonly emit: (event: AppEvent) => void };
};

/** How long a reply waits so that it can be taken back. */
export const UNDO_MS = 5_000;

export function createReplies(deps: RepliesDeps) {
  const { db, clock, messages, jobs, jobRows, approvals } = deps;
  const changed = (id: ConversationId): void =>
    db.afterCommit(() => deps.events.emit({ type: 'inbox.changed', ids: [id] }));
  const tell = (job: Job, change: (message: MessageRow) => void): void => {
    const message = messages.get(job.subjectId as MessageId);
    if (!message) return;
    change(message);
    changed(message.conversationId);
  };

  const effects: JobEffects = {
    running: (job) => tell(job, ({ id }) => messages.setDelivery(id, 'sending', { problem: null })),
    waiting: (job, problem) => tell(job, ({ id }) => messages.setDelivery(id, 'queued', { problem })),
    failed: (job, problem) => tell(job, ({ id }) => messages.setDelivery(id, 'failed', { problem })),
    unknown: (job, problem) => tell(job, ({ id }) => messages.setDelivery(id, 'needs_check', { problem })),
    discarded: (job) => tell(job, (message) => giveBack(deps, job, message)),
    done: (job, remotes) => tell(job, (message) => accepted(deps, job, message, remotes)),
  };
  jobs.onSettled(['reply'], effects);

  return {
    reply: (input: ParsedInput<'inbox.reply'>, caller: Caller): Output<'inbox.reply'> => {
      const conversation = deps.conversations.ref(input.id);
      if (!conversation) throw appError('not_found', { field: 'id' });
      const parent = parentOf(deps, conversation, input.parentId);
      const content: Approvable = {
        kind: 'reply',
        accountId: conversation.accountId,
        conversationId: input.id,
        parentId: input.parentId,
        ...(input.private && { private: true }),
        text: input.text,
        disclosure: input.disclosure,
      };
      assertAllowed(deps, conversation, input.private ? parent : null, clock.now());
      const text = disclosedText(input.text, input.disclosure);
      return db.durable(() => {
        const now = clock.now();
        const messageId = uuidv7<MessageId>(now);
        const minted = approvals.mint({
          content,
          approvedHash: input.approvedHash,
          caller,
          // What is approved without a connection is scheduled work: for when the connection is back.
          expiresAt: deps.system.isOnline() ? now + SEND_NOW_MS : null,
          subjectId: messageId,
          sessionId: input.id,
          suggestionId: input.suggestionId,
          review: input.review,
        });
        const remote = { remoteKey: conversation.remoteKey, type: conversation.type };
        const flagged = input.disclosure.decision === 'flag' && { declareAi: true };
        const inPrivate = input.private && { private: true };
        const write: Write = parent
          ? { kind: 'reply', conversation: remote, parent: targetOf(parent), text, ...flagged, ...inPrivate }
          : { kind: 'dm', conversation: remote, text, ...lastIncomingOf(conversation) };
        const job = jobs.enqueue({
          accountId: conversation.accountId,
          kind: 'reply',
          subjectId: messageId,
          lane: laneOf(input.id),
          dueAt: now + UNDO_MS,
          write,
          approvalId: minted.approvalId,
          summary: summarise(text),
        });
        messages.insertOutgoing({
          id: messageId,
          conversationId: input.id,
          text,
          createdAt: now,
          jobId: job.id,
          parentRemoteId: parent?.remoteId ?? null,
          origin: minted.origin,
          aiSeq: minted.aiSeq,
        });
        deps.drafts.remove(input.id);
        if (input.markDone) deps.conversations.setState([input.id], 'done', null);
        changed(input.id);
        return { messageId, jobId: job.id };
      });
    },

    /** Takes a reply back while it has not started; its text is the draft again. */
    undoReply: ({ jobId }: { readonly jobId: JobId }): { undone: boolean } =>
      db.durable(() => {
        const job = jobRows.get(jobId);
        if (!job || job.kind !== 'reply' || job.state !== 'queued' || job.tries > 0) return { undone: false };
        jobs.discard(job);
        return { undone: true };
      }),
  };
}

/** All actions of one conversation happen in the order in which the person took them. */
export const laneOf = (id: ConversationId): string => `conversation:${id}`;

/** Throws where the target has no place on the network yet. */
export function targetOf(message: MessageRow): RemoteTarget {
  if (message.remoteId === null)
    throw appError('not_allowed', { detail: 'the message is not on the network' });
  return { remoteId: message.remoteId, ref: message.ref };
}

type ConversationRef = NonNullable<ReturnType<Conversations['ref']>>;

const lastIncomingOf = ({ lastIncomingAt }: ConversationRef): { readonly lastIncomingAt?: number } =>
  lastIncomingAt === null ? {} : { lastIncomingAt };

function parentOf(
  deps: RepliesDeps,
  conversation: ConversationRef,
  parentId: MessageId | undefined,
): MessageRow | null {
  if (conversation.type === 'dm') return null;
  const parent = parentId ? deps.messages.get(parentId) : deps.messages.newestIncoming(conversation.id);
  if (!parent || parent.conversationId !== conversation.id)
    throw appError('not_found', { field: 'parentId' });
  return parent;
}

/** `privately`: the comment that is to be answered by a direct message to its author. */
function assertAllowed(
  deps: RepliesDeps,
  conversation: ConversationRef,
  privately: MessageRow | null,
  now: number,
): void {
  const account = deps.accounts.get(conversation.accountId);
  if (!account) throw appError('not_found', { detail: 'account' });
  const { act, privateReplyWindowMs } = account.capabilities;
  const support = privately ? act.privateReply : act[conversation.type === 'dm' ? 'dm' : 'reply'];
  if (!support) throw appError('unsupported', { detail: 'the network has no private answers' });
  if (privately && privateReplyWindowMs !== undefined && privately.createdAt + privateReplyWindowMs < now)
    throw appError('policy_blocked', { params: { deadline: privately.createdAt + privateReplyWindowMs } });
  if (!support.ok) throw appError('unsupported', { detail: support.note });
  if (conversation.replyDeadline !== null && conversation.replyDeadline < now)
    throw appError('policy_blocked', { params: { deadline: conversation.replyDeadline } });
}

function accepted(
  deps: RepliesDeps,
  job: Job,
  message: MessageRow,
  remotes: Parameters<JobEffects['done']>[1],
): void {
  deps.messages.setDelivery(message.id, 'sent', { problem: null, ...(remotes[0] && { remote: remotes[0] }) });
  const account = deps.accounts.get(job.accountId);
  const approval = job.approvalId ? deps.approvalRows.get(job.approvalId) : undefined;
  if (!account || !approval) return;
  logPublication(deps.log, {
    accountId: job.accountId,
    network: account.network,
    approval,
    origin: message.origin,
    remotes,
    postId: message.id,
    draftId: message.id,
    scheduledFor: null,
    sentAt: deps.clock.now(),
  });
  learn(deps, message, approval.content);
}

/** The on-device helper looks up what a person answered to what. */
function learn(deps: RepliesDeps, message: MessageRow, content: Approvable): void {
  const question = message.parentRemoteId
    ? deps.messages.findRemote(message.accountId, message.parentRemoteId)
    : deps.messages.newestIncoming(message.conversationId);
  if (!question || question.text === '' || content.kind !== 'reply') return;
  deps.answers.record({
    messageId: message.id,
    accountId: message.accountId,
    question: question.text,
    answer: content.text,
    approvedAt: deps.clock.now(),
  });
}

/** The message never left: it goes, and its text is the draft again, above what was typed since. */
function giveBack(deps: RepliesDeps, job: Job, message: MessageRow): void {
  const { drafts, conversations, clock } = deps;
  const approved = job.approvalId ? deps.approvalRows.get(job.approvalId)?.content : undefined;
  const text = approved?.kind === 'reply' ? approved.text : message.text;
  const typedSince = drafts.get(message.conversationId)?.text ?? '';
  drafts.save(message.conversationId, typedSince === '' ? text : `${text}\n${typedSince}`, clock.now());
  deps.messages.remove(message.id);
  if (conversations.ref(message.conversationId)?.state === 'done')
    conversations.setState([message.conversationId], 'open', null);
}
