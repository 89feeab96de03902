import type { ErrorKind } from '@shared/domain/errors';
import type { Metrics } from '@shared/domain/network';
import { z } from 'zod';
import type { GraphAgent } from './graph-agent';
import { unlessRefused } from './graph';

/** One metric: the newest value of a series, or a total. */
const insight = z.object({
  name: z.string(),
  values: z
    .array(z.object({ value: z.unknown() }))
    .optional()
    .catch(undefined),
  total_value: z.object({ value: z.unknown() }).optional().catch(undefined),
});

/** What the network refuses to count is missing; that it cannot be asked at all is an error. */
export const uncounted: readonly ErrorKind[] = ['validation', 'permission', 'gone', 'unsupported'];

/**
 * All at once; where one of them is refused, one by one, so that it does not take the others with it. Undefined when
 * none is given.
 */
export async function fetchInsights<Name extends string>(
  agent: GraphAgent,
  path: string,
  names: Readonly<Record<string, Name>>,
  params: Readonly<Record<string, string>> = {},
): Promise<Partial<Record<Name, number>> | undefined> {
  const ask = async (metric: string) => {
    const { items } = await agent.page({ path, params: { ...params, metric } });
    return agent.read(insight, items);
  };
  const wanted = Object.keys(names);
  const together = await unlessRefused(ask(wanted.join(',')), uncounted);
  const apart = together ? [] : await Promise.all(wanted.map((one) => unlessRefused(ask(one), uncounted)));
  if (!together && apart.every((one) => one === undefined)) return undefined;
  const result: Partial<Record<Name, number>> = {};
  for (const { name, values, total_value: total } of together ?? apart.flatMap((one) => one ?? [])) {
    const value = total?.value ?? values?.at(-1)?.value;
    const known = names[name];
    if (known !== undefined && typeof value === 'number') result[known] = value;
  }
  return result;
}

/** Those that are gone, or of which nothing is told, are missing. */
export async function metricsOfEach(
  remoteIds: readonly string[],
  ask: (id: string) => Promise<Metrics | undefined>,
): Promise<ReadonlyMap<string, Metrics>> {
  const found = new Map<string, Metrics>();
  for (const id of remoteIds) {
    const metrics = await ask(id);
    if (metrics) found.set(id, metrics);
  }
  return found;
}
