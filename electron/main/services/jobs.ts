import { appError, type ErrorInfo } from '@shared/domain/errors';
import { uuidv7, type JobId } from '@shared/domain/ids';
import type { AppEvent } from '@shared/ipc/events';
import type { NetworkId } from '@shared/domain/network';
import type { JobKind } from '@shared/domain/states';
import type { ApprovalRepository } from '../db/repositories/approvals';
import type { Progress } from '../db/repositories/jobs';
import type { Db } from '../db/open';
import type { Network, RemoteRef } from '../networks/network';
import type { Clock } from '../ports';
import type { AccountDirectory, Job, JobEffects, Jobs, NewJob } from './job-types';

export type JobsDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly repository: Jobs;
  readonly approvals: ApprovalRepository;
  readonly accounts: AccountDirectory;
  readonly registry: Readonly<Record<NetworkId, Network>>;
  readonly events: { readonly emit: (event: AppEvent) => void };
};

export type JobService = ReturnType<typeof createJobs>;

/** Makes jobs and carries what becomes of them to their subjects, in one transaction each. */
export function createJobs(deps: JobsDeps) {
  const { db, clock, repository, approvals, accounts, registry } = deps;
  const effects = new Map<JobKind, JobEffects>();
  let poke: () => void = () => undefined;

  const effectsOf = (kind: JobKind): JobEffects => {
    const found = effects.get(kind);
    if (!found) throw appError('internal', { detail: `no effects for jobs of kind ${kind}` });
    return found;
  };
  const changed = (id: JobId): void =>
    db.afterCommit(() => deps.events.emit({ type: 'outbox.changed', ids: [id] }));
  /** The job as it is now and its subject change together or not at all. */
  const move = (id: JobId, change: Parameters<Jobs['change']>[1], tell: (job: Job) => void): void =>
    db.durable(() => {
      repository.change(id, change);
      const job = repository.get(id);
      if (job) tell(job);
      changed(id);
    });

  return {
    onSettled: (kinds: readonly JobKind[], tell: JobEffects): void =>
      kinds.forEach((kind) => effects.set(kind, tell)),
    onEnqueued: (fn: () => void): void => {
      poke = fn;
    },

    /** Plans the write (client ids and times fixed for good) and queues it in the caller's transaction. */
    enqueue: (input: NewJob): Job => {
      const account = accounts.get(input.accountId);
      if (!account) throw appError('not_found', { detail: 'account' });
      assertUsable(approvals, input, clock.now());
      const now = clock.now();
      const id = uuidv7<JobId>(now);
      const { id: ref, remoteId, handle, serviceUrl } = account;
      const plan = registry[account.network].plan(
        input.write,
        { id: ref, remoteId, handle, serviceUrl },
        { now },
      );
      repository.insert({ ...input, id, plan, approvalId: input.approvalId ?? null, createdAt: now });
      changed(id);
      db.afterCommit(() => poke());
      const job = repository.get(id);
      if (!job) throw appError('internal', { detail: 'the job is not there after its insert' });
      return job;
    },
    /** Takes the job for running; undefined when it was taken back in the meantime. */
    start: (id: JobId): Job | undefined =>
      db.transaction(() => {
        if (!repository.start(id)) return undefined;
        const job = repository.get(id);
        if (job) effectsOf(job.kind).running(job);
        changed(id);
        return job;
      }),
    /** Inside the fence's transaction: the result of one step. */
    saveProgress: (id: JobId, progress: Progress): void => repository.change(id, { progress }),
    wait: (
      job: Job,
      at: number | null,
      problem: ErrorInfo | null,
      more: { readonly tries?: number; readonly progress?: Progress } = {},
    ): void =>
      move(job.id, { state: 'waiting', nextTryAt: at, problem, ...more }, (now) =>
        effectsOf(job.kind).waiting(now, problem),
      ),
    done: (job: Job, remotes: readonly RemoteRef[]): void =>
      move(job.id, { state: 'done', problem: null, nextTryAt: null, finishedAt: clock.now() }, (now) =>
        effectsOf(job.kind).done(now, remotes),
      ),
    fail: (job: Job, problem: ErrorInfo, tries = job.tries): void =>
      move(job.id, { state: 'failed', problem, tries, nextTryAt: null }, (now) =>
        effectsOf(job.kind).failed(now, problem),
      ),
    ask: (job: Job, problem: ErrorInfo, progress: Progress = job.progress): void =>
      move(job.id, { state: 'unknown', problem, progress, nextTryAt: null }, (now) =>
        effectsOf(job.kind).unknown(now, problem),
      ),
    /** Due again at once, with fresh counters; `approvalId` when it needed a new permission. */
    again: (job: Job, approvalId = job.approvalId): void => {
      const progress = { ...job.progress, looks: 0 };
      const change = { state: 'waiting' as const, nextTryAt: null, tries: 0, problem: null, progress };
      move(job.id, approvalId ? { ...change, approvalId } : change, (now) =>
        effectsOf(job.kind).waiting(now, null),
      );
      db.afterCommit(() => poke());
    },
    /** Gives the job up and takes back its permission. Throws `conflict` while it is on its way. */
    discard: (job: Job, options: { readonly keepApproval?: boolean; readonly silent?: boolean } = {}): void =>
      db.durable(() => {
        if (job.state === 'running') throw appError('conflict', { detail: 'the job is running' });
        if (job.approvalId && !options.keepApproval) approvals.voidUnused([job.approvalId], clock.now());
        move(job.id, { state: 'discarded', finishedAt: clock.now(), nextTryAt: null }, (now) => {
          if (!options.silent) effectsOf(job.kind).discarded(now);
        });
      }),
  };
}

/** A permission that was used or taken back cannot start new work. */
function assertUsable(approvals: ApprovalRepository, input: NewJob, now: number): void {
  const needed = input.kind === 'publish' || input.kind === 'reply';
  if (!needed && input.approvalId === undefined) return;
  const row = input.approvalId && approvals.get(input.approvalId);
  if (!row || row.usedAt !== null || row.voidedAt !== null) throw appError('approval_missing');
  if (row.expiresAt !== null && row.expiresAt < now) throw appError('approval_expired');
}
