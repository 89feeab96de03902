import type { ErrorKind } from '@shared/domain/errors';
import { z } from 'zod';
import { NetworkError } from './errors';
import type { AccountCtx, Reconciled, RemoteRef, StepResult } from './network';

/**
 * Publishing by containers, as Instagram and Threads do it: a container is made out of media at an address, Meta
 * fetches and processes it, and when it is finished it is published by its id. Making one is hidden and may be
 * repeated; publishing one a second time is refused by the network, and its status tells whether it is out.
 */
export type ContainerApi = {
  readonly look: (id: string) => Promise<ContainerLook>;
  /** Gives the id of the post. */
  readonly publish: (id: string) => Promise<string>;
};

export type ContainerHealth =
  | 'ready'
  | 'working'
  | 'published'
  /** Older than a day: it can neither be published nor be out. */
  | 'expired'
  /** Fetching or processing failed in a way that another container may not. */
  | 'failed'
  /** The network will never take this file. */
  | 'refused';
type ContainerLook = { readonly health: ContainerHealth; readonly detail?: string };

type ContainerPace = {
  /** How long to wait between two looks, from the first on; the last one holds for all that follow. */
  readonly pollMs: readonly number[];
  /** After this long, processing counts as failed. */
  readonly patienceMs: number;
  /** How many containers are made at most. */
  readonly tries: number;
};

const container = z.object({
  id: z.string(),
  tries: z.number(),
  looks: z.number(),
  madeAt: z.number(),
  /** The file has been sent into it; absent where the network fetches it. */
  isFilled: z.boolean().optional(),
});
type Container = z.infer<typeof container>;

/** The container that a finished step left. */
export const containerId = (output: unknown): string => container.parse(output).id;

type ContainerDeps = {
  readonly api: ContainerApi;
  readonly pace: ContainerPace;
  readonly clock: AccountCtx['clock'];
};
/** Sends the file into a container, where the network does not fetch it; called again, it goes on where it stood. */
export type ContainerFill = (id: string) => Promise<void>;

/**
 * One hidden step: makes the container, or looks at the one made before (`before`, what the step last gave), and
 * makes another where the first one failed for a passing reason. Throws `media_rejected` when the network refuses.
 */
export async function prepareContainer(
  before: unknown,
  make: () => Promise<string>,
  deps: ContainerDeps & { readonly fill?: ContainerFill },
): Promise<StepResult> {
  const { fill } = deps;
  const now = deps.clock.now();
  const fresh = async (tries: number): Promise<Container> => ({
    id: await make(),
    tries,
    looks: 0,
    madeAt: now,
    ...(fill && { isFilled: false }),
  });
  const earlier = container.safeParse(before).data;
  const current = earlier ?? (await fresh(1));
  // It is stored before the first byte leaves: an upload that breaks off goes on in the same container.
  if (fill && !earlier) return { state: 'wait', output: current, pollAt: now };
  const { health, detail } = await deps.api.look(current.id);
  const age = now - current.madeAt;
  const isPassed = age > 2 * deps.pace.patienceMs;
  // One that failed before it had the whole file is given up for another, as long as there are tries.
  const isGivenUp = health === 'failed' && (current.tries < deps.pace.tries || isPassed);
  const takesFile = !isGivenUp && health !== 'expired' && health !== 'refused';
  if (fill && current.isFilled === false && takesFile) {
    await fill(current.id);
    // Processing begins now.
    const madeAt = deps.clock.now();
    return waitFor({ ...current, isFilled: true, madeAt }, deps.pace, madeAt);
  }
  const isLate = health === 'working' && age > deps.pace.patienceMs;
  if (health === 'ready' || health === 'published') return { state: 'done', output: current };
  if (health === 'working' && !isLate) return waitFor(current, deps.pace, now);
  // Tried again by a person long after it failed: nothing of then counts.
  if (isPassed) return waitFor(await fresh(1), deps.pace, now);
  if (health === 'refused' || isLate || current.tries >= deps.pace.tries)
    throw new NetworkError(
      { kind: 'media_rejected', detail: isLate ? 'processing took too long' : (detail ?? health) },
      'no',
    );
  return waitFor(await fresh(current.tries + 1), deps.pace, now);
}

