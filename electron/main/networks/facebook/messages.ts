import { z } from 'zod';
import { NetworkError } from '../errors';
import { nestedList, unlessRefused, type GraphList } from '../graph';
import type { AccountCtx, Cursor, PullPage } from '../network';
import { limits } from './capabilities';
import type { Agent } from './client';
import { directMessage, type MessageItem } from './mapping';
import { conversation, message, type Conversation, type Message, type Person } from './wire';

const DAY_MS = 24 * 60 * 60_000;
const OVERLAP_MS = 60 * 60_000;
const KEPT_MAX = 1000;
const MAX_PAGES = 40;
/** Times are whole seconds of another clock: what comes in the same second is seen by a look this much later. */
const SETTLED_MS = 5_000;

export const MESSAGE_FIELDS =
  'id,message,from,to,created_time,sticker,attachments{id,mime_type,name,file_url,image_data,video_data}';
const TALK_FIELDS = 'id,updated_time,participants';
const FULL_FIELDS = `${TALK_FIELDS},messages.limit(${limits.pageSize.messages}){${MESSAGE_FIELDS}}`;

/** A conversation, when it moved last, since when that is known, and whether all of that is stored for sure. */
const talkItem = z.tuple([z.string(), z.number(), z.number(), z.boolean()]);
type Talk = z.infer<typeof talkItem>;
const directCursor = z.object({
  v: z.literal(1),
  /** Every conversation that moved before this is stored. */
  high: z.number(),
  /** Messages and conversations within the overlap. */
  seen: z.array(z.tuple([z.string(), z.number()])),
  talks: z.array(talkItem),
  /** Set while a pass over the list is on its way back in time. */
  pass: z.object({ after: z.string(), high: z.number(), floor: z.number() }).optional(),
});
type State = z.infer<typeof directCursor>;
const initial: State = { v: 1, high: 0, seen: [], talks: [] };

/** Messenger: every conversation that moved since, with what was said in it. */
export async function pullMessages(agent: Agent, cursor: Cursor | null, ctx: AccountCtx): Promise<PullPage> {
  const state = directCursor.safeParse(cursor).data ?? initial;
  const now = ctx.clock.now();
  const isFirst = state.high === 0;
  const since = isFirst ? now - limits.firstSyncDays * DAY_MS : state.high - OVERLAP_MS;
  const floor = state.pass?.floor ?? since;
  const list = await fetchTalks(agent, isFirst ? FULL_FIELDS : TALK_FIELDS, state.pass?.after);
  const all = agent.read(conversation, list.items);
  const recent = all.filter(({ updated_time }) => updated_time >= floor);
  const talks = recent.map((one) => talkOf(one, state.talks, now));
  const settled = new Set(state.talks.filter(([, , , isSettled]) => isSettled).map(moveOf));
  const moved = recent.filter((_, index) => !settled.has(moveOf(talks[index])));
  const { items, lostBefore } = await messagesIn(agent, moved, floor, new Set(state.seen.map(([id]) => id)));
  const newest = recent.map(({ updated_time }) => Math.min(updated_time, now));
  const high = Math.max(state.pass?.high ?? state.high, ...newest);
  const kept = {
    seen: keep([...items.map((one): [string, number] => [one.remoteId, one.createdAt]), ...state.seen], high),
    talks: keep([...talks, ...state.talks], high),
  };
  const goesOn = list.after !== undefined && recent.length === all.length && all.length > 0;
  const next: State = goesOn
    ? { v: 1, high: state.high, ...kept, pass: { after: list.after, high, floor } }
    : { v: 1, high, ...kept };
  return {
    items,
    next,
    more: goesOn,
    ...(lostBefore !== undefined && { gap: { from: floor, to: lostBefore } }),
  };
}

const fetchTalks = (agent: Agent, fields: string, after: string | undefined): Promise<GraphList> => {
  const params = { platform: 'messenger', fields, limit: limits.pageSize.conversations };
  return agent.list(`/${encodeURIComponent(agent.page)}/conversations`, params, after);
};

const moveOf = (talk: Talk | undefined): string => `${talk?.[0]} ${talk?.[1]}`;

function talkOf({ id, updated_time: at }: Conversation, before: readonly Talk[], now: number): Talk {
  const same = before.find((one) => one[0] === id && one[1] === at);
  return same ? [id, at, same[2], same[3] || now - same[2] >= SETTLED_MS] : [id, at, now, false];
}

/** The first of each id, within the overlap, newest first. */
const keep = <T extends readonly [string, number, ...unknown[]]>(all: readonly T[], high: number): T[] =>
  [...new Map([...all].reverse().map((one) => [one[0], one])).values()]
    .filter(([, at]) => at >= high - OVERLAP_MS)
    .sort((a, b) => b[1] - a[1])
    .slice(0, KEPT_MAX);

type Found = { readonly items: readonly MessageItem[]; readonly lostBefore?: number };

async function messagesIn(
  agent: Agent,
  talks: readonly Conversation[],
  floor: number,
  known: ReadonlySet<string>,
): Promise<Found> {
  const items: MessageItem[] = [];
  let lost: number | undefined;
  // Lists are newest first; within one second the order in the list counts.
  for (const talk of [...talks].reverse()) {
    const { messages, lostBefore } = await messagesOf(agent, talk, floor);
    const person = personIn(talk, messages, agent.page);
    if (!person) continue;
    const fresh = messages
      .filter(({ id, created_time }) => created_time >= floor && !known.has(id))
      .reverse();
    items.push(...fresh.map((each) => directMessage(each, person, agent)));
    if (lostBefore !== undefined) lost = Math.max(lost ?? 0, lostBefore);
  }
  items.sort((a, b) => a.createdAt - b.createdAt);
  return { items, lostBefore: lost };
}

/** Newest first, down to the floor. Facebook may refuse what is far back: that is a gap, not an end. */
async function messagesOf(
  agent: Agent,
  talk: Conversation,
  floor: number,
): Promise<{ readonly messages: readonly Message[]; readonly lostBefore?: number }> {
  const page = (after?: string) =>
    agent.list(
      `/${encodeURIComponent(talk.id)}/messages`,
      { fields: MESSAGE_FIELDS, limit: limits.pageSize.messages },
      after,
    );
  const first =
    talk.messages === undefined
      ? await unlessRefused(page(), ['gone', 'validation'])
      : nestedList(talk.messages);
  if (!first) return { messages: [], lostBefore: talk.updated_time };
  const messages: Message[] = [...agent.read(message, first.items)];
  let { after } = first;
  try {
    for (let pages = 1; after !== undefined && oldest(messages) >= floor; pages += 1) {
      if (pages >= MAX_PAGES) return { messages, lostBefore: oldest(messages) };
      const list = await page(after);
      messages.push(...agent.read(message, list.items));
      after = list.after;
    }
  } catch (error) {
    if (!(error instanceof NetworkError) || !['validation', 'gone'].includes(error.kind)) throw error;
    return { messages, lostBefore: oldest(messages) };
  }
  return { messages };
}

const oldest = (messages: readonly Message[]): number =>
  Math.min(...messages.map(({ created_time }) => created_time));

function personIn(
  { participants }: Conversation,
  messages: readonly Message[],
  page: string,
): Person | undefined {
  const named = participants?.data.find(({ id }) => id !== page);
  const people = messages.flatMap(({ from, to }) => [from, ...(to?.data ?? [])]);
  return named ?? people.find((one) => one && one.id !== page) ?? undefined;
}
