import { z } from 'zod';
import type { InboxItem, RemotePost } from '../network';
import type { Agent } from './agent';
import { toMessage, urnOfComment } from './mapping';
import type { Comment } from './wire';

/** Comments show up a little after the time they carry. */
const OVERLAP_MS = 60 * 60_000;
const MAX_THREADS = 300;

/** A comment below a post with the answers to it: what of it is stored, and when it last changed. */
const threadState = z.object({
  urn: z.string(),
  at: z.number(),
  changed: z.number(),
  /** Answers as LinkedIn counts them; null where it does not tell. */
  count: z.number().nullable(),
  /** Of the Page alone so far: nothing of it is stored before somebody else has said something. */
  silent: z.boolean(),
  answers: z.array(z.tuple([z.string(), z.number()])),
});
export type ThreadState = z.infer<typeof threadState>;

/** One post: how many comments there were, the newest of them, and the threads whose changes are followed. */
export const postState = z.object({
  urn: z.string(),
  /** When it was published; 0 until it has been looked at. */
  at: z.number(),
  count: z.number(),
  high: z.number(),
  threads: z.array(threadState),
});
export type PostState = z.infer<typeof postState>;

type Place = {
  readonly post: PostState;
  readonly origin: RemotePost;
  /** There are more comments than the ones that stand below the post itself. */
  readonly hasAnswers: boolean;
  /** Everything is asked for once more, for edits. */
  readonly watch: boolean;
};
type Seen = {
  readonly items: readonly InboxItem[];
  readonly state: ThreadState;
  /** Answers that are no longer listed. */
  readonly missing: readonly string[];
};

export async function readThread(
  agent: Agent,
  top: Comment,
  before: ThreadState | undefined,
  place: Place,
): Promise<Seen> {
  const { post } = place;
  const urn = urnOfComment(top, post.urn);
  const told = countOf(top);
  const isAsked = place.watch || told === null || told !== before?.count;
  const answers = isAsked && (told ?? Number(place.hasAnswers)) > 0 ? (await agent.comments(urn)).found : [];
  const all = [top, ...answers];
  const silent = all.every(({ actor }) => actor === agent.urn) && (before?.silent ?? true);
  const stamped = answers.map((one): [string, number] => [urnOfComment(one, post.urn), changedAt(one)]);
  const state: ThreadState = {
    urn,
    at: top.created.time,
    changed: changedAt(top),
    count: told,
    silent,
    answers: isAsked ? stamped : (before?.answers ?? []),
  };
  if (silent) return { items: [], state, missing: [] };
  const stored = before && !before.silent ? [[before.urn, before.changed] as const, ...before.answers] : [];
  const items = await itemsOf(agent, all, new Map(stored), place);
  const listed = new Set(stamped.map(([name]) => name));
  const missing = isAsked ? stored.slice(1).flatMap(([name]) => (listed.has(name) ? [] : [name])) : [];
  return { items, state, missing };
}

const countOf = ({ commentsSummary }: Comment): number | null =>
  commentsSummary?.aggregatedTotalComments ?? commentsSummary?.totalFirstLevelComments ?? null;
const changedAt = (comment: Comment): number => comment.lastModified?.time ?? comment.created.time;

async function itemsOf(
  agent: Agent,
  all: readonly Comment[],
  known: ReadonlyMap<string, number>,
  { post, origin }: Place,
): Promise<readonly InboxItem[]> {
  const [top] = all;
  // Of a thread that is followed everything is known: what is not is new, however old it is.
  const isFollowed = known.size > 0;
  const isFresh = (one: Comment): boolean =>
    !known.has(urnOfComment(one, post.urn)) && (isFollowed || one.created.time > post.high - OVERLAP_MS);
  const isNew = all.some(isFresh);
  await agent.meet(all.filter(isFresh).map(({ actor }) => actor));
  const items: InboxItem[] = [];
  for (const one of all) {
    const remoteId = urnOfComment(one, post.urn);
    const earlier = known.get(remoteId);
    const editedAt = changedAt(one);
    if (earlier !== undefined && editedAt > earlier)
      items.push({ kind: 'edited', remoteId, text: one.message.text, editedAt });
    // What is answered may no longer be kept here: it comes along with every new answer.
    else if (isFresh(one) || (isNew && one === top))
      items.push(toMessage(one, top ?? one, origin, await agent.author(one.actor), agent, !isFresh(one)));
  }
  return items;
}

/** Lists are short of something now and then: deleted is what LinkedIn does not know by its name either. */
export async function deletedOf(agent: Agent, urns: readonly string[]): Promise<readonly InboxItem[]> {
  const gone: InboxItem[] = [];
  for (const remoteId of urns) if (!(await agent.comment(remoteId))) gone.push({ kind: 'deleted', remoteId });
  return gone;
}

/** What is stored of a thread. */
export const namesOf = ({ urn, silent, answers }: ThreadState): readonly string[] =>
  silent ? [] : [urn, ...answers.map(([name]) => name)];

export const remember = (post: PostState, threads: readonly ThreadState[]): PostState => ({
  ...post,
  high: Math.max(post.high, ...threads.map(({ at }) => at)),
  threads: [...threads].sort((a, b) => b.at - a.at).slice(0, MAX_THREADS),
});
