import { NetworkError } from '../../electron/main/networks/errors';
import type {
  AccountCtx,
  Checkpoint,
  Network,
  RemoteRef,
  Write,
  WriteStep,
} from '../../electron/main/networks/network';
import { permitForTests } from './permit';

export type Driven = {
  readonly checkpoint: Checkpoint;
  readonly remotes: readonly RemoteRef[];
  readonly steps: readonly WriteStep[];
};

/** What a job keeps between runs: everything goes through JSON, as it does in the database. */
export type StoredJob = {
  steps: readonly WriteStep[];
  done: Record<string, Record<string, unknown>>;
  remotes: RemoteRef[];
};

const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export const jobOf = (network: Network, write: Write, ctx: AccountCtx): StoredJob => ({
  steps: stored(network.plan(write, ctx.account, { now: ctx.clock.now() })),
  done: {},
  remotes: [],
});

/** Runs what is left of a job, as the engine would; throws what a step throws. */
export async function runJob(network: Network, job: StoredJob, ctx: AccountCtx): Promise<Driven> {
  for (const step of job.steps) {
    if (job.done[step.key]) continue;
    keep(job, step, await network.runStep(step, job.done, ctx, permitForTests));
  }
  return { checkpoint: job.done, remotes: job.remotes, steps: job.steps };
}

/** As `runJob`, through every wait; gives their number. */
export async function runThroughWaits(network: Network, job: StoredJob, ctx: AccountCtx): Promise<number> {
  let waits = 0;
  for (const step of job.steps) {
    for (let state = ''; state !== 'done';) {
      const result = await network.runStep(step, job.done, ctx, permitForTests);
      job.done[step.key] = stored({ ...result.output });
      state = result.state;
      if (result.state === 'wait') waits += 1;
      else if (result.remote) job.remotes.push(stored(result.remote));
    }
  }
  return waits;
}

/** As `runJob`, and after an unclear end looks at the network before it does anything again. */
export async function runJobToTheEnd(
  network: Network,
  job: StoredJob,
  ctx: AccountCtx,
  tries = 5,
): Promise<Driven> {
  for (let left = tries; ; left -= 1) {
    try {
      return await runJob(network, job, ctx);
    } catch (error) {
      if (!(error instanceof NetworkError) || left <= 1) throw error;
      if (error.sent !== 'no') await settle(network, job, ctx);
      else if (error.retry === 'never' || error.retry === 'person') throw error;
    }
  }
}

/** What happens to a step in doubt: the network is looked at, nothing is sent. */
export async function settle(network: Network, job: StoredJob, ctx: AccountCtx): Promise<string> {
  const step = job.steps.find(({ key }) => !job.done[key]);
  if (!step) return 'nothing in doubt';
  const result = await network.reconcile(step, job.done, ctx, permitForTests);
  if (result.state === 'arrived') keep(job, step, { ...result, state: 'done' });
  return result.state;
}

function keep(
  job: StoredJob,
  step: WriteStep,
  result: {
    readonly state: string;
    readonly output: Readonly<Record<string, unknown>>;
    readonly remote?: RemoteRef;
  },
): void {
  if (result.state !== 'done') throw new Error(`${step.key} is not done yet`);
  job.done[step.key] = stored({ ...result.output });
  if (result.remote) job.remotes.push(stored(result.remote));
}
