import type { z } from 'zod';
import { readItems, unlessGone } from '../answers';
import { NetworkError } from '../errors';
import type { AccountCtx, RemoteAuthor } from '../network';
import { limits } from './capabilities';
import { api, putBytes, type ApiAnswer, type ApiCall } from './client';
import type { LinkedinEndpoints } from './endpoints';
import type { Sessions } from './sessions';
import { commentParts, complexKey, encoded, idOf, isOrganization } from './urn';
import {
  batch,
  comment,
  organization,
  page,
  person,
  post,
  type Comment,
  type Person,
  type Post,
} from './wire';

/** The API as one account, with the calls that several files need. */
export type Agent = {
  /** `urn:li:person:…` or `urn:li:organization:…`: who publishes and comments. */
  readonly urn: string;
  readonly web: string;
  readonly call: <T>(call: ApiCall, schema: z.ZodType<T>) => Promise<ApiAnswer<T>>;
  /** Undefined when it is gone. */
  readonly post: (urn: string) => Promise<Post | undefined>;
  /** The account's own posts, newest first. */
  readonly own: (start: number, count: number) => Promise<readonly Post[]>;
  /** Comments of a post, or the answers to a comment; not whole where there are more than are ever asked for. */
  readonly comments: (of: string) => Promise<Comments>;
  readonly comment: (urn: string) => Promise<Comment | undefined>;
  /** Who wrote something; a name that LinkedIn does not tell is a neutral one. */
  readonly author: (urn: string) => Promise<RemoteAuthor>;
  /** Asks for many people at once, so that `author` asks for each of them no more. */
  readonly meet: (urns: readonly string[]) => Promise<void>;
  readonly putImage: (url: string, bytes: Uint8Array) => Promise<unknown>;
  /** Gives the ETag of the part. */
  readonly putPart: (url: string, bytes: Uint8Array) => Promise<string | undefined>;
  readonly read: <T>(schema: z.ZodType<T>, items: readonly unknown[]) => readonly T[];
};
type Comments = { readonly found: readonly Comment[]; readonly isWhole: boolean };
export type AgentFactory = (ctx: AccountCtx) => Agent;

export function createAgents(endpoints: LinkedinEndpoints, sessions: Sessions): AgentFactory {
  return (ctx) => {
    const { remoteId: urn } = ctx.account;
    const call: Agent['call'] = (input, schema) =>
      sessions.use(ctx, ({ token, version }) =>
        api(ctx, { api: endpoints.api, token, version }, input, schema),
      );
    const get = <T>(path: string, schema: z.ZodType<T>) =>
      unlessGone(call({ method: 'GET', path, effect: 'read' }, schema).then(({ body }) => body));
    const read: Agent['read'] = (schema, items) => readItems(schema, items, ctx);
    return {
      urn,
      web: endpoints.web,
      call,
      read,
      post: (id) => get(postPath(id), post),
      own: async (start, count) => {
        const query = `q=author&author=${encoded(urn)}&start=${start}&count=${count}&sortBy=CREATED`;
        return read(post, (await get(`/rest/posts?${query}`, page))?.elements ?? []);
      },
      comments: (of) => everyComment(of, get, read),
      comment: async (id) => {
        const parts = commentParts(id);
        return parts && get(`${commentsPath(parts.thread)}/${encoded(parts.id)}`, comment);
      },
      ...createAuthors(ctx, get, read),
      putImage: (url, bytes) => sessions.use(ctx, ({ token }) => putBytes(ctx, url, bytes, token)),
      putPart: (url, bytes) => putBytes(ctx, url, bytes),
    };
  };
}

type Get = <T>(path: string, schema: z.ZodType<T>) => Promise<T | undefined>;

export const postPath = (urn: string): string => `/rest/posts/${encoded(urn)}`;
export const commentsPath = (of: string): string => `/rest/socialActions/${encoded(of)}/comments`;

/** Page after page by offset; what moved from one page to the next meanwhile is there once. */
async function everyComment(of: string, get: Get, read: Agent['read']): Promise<Comments> {
  const found = new Map<string, Comment>();
  const { comments: count } = limits.pageSize;
  for (let number = 0; number < limits.maxCommentPages; number += 1) {
    const path = `${commentsPath(of)}?start=${number * count}&count=${count}`;
    const elements = (await get(path, page))?.elements ?? [];
    for (const one of read(comment, elements)) found.set(one.id, one);
    if (elements.length < count) return { found: [...found.values()], isWhole: true };
  }
  return { found: [...found.values()], isWhole: false };
}

/** Not every app may ask who a person is: the first refusal holds for all of their kind. */
function createAuthors(ctx: AccountCtx, get: Get, read: Agent['read']): Pick<Agent, 'author' | 'meet'> {
  const known = new Map<string, Promise<RemoteAuthor>>();
  const refused = new Set<string>();
  const ask = async <T>(what: string, path: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    if (refused.has(what)) return undefined;
    try {
      return await get(path, schema);
    } catch (error) {
      if (!(error instanceof NetworkError) || !UNTOLD.has(error.kind)) throw error;
      refused.add(what);
      return undefined;
    }
  };
  const find = async (urn: string): Promise<RemoteAuthor> => {
    const id = idOf(urn);
    if (urn === ctx.account.remoteId)
      return { remoteId: urn, handle: ctx.account.handle, displayName: ctx.account.handle };
    if (isOrganization(urn)) {
      const seen = await ask('page', `/rest/organizations/${encoded(id)}`, organization);
      const name = seen?.localizedName?.trim() || 'LinkedIn Page';
      return { remoteId: urn, handle: seen?.vanityName ?? id, displayName: name };
    }
    return toMember(urn, await ask('person', `/v2/people/(id:${encoded(id)})`, person));
  };
  const meetSome = async (urns: readonly string[]): Promise<void> => {
    const ids = urns.map((urn) => complexKey({ id: idOf(urn) })).join(',');
    const told = await ask('people', `/v2/people?ids=List(${ids})`, batch);
    if (!told) return;
    const people = new Map(read(person, Object.values(told.results)).map((one) => [one.id, one]));
    for (const urn of urns) known.set(urn, Promise.resolve(toMember(urn, people.get(idOf(urn)))));
  };
  return {
    author: (urn) => {
      const found = known.get(urn) ?? find(urn);
      known.set(urn, found);
      return found;
    },
    meet: async (urns) => {
      const isStranger = (urn: string) => urn !== ctx.account.remoteId && !isOrganization(urn);
      const people = [...new Set(urns)].filter((urn) => isStranger(urn) && !known.has(urn));
      const { batch: most } = limits.pageSize;
      // One alone is asked for as ever.
      for (let from = 0; people.length - from > 1; from += most)
        await meetSome(people.slice(from, from + most));
    },
  };
}

function toMember(urn: string, seen: Person | undefined): RemoteAuthor {
  const name = [seen?.localizedFirstName, seen?.localizedLastName].filter(Boolean).join(' ');
  return { remoteId: urn, handle: seen?.vanityName ?? idOf(urn), displayName: name || 'LinkedIn member' };
}
const UNTOLD: ReadonlySet<string> = new Set(['permission', 'validation', 'unsupported', 'protocol']);
