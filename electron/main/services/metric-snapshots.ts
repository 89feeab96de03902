import type { AppEvent } from '@shared/ipc/events';
import { isFeatureOn, type Metrics } from '@shared/domain/network';
import type { AccountId } from '@shared/domain/ids';
import type { PostRepository, VariantRow } from '../db/repositories/posts';
import type { Db } from '../db/open';
import type { AccountCtx, Network } from '../networks/network';
import type { Clock, Logger } from '../ports';
import type { AccountDirectory, EngineAccount } from './job-types';
import { toErrorInfo } from '@shared/domain/errors';

type SnapshotDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly posts: PostRepository;
  readonly accounts: AccountDirectory;
  readonly networkOf: (account: EngineAccount) => Network;
  readonly contexts: { readonly open: (id: AccountId, signal: AbortSignal) => AccountCtx };
  readonly events: { readonly emit: (event: AppEvent) => void };
};

const HOUR_MS = 3_600_000;
/** Ages of a post at which its numbers are kept, so that posts can be compared with each other. */
const SNAPSHOT_AGES_MS: readonly number[] = [HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS, 7 * 24 * HOUR_MS];
/** A snapshot taken later than this after its age would be compared with the wrong ones: it stays missing. */
const TOLERANCE = 0.5;

/** The age whose snapshot is due for a post; undefined when none is. Pure. */
export function dueAge(publishedAt: number, taken: readonly number[], now: number): number | undefined {
  const age = now - publishedAt;
  const reached = SNAPSHOT_AGES_MS.filter((target) => target <= age).at(-1);
  if (reached === undefined || age > reached * (1 + TOLERANCE)) return undefined;
  return taken.some((at) => at - publishedAt >= reached) ? undefined : reached;
}

/** Keeps how a post did after an hour, a day, three days and a week. Missing numbers stay missing. */
export function createMetricSnapshots(deps: SnapshotDeps) {
  const { clock, posts, accounts } = deps;
  const oldest = Math.max(...SNAPSHOT_AGES_MS) * (1 + TOLERANCE);

  const due = (): Map<AccountId, VariantRow[]> => {
    const byAccount = new Map<AccountId, VariantRow[]>();
    for (const variant of posts.publishedBetween(clock.now() - oldest, clock.now())) {
      const remoteId = variant.remote?.parts[0]?.remoteId;
      if (remoteId === undefined || variant.publishedAt === null) continue;
      const taken = posts.snapshotTimes(variant.accountId, remoteId);
      if (dueAge(variant.publishedAt, taken, clock.now()) === undefined) continue;
      byAccount.set(variant.accountId, [...(byAccount.get(variant.accountId) ?? []), variant]);
    }
    return byAccount;
  };
  const save = (variants: readonly VariantRow[], found: ReadonlyMap<string, Metrics>): void =>
    deps.db.transaction(() => {
      for (const variant of variants) {
        const remoteId = variant.remote?.parts[0]?.remoteId;
        const metrics = remoteId === undefined ? undefined : found.get(remoteId);
        if (remoteId === undefined || !metrics) continue;
        posts.saveSnapshot(variant.accountId, remoteId, clock.now(), metrics);
        posts.changeVariant(variant.id, { metrics });
      }
      const ids = variants.map((variant) => variant.postId);
      deps.db.afterCommit(() => deps.events.emit({ type: 'posts.changed', ids }));
    });

  return {
    take: async (signal: AbortSignal): Promise<void> => {
      for (const [id, variants] of due()) {
        const account = accounts.get(id);
        if (!account || account.health !== 'ok' || !isFeatureOn(account.features, 'metrics')) continue;
        const ids = variants.flatMap((variant) => variant.remote?.parts[0]?.remoteId ?? []);
        try {
          save(variants, await deps.networkOf(account).metrics(ids, deps.contexts.open(id, signal)));
        } catch (error) {
          // The next round asks again while the post still has the right age.
          deps.log.warn('numbers of posts could not be fetched', {
            account: id,
            kind: toErrorInfo(error).kind,
          });
        }
      }
    },
  };
}
