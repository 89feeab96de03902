import type { AccountMetricName, AccountMetrics, MetricName, Metrics } from '@shared/domain/network';
import { nodePath } from '../graph-agent';
import { fetchInsights } from '../graph-insights';
import type { Agent } from './client';

const ofPost: Readonly<Record<string, MetricName>> = {
  views: 'views',
  likes: 'likes',
  replies: 'replies',
  reposts: 'reposts',
  quotes: 'quotes',
  shares: 'shares',
};
const ofAccount: Readonly<Record<string, AccountMetricName>> = {
  views: 'views',
  followers_count: 'followers',
};

export const metricsOfPost = (id: string, agent: Agent): Promise<Metrics | undefined> =>
  fetchInsights(agent, `${nodePath(id)}/insights`, ofPost);

export const metricsOfAccount = async (agent: Agent): Promise<AccountMetrics> =>
  (await fetchInsights(agent, `${nodePath(agent.id)}/threads_insights`, ofAccount)) ?? {};
