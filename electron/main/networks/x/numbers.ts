import type { AccountMetrics, Metrics } from '@shared/domain/network';
import type { AccountCtx } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { countsQuery } from './fields';
import { metricsOf } from './mapping';
import { timeOfId, type User } from './wire';

const DAY_MS = 24 * 60 * 60_000;

/** Likes, answers and so on of own posts; clicks as long as X tells them (30 days). */
export async function fetchMetrics(
  remoteIds: readonly string[],
  agent: Agent,
  ctx: AccountCtx,
): Promise<ReadonlyMap<string, Metrics>> {
  const found = new Map<string, Metrics>();
  const from = ctx.clock.now() - limits.privateNumbersDays * DAY_MS;
  const recent = remoteIds.filter((id) => timeOfId(id) > from);
  await collect(recent, true, agent, found);
  // What X refuses to tell with its private numbers, it may tell without them.
  await collect(
    remoteIds.filter((id) => !found.has(id)),
    false,
    agent,
    found,
  );
  return found;
}

async function collect(
  ids: readonly string[],
  isRecent: boolean,
  agent: Agent,
  into: Map<string, Metrics>,
): Promise<void> {
  for (let from = 0; from < ids.length; from += limits.pageSize.lookup) {
    const part = ids.slice(from, from + limits.pageSize.lookup);
    const { posts } = await agent.posts('/2/tweets', 'read:lookup', { ids: part }, 'own', (dialect) =>
      countsQuery(dialect, isRecent),
    );
    for (const post of posts) into.set(post.id, metricsOf(post));
  }
}

export function accountMetricsOf({ public_metrics: counts }: User): AccountMetrics {
  const posts = counts?.post_count ?? counts?.tweet_count;
  return {
    ...(typeof counts?.followers_count === 'number' && { followers: counts.followers_count }),
    ...(typeof counts?.following_count === 'number' && { following: counts.following_count }),
    ...(typeof posts === 'number' && { posts }),
  };
}
