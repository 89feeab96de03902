import { graph, type GraphCall } from '../graph';
import { safeWords } from '../graph-errors';
import { createGraphAgent, nodePath, type GraphAgent } from '../graph-agent';
import type { TokenKeeper } from '../long-lived-token';
import type { ContainerApi } from '../media-container';
import type { AccountCtx } from '../network';
import { currentSecrets, targetOf, type Secrets } from './auth';
import type { ThreadsEndpoints } from './endpoints';
import { containerHealth, publishingErrors } from './errors';
import { container, created } from './wire';

type Fields = NonNullable<GraphCall['form']>;

/** The API as one account, with the calls that several files need. */
export type Agent = GraphAgent & {
  readonly id: string;
  readonly handle: string;
  readonly secrets: Secrets;
  readonly containers: ContainerApi & { readonly create: (fields: Fields) => Promise<string> };
};

export async function createAgent(
  ctx: AccountCtx,
  keeper: TokenKeeper,
  endpoints: ThreadsEndpoints,
): Promise<Agent> {
  const secrets = await currentSecrets(ctx, keeper, endpoints);
  const target = targetOf(secrets.token, endpoints, ctx.onRate);
  const { remoteId: id, handle } = ctx.account;
  const api = createGraphAgent(ctx, target);
  return {
    id,
    handle,
    secrets,
    ...api,
    containers: {
      create: async (form) => {
        const path = `/${encodeURIComponent(id)}/threads`;
        return (await api.call({ method: 'POST', path, effect: 'read', form }, created)).id;
      },
      look: async (containerId) => {
        const params = { fields: 'id,status,error_message' };
        const path = nodePath(containerId);
        const seen = await api.call({ method: 'GET', path, effect: 'read', params }, container);
        const detail = seen.error_message ?? undefined;
        return { health: containerHealth(seen.status, detail), ...(detail && { detail: safeWords(detail) }) };
      },
      publish: async (containerId) => {
        const path = `/${encodeURIComponent(id)}/threads_publish`;
        const form = { creation_id: containerId };
        const input: GraphCall = { method: 'POST', path, effect: 'write', form };
        return (await graph(ctx, { ...target, errors: publishingErrors }, input, created)).id;
      },
    },
  };
}
