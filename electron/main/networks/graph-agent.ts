import { z } from 'zod';
import { readItems, unlessGone } from './answers';
import { graph, graphPage, type GraphCall, type GraphList, type GraphTarget } from './graph';
import type { AccountCtx, StepResult } from './network';

/** Meta's API as one account whose token holds as long as the agent does. */
export type GraphAgent = {
  readonly call: <T>(call: GraphCall, schema: z.ZodType<T>) => Promise<T>;
  readonly page: (call: {
    readonly path: string;
    readonly params?: GraphCall['params'];
    readonly after?: string;
  }) => Promise<GraphList>;
  readonly read: <T>(schema: z.ZodType<T>, items: readonly unknown[]) => readonly T[];
};

export const createGraphAgent = (ctx: AccountCtx, target: GraphTarget): GraphAgent => ({
  call: (input, schema) => graph(ctx, target, input, schema),
  page: (input) => graphPage(ctx, target, input),
  read: (schema, items) => readItems(schema, items, ctx),
});

export const nodePath = (id: string): string => `/${encodeURIComponent(id)}`;

/** Items of an edge, page by page, until it ends or there are enough of them. */
export async function pagesOf<T>(
  agent: GraphAgent,
  call: { readonly path: string; readonly params: GraphCall['params'] },
  schema: z.ZodType<T>,
  {
    most,
    isEnough = () => false,
  }: { readonly most: number; readonly isEnough?: (items: readonly T[]) => boolean },
): Promise<readonly T[]> {
  const items: T[] = [];
  let after: string | undefined;
  for (let page = 0; page < most; page += 1) {
    const list = await agent.page({ ...call, after });
    items.push(...agent.read(schema, list.items));
    after = list.after;
    if (after === undefined || isEnough(items)) break;
  }
  return items;
}

/** Undefined for what is gone, and for what has an unknown shape: one strange thing must not stop all others. */
export async function fetchNode<T>(
  agent: Pick<GraphAgent, 'call' | 'read'>,
  id: string,
  fields: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const call = { method: 'GET', path: nodePath(id), effect: 'read', params: { fields } } as const;
  const found = await unlessGone(agent.call(call, z.unknown()));
  return found === undefined ? undefined : agent.read(schema, [found])[0];
}

const identified = z.object({ id: z.coerce.string().min(1) });

/** What has an id at all, whatever it is. */
export async function isThere(agent: Pick<GraphAgent, 'call'>, id: string): Promise<boolean> {
  const call = { method: 'GET', path: nodePath(id), effect: 'read', params: { fields: 'id' } } as const;
  return (await unlessGone(agent.call(call, identified))) !== undefined;
}

/** What is gone already is as it was wanted. */
export async function remove(agent: Pick<GraphAgent, 'call'>, id: string): Promise<StepResult> {
  await unlessGone(agent.call({ method: 'DELETE', path: nodePath(id), effect: 'write' }, z.unknown()));
  return { state: 'done', output: {} };
}
