import { appError, type ErrorInfo } from '@shared/domain/errors';
import { uuidv7, type JobId } from '@shared/domain/ids';
import type { AppEvent } from '@shared/ipc/events';
import type { NetworkId } from '@shared/domain/network';
import type { JobKind } from '@shared/domain/states';
import type { ApprovalRepository } from '../db/repositories/approvals';
import type { Progress } from '../db/repositories/jobs';
import type { Db } from '../db/open';
import type { Network, RemoteRef, Write, WriteStep } from '../networks/network';
import type { Clock } from '../ports';
import type { AccountDirectory, EngineAccount, Job, JobEffects, Jobs, NewJob } from './job-types';

type JobsDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly repository: Jobs;
  readonly approvals: ApprovalRepository;
  readonly mayBeOut: (id: JobId) => boolean;
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

  /** What a network shows as the time of a post is the time at which it was meant to appear. */
  const planOf = (account: EngineAccount, write: Write, at: number): readonly WriteStep[] => {
    const { network, id, remoteId, handle, serviceUrl, capabilities } = account;
    return registry[network].plan(write, { id, remoteId, handle, serviceUrl, capabilities }, { now: at });
  };
  /** A plan from the beginning; undefined when something of the job is or may be out. */
  const anew = (job: Job, dueAt: number): { plan: readonly WriteStep[]; progress: Progress } | undefined => {
    const account = accounts.get(job.accountId);
    if (!account) throw appError('not_found', { detail: 'account' });
    if (deps.mayBeOut(job.id)) return undefined;
    return { plan: planOf(account, job.write, Math.max(clock.now(), dueAt)), progress: noProgress };
  };
  const drop = (job: Job, problem: ErrorInfo): void =>
    move(job.id, { state: 'discarded', problem, finishedAt: clock.now(), nextTryAt: null }, () => undefined);

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
      const plan = planOf(account, input.write, Math.max(now, input.dueAt));
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
    ): void => {
      move(job.id, { state: 'waiting', nextTryAt: at, problem, ...more }, (now) =>
        effectsOf(job.kind).waiting(now, problem),
      );
      // the sweep that started it could not know this time
      if (at !== null) db.afterCommit(() => poke());
    },
    done: (job: Job, remotes: readonly RemoteRef[]): void =>
      move(job.id, { state: 'done', problem: null, nextTryAt: null, finishedAt: clock.now() }, (now) =>
        effectsOf(job.kind).done(now, remotes),
      ),
    fail: (job: Job, problem: ErrorInfo, tries = job.tries): void =>
      isCourtesy(job)
        ? drop(job, problem)
        : move(job.id, { state: 'failed', problem, tries, nextTryAt: null }, (now) =>
            effectsOf(job.kind).failed(now, problem),
          ),
    ask: (job: Job, problem: ErrorInfo, progress: Progress = job.progress): void =>
      isCourtesy(job)
        ? drop(job, problem)
        : move(job.id, { state: 'unknown', problem, progress, nextTryAt: null }, (now) =>
            effectsOf(job.kind).unknown(now, problem),
          ),
    /**
     * Due again at once, with fresh counters; `approvalId` when it needed a new permission. What was given up with
     * nothing out begins anew: what it had uploaded may be gone by now.
     */
    again: (job: Job, approvalId = job.approvalId): void => {
      // A person wants it now: it is not late any more.
      const dueAt = Math.max(job.dueAt, clock.now());
      const progress = { progress: { ...job.progress, looks: 0 } };
      const from = job.state === 'failed' ? (anew(job, dueAt) ?? progress) : progress;
      const change = { state: 'waiting' as const, dueAt, nextTryAt: null, tries: 0, problem: null, ...from };
      move(job.id, approvalId ? { ...change, approvalId } : change, (now) =>
        effectsOf(job.kind).waiting(now, null),
      );
      db.afterCommit(() => poke());
    },
    /** For another time, as if never tried; planned anew unless something of it is or may be out. Also takes up a job that was set aside. */
    reschedule: (job: Job, dueAt: number): void => {
      const change = {
        state: 'queued',
        dueAt,
        nextTryAt: null,
        tries: 0,
        problem: null,
        ...anew(job, dueAt),
      } as const;
      move(job.id, change, (now) => effectsOf(job.kind).waiting(now, null));
      db.afterCommit(() => poke());
    },
    /** Gives the job up and takes back its permission. Throws `conflict` while it is on its way. */
    discard: (job: Job, options: { readonly keepApproval?: boolean; readonly silent?: boolean } = {}): void =>
      db.durable(() => {
        if (job.state === 'running') throw appError('conflict', { detail: 'the job is running' });
        if (job.approvalId && !options.keepApproval) approvals.voidAll([job.approvalId], clock.now());
        move(job.id, { state: 'discarded', finishedAt: clock.now(), nextTryAt: null }, (now) => {
          if (!options.silent) effectsOf(job.kind).discarded(now);
        });
      }),
  };
}

const noProgress: Progress = { steps: {}, looks: 0 };

/** Nobody has to decide about what only keeps other devices in step. */
export const isCourtesy = (job: Pick<Job, 'kind'>): boolean => job.kind === 'mark_read';

/** A permission that was used or taken back cannot start new work. */
function assertUsable(approvals: ApprovalRepository, input: NewJob, now: number): void {
  const needed = input.kind === 'publish' || input.kind === 'reply';
  if (!needed && input.approvalId === undefined) return;
  const row = input.approvalId && approvals.get(input.approvalId);
  if (!row || row.usedAt !== null || row.voidedAt !== null) throw appError('approval_missing');
  if (row.expiresAt !== null && row.expiresAt < now) throw appError('approval_expired');
}
