import { readItems, unlessGone } from '../answers';
import type { AccountCtx } from '../network';
import { targetOf } from './auth';
import { callApi, type ApiCall } from './client';
import type { DiscordEndpoints } from './endpoints';
import { newer } from './keys';
import { limits } from './capabilities';
import { list, message as messageSchema, nothing, type Message } from './wire';

/** `ids` has those too that cannot be read: they are there all the same. */
export type Page = { readonly found: readonly Message[]; readonly ids: readonly string[] };

/** The API as one bot, with the calls that several files need. */
export type Agent = {
  readonly message: (channel: string, id: string) => Promise<Message | undefined>;
  /** Oldest first: what follows `after` at once, or the newest. */
  readonly messages: (channel: string, after?: string, limit?: number) => Promise<Page>;
  readonly send: (call: ApiCall) => Promise<Message>;
  readonly act: (call: ApiCall) => Promise<void>;
};

export const channelPath = (channel: string): string => `/channels/${channel}/messages`;
export const messagePath = (channel: string, id: string): string => `${channelPath(channel)}/${id}`;

export function createAgent(ctx: AccountCtx, endpoints: DiscordEndpoints): Agent {
  const target = targetOf(ctx, endpoints);
  return {
    message: (channel, id) =>
      unlessGone(
        callApi(
          ctx,
          target,
          { method: 'GET', path: messagePath(channel, id), effect: 'read' },
          messageSchema,
        ),
      ),
    messages: async (channel, after, limit = limits.pageSize) => {
      const params = { limit, after };
      const items = await callApi(
        ctx,
        target,
        { method: 'GET', path: channelPath(channel), effect: 'read', params },
        list,
      );
      const ids = items.flatMap((item) => idOf(item) ?? []).sort(newer);
      const found = [...readItems(messageSchema, items, ctx)].sort((a, b) => newer(a.id, b.id));
      return { found, ids };
    },
    send: (call) => callApi(ctx, target, call, messageSchema),
    act: async (call) => void (await callApi(ctx, target, call, nothing)),
  };
}

/** Also of a message that cannot be read otherwise: the next page begins after it. */
const idOf = (item: unknown): string | undefined =>
  typeof item === 'object' &&
  item !== null &&
  'id' in item &&
  typeof item.id === 'string' &&
  /^\d+$/.test(item.id)
    ? item.id
    : undefined;
