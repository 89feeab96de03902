import type { PriceName } from '@shared/domain/network';
import type { z } from 'zod';
import { readItems } from '../answers';
import { NetworkError } from '../errors';
import type { AccountCtx } from '../network';
import { readSession, targetOf, type Session } from './auth';
import { limits } from './capabilities';
import { api, type ApiCall } from './client';
import type { XEndpoints } from './endpoints';
import { NEW_FIELDS, postQuery, type Dialect, type Query } from './fields';
import type { Meter } from './meter';
import type { Sessions } from './session';
import * as wire from './wire';

export type Shared = {
  readonly endpoints: XEndpoints;
  readonly sessions: Sessions;
  readonly meter: Meter;
  /** Which names of fields X takes; found out by its own refusal. */
  readonly dialect: { current: Dialect };
};

type Params = NonNullable<ApiCall['params']>;
type Charge = 'own' | 'any' | 'again';

/** Posts with what hangs on them. */
export type Posts = {
  readonly posts: readonly wire.Post[];
  /** What the posts answer or quote. */
  readonly included: readonly wire.Post[];
  readonly users: ReadonlyMap<string, wire.User>;
  readonly media: ReadonlyMap<string, wire.Media>;
  /** Asked for or referred to, and not on X any more. */
  readonly missing: readonly string[];
  readonly next: string | undefined;
  readonly count: number;
};

/** The API as one account, with the calls that several files need; every read is counted where X charges for it. */
export type Agent = {
  readonly id: string;
  readonly handle: string;
  readonly web: string;
  readonly call: <T>(call: ApiCall, schema: z.ZodType<T>) => Promise<T>;
  /**
   * A list of posts that X charges as the account's own (mentions, own posts), as anybody's, or not at all, because they
   * were read earlier on the same day.
   */
  readonly posts: (
    path: string,
    bucket: string,
    params: Params,
    kind: Charge,
    query?: (dialect: Dialect) => Query,
  ) => Promise<Posts>;
  readonly lookup: (ids: readonly string[], kind?: 'any' | 'again') => Promise<Posts>;
  /** The account's own posts, newest first, without reposts. */
  readonly own: (page: Params) => Promise<Posts>;
  readonly directs: (path: string, params: Params) => Promise<Directs>;
};

export type Directs = {
  readonly events: readonly wire.DirectEvent[];
  readonly users: ReadonlyMap<string, wire.User>;
  readonly media: ReadonlyMap<string, wire.Media>;
  readonly next: string | undefined;
  readonly count: number;
};

export function createAgent(ctx: AccountCtx, shared: Shared): Agent {
  const { remoteId: id, handle } = ctx.account;
  const { endpoints, sessions, meter, dialect } = shared;
  const withSession = <T>(work: (session: Session) => Promise<T>) => sessions.use(ctx, work);
  const call: Agent['call'] = (input, schema) =>
    withSession((session) => api(ctx, targetOf(endpoints, session, ctx, ctx.onRate), input, schema));

  /** Secrets are opened once for a page, not for every post on it. */
  const pricing = (): ((one: wire.Post, kind: Charge) => PriceName) => {
    const isOwnApp = readSession(ctx.secrets.read()).ownsApp === 'yes';
    return (one, kind) => ((kind === 'own' || one.authorId === id) && isOwnApp ? 'ownRead' : 'read');
  };

  const posts: Agent['posts'] = async (path, bucket, params, kind, query = postQuery) => {
    const body = await inDialect(dialect, (names) =>
      call(
        { method: 'GET', path, effect: 'read', bucket, params: { ...params, ...query(names) } },
        wire.page,
      ),
    );
    const found = postsOf(body, ctx);
    const priceOf = pricing();
    meter.read(ctx, [
      ...(kind === 'again' ? [] : found.posts).map((one) => ({ price: priceOf(one, kind), key: one.id })),
      ...found.included.map((one) => ({ price: priceOf(one, 'any'), key: one.id })),
    ]);
    return found;
  };

  return {
    id,
    handle,
    web: endpoints.web,
    call,
    posts,
    lookup: async (ids, kind = 'any') => {
      const wanted = [...new Set(ids)];
      const found: Posts[] = [];
      for (let from = 0; from < wanted.length; from += limits.pageSize.lookup)
        found.push(
          await posts(
            '/2/tweets',
            'read:lookup',
            { ids: wanted.slice(from, from + limits.pageSize.lookup) },
            kind,
          ),
        );
      return joined(found);
    },
    own: (page) =>
      posts(`/2/users/${id}/tweets`, 'read:own-posts', { exclude: ['retweets'], ...page }, 'own'),
    directs: async (path, params) => {
      const input = { method: 'GET', path, effect: 'read', bucket: 'read:dms', params } as const;
      const body = await call(input, wire.page);
      const events = readItems(wire.directEvent, body.data, ctx);
      meter.read(
        ctx,
        events.map((event) => ({ price: 'dmRead', key: `dm:${event.id}` })),
      );
      return {
        events,
        ...facesOf(body, ctx),
        next: body.meta?.next_token ?? undefined,
        count: body.data?.length ?? 0,
      };
    },
  };
}

/** The newer names first; where X refuses them by name, the older ones from then on. A refusal costs nothing. */
async function inDialect<T>(dialect: Shared['dialect'], work: (names: Dialect) => Promise<T>): Promise<T> {
  try {
    return await work(dialect.current);
  } catch (error) {
    const isUnknown =
      error instanceof NetworkError && error.kind === 'validation' && error.message.includes(NEW_FIELDS);
    if (!isUnknown || dialect.current === 'tweet') throw error;
    dialect.current = 'tweet';
    return work('tweet');
  }
}

function facesOf(body: wire.WirePage, ctx: AccountCtx): Pick<Posts, 'users' | 'media'> {
  const users = readItems(wire.user, body.includes?.users, ctx);
  const media = readItems(wire.media, body.includes?.media, ctx);
  return {
    users: new Map(users.map((one) => [one.id, one])),
    media: new Map(media.map((one) => [one.media_key, one])),
  };
}

function postsOf(body: wire.WirePage, ctx: AccountCtx): Posts {
  const problems = readItems(wire.problem, body.errors, ctx);
  return {
    posts: readItems(wire.post, body.data, ctx),
    included: readItems(wire.post, body.includes?.posts ?? body.includes?.tweets, ctx),
    ...facesOf(body, ctx),
    missing: problems
      .filter(({ type }) => type?.endsWith('/resource-not-found'))
      .flatMap(({ resource_id, value }) => resource_id ?? value ?? []),
    next: body.meta?.next_token ?? undefined,
    count: body.data?.length ?? 0,
  };
}

const joined = (pages: readonly Posts[]): Posts => ({
  posts: pages.flatMap(({ posts }) => posts),
  included: pages.flatMap(({ included }) => included),
  users: new Map(pages.flatMap(({ users }) => [...users])),
  media: new Map(pages.flatMap(({ media }) => [...media])),
  missing: pages.flatMap(({ missing }) => missing),
  next: undefined,
  count: pages.reduce((sum, { count }) => sum + count, 0),
});
