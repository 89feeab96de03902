import { appError } from '@shared/domain/errors';
import type { JobId, MessageId, PostId, VariantId } from '@shared/domain/ids';
import type { Output } from '@shared/ipc/contract';
import type { OutboxItem } from '@shared/ipc/outbox';
import type { AttemptRepository } from '../db/repositories/attempts';
import type { Messages } from '../db/repositories/messages';
import type { PostRepository } from '../db/repositories/posts';
import type { Db } from '../db/open';
import type { Clock } from '../ports';
import { hashOf, SEND_NOW_MS, type Approvals } from './approvals';
import type { AccountDirectory, Caller, Job, Jobs } from './job-types';
import { isCourtesy, type JobService } from './jobs';

type OutboxDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly jobs: JobService;
  readonly jobRows: Jobs;
  readonly attempts: AttemptRepository;
  readonly approvals: Approvals;
  readonly accounts: AccountDirectory;
  readonly messages: Messages;
  readonly posts: PostRepository;
};

/** What no network has accepted yet, with its reason and the ways on. */
export function createOutbox(deps: OutboxDeps) {
  const { db, clock, jobs, jobRows, attempts, approvals } = deps;
  const require = (id: JobId): Job => {
    const job = jobRows.get(id);
    if (!job || job.state === 'done' || job.state === 'discarded')
      throw appError('not_found', { field: 'id' });
    return job;
  };
  const requireUnknown = (id: JobId): Job => {
    const job = require(id);
    if (job.state !== 'unknown') throw appError('conflict', { params: { state: job.state } });
    return job;
  };
  /** Its permission ran out before it could be sent: pressing Retry on the very text gives a new one. */
  const approveAgain = (job: Job, caller: Caller): Job['approvalId'] => {
    const old = job.approvalId ? approvals.get(job.approvalId) : undefined;
    const ranOut = old && old.usedAt === null && old.expiresAt !== null && old.expiresAt < clock.now();
    if (!old || !ranOut) return job.approvalId;
    approvals.void([old.id]);
    return approvals.mint({
      content: old.content,
      approvedHash: hashOf(old.content),
      caller,
      expiresAt: clock.now() + SEND_NOW_MS,
      subjectId: old.subjectId,
      sessionId: old.content.kind === 'reply' ? old.content.conversationId : old.subjectId,
    }).approvalId;
  };

  return {
    list: (): Output<'outbox.list'> =>
      jobRows.openList().flatMap((job) => (isCourtesy(job) ? [] : (itemOf(deps, job) ?? []))),

    retry: ({ id }: { readonly id: JobId }, caller: Caller): void =>
      db.durable(() => {
        const job = require(id);
        // Under way, or waiting for its own time: there is nothing to try again.
        if (job.state === 'running' || job.state === 'queued') return;
        if (job.state === 'unknown') throw appError('conflict', { params: { state: job.state } });
        jobs.again(job, approveAgain(job, caller));
      }),

    discard: ({ id }: { readonly id: JobId }): void => db.durable(() => jobs.discard(require(id))),

    /** The person found it on the network. What comes after it in a thread goes on where that is possible. */
    confirmSent: ({ id }: { readonly id: JobId }): void =>
      db.durable(() => {
        const job = requireUnknown(id);
        const open = attempts.lastOpen(id);
        if (open) attempts.end(open.id, { state: 'done' });
        const later = open ? job.plan.slice(job.plan.findIndex((step) => step.key === open.stepKey) + 1) : [];
        if (later.some((step) => step.effect === 'visible')) {
          return jobs.fail(job, {
            kind: 'ambiguous',
            detail: 'the rest of the thread has nothing to hang on',
          });
        }
        jobs.done(
          job,
          Object.values(job.progress.steps).flatMap((step) => step.remote ?? []),
        );
      }),

    /** The person looked and it is not there. The plan stays, so the client ids are the same as before. */
    sendAgain: ({ id }: { readonly id: JobId }): void =>
      db.durable(() => {
        const job = requireUnknown(id);
        const open = attempts.lastOpen(id);
        if (open)
          attempts.end(open.id, {
            state: 'failed',
            problem: { kind: 'ambiguous', detail: 'a person found it absent' },
          });
        jobs.again(job);
      }),

    counts: jobRows.counts,
  };
}

function itemOf(deps: OutboxDeps, job: Job): OutboxItem | undefined {
  const account = deps.accounts.get(job.accountId);
  if (!account) return undefined;
  const aboutPost = job.kind === 'publish' || job.kind === 'delete_post';
  return {
    id: job.id,
    accountId: job.accountId,
    network: account.network,
    handle: account.handle,
    kind: job.kind,
    state: job.state,
    summary: job.summary,
    problem: job.problem,
    dueAt: job.dueAt,
    nextTryAt: job.nextTryAt,
    tries: job.tries,
    postId: aboutPost ? postOf(deps, job) : null,
    conversationId: aboutPost
      ? null
      : (deps.messages.get(job.subjectId as MessageId)?.conversationId ?? null),
    accountUrl: account.profileUrl,
    createdAt: job.createdAt,
  };
}

const postOf = (deps: OutboxDeps, job: Job): PostId | null =>
  deps.posts.variant(job.subjectId as VariantId)?.postId ?? null;
