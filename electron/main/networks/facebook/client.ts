import type { AccountId } from '@shared/domain/ids';
import type { z } from 'zod';
import { readItems } from '../answers';
import { NetworkError } from '../errors';
import { graph, graphPage, type GraphCall, type GraphList, type GraphTarget } from '../graph';
import { uploadRest } from '../graph-upload';
import { createBrake, type Brake } from '../graph-usage';
import { unlessGivenUp } from '../long-lived-token';
import type { AccountCtx, MediaFile } from '../network';
import { baseOf, readSecrets, type Secrets } from './auth';
import type { FacebookEndpoints } from './endpoints';
import { facebookErrors } from './error-table';
import { tokenAnswer } from './wire';

/** What all accounts share while the app runs. */
export type Shared = {
  readonly endpoints: FacebookEndpoints;
  readonly renewals: Map<AccountId, Promise<void>>;
  readonly brake: Brake;
  /** Metrics that the network has refused: they are not asked for again. */
  readonly goneMetrics: Set<string>;
};

export const createShared = (endpoints: FacebookEndpoints): Shared => ({
  endpoints,
  renewals: new Map(),
  brake: createBrake(),
  goneMetrics: new Set(),
});

type Params = GraphCall['params'];

/** The API as one Page, with a token that is renewed where that is possible. */
export type Agent = {
  readonly page: string;
  readonly web: string;
  readonly goneMetrics: Set<string>;
  readonly get: <T>(path: string, schema: z.ZodType<T>, params?: Params) => Promise<T>;
  readonly list: (path: string, params?: Params, after?: string) => Promise<GraphList>;
  readonly call: <T>(call: GraphCall, schema: z.ZodType<T>, host?: 'video') => Promise<T>;
  /** Sends a file, from `offset` to its end, to the address that the network gave for it. */
  readonly upload: <T>(url: string, file: MediaFile, offset: number, schema: z.ZodType<T>) => Promise<T>;
  /** A call with another token than the Page's. */
  readonly as: <T>(token: string, call: GraphCall, schema: z.ZodType<T>) => Promise<T>;
  readonly secrets: () => Secrets;
  readonly read: <T>(schema: z.ZodType<T>, items: readonly unknown[]) => readonly T[];
};

export function createAgent(shared: Shared, ctx: AccountCtx): Agent {
  const { endpoints } = shared;
  const secrets = () => readSecrets(ctx.secrets.read());
  const targetOf = (token: string, host = endpoints.graph): GraphTarget => {
    const { appSecret, userToken, version } = secrets();
    return {
      base: baseOf(host, { version }),
      token,
      // A token of the app itself (`id|secret`) is not signed.
      appSecret: token.includes('|') ? undefined : appSecret,
      errors: facebookErrors,
      secrets: [secrets().token, userToken ?? '', appSecret ?? ''],
      onRate: (rate) => {
        shared.brake.note(ctx.account.id, rate);
        ctx.onRate(rate);
      },
    };
  };
  const asPage = async <T>(work: (token: string) => Promise<T>): Promise<T> => {
    const { token } = secrets();
    try {
      return await work(token);
    } catch (error) {
      if (!(error instanceof NetworkError) || error.kind !== 'auth_expired') throw error;
      await renewOnce(shared, ctx, token);
      return work(secrets().token).catch(thatIsFinal);
    }
  };
  const call: Agent['call'] = (input, schema, host) =>
    asPage((token) =>
      graph(ctx, targetOf(token, host === 'video' ? endpoints.video : undefined), input, schema),
    );
  return {
    page: ctx.account.remoteId,
    web: endpoints.web,
    goneMetrics: shared.goneMetrics,
    secrets,
    call,
    get: (path, schema, params) => call({ method: 'GET', path, effect: 'read', params }, schema),
    list: (path, params, after) =>
      asPage((token) => graphPage(ctx, targetOf(token), { path, params, after })),
    upload: (url, file, offset, schema) => {
      const upload = { url, host: endpoints.upload, file, offset };
      return asPage((token) => uploadRest(ctx, targetOf(token), upload, schema));
    },
    as: (token, input, schema) => graph(ctx, targetOf(token), input, schema),
    read: (schema, items) => readItems(schema, items, ctx),
  };
}

/** Many calls that find the token expired at the same time have it renewed once. */
async function renewOnce(shared: Shared, ctx: AccountCtx, expired: string): Promise<void> {
  const { id } = ctx.account;
  if (readSecrets(ctx.secrets.read()).token !== expired) return;
  const running = shared.renewals.get(id);
  if (running) {
    await running.catch(unlessGivenUp(ctx));
    return renewOnce(shared, ctx, expired);
  }
  const started = renew(shared, ctx, expired).finally(() => shared.renewals.delete(id));
  shared.renewals.set(id, started);
  await started;
}

/** A new token for the Page by the person's own, which lives longer than what hangs on a single grant. */
async function renew({ endpoints }: Shared, ctx: AccountCtx, expired: string): Promise<void> {
  const before = readSecrets(ctx.secrets.read());
  if (before.userToken === undefined) throw lost('the token has expired');
  const target = {
    base: baseOf(endpoints.graph, before),
    token: before.userToken,
    appSecret: before.appSecret,
    secrets: [expired],
  };
  const path = `/${encodeURIComponent(ctx.account.remoteId)}`;
  const call = { method: 'GET', path, effect: 'read', params: { fields: 'access_token' } } as const;
  const answer = await graph(ctx, target, call, tokenAnswer).catch((error: unknown) => {
    const isRefused =
      error instanceof NetworkError &&
      ['auth_expired', 'protocol', 'permission', 'gone'].includes(error.kind);
    throw isRefused ? lost('the network gives no new token', error) : error;
  });
  if (answer.access_token === expired) throw lost('the network gives the expired token again');
  ctx.secrets.replace({ ...ctx.secrets.read(), token: answer.access_token });
}

const lost = (detail: string, cause?: unknown) =>
  new NetworkError({ kind: 'auth_revoked', detail }, 'no', cause === undefined ? undefined : { cause });

/** A token that was renewed and is refused again is lost. */
function thatIsFinal(error: unknown): never {
  throw error instanceof NetworkError && error.kind === 'auth_expired'
    ? lost('the renewed token is refused', error)
    : error;
}
