import type { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, MediaBytes } from '../network';
import { createSessions, type Sessions } from './auth';
import { xrpc, type XrpcCall } from './client';
import type { BlueskyEndpoints } from './endpoints';
import { limits } from './capabilities';
import {
  nothing,
  posts,
  postView,
  record,
  uploaded,
  written,
  type BlobRef,
  type PostView,
  type StrongRef,
} from './wire';

export const POSTS = 'app.bsky.feed.post';
export const LIKES = 'app.bsky.feed.like';
export const THREADGATES = 'app.bsky.feed.threadgate';

/** XRPC as one account, with the calls that several files need. */
export type Agent = {
  readonly did: string;
  readonly call: <T>(call: XrpcCall, schema: z.ZodType<T>) => Promise<T>;
  /** A call to the chat service, through the account's own server. */
  readonly chat: <T>(call: XrpcCall, schema: z.ZodType<T>) => Promise<T>;
  /** Posts as the AppView sees them; those that are gone are missing from the map. */
  readonly posts: (uris: readonly string[]) => Promise<Map<string, PostView>>;
  /** A record of the account's own repository, without delay; undefined when there is none. */
  readonly ownRecord: (collection: string, rkey: string) => Promise<OwnRecord | undefined>;
  /** Creates a record under our key; `swap` replaces exactly that version instead. */
  readonly put: (collection: string, rkey: string, value: unknown, swap?: string) => Promise<StrongRef>;
  readonly remove: (collection: string, rkey: string) => Promise<void>;
  readonly upload: (media: MediaBytes) => Promise<BlobRef>;
};
export type OwnRecord = { readonly uri: string; readonly cid: string; readonly value: unknown };
export type AgentFactory = (ctx: AccountCtx) => Agent;

export function createAgents(
  endpoints: BlueskyEndpoints,
  sessions: Sessions = createSessions(),
): AgentFactory {
  return (ctx) => {
    const did = ctx.account.remoteId;
    const call: Agent['call'] = (input, schema) =>
      sessions.use(ctx, (session) => {
        const { service, accessJwt: token, refreshJwt } = session;
        return xrpc(ctx, { service, token, secrets: [refreshJwt], onRate: ctx.onRate }, input, schema);
      });
    return {
      did,
      call,
      chat: (input, schema) => call({ ...input, proxy: `${endpoints.chatDid}#bsky_chat` }, schema),
      posts: (uris) => fetchPosts(call, uris, ctx),
      ownRecord: (collection, rkey) => fetchRecord(call, did, collection, rkey),
      put: (collection, rkey, value, swap) =>
        call(
          {
            nsid: 'com.atproto.repo.putRecord',
            effect: 'write',
            // null: only where no such record exists. This is what makes a replay safe.
            input: { repo: did, collection, rkey, swapRecord: swap ?? null, record: value },
          },
          written,
        ),
      remove: async (collection, rkey) => {
        const input = { repo: did, collection, rkey };
        await call({ nsid: 'com.atproto.repo.deleteRecord', effect: 'write', input }, nothing);
      },
      upload: async ({ bytes, mime }) => {
        const input = {
          nsid: 'com.atproto.repo.uploadBlob',
          effect: 'read',
          bytes: { data: bytes, mime },
        } as const;
        return (await call(input, uploaded)).blob;
      },
    };
  };
}

async function fetchPosts(
  call: Agent['call'],
  uris: readonly string[],
  ctx: AccountCtx,
): Promise<Map<string, PostView>> {
  const found = new Map<string, PostView>();
  const wanted = [...new Set(uris)];
  for (let from = 0; from < wanted.length; from += limits.pageSize.posts) {
    const params = { uris: wanted.slice(from, from + limits.pageSize.posts) };
    const answer = await call({ nsid: 'app.bsky.feed.getPosts', effect: 'read', params }, posts);
    for (const item of answer.posts) {
      const view = postView.safeParse(item);
      if (view.success) found.set(view.data.uri, view.data);
      else
        ctx.log.warn('a post of an unknown shape was left out', { at: view.error.issues[0]?.path.join('.') });
    }
  }
  return found;
}

async function fetchRecord(
  call: Agent['call'],
  repo: string,
  collection: string,
  rkey: string,
): Promise<OwnRecord | undefined> {
  const params = { repo, collection, rkey };
  try {
    const found = await call({ nsid: 'com.atproto.repo.getRecord', effect: 'read', params }, record);
    return { uri: found.uri, cid: found.cid ?? '', value: found.value };
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'gone') return undefined;
    throw error;
  }
}
