import type { ErrorKind } from '@shared/domain/errors';
import type { AccountMetrics, MetricName, Metrics } from '@shared/domain/network';
import { z } from 'zod';
import { unlessGone } from '../answers';
import { NetworkError } from '../errors';
import { nestedList, unlessRefused } from '../graph';
import { metricsOfEach } from '../graph-insights';
import { limits } from './capabilities';
import type { Agent } from './client';
import { anything, commentNumbers, insight, postNumbers } from './wire';

const POST_NUMBERS = ['shares', 'comments.limit(0).summary(true)', 'reactions.limit(0).summary(true)'];

/** Missing stays missing: Facebook leaves out what it does not count, and what is nought. */
export const fetchMetrics = (
  remoteIds: readonly string[],
  agent: Agent,
): Promise<ReadonlyMap<string, Metrics>> =>
  metricsOfEach(remoteIds, (id) => (isPost(id, agent) ? ofPost(id, agent) : ofComment(id, agent)));

/** A comment's id begins with its post, a post's with its Page. */
const isPost = (id: string, { page: own }: Agent): boolean => id.startsWith(`${own}_`) || !id.includes('_');
const node = (id: string): string => `/${encodeURIComponent(id)}`;

async function ofPost(id: string, agent: Agent): Promise<Metrics | undefined> {
  const seen = await unlessGone(fetchNumbers(id, agent));
  if (!seen) return undefined;
  const insights = await fetchInsights(`${node(id)}/insights`, limits.metrics.post, {}, agent);
  return {
    ...(seen.reactions && { likes: seen.reactions.summary.total_count }),
    ...(seen.comments && { replies: seen.comments.summary.total_count }),
    ...(seen.shares && { shares: seen.shares.count }),
    ...insights,
  } satisfies Metrics;
}

type Numbers = z.infer<typeof postNumbers>;

/** All at once; what is refused together is asked for one by one. */
async function fetchNumbers(id: string, agent: Agent): Promise<Numbers> {
  const ask = (fields: string): Promise<Numbers> => agent.get(node(id), postNumbers, { fields });
  const all = await unlessRefused(ask(POST_NUMBERS.join(',')), refused);
  if (all) return all;
  let found: Numbers = {};
  for (const field of POST_NUMBERS) found = { ...found, ...(await unlessRefused(ask(field), refused)) };
  return found;
}

const refused: readonly ErrorKind[] = ['permission', 'validation'];

async function ofComment(id: string, agent: Agent): Promise<Metrics | undefined> {
  const seen = await unlessGone(agent.get(node(id), commentNumbers, { fields: 'like_count,comment_count' }));
  if (!seen) return undefined;
  const numbers: Partial<Record<MetricName, number>> = {
    ...(typeof seen.like_count === 'number' && { likes: seen.like_count }),
    ...(typeof seen.comment_count === 'number' && { replies: seen.comment_count }),
  };
  return numbers;
}

const followers = z.object({ followers_count: z.number().nullish().catch(undefined) });

export async function fetchAccountMetrics(agent: Agent): Promise<AccountMetrics> {
  const insights = await fetchInsights(
    `/${agent.page}/insights`,
    limits.metrics.account,
    { period: 'day' },
    agent,
  );
  const seen = await unlessRefused(
    agent.get(`/${agent.page}`, followers, { fields: 'followers_count' }),
    refused,
  );
  return {
    ...insights,
    ...(typeof seen?.followers_count === 'number' && { followers: seen.followers_count }),
  };
}

/**
 * The newest value of each metric. One name that Facebook has given up fails the whole call: then each is asked for
 * by itself, and what is refused is not asked for again while the app runs.
 */
async function fetchInsights<Name extends string>(
  path: string,
  names: Readonly<Record<Name, string>>,
  params: Readonly<Record<string, string>>,
  agent: Agent,
): Promise<Partial<Record<Name, number>>> {
  const wanted = Object.values<string>(names).filter((metric) => !agent.goneMetrics.has(metric));
  const values = await fetchTogether(path, wanted, params, agent);
  const found: Partial<Record<Name, number>> = {};
  for (const [name, metric] of Object.entries<string>(names)) {
    const value = values.get(metric);
    if (value !== undefined) found[name as Name] = value;
  }
  return found;
}

type Values = Map<string, number>;

async function fetchTogether(
  path: string,
  metrics: readonly string[],
  params: Readonly<Record<string, string>>,
  agent: Agent,
): Promise<Values> {
  if (metrics.length === 0) return new Map();
  try {
    const answer = await agent.get(path, anything, { ...params, metric: metrics.join(',') });
    return valuesOf(answer, agent);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    // Without the permission the other numbers are there all the same.
    if (error.kind === 'permission' || error.kind === 'gone') return new Map();
    if (error.kind !== 'validation') throw error;
  }
  const [only, ...others] = metrics;
  if (only !== undefined && others.length === 0) {
    agent.goneMetrics.add(only);
    return new Map();
  }
  const values: Values = new Map();
  for (const metric of metrics)
    for (const [name, value] of await fetchTogether(path, [metric], params, agent)) values.set(name, value);
  return values;
}

function valuesOf(answer: unknown, agent: Agent): Values {
  const values: Values = new Map();
  for (const one of agent.read(insight, nestedList(answer).items)) {
    const value = one.values.at(-1)?.value;
    if (typeof value === 'number') values.set(one.name, value);
  }
  return values;
}
