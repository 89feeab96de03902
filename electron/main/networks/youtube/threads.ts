import { z } from 'zod';
import type { InboxItem, RemotePost } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { changedAt, isOwn, textOf, timeOf, toMessage, toOrigin } from './mapping';
import { comment as commentSchema, type Comment, type Thread } from './wire';

/** A thread that was looked at: what of it is stored, and when it last changed. */
export const threadState = z.object({
  id: z.string(),
  at: z.number(),
  changed: z.number(),
  /** Answers as YouTube counts them. */
  count: z.number(),
  /** Of the channel alone so far: nothing of it is stored before somebody else has said something. */
  silent: z.boolean(),
  answers: z.array(z.tuple([z.string(), z.number()])),
});
export type ThreadState = z.infer<typeof threadState>;

/** Videos that people write below hardly change: each is asked for once while the app runs. */
export type Origins = Map<string, RemotePost>;
const MAX_ORIGINS = 500;

export async function loadOrigins(
  agent: Agent,
  origins: Origins,
  videos: readonly (string | null | undefined)[],
): Promise<void> {
  const ids = new Set(videos.flatMap((id) => id ?? []));
  const missing = [...ids].filter((id) => !origins.has(id));
  if (origins.size > MAX_ORIGINS) origins.clear();
  for (const one of await agent.videos(missing, ['snippet'])) origins.set(one.id, toOrigin(one, agent.web));
}

/** What a thread is read with: the videos, and which comments only the channel sees. */
export type World = { readonly origins: Origins; readonly held: ReadonlySet<string> };

type Seen = {
  readonly items: readonly InboxItem[];
  readonly state: ThreadState;
  /** Answers that are no longer listed: removed, or held back from the public. */
  readonly missing: readonly string[];
};

/** What is new and what has changed in a thread since it was last looked at. */
export async function readThread(
  agent: Agent,
  thread: Thread,
  before: ThreadState | undefined,
  { origins, held }: World,
): Promise<Seen> {
  const { topLevelComment: top, totalReplyCount: count, videoId } = thread.snippet;
  const given = agent.read(commentSchema, thread.replies?.comments ?? []);
  // A few come with the thread; all of them are only asked for when their number has changed.
  const isComplete = given.length >= count || before === undefined || count !== before.count;
  const answers = isComplete && given.length < count ? (await agent.answers(thread.id)).found : given;
  const stored: ThreadState['answers'] =
    before === undefined || before.silent ? [] : [[before.id, before.changed], ...before.answers];
  const known = new Map(stored);
  const all = [top, ...answers];
  const silent = all.every((one) => isOwn(one, agent.id)) && (before?.silent ?? true);
  const kept = isComplete ? answers.map(stamp) : merged(before.answers, answers);
  const state = { id: thread.id, at: timeOf(top), changed: changedAt(top), count, silent, answers: kept };
  if (silent) return { items: [], state, missing: [] };
  const video = videoId ?? top.snippet.videoId ?? undefined;
  const place = { thread: thread.id, video, origin: video === undefined ? undefined : origins.get(video) };
  const isNew = all.some(({ id }) => !known.has(id));
  const items = all.flatMap((one): InboxItem[] => {
    const earlier = known.get(one.id);
    const hidden = held.has(one.id);
    if (earlier === undefined) return [toMessage(one, place, agent, { hidden })];
    const editedAt = changedAt(one);
    if (editedAt > earlier) return [{ kind: 'edited', remoteId: one.id, text: textOf(one), editedAt }];
    // What is answered may no longer be kept here: it comes along with every new answer.
    return isNew && one === top ? [toMessage(one, place, agent, { context: true, hidden })] : [];
  });
  const listed = new Set(all.map(({ id }) => id));
  const missing = isComplete ? [...known.keys()].filter((id) => !listed.has(id) && !held.has(id)) : [];
  return { items, state, missing };
}

const stamp = (one: Comment): [string, number] => [one.id, changedAt(one)];
const merged = (before: ThreadState['answers'], seen: readonly Comment[]): ThreadState['answers'] => [
  ...new Map([...before, ...seen.map(stamp)]),
];

/** Deleted is what YouTube no longer has at all; a comment held for review is still there for the channel. */
export async function deletedOf(agent: Agent, ids: readonly string[]): Promise<readonly InboxItem[]> {
  if (ids.length === 0) return [];
  const there = new Set((await agent.comments(ids)).map(({ id }) => id));
  return ids.filter((id) => !there.has(id)).map((remoteId) => ({ kind: 'deleted', remoteId }));
}

/** Newest first, no more than are remembered; those looked at just now replace what was known of them. */
export const remember = (
  before: readonly ThreadState[],
  seen: readonly ThreadState[],
  gone: ReadonlySet<string> = new Set(),
): ThreadState[] =>
  [...new Map([...before, ...seen].map((one) => [one.id, one])).values()]
    .filter(({ id }) => !gone.has(id))
    .sort((a, b) => b.at - a.at)
    .slice(0, limits.rememberThreads);
