import { z } from 'zod';
import { comparable } from '../comparable';
import { NetworkError } from '../errors';
import { unlessRefused } from '../graph';
import { humanAgent, newestOf, replyTime, withReason } from '../graph-replies';
import type { AccountCtx, Checkpoint, Cursor, InboxItem, PullPage, Reconciled, StepResult } from '../network';
import { instagramDefaults, limits } from './capabilities';
import type { Agent } from './client';
import { isOwnMessage, toDirect, type Viewer } from './mapping';
import type { StepOf } from './plan';
import { conversation, message, sentMessage, type Conversation, type Message } from './wire';

const DAY_MS = 24 * 60 * 60_000;
/** Times are told in whole seconds: another message may have come in the same one. */
const SETTLED_MS = 2 * 60_000;
/** Conversations whose newest messages are remembered. */
const REMEMBERED = 200;

const remembered = z.object({ at: z.number(), seen: z.array(z.string()) });
const messageCursor = z.object({
  v: z.literal(1),
  /** Conversations that moved after this time are to be read. */
  high: z.number(),
  /** By the id of the conversation. */
  talks: z.record(z.string(), remembered),
  /** Set while a round is on its way back in time, with the time at which the next one begins. */
  page: z.object({ after: z.string(), high: z.number() }).optional(),
});
type State = z.infer<typeof messageCursor>;
const initial: State = { v: 1, high: 0, talks: {} };

const FIELDS = 'id,updated_time,participants';
const MESSAGE_FIELDS = 'id,created_time,from,to,message,attachments';

/**
 * Conversations that moved since the last round, newest first. Instagram gives the newest 20 messages of each: what
 * lies between them and what is stored is a gap.
 */
export async function pullMessages(
  agent: Agent,
  cursor: Cursor | null,
  ctx: AccountCtx,
  viewer: Viewer,
): Promise<PullPage> {
  const state = messageCursor.safeParse(cursor).data ?? initial;
  const since = ctx.clock.now() - limits.firstSyncDays * DAY_MS;
  const from = Math.max(state.high, since);
  const list = await talksAfter(agent, state.page?.after);
  const items: InboxItem[] = [];
  const talks = { ...state.talks };
  let gap: PullPage['gap'];
  for (const talk of list.talks.filter(({ updated_time }) => updated_time >= from)) {
    const before = talks[talk.id];
    if (before?.at === talk.updated_time && talk.updated_time < ctx.clock.now() - SETTLED_MS) continue;
    const found = await newIn(agent, talk, before?.seen, since, viewer);
    items.push(...found.items);
    gap = widest(gap, found.gapFrom(before?.at));
    talks[talk.id] = { at: talk.updated_time, seen: [...found.seen] };
  }
  const high = Math.max(
    state.page?.high ?? state.high,
    ...list.talks.map(({ updated_time }) => updated_time),
  );
  const isPast = list.talks.some(({ updated_time }) => updated_time < from);
  const more = list.after !== undefined && !isPast;
  const next: State = {
    v: 1,
    high: more ? state.high : high,
    talks: newest(talks),
    ...(more && { page: { after: list.after, high } }),
  };
  return { items, next, more, ...(gap && { gap }) };
}

/** A place in the list is good for a while only: where it is refused, the round begins anew. */
async function talksAfter(agent: Agent, after: string | undefined) {
  try {
    return await listTalks(agent, { after });
  } catch (error) {
    if (after === undefined || !(error instanceof NetworkError) || error.kind !== 'validation') throw error;
    return listTalks(agent, {});
  }
}

const newest = (talks: State['talks']): State['talks'] =>
  Object.fromEntries(
    Object.entries(talks)
      .sort(([, a], [, b]) => b.at - a.at)
      .slice(0, REMEMBERED),
  );

type Gap = NonNullable<PullPage['gap']>;
const widest = (one: Gap | undefined, other: Gap | undefined): Gap | undefined =>
  one && other ? { from: Math.min(one.from, other.from), to: Math.max(one.to, other.to) } : (one ?? other);

async function listTalks(
  agent: Agent,
  place: { readonly after?: string; readonly person?: string },
): Promise<{ readonly talks: readonly Conversation[]; readonly after: string | undefined }> {
  const params = {
    platform: 'instagram',
    fields: FIELDS,
    limit: limits.pageSize.conversations,
    user_id: place.person,
  };
  const list = await agent.page({ path: `/${agent.inbox}/conversations`, params, after: place.after });
  return { talks: agent.read(conversation, list.items), after: list.after };
}

type Listed = {
  readonly messages: readonly Message[];
  /** Nothing that is there is missing. */
  readonly isWhole: boolean;
};

async function listMessages(agent: Agent, talk: string): Promise<Listed> {
  const params = { fields: MESSAGE_FIELDS, limit: limits.pageSize.messages };
  const { items, after } = await agent.page({ path: `/${encodeURIComponent(talk)}/messages`, params });
  const messages = agent.read(message, items);
  const isWhole =
    after === undefined && items.length < limits.pageSize.messages && messages.length === items.length;
  return { messages, isWhole };
}

type NewIn = {
  readonly items: readonly InboxItem[];
  readonly seen: readonly string[];
  readonly gapFrom: (stored: number | undefined) => Gap | undefined;
};

