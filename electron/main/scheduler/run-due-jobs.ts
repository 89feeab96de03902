import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { AccountId } from '@shared/domain/ids';
import { heldUntil as rateHeldUntil } from '@shared/domain/rate-holds';
import type { AccountCtx } from '../networks/network';
import { NetworkError } from '../networks/errors';
import type { Clock, Logger, SystemEvents } from '../ports';
import type { AccountDirectory, EngineAccount, Job, Jobs } from '../services/job-types';
import type { JobService } from '../services/jobs';
import type { Approvals } from '../services/approvals';
import { worksWithoutInternet } from './reachability';
import type { JobRun, RunEnd } from './run-job';
import { backoff, lookDelay, MAX_LOOKS, verdictOf } from './retry-policy';

type RunnerDeps = {
  readonly clock: Clock;
  readonly log: Logger;
  readonly system: SystemEvents;
  readonly rows: Jobs;
  readonly jobs: JobService;
  readonly approvals: Pick<Approvals, 'keepWhileHeld'>;
  readonly accounts: AccountDirectory;
  readonly contexts: { readonly open: (id: AccountId, signal: AbortSignal) => AccountCtx };
  readonly runJob: JobRun;
  readonly onAccountPaused: (id: AccountId, problem: ErrorInfo) => void;
  readonly random?: () => number;
};

