import { graph, unlessRefused, type GraphCall } from '../graph';
import { safeWords } from '../graph-errors';
import { createGraphAgent, type GraphAgent } from '../graph-agent';
import { bytesThere, uploadRest } from '../graph-upload';
import type { TokenKeeper } from '../long-lived-token';
import type { ContainerApi } from '../media-container';
import type { AccountCtx } from '../network';
import { currentSecrets, type Secrets } from './auth';
import type { InstagramEndpoints } from './endpoints';
import { containerHealth, creatingErrors } from './errors';
import { targetOf } from './profile';
import { container, created, filling, success } from './wire';

type Fields = NonNullable<GraphCall['form']>;

/** The API as one account, with the calls that several files need. */
export type Agent = GraphAgent & {
  /** The account's own id. */
  readonly id: string;
  readonly handle: string;
  /** Where conversations hang: the Page with Facebook Login, else the account. */
  readonly inbox: string;
  readonly secrets: Secrets;
  readonly containers: ContainerApi & {
    readonly create: (fields: Fields) => Promise<string>;
    /** Sends the file, or what is missing of it, into a container made for it. */
    readonly upload: (id: string, mediaId: string) => Promise<void>;
  };
};

export async function createAgent(
  ctx: AccountCtx,
  keeper: TokenKeeper,
  endpoints: InstagramEndpoints,
): Promise<Agent> {
  const secrets = await currentSecrets(ctx, keeper, endpoints);
  const target = targetOf(secrets, endpoints, ctx.onRate);
  const id = ctx.account.remoteId;
  const node = encodeURIComponent(id);
  const api = createGraphAgent(ctx, target);
  return {
    id,
    handle: ctx.account.handle,
    inbox: encodeURIComponent(secrets.pageId ?? id),
    secrets,
    ...api,
    containers: {
      create: async (form) => {
        const input: GraphCall = { method: 'POST', path: `/${node}/media`, effect: 'read', form };
        return (await graph(ctx, { ...target, errors: creatingErrors }, input, created)).id;
      },
      look: async (containerId) => {
        const params = { fields: 'id,status_code,status' };
        const path = `/${encodeURIComponent(containerId)}`;
        const seen = await api.call({ method: 'GET', path, effect: 'read', params }, container);
        return {
          health: containerHealth(seen.status_code, seen.status ?? undefined),
          ...(seen.status && { detail: safeWords(seen.status) }),
        };
      },
      publish: async (containerId) => {
        const form = { creation_id: containerId };
        const path = `/${node}/media_publish`;
        return (await api.call({ method: 'POST', path, effect: 'write', form }, created)).id;
      },
      upload: async (containerId, mediaId) => {
        const url = `${endpoints.upload}/${secrets.version}/${encodeURIComponent(containerId)}`;
        const file = await ctx.file(mediaId);
        const params = { fields: 'video_status' };
        const path = `/${encodeURIComponent(containerId)}`;
        const seen = await unlessRefused(api.call({ method: 'GET', path, effect: 'read', params }, filling), [
          'validation',
        ]);
        const offset = bytesThere(seen?.video_status?.uploading_phase, file);
        if (offset === file.bytes) return;
        await uploadRest(ctx, target, { url, host: endpoints.upload, file, offset }, success);
      },
    },
  };
}
