import type { ErrorInfo } from '@shared/domain/errors';
import type { AccountCtx, Checkpoint, Network, RemoteRef, WriteStep } from '../networks/network';
import type { Authority, FenceOutcome, WriteFence } from '../networks/write-fence';
import type { Progress } from '../db/repositories/jobs';
import type { Job } from '../services/job-types';
import type { JobService } from '../services/jobs';

export type RunEnd =
  | { readonly state: 'done'; readonly remotes: readonly RemoteRef[] }
  | { readonly state: 'poll'; readonly at: number }
  /** Nothing is out and its time has passed: its policy decides. */
  | { readonly state: 'late' }
  | { readonly state: 'unknown'; readonly after: 'send' | 'look'; readonly problem: ErrorInfo }
  /** It must not be sent any more: what it is about is gone, or its time is over. */
  | { readonly state: 'refused'; readonly problem: ErrorInfo }
  | { readonly state: 'threw'; readonly error: unknown };

export type JobRun = (job: Job, ctx: AccountCtx) => Promise<RunEnd>;

type RunJobDeps = {
  readonly fence: WriteFence;
  readonly jobs: Pick<JobService, 'saveProgress'>;
  readonly networkOf: (job: Job) => Network;
  readonly authorityOf: (job: Job) => Authority;
  readonly stillWanted: (job: Job) => boolean;
  /** Why it may not be sent any more, asked before the first step of a job that had to wait. */
  readonly objection: (job: Job, ctx: AccountCtx) => Promise<ErrorInfo | null>;
};

/** Carries out what is left of a job's plan, step by step; the result of each is saved before the next begins. */
export const createRunJob =
  (deps: RunJobDeps): JobRun =>
  async (job, ctx) => {
    const problem = await deps.objection(job, ctx);
    if (problem) return { state: 'refused', problem };
    let progress = job.progress;
    for (const step of job.plan) {
      if (progress.steps[step.key]?.state === 'done') continue;
      const outcome = await deps.fence.run({
        jobId: job.id,
        authority: deps.authorityOf(job),
        network: deps.networkOf(job),
        step,
        done: checkpointOf(progress),
        ctx,
        stillWanted: () => deps.stillWanted(job),
        commit: ({ output, remote }) => {
          progress = withStep(progress, step, { state: 'done', output, remote });
          deps.jobs.saveProgress(job.id, progress);
        },
      });
      const end = endOf(outcome);
      if (outcome.state === 'wait') {
        deps.jobs.saveProgress(job.id, withStep(progress, step, { state: 'wait', output: outcome.output }));
      }
      if (end) return end;
    }
    return { state: 'done', remotes: remotesOf(job, progress) };
  };

function endOf(outcome: FenceOutcome): RunEnd | null {
  switch (outcome.state) {
    case 'done':
      return null;
    case 'absent':
      return { state: 'late' };
    case 'wait':
      return { state: 'poll', at: outcome.pollAt };
    case 'unknown':
      return outcome;
  }
}

const withStep = (progress: Progress, step: WriteStep, saved: Progress['steps'][string]): Progress => ({
  looks: 0,
  steps: { ...progress.steps, [step.key]: saved },
});

/** What the steps so far gave, as networks read it; a step that waits finds its own last output here. */
const checkpointOf = (progress: Progress): Checkpoint =>
  Object.fromEntries(Object.entries(progress.steps).map(([key, saved]) => [key, saved.output]));

const remotesOf = (job: Job, progress: Progress): readonly RemoteRef[] =>
  job.plan.flatMap((step) => progress.steps[step.key]?.remote ?? []);
