import type { WorkerOptions, Worker } from 'node:worker_threads';
import { appError, type ErrorInfo } from '@shared/domain/errors';
import type { AccountId, ConversationId, MessageId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { AppEvent } from '@shared/ipc/events';
import type { Settings } from '@shared/ipc/settings';
import type { Db } from './db/open';
import { createApprovalRepository } from './db/repositories/approvals';
import { createAttemptRepository } from './db/repositories/attempts';
import type { Conversations } from './db/repositories/conversations';
import type { Drafts } from './db/repositories/drafts';
import { createJobRepository } from './db/repositories/jobs';
import { createMediaRepository } from './db/repositories/media';
import type { Messages } from './db/repositories/messages';
import { createPendingDeletes } from './db/repositories/pending-deletes';
import { createPostRepository } from './db/repositories/posts';
import type { AccountCtx, Network, Write, WriteStep } from './networks/network';
import { createWriteFence, type Authority } from './networks/write-fence';
import type { Clock, Logger, Ports, ShellControls, SystemEvents } from './ports';
import { createRunJob } from './scheduler/run-job';
import { createRunner } from './scheduler/run-due-jobs';
import { createSweep } from './scheduler/sweep';
import { createMaintenance, type MaintenanceTask } from './scheduler/maintenance';
import { createActions } from './services/actions';
import { createApprovals, type DraftSource } from './services/approvals';
import { createByHand } from './services/by-hand';
import { createCalendar } from './services/calendar';
import { createMoves } from './services/calendar-moves';
import { createComposer } from './services/composer';
import type { AccountDirectory, Job } from './services/job-types';
import { createJobs } from './services/jobs';
import type { MediaStore } from './services/media-store';
import { createMetricSnapshots } from './services/metric-snapshots';
import { createMissed } from './services/missed';
import { createObjections } from './services/objections';
import { createOutbox } from './services/outbox';
import { createPostViews } from './services/post-views';
import { createPublishing } from './services/publishing';
import { createReplies, type AnswerMemory } from './services/replies';
import { sentContent } from './services/sent-content';
import type { TransparencyLog } from './transparency/log';

export type EngineDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly system: SystemEvents;
  readonly events: { readonly emit: (event: AppEvent) => void };
  readonly registry: Readonly<Record<NetworkId, Network>>;
  readonly accounts: AccountDirectory;
  readonly contexts: { readonly open: (id: AccountId, signal: AbortSignal) => AccountCtx };
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly replyDrafts: Drafts;
  readonly answers: AnswerMemory;
  readonly transparency: TransparencyLog;
  readonly media: MediaStore;
  readonly settings: { readonly get: () => Settings };
  readonly drafts: DraftSource;
  readonly chooseFiles: ShellControls['chooseFiles'];
  /** What a person needs at hand who publishes a post themselves. */
  readonly hands: Pick<Ports, 'notifier' | 'shell' | 'links' | 'paths'>;
  readonly maintenance: readonly MaintenanceTask[];
  readonly makeTimetableWorker: (options: WorkerOptions) => Worker;
};

