import type { z } from 'zod';
import { readItems, unlessGone } from '../answers';
import { NetworkError } from '../errors';
import type { HttpAnswer } from '../http';
import type { AccountCtx } from '../network';
import { channelsCall } from './auth';
import { limits } from './capabilities';
import { bodyOf, send, type ApiCall } from './client';
import type { YoutubeEndpoints } from './endpoints';
import type { Bucket, Quota } from './quota';
import type { Sessions } from './sessions';
import { channel, comment, nothing, page, video, type Channel, type Comment, type Video } from './wire';

/** The API as one account, with the calls that several files need. */
export type Agent = {
  /** Id of the channel. */
  readonly id: string;
  readonly web: string;
  readonly get: <T>(path: string, params: ApiCall['params'], schema: z.ZodType<T>) => Promise<T>;
  /** Something that may be out after an unclear end. */
  readonly write: <T>(call: Omit<ApiCall, 'effect'>, schema?: z.ZodType<T>) => Promise<T>;
  /** Begins an upload, counted against the quota of uploads. */
  readonly beginUpload: (call: ApiCall) => Promise<HttpAnswer>;
  /** Bytes to the address of an upload, or a question how far it is. */
  readonly upload: (call: ApiCall, expected: readonly number[]) => Promise<HttpAnswer>;
  readonly channel: () => Promise<Channel>;
  readonly comments: (ids: readonly string[]) => Promise<readonly Comment[]>;
  /** Answers below a comment; not whole where there are more than are ever asked for. */
  readonly answers: (parent: string) => Promise<Answers>;
  readonly videos: (ids: readonly string[], parts: readonly string[]) => Promise<readonly Video[]>;
  readonly read: <T>(schema: z.ZodType<T>, items: readonly unknown[]) => readonly T[];
};
type Answers = { readonly found: readonly Comment[]; readonly isWhole: boolean };
export type AgentFactory = (ctx: AccountCtx) => Agent;

const MAX_PAGES = 10;

export function createAgents(endpoints: YoutubeEndpoints, sessions: Sessions, quota: Quota): AgentFactory {
  return (ctx) => {
    const perform = (
      call: ApiCall,
      base: string,
      cost: { readonly bucket: Bucket; readonly units: number } | undefined,
      expected: readonly number[] = [],
    ): Promise<HttpAnswer> =>
      sessions.use(ctx, async ({ token, clientId }) => {
        const now = ctx.clock.now();
        try {
          const answer = await send(ctx, { base, token }, call, expected);
          if (cost) ctx.onRate(quota.spend(clientId, cost.bucket, cost.units, now));
          return answer;
        } catch (error) {
          const isOver = error instanceof NetworkError && error.kind === 'quota_exhausted';
          if (isOver && cost) ctx.onRate(quota.exhausted(cost.bucket, now));
          throw error;
        }
      });
    const { costs } = limits.quota;
    const list = { bucket: 'units', units: costs.list } as const;
    const change = { bucket: 'units', units: costs.write } as const;
    const get: Agent['get'] = async (path, params, schema) => {
      const call: ApiCall = { method: 'GET', path, effect: 'read', params };
      return bodyOf(await perform(call, endpoints.api, list), call, schema);
    };
    const read: Agent['read'] = (schema, items) => readItems(schema, items, ctx);
    const byIds = async <T>(
      path: string,
      ids: readonly string[],
      params: ApiCall['params'],
      schema: z.ZodType<T>,
    ): Promise<readonly T[]> => {
      const found: T[] = [];
      for (let from = 0; from < ids.length; from += limits.pageSize.ids) {
        const id = ids.slice(from, from + limits.pageSize.ids);
        found.push(...read(schema, (await get(path, { ...params, id }, page)).items));
      }
      return found;
    };
    return {
      id: ctx.account.remoteId,
      web: endpoints.web,
      get,
      read,
      write: async <T>(input: Omit<ApiCall, 'effect'>, schema?: z.ZodType<T>) => {
        const call: ApiCall = { ...input, effect: 'write' };
        return bodyOf(await perform(call, endpoints.api, change), call, schema ?? (nothing as z.ZodType<T>));
      },
      beginUpload: (call) => perform(call, endpoints.upload, { bucket: 'uploads', units: costs.upload }),
      upload: (call, expected) => perform(call, endpoints.upload, undefined, expected),
      channel: async () => {
        const { items } = await get(channelsCall.path, channelsCall.params, page);
        const own = read(channel, items).find(({ id }) => id === ctx.account.remoteId);
        if (own) return own;
        throw new NetworkError({ kind: 'permission', detail: 'the sign-in is of another channel' }, 'no');
      },
      comments: (ids) => byIds('comments', ids, { part: 'snippet', textFormat: 'plainText' }, comment),
      answers: (parentId) => everyAnswer(parentId, get, read),
      videos: (ids, part) => byIds('videos', ids, { part }, video),
    };
  };
}

async function everyAnswer(parentId: string, get: Agent['get'], read: Agent['read']): Promise<Answers> {
  const found = new Map<string, Comment>();
  let pageToken: string | undefined;
  for (let number = 0; number < MAX_PAGES; number += 1) {
    const params = {
      part: 'snippet',
      parentId,
      maxResults: limits.pageSize.replies,
      textFormat: 'plainText',
      pageToken,
    };
    const answer = await unlessGone(get('comments', params, page));
    for (const one of read(comment, answer?.items ?? [])) found.set(one.id, one);
    pageToken = answer?.nextPageToken ?? undefined;
    if (pageToken === undefined) return { found: [...found.values()], isWhole: true };
  }
  return { found: [...found.values()], isWhole: false };
}
