import type { AccountMetricName, AccountMetrics, MetricName, Metrics } from '@shared/domain/network';
import { unlessRefused } from '../graph';
import { fetchInsights, uncounted } from '../graph-insights';
import type { Agent } from './client';
import { media, user } from './wire';

const ofPost: Readonly<Record<string, MetricName>> = {
  reach: 'reach',
  views: 'views',
  likes: 'likes',
  comments: 'replies',
  saved: 'saves',
  shares: 'shares',
};
const ofAccount: Readonly<Record<string, AccountMetricName>> = {
  reach: 'reach',
  views: 'views',
  accounts_engaged: 'engaged',
};

/** Of one post: the counts that it carries itself, and what the insights add. Stories and old posts have fewer. */
export async function metricsOfPost(id: string, agent: Agent): Promise<Metrics | undefined> {
  const path = `/${encodeURIComponent(id)}`;
  const fields = 'id,timestamp,like_count,comments_count';
  const seen = await unlessRefused(
    agent.call({ method: 'GET', path, effect: 'read', params: { fields } }, media),
    uncounted,
  );
  if (!seen) return undefined;
  const counted = {
    ...(seen.like_count !== undefined && { likes: seen.like_count }),
    ...(seen.comments_count !== undefined && { replies: seen.comments_count }),
  };
  return { ...counted, ...(await fetchInsights(agent, `${path}/insights`, ofPost)) };
}

export async function metricsOfAccount(agent: Agent): Promise<AccountMetrics> {
  const path = `/${encodeURIComponent(agent.id)}`;
  const fields = 'id,username,followers_count,follows_count,media_count';
  const seen = await unlessRefused(
    agent.call({ method: 'GET', path, effect: 'read', params: { fields } }, user),
    uncounted,
  );
  const params = { period: 'day', metric_type: 'total_value' };
  return {
    ...(seen?.followers_count !== undefined && { followers: seen.followers_count }),
    ...(seen?.follows_count !== undefined && { following: seen.follows_count }),
    ...(seen?.media_count !== undefined && { posts: seen.media_count }),
    ...(await fetchInsights(agent, `${path}/insights`, ofAccount, params)),
  };
}