type Runner = {
  /** Starts a runner for every account that has something due and has none yet. */
  readonly runDue: () => void;
  /** When something that is held back now may go on; null when nothing is. */
  readonly heldUntil: () => number | null;
  /** The account may write now and its runner is not at work. */
  readonly canStart: (id: AccountId) => boolean;
  /** Until when the account's rate limit holds it; in the past when it does not. */
  readonly accountHeldUntil: (id: AccountId) => number;
  /** Resolves when no runner is at work. */
  readonly idle: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** A send that was not conclusive so often is a matter for a person. */
const MAX_AMBIGUOUS_SENDS = 8;
/** Long enough for the next sweep to sort what is late before it is run again. */
const NEXT_SWEEP_MS = 1_000;

/** One runner per account: its jobs never overlap. */
export function createRunner(deps: RunnerDeps): Runner {
  const { clock, rows, jobs } = deps;
  const random = deps.random ?? Math.random;
  const active = new Map<AccountId, Promise<void>>();
  const holds = new Map<AccountId, number>();
  const stopping = new AbortController();

  /** Until when the account's writes wait for its rate limit. */
  const heldUntil = (id: AccountId): number =>
    Math.max(holds.get(id) ?? 0, rateHeldUntil(deps.accounts.rates(id), 'write'));

  const mayRun = (account: EngineAccount | undefined): account is EngineAccount => {
    if (!account || account.health !== 'ok' || heldUntil(account.id) > clock.now()) return false;
    if (deps.system.isOnline() || worksWithoutInternet(account.serviceUrl)) return true;
    deps.approvals.keepWhileHeld(account.id);
    return false;
  };

  const drain = async (id: AccountId): Promise<void> => {
    while (!stopping.signal.aborted && mayRun(deps.accounts.get(id))) {
      const next = rows.next(id, clock.now());
      const job = next && jobs.start(next.id);
      if (!job) return;
      settle(job, await runOne(job));
    }
  };

  const runOne = async (job: Job): Promise<RunEnd> => {
    try {
      return await deps.runJob(job, deps.contexts.open(job.accountId, stopping.signal));
    } catch (error) {
      return { state: 'threw', error };
    }
  };

  /** Reads the job again: its progress was saved while it ran. */
  const settle = (started: Job, end: RunEnd): void => {
    const job = rows.get(started.id);
    if (!job) return;
    switch (end.state) {
      case 'done':
        return jobs.done(job, end.remotes);
      case 'late':
        return jobs.wait(job, clock.now() + NEXT_SWEEP_MS, null);
      case 'poll':
        return jobs.wait(job, Math.max(end.at, clock.now()), { kind: 'media_pending' });
      case 'refused':
        return jobs.fail(job, end.problem);
      case 'unknown':
        return end.after === 'look' ? lookAgain(job, end.problem) : afterSend(job, end.problem);
      case 'threw':
        return afterError(job, end.error);
    }
  };

  const lookAgain = (job: Job, problem: ErrorInfo): void => {
    if (stopping.signal.aborted) return jobs.wait(job, null, problem);
    const looks = job.progress.looks + 1;
    const progress = { ...job.progress, looks };
    if (looks >= MAX_LOOKS) jobs.ask(job, problem, progress);
    else jobs.wait(job, clock.now() + lookDelay(looks), problem, { progress });
  };

  const afterSend = (job: Job, problem: ErrorInfo): void => {
    const tries = job.tries + 1;
    if (tries >= MAX_AMBIGUOUS_SENDS) return jobs.ask(job, problem);
    const delay = Math.max(lookDelay(0), backoff(tries - 1, random()));
    jobs.wait(job, stopping.signal.aborted ? null : clock.now() + delay, problem, { tries });
  };

  const afterError = (job: Job, error: unknown): void => {
    const info = toErrorInfo(error);
    if (stopping.signal.aborted) return jobs.wait(job, null, job.problem);
    if (!(error instanceof NetworkError)) return afterOwnError(job, info);
    const verdict = verdictOf(
      { info, retry: error.retry, sent: error.sent },
      job.tries,
      clock.now(),
      random(),
    );
    const tries = job.tries + 1;
    if (info.kind === 'rate_limited' && verdict.next === 'retry') holds.set(job.accountId, verdict.at);
    switch (verdict.next) {
      case 'retry':
      case 'look':
        return jobs.wait(job, verdict.at, info, { tries });
      case 'pause_account':
        jobs.wait(job, null, info, { tries: 0 });
        return deps.onAccountPaused(job.accountId, info);
      case 'give_up':
        return jobs.fail(job, info, tries);
    }
  };

  /** Nothing was sent: an approval that does not fit is a refusal, everything else (a full disk) waits. */
  const afterOwnError = (job: Job, info: ErrorInfo): void => {
    if (info.kind.startsWith('approval_')) return jobs.fail(job, info);
    deps.log.error('a job could not run', { job: job.id, kind: info.kind, detail: info.detail });
    jobs.wait(job, clock.now() + backoff(job.tries, random()), info, { tries: job.tries + 1 });
  };

  const begin = (id: AccountId): void => {
    const run = drain(id)
      .catch((error: unknown) => {
        // Not even the outcome could be written down. The rows still say what is known; the next sweep goes on.
        deps.log.error('the runner of an account stopped', {
          account: id,
          detail: toErrorInfo(error).detail,
        });
        holds.set(id, clock.now() + backoff(4, random()));
        rows.recover(id);
      })
      .catch((error: unknown) =>
        deps.log.error('jobs could not be put back', { detail: toErrorInfo(error).detail }),
      )
      .finally(() => {
        active.delete(id);
        // Work that came in while the last look at the table was already over.
        if (!stopping.signal.aborted && mayRun(deps.accounts.get(id)) && rows.next(id, clock.now()))
          begin(id);
      });
    active.set(id, run);
  };

  const idle = async (): Promise<void> => {
    while (active.size > 0) await Promise.all(active.values());
  };

  return {
    runDue: () => {
      if (stopping.signal.aborted) return;
      for (const id of rows.dueAccounts(clock.now())) {
        if (!active.has(id) && mayRun(deps.accounts.get(id))) begin(id);
      }
    },
    heldUntil: () => {
      const ends = [...holds.values()].filter((at) => at > clock.now());
      return ends.length === 0 ? null : Math.min(...ends);
    },
    canStart: (id) => !active.has(id) && mayRun(deps.accounts.get(id)),
    accountHeldUntil: heldUntil,
    idle,
    stop: async () => {
      stopping.abort();
      await idle();
    },
  };
}