const waitFor = (current: Container, pace: ContainerPace, now: number): StepResult => ({
  state: 'wait',
  output: { ...current, looks: current.looks + 1 },
  pollAt: now + (pace.pollMs[Math.min(current.looks, pace.pollMs.length - 1)] ?? 0),
});

/** What a container that cannot be published now, or not a second time, is refused with. */
const ABOUT_THE_CONTAINER: readonly ErrorKind[] = ['media_pending', 'validation', 'media_rejected', 'gone'];

/** The visible step. A container that is not ready yet is waited for: nothing is out then. */
export async function publishContainer(
  id: string,
  deps: ContainerDeps,
): Promise<{ readonly state: 'published'; readonly id: string } | Extract<StepResult, { state: 'wait' }>> {
  try {
    return { state: 'published', id: await deps.api.publish(id) };
  } catch (error) {
    if (!(error instanceof NetworkError) || !ABOUT_THE_CONTAINER.includes(error.kind) || error.sent !== 'no')
      throw error;
    const { health, detail } = await deps.api.look(id);
    if (health === 'published')
      throw new NetworkError({ kind: 'ambiguous', detail: 'it is out already' }, 'yes', { cause: error });
    if (error.kind !== 'media_pending') throw error;
    if (health === 'ready' || health === 'working') {
      const pollAt = deps.clock.now() + (deps.pace.pollMs.at(-1) ?? 0);
      return { state: 'wait', output: {}, pollAt };
    }
    throw new NetworkError({ kind: 'media_rejected', detail: detail ?? health }, 'no', { cause: error });
  }
}

/**
 * Whether a container is out, by its status (networks.md 13.3). One that is out and whose post cannot be found yet
 * is `unknown`: the post appears in the account's list a little later.
 */
export async function reconcileContainer(
  id: string,
  api: ContainerApi,
  find: () => Promise<RemoteRef | undefined>,
): Promise<Reconciled> {
  const health = await lookOrGone(id, api);
  if (health === undefined) return { state: 'unknown' };
  if (health !== 'published') return { state: 'absent' };
  const remote = await find();
  return remote ? { state: 'arrived', output: { id: remote.remoteId }, remote } : { state: 'unknown' };
}

async function lookOrGone(id: string, api: ContainerApi): Promise<ContainerHealth | undefined> {
  try {
    return (await api.look(id)).health;
  } catch (error) {
    if (error instanceof NetworkError && ['gone', 'validation'].includes(error.kind)) return undefined;
    throw error;
  }
}

const hosted = z.object({ key: z.string(), url: z.string() });

/** Where a file lies for the network to fetch. Throws where the person has set up no such place. */
export async function hostFile(mediaId: string, ctx: AccountCtx): Promise<StepResult> {
  if (!ctx.mediaHost)
    throw new NetworkError({ kind: 'unsupported', detail: 'no media host is set up' }, 'no');
  const { key, url } = await ctx.mediaHost.put(mediaId);
  return { state: 'done', output: { key, url } };
}
export const hostedUrl = (output: unknown): string => hosted.parse(output).url;

/**
 * Removes the files after publishing. The post is out by then: a host that cannot be reached is noted, and what was
 * left is swept up by the media host's own rounds.
 */
export async function unhostFiles(outputs: readonly unknown[], ctx: AccountCtx): Promise<StepResult> {
  for (const output of outputs) {
    const file = hosted.safeParse(output).data;
    if (!file || !ctx.mediaHost) continue;
    try {
      await ctx.mediaHost.remove(file.key);
    } catch (error) {
      ctx.log.warn('a hosted file could not be removed yet', {
        cause: error instanceof Error ? error.name : 'unknown',
      });
    }
  }
  return { state: 'done', output: {} };
}