async function newIn(
  agent: Agent,
  talk: Conversation,
  before: readonly string[] | undefined,
  since: number,
  viewer: Viewer,
): Promise<NewIn> {
  const listed = await unlessRefused(listMessages(agent, talk.id), ['gone', 'validation']);
  // A conversation that gives nothing must not hold up the others.
  if (!listed)
    return {
      items: [],
      seen: before ?? [],
      gapFrom: (stored) => (stored === undefined ? undefined : { from: stored, to: talk.updated_time }),
    };
  const { messages, isWhole } = listed;
  const other = otherOf(talk, messages, viewer);
  const fresh = messages.filter(({ id, created_time }) => created_time >= since && !before?.includes(id));
  const ids = messages.map(({ id }) => id);
  const oldest = messages.at(-1)?.created_time ?? Infinity;
  // A message that should still be among the newest and is not was taken back.
  const taken = isWhole ? (before ?? []).filter((id) => !ids.includes(id)) : [];
  const items: InboxItem[] = other
    ? fresh.map((one) => toDirect(one, other, viewer)).sort((a, b) => a.createdAt - b.createdAt)
    : [];
  const isOverrun = before !== undefined && messages.length > 0 && fresh.length === messages.length;
  return {
    items: [...items, ...taken.map((remoteId) => ({ kind: 'deleted' as const, remoteId }))],
    seen: ids,
    gapFrom: (stored) =>
      isOverrun && messages.length >= limits.pageSize.messages && stored !== undefined
        ? { from: stored, to: oldest }
        : undefined,
  };
}

function otherOf(talk: Conversation, messages: readonly Message[], viewer: Viewer) {
  const isOther = (one: { readonly id: string; readonly username?: string | null }) =>
    one.id !== viewer.id && one.username?.toLowerCase() !== viewer.handle.toLowerCase();
  const people = [
    ...(talk.participants?.data ?? []),
    ...messages.flatMap(({ from, to }) => [from, ...(to?.data ?? [])]),
  ];
  return people.find(isOther);
}

async function messagesWith(agent: Agent, person: string): Promise<readonly Message[]> {
  const { talks } = await listTalks(agent, { person });
  const [talk] = talks;
  return talk ? (await listMessages(agent, talk.id)).messages : [];
}

const looked = z.object({ seen: z.array(z.string()), lastIncomingAt: z.number().optional() });

/** What was said before, so that a later look knows what is new, and when the person last wrote. */
export async function lookMessage(
  step: StepOf<'look_message'>,
  agent: Agent,
  viewer: Viewer,
): Promise<StepResult> {
  const messages = step.person === undefined ? [] : await messagesWith(agent, step.person);
  const incoming = messages.filter((one) => !isOwnMessage(one, viewer));
  const lastIncomingAt = newestOf(...incoming.map(({ created_time }) => created_time));
  const seen = messages.map(({ id }) => id);
  return { state: 'done', output: { seen, ...(lastIncomingAt !== undefined && { lastIncomingAt }) } };
}

export async function sendMessage(
  step: StepOf<'message'>,
  done: Checkpoint,
  agent: Agent,
  { account, clock }: AccountCtx,
): Promise<StepResult> {
  const lastIncomingAt = newestOf(step.lastIncomingAt, looked.safeParse(done.look).data?.lastIncomingAt);
  // The time for a private answer to a comment goes by the comment, and is no longer for a person.
  const time =
    step.comment === undefined ? replyTime(lastIncomingAt, clock.now(), instagramDefaults, account) : 'usual';
  const recipient = step.comment === undefined ? { id: step.person } : { comment_id: step.comment };
  const json = { recipient, message: { text: step.text }, ...(time === 'late' && humanAgent) };
  const call = { method: 'POST', path: `/${agent.inbox}/messages`, effect: 'write', json } as const;
  const { message_id: id } = await agent.call(call, sentMessage).catch((error: unknown) => {
    throw withReason(error, time);
  });
  return { state: 'done', output: { id }, remote: { remoteId: id } };
}

export async function reconcileMessage(
  step: StepOf<'message'>,
  done: Checkpoint,
  agent: Agent,
  viewer: Viewer,
): Promise<Reconciled> {
  // Whose comment it was is not always told: then only a person can look.
  if (step.person === undefined) return { state: 'unknown' };
  const { seen } = looked.parse(done.look);
  const messages = await messagesWith(agent, step.person);
  const fresh = messages.filter(({ id }) => !seen.includes(id));
  const ours = fresh.find(
    (one) => isOwnMessage(one, viewer) && comparable(one.message ?? '') === comparable(step.text),
  );
  if (ours) return { state: 'arrived', output: { id: ours.id }, remote: { remoteId: ours.id } };
  // What was there and is not shown now says nothing; nor does a list that does not reach back so far.
  const isOutOfSight = messages.length === 0 && seen.length > 0;
  return { state: isOutOfSight || fresh.length >= limits.pageSize.messages ? 'unknown' : 'absent' };
}

/** Whether the conversation is still there. */
export async function talkExists(person: string, agent: Agent): Promise<boolean> {
  return (await listTalks(agent, { person })).talks.length > 0;
}
