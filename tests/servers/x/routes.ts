/** The endpoints of X that are in use, with what each of them wants and gives. */
import type { z } from 'zod';
import { bodies, type queries } from './shapes';
import {
  forbidden,
  names,
  noCredits,
  OWN,
  problem,
  refused,
  type Refusal,
  type Store,
  type StoredPost,
} from './store';
import type { createWire } from './wire';

export type Answer = { readonly status: number; readonly body: unknown };
export type Call = {
  readonly query: Readonly<Record<string, string>>;
  readonly json: unknown;
  readonly raw: Buffer;
  readonly type: string;
  readonly id: string;
};
export type Route = {
  readonly at: RegExp;
  readonly scopes: readonly string[];
  readonly query: keyof ReturnType<typeof queries>;
  readonly body?: z.ZodType;
  /** Requests in 15 minutes. */
  readonly limit: number;
  readonly handle: (call: Call) => Answer | Refusal;
};

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const notFound = (parameter: string, id: string): Refusal =>
  problem(404, 'resource-not-found', 'Not Found Error', `Could not find tweet with ${parameter}: [${id}].`);

/** X keeps so many mentions and no more. */
const MENTIONS_KEPT = 800;
const newest = (found: readonly StoredPost[], count: number): readonly StoredPost[] =>
  [...found].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1)).slice(0, count);

export function createRoutes(
  store: Store,
  wire: ReturnType<typeof createWire>,
  subscription: () => string,
): readonly Route[] {
  const sendDirect = (json: unknown, other: string | undefined): Answer | Refusal => {
    const { text } = json as { text: string };
    if (other !== undefined && (!names[other] || store.blocks.has(other)))
      return forbidden('You do not have permission to DM one or more participants.');
    if (!store.charge('dm')) return noCredits;
    const people =
      other === undefined ? [OWN, ...Object.keys(names).filter((id) => id !== OWN)] : [OWN, other];
    const made = store.addDirect(OWN, text, people);
    return ok({ data: { dm_conversation_id: made.thread, dm_event_id: made.id } }, 201);
  };

  return [
    {
      at: /^GET \/2\/users\/me$/,
      scopes: ['tweet.read', 'users.read'],
      query: 'me',
      limit: 75,
      handle: () => ok({ data: { ...wire.user(OWN), subscription_type: subscription() } }),
    },
    {
      at: /^GET \/2\/users\/(\d+)\/mentions$/,
      scopes: ['users.read', 'tweet.read'],
      query: 'mentions',
      limit: 300,
      handle: ({ query, id }) => {
        const found = [...store.posts.values()].filter(
          (one) => one.by !== id && store.mentionsOf(one).includes(id),
        );
        return wire.timeline(newest(found, MENTIONS_KEPT), query, true);
      },
    },
    {
      at: /^GET \/2\/users\/(\d+)\/tweets$/,
      scopes: ['users.read', 'tweet.read'],
      query: 'own',
      limit: 900,
      handle: ({ query, id }) =>
        wire.timeline(
          [...store.posts.values()].filter((one) => one.by === id),
          query,
          true,
        ),
    },
    {
      at: /^GET \/2\/tweets$/,
      scopes: ['users.read', 'tweet.read'],
      query: 'lookup',
      limit: 900,
      handle: ({ query }) => wire.lookup(query),
    },
    {
      at: /^POST \/2\/tweets$/,
      scopes: ['users.read', 'tweet.read', 'tweet.write'],
      query: 'nothing',
      body: bodies.post,
      limit: 100,
      handle: ({ json }) => {
        const made = store.publish(json as Parameters<typeof store.publish>[0]);
        if (refused(made)) return made;
        return ok({ data: { id: made.id, text: made.text, edit_history_post_ids: made.versions } }, 201);
      },
    },
    {
      at: /^DELETE \/2\/tweets\/(\d+)$/,
      scopes: ['users.read', 'tweet.read', 'tweet.write'],
      query: 'nothing',
      limit: 50,
      handle: ({ id }) => {
        const found = store.post(id);
        if (!found) return notFound('id', id);
        if (found.by !== OWN) return forbidden('You are not allowed to delete this post.');
        store.remove(id);
        return ok({ data: { deleted: true } });
      },
    },
    {
      at: /^PUT \/2\/tweets\/(\d+)\/hidden$/,
      scopes: ['users.read', 'tweet.read', 'tweet.moderate.write'],
      query: 'nothing',
      body: bodies.hidden,
      limit: 50,
      handle: ({ id, json }) => {
        const found = store.post(id);
        if (!found) return notFound('tweet_id', id);
        if (found.by === OWN || store.post(store.rootOf(found))?.by !== OWN)
          return forbidden('You are not allowed to hide this reply.');
        found.hidden = (json as { hidden: boolean }).hidden;
        return ok({ data: { hidden: found.hidden } });
      },
    },
    {
      at: /^GET \/2\/dm_events$/,
      scopes: ['users.read', 'tweet.read', 'dm.read'],
      query: 'directs',
      limit: 15,
      handle: ({ query }) => wire.directs(store.directs, query),
    },
    {
      at: /^GET \/2\/dm_conversations\/(?:with\/)?(\d+)\/dm_events$/,
      scopes: ['users.read', 'tweet.read', 'dm.read'],
      query: 'directs',
      limit: 15,
      handle: ({ query, id }) =>
        wire.directs(
          store.directs.filter(({ participants }) => participants.length === 2 && participants.includes(id)),
          query,
        ),
    },
    {
      at: /^POST \/2\/dm_conversations\/with\/(\d+)\/messages$/,
      scopes: ['users.read', 'tweet.read', 'dm.write'],
      query: 'nothing',
      body: bodies.direct,
      limit: 15,
      handle: ({ json, id }) => sendDirect(json, id),
    },
    {
      at: /^POST \/2\/dm_conversations\/(\d+)\/messages$/,
      scopes: ['users.read', 'tweet.read', 'dm.write'],
      query: 'nothing',
      body: bodies.direct,
      limit: 15,
      handle: ({ json }) => sendDirect(json, undefined),
    },
  ];
}
