import type { z } from 'zod';
import { readItems, unlessGone } from '../answers';
import type { AccountCtx } from '../network';
import { readSecrets, SELF } from './auth';
import { limits } from './capabilities';
import { api, type ApiAnswer, type ApiCall } from './client';
import { account, context, list, nothing, status, type Account, type Status } from './wire';

/** The API as one account, with the calls that several files need. */
export type Agent = {
  /** The account's id on its server. */
  readonly id: string;
  readonly service: string;
  readonly call: <T>(call: ApiCall, schema: z.ZodType<T>) => Promise<ApiAnswer<T>>;
  /** The account itself, as it is now. */
  readonly self: () => Promise<Account>;
  /** Undefined when it is gone, or not for this account to see. */
  readonly status: (id: string) => Promise<Status | undefined>;
  /** Whether there is a status of this id, in whatever shape. */
  readonly isThere: (id: string) => Promise<boolean>;
  /** Those that are gone are missing from the map. */
  readonly statuses: (ids: readonly string[]) => Promise<Map<string, Status>>;
  /** Everything above a status, topmost first. */
  readonly ancestors: (id: string) => Promise<readonly Status[]>;
  /** The account's own statuses, newest first. */
  readonly own: (page: {
    readonly sinceId?: string;
    readonly maxId?: string;
    readonly limit: number;
  }) => Promise<readonly Status[]>;
  readonly read: <T>(schema: z.ZodType<T>, items: readonly unknown[]) => readonly T[];
};

export function createAgent(ctx: AccountCtx): Agent {
  const { serviceUrl: service, remoteId } = ctx.account;
  const id = remoteId.slice(remoteId.lastIndexOf('/') + 1);
  const { token } = readSecrets(ctx.secrets.read());
  const call: Agent['call'] = (input, schema) =>
    api(ctx, { service, token, onRate: ctx.onRate }, input, schema);
  const read: Agent['read'] = (schema, items) => readItems(schema, items, ctx);
  /** In whatever shape. */
  const fetchAny = (statusId: string): Promise<ApiAnswer<unknown> | undefined> =>
    unlessGone(call({ method: 'GET', path: statusPath(statusId), effect: 'read' }, nothing));
  const one: Agent['status'] = (statusId) =>
    unlessGone(
      call({ method: 'GET', path: statusPath(statusId), effect: 'read' }, status).then(({ body }) => body),
    );
  return {
    id,
    service,
    call,
    read,
    self: async () => (await call({ method: 'GET', path: SELF, effect: 'read' }, account)).body,
    status: one,
    isThere: async (statusId) => (await fetchAny(statusId)) !== undefined,
    statuses: (ids) =>
      fetchStatuses(ids, call, read, async (statusId) => {
        const answer = await fetchAny(statusId);
        return answer ? read(status, [answer.body]) : [];
      }),
    ancestors: async (statusId) => {
      const path = `${statusPath(statusId)}/context`;
      const found = await unlessGone(call({ method: 'GET', path, effect: 'read' }, context));
      return read(status, found?.body.ancestors ?? []);
    },
    own: async ({ sinceId, maxId, limit }) => {
      const params = { since_id: sinceId, max_id: maxId, limit, exclude_reblogs: 'true' };
      const path = `/api/v1/accounts/${encodeURIComponent(id)}/statuses`;
      const { body } = await call({ method: 'GET', path, effect: 'read', params }, list);
      return read(status, body);
    },
  };
}

export const statusPath = (id: string): string => `/api/v1/statuses/${encodeURIComponent(id)}`;

/** Many at once where the server can (Mastodon 4.3), one by one where it cannot. */
async function fetchStatuses(
  ids: readonly string[],
  call: Agent['call'],
  read: Agent['read'],
  one: (id: string) => Promise<readonly Status[]>,
): Promise<Map<string, Status>> {
  const found = new Map<string, Status>();
  const wanted = [...new Set(ids)];
  let together = wanted.length > 1;
  for (let from = 0; from < wanted.length; from += limits.pageSize.statuses) {
    const part = wanted.slice(from, from + limits.pageSize.statuses);
    const params = { id: part };
    const answer = together
      ? await unlessGone(call({ method: 'GET', path: '/api/v1/statuses', effect: 'read', params }, list))
      : undefined;
    together = together && answer !== undefined;
    const items = answer ? read(status, answer.body) : (await Promise.all(part.map(one))).flat();
    for (const item of items) found.set(item.id, item);
  }
  return found;
}
