import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, Cursor, PullPage } from '../network';
import type { Agent, Directs } from './agent';
import { limits } from './capabilities';
import { directQuery } from './fields';
import { toDirectMessage, type Viewer } from './mapping';
import { isNewer, newest } from './wire';

const directCursor = z.object({
  v: z.literal(1),
  /** Id of the newest event stored; null until the first catch-up is through. */
  high: z.string().nullable(),
  round: z.object({ page: z.string(), high: z.string(), seen: z.number() }).optional(),
  /** The round has begun anew already: once more, and the pull ends, for every event costs. */
  isAgain: z.boolean().optional(),
});
type State = z.infer<typeof directCursor>;
const initial: State = { v: 1, high: null };

/**
 * Direct messages, newest first up to the newest one stored: X cannot be asked for what came since, and charges for
 * every event that it hands out. So the first page of a round is short, and the first catch-up ends at a number.
 */
export async function pullMessages(agent: Agent, cursor: Cursor | null, ctx: AccountCtx): Promise<PullPage> {
  const state = directCursor.safeParse(cursor).data ?? initial;
  const page = await fetchPage(agent, state);
  if (!page)
    return { items: [], next: { ...state, round: undefined, isAgain: true }, more: state.isAgain !== true };
  const { high: stored } = state;
  const fresh = page.events.filter(({ id }) => stored === null || isNewer(id, stored));
  const viewer: Viewer = {
    id: agent.id,
    handle: agent.handle,
    web: agent.web,
    users: page.users,
    media: page.media,
  };
  const items = fresh
    .flatMap((event) => toDirectMessage(event, viewer) ?? [])
    .sort((a, b) => a.createdAt - b.createdAt);
  const high = state.round?.high ?? newest([...fresh.map(({ id }) => id), stored ?? '0']) ?? '0';
  const seen = (state.round?.seen ?? 0) + page.count;
  const isThrough =
    page.next === undefined ||
    fresh.length < page.events.length ||
    (stored === null && seen >= limits.firstSync.directMessages);
  const next: State =
    isThrough || page.next === undefined
      ? { v: 1, high }
      : { v: 1, high: stored, round: { page: page.next, high, seen }, isAgain: state.isAgain };
  ctx.log.debug('direct messages were read', { count: items.length });
  return { items, next, more: !isThrough };
}

async function fetchPage(agent: Agent, state: State): Promise<Directs | undefined> {
  const { firstSync, pageSize } = limits;
  // A round that goes on has much to fetch: long pages spare requests, of which X allows few.
  const isLong = state.high === null || state.round !== undefined;
  const params = {
    max_results: isLong ? firstSync.directMessages : pageSize.directMessages,
    pagination_token: state.round?.page,
    ...directQuery,
  };
  try {
    return await agent.directs('/2/dm_events', params);
  } catch (error) {
    if (state.round && error instanceof NetworkError && error.kind === 'validation') return undefined;
    throw error;
  }
}