/** Jobs, the write fence and everything that lets a person's words leave this machine, wired in one place. */
export function createEngine(deps: EngineDeps) {
  const { db, clock, log, events, accounts, messages, conversations } = deps;
  const repositories = createEngineRepositories(db, clock);
  const { jobRows, attempts, approvalRows, mediaRows, posts } = repositories;

  const networkOf = (job: Pick<Job, 'accountId'>): Network => {
    const account = accounts.get(job.accountId);
    if (!account) throw appError('not_found', { detail: 'account' });
    return deps.registry[account.network];
  };
  const approvals = createApprovals({
    db,
    clock,
    repository: approvalRows,
    jobs: jobRows,
    drafts: deps.drafts,
    log: deps.transparency,
    networkOf: (id) => accounts.get(id)?.network,
  });
  const jobs = createJobs({
    ...deps,
    repository: jobRows,
    approvals: approvalRows,
    mayBeOut: attempts.mayBeOut,
  });
  const shared = { ...deps, log: deps.transparency, jobs, jobRows, approvals, approvalRows, posts };
  const publishing = createPublishing({ ...shared, media: mediaRows });
  const replies = createReplies({ ...shared, drafts: deps.replyDrafts });
  const actions = createActions({ ...shared, pendingDeletes: createPendingDeletes(db) });
  const views = createPostViews({ posts, media: mediaRows, accounts });
  const moves = createMoves({ ...shared, views, publishing, poke: () => sweep.poke() });
  const composer = createComposer({ ...shared, drafts: deps.drafts, mediaRows, views, moves, publishing });
  const byHand = createByHand({ ...shared, ...deps.hands, log, publishing });
  const calendar = createCalendar({ clock, posts, views, moves });
  const outbox = createOutbox({ ...shared, attempts });
  const snapshots = createMetricSnapshots({
    db,
    clock,
    log,
    posts,
    accounts,
    events,
    contexts: deps.contexts,
    networkOf: (account) => deps.registry[account.network],
  });

  const authorityOf = (job: Job): Authority => {
    const { approvalId } = job;
    if (approvalId === null) return { kind: 'action' };
    const content = () => {
      const approval = approvals.get(approvalId);
      if (!approval) throw appError('approval_missing');
      return sentContent(
        { media: mediaRows, remoteIdOf: remoteIdOf(messages), conversationKeyOf: keyOf(conversations) },
        job,
        approval,
      );
    };
    return { kind: 'approval', approvalId, content };
  };
  const fence = createWriteFence({ journal: attempts, redeem: approvals.redeem, durable: db.durable });
  const objection = createObjections({
    clock,
    messages,
    conversations,
    attempts,
    capabilitiesOf: (id) => accounts.get(id)?.capabilities,
    networkOf,
  });
  const runner = createRunner({
    clock,
    log,
    system: deps.system,
    rows: jobRows,
    jobs,
    approvals,
    accounts,
    contexts: deps.contexts,
    runJob: createRunJob({
      fence,
      jobs,
      networkOf,
      authorityOf,
      objection,
      stillWanted: (job) => missed.stillWanted(job),
    }),
    onAccountPaused: (id, problem) => pauseAccount(deps, id, problem),
  });
  let awakeSince = clock.now();
  const missed = createMissed({
    ...shared,
    log,
    publishing,
    awakeSince: () => awakeSince,
    canStart: (job) => runner.canStart(job.accountId),
    heldUntil: (job) => runner.accountHeldUntil(job.accountId),
  });

  const sweep = createSweep({
    clock,
    system: deps.system,
    run: () => {
      missed.sort();
      byHand.remind();
      runner.runDue();
    },
    catchUp: (why) => {
      if (why === 'resume') awakeSince = clock.now();
      jobRows.wake(clock.now(), null);
    },
    nextDueAfter: (now) =>
      earliest(earliest(jobRows.nextDueAfter(now), byHand.nextAfter(now)), runner.heldUntil()),
    onClockJump: (by) => {
      log.info('the clock was set', { by });
      // Waits were counted on the old clock. Due times are instants that people meant: they stay.
      if (by < 0) jobRows.shiftWaits(by, clock.now());
    },
  });
  jobs.onEnqueued(sweep.poke);

  const stopping = new AbortController();
  const takeSnapshots: MaintenanceTask = {
    id: 'metric-snapshots',
    at: '*/15 * * * *',
    run: () => snapshots.take(stopping.signal),
  };
  const maintenance = createMaintenance({
    makeWorker: deps.makeTimetableWorker,
    log,
    tasks: [...deps.maintenance, takeSnapshots],
  });

  return {
    services: { replies, actions, composer, calendar, outbox, byHand },
    jobs,
    approvals,
    sweep: { poke: sweep.poke },
    /** Waiting jobs are due at once: an account was reconnected, a fault is gone. */
    retryNow: (accountId: AccountId | null = null): void => {
      jobRows.wake(clock.now(), accountId);
      sweep.poke();
    },
    nextPost: calendar.next,
    waiting: (): { readonly waiting: number; readonly needsPerson: number } => {
      const { waiting, person } = jobRows.counts(clock.now());
      return { waiting, needsPerson: person };
    },
    /** Resolves when nothing is being sent right now. */
    idle: runner.idle,
    start: (): void => {
      awakeSince = clock.now();
      const cutOff = db.durable(() => ({ attempts: attempts.recover(), jobs: jobRows.recover(null) }));
      if (cutOff.jobs > 0) log.warn('the last run ended while it was sending', cutOff);
      sweep.start();
      maintenance.start();
      void byHand.tidy();
    },
    stop: async (): Promise<void> => {
      stopping.abort();
      sweep.stop();
      await Promise.all([maintenance.stop(), runner.stop()]);
    },
  };
}

const createEngineRepositories = (db: Db, clock: Clock) => ({
  jobRows: createJobRepository<Write, WriteStep>(db),
  attempts: createAttemptRepository(db, clock.now),
  approvalRows: createApprovalRepository(db),
  mediaRows: createMediaRepository(db),
  posts: createPostRepository(db),
});

function pauseAccount(deps: EngineDeps, id: AccountId, problem: ErrorInfo): void {
  deps.db.transaction(() => deps.accounts.setHealth(id, 'reconnect', problem));
  deps.events.emit({ type: 'accounts.changed', ids: [id] });
}

const remoteIdOf = (messages: Messages) => (id: string) => messages.get(id as MessageId)?.remoteId;
const keyOf = (conversations: Conversations) => (id: string) =>
  conversations.ref(id as ConversationId)?.remoteKey;
const earliest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);
