import { appError, type ErrorInfo } from '@shared/domain/errors';
import type { ConversationId, MessageId } from '@shared/domain/ids';
import type { AppEvent } from '@shared/ipc/events';
import type { Capabilities, Support } from '@shared/domain/network';
import type { JobKind } from '@shared/domain/states';
import type { Conversations } from '../db/repositories/conversations';
import type { MessageRow, Messages } from '../db/repositories/messages';
import type { PendingDeletes } from '../db/repositories/pending-deletes';
import type { Db } from '../db/open';
import type { Write } from '../networks/network';
import type { Clock } from '../ports';
import type { AccountDirectory, Job, JobEffects, Jobs } from './job-types';
import { summarise } from './job-types';
import type { JobService } from './jobs';
import { laneOf, targetOf } from './replies';

type ActionsDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly messages: Messages;
  readonly conversations: Pick<Conversations, 'ref'>;
  readonly pendingDeletes: PendingDeletes;
  readonly jobs: JobService;
  readonly jobRows: Jobs;
  readonly accounts: AccountDirectory;
  readonly events: { readonly emit: (event: AppEvent) => void };
};

type Toggle = 'like' | 'unlike' | 'hide' | 'unhide';
const opposite: Record<Toggle, Toggle> = { like: 'unlike', unlike: 'like', hide: 'unhide', unhide: 'hide' };

/** Likes, hiding and deleting: shown at once, sent when possible, visibly undone when the network refuses. */
export function createActions(deps: ActionsDeps) {
  const { db, clock, messages, jobs, jobRows } = deps;
  const changed = (id: ConversationId): void =>
    db.afterCommit(() => deps.events.emit({ type: 'inbox.changed', ids: [id] }));
  const show = (message: MessageRow, kind: JobKind): void => {
    if (kind === 'like' || kind === 'unlike') messages.setFlags(message.id, { liked: kind === 'like' });
    if (kind === 'hide' || kind === 'unhide') messages.setFlags(message.id, { hidden: kind === 'hide' });
    if (kind === 'delete_message') deps.pendingDeletes.mark(message.id, clock.now());
    changed(message.conversationId);
  };
  const undo = (job: Job): void => {
    const message = messages.get(job.subjectId as MessageId);
    if (!message) return;
    if (job.kind === 'delete_message') {
      deps.pendingDeletes.restore(message.id);
      changed(message.conversationId);
    } else show(message, opposite[job.kind as Toggle]);
  };
  const nothing = (): void => undefined;
  const effects: JobEffects = {
    running: nothing,
    waiting: nothing,
    failed: (job: Job, _problem: ErrorInfo) => undo(job),
    // It may have happened: what the person wanted to see stays until they have looked.
    unknown: nothing,
    discarded: undo,
    done: (job) => {
      const message = messages.get(job.subjectId as MessageId);
      if (!message) return;
      // A retry after a refusal: the sign was taken back and returns now.
      if (job.kind === 'delete_message') messages.markDeleted(message.id, clock.now());
      else show(message, job.kind);
      changed(message.conversationId);
    },
  };
  jobs.onSettled(['like', 'unlike', 'hide', 'unhide', 'delete_message', 'mark_read'], effects);

  const require = (id: MessageId) => {
    const message = messages.get(id);
    const conversation = message && deps.conversations.ref(message.conversationId);
    const account = message && deps.accounts.get(message.accountId);
    if (!message || !conversation || !account) throw appError('not_found', { field: 'messageId' });
    return { message, conversation, account };
  };
  const allow = (capabilities: Capabilities, action: keyof Capabilities['act']): void => {
    const support: Support | undefined = capabilities.act[action];
    if (!support) throw appError('unsupported', { detail: 'the network has no way to do this' });
    if (!support.ok) throw appError('unsupported', { detail: support.note });
  };
  const enqueue = (message: MessageRow, kind: JobKind, write: Write): void => {
    show(message, kind);
    jobs.enqueue({
      accountId: message.accountId,
      kind,
      subjectId: message.id,
      lane: laneOf(message.conversationId),
      dueAt: clock.now(),
      write,
      summary: summarise(message.text),
    });
  };

  const toggle = (id: MessageId, kind: Toggle): void => {
    const { message, conversation, account } = require(id);
    allow(account.capabilities, kind === 'like' || kind === 'unlike' ? 'like' : 'hide');
    const shown = kind === 'like' || kind === 'unlike' ? message.liked : message.hidden;
    if (shown === (kind === 'like' || kind === 'hide')) return;
    db.durable(() => {
      // Taking back what has not been sent leaves nothing to send.
      const waiting = jobRows
        .openOfSubject(id)
        .find((job) => job.kind === opposite[kind] && job.state === 'queued' && job.tries === 0);
      if (waiting) jobs.discard(waiting);
      else
        enqueue(message, kind, {
          kind,
          conversation: { remoteKey: conversation.remoteKey, type: conversation.type },
          target: targetOf(message),
        });
    });
  };

  return {
    like: ({ messageId, liked }: { readonly messageId: MessageId; readonly liked: boolean }): void =>
      toggle(messageId, liked ? 'like' : 'unlike'),
    hide: ({ messageId, hidden }: { readonly messageId: MessageId; readonly hidden: boolean }): void =>
      toggle(messageId, hidden ? 'hide' : 'unhide'),
    delete: ({ messageId }: { readonly messageId: MessageId }): void => {
      const { message, conversation, account } = require(messageId);
      if (message.deletedAt !== null) return;
      db.durable(() => {
        if (message.direction === 'note') {
          messages.remove(messageId);
          return changed(message.conversationId);
        }
        if (message.direction !== 'outgoing') return deleteOther(message, conversation, account.capabilities);
        if (message.remoteId === null) return discardUnsent(message);
        allow(account.capabilities, 'deleteOwn');
        enqueue(message, 'delete_message', { kind: 'delete', remoteIds: [message.remoteId] });
      });
    },
  };

  /** Somebody else's comment below a post of the account. */
  function deleteOther(
    message: MessageRow,
    conversation: ReturnType<typeof require>['conversation'],
    capabilities: Capabilities,
  ): void {
    allow(capabilities, 'deleteOther');
    enqueue(message, 'delete_message', {
      kind: 'delete_other',
      conversation: { remoteKey: conversation.remoteKey, type: conversation.type },
      target: targetOf(message),
    });
  }

  /** Never sent: its job goes and its text returns as the draft. */
  function discardUnsent(message: MessageRow): void {
    const job = jobRows.openOfSubject(message.id).find((item) => item.kind === 'reply');
    if (job?.state === 'unknown') throw appError('conflict', { detail: 'it may have been sent' });
    if (job) jobs.discard(job);
    else messages.remove(message.id);
    changed(message.conversationId);
  }
}
