import { z } from 'zod';
import { isReworded, isTurned, standOf } from '../text-marks';
import { isThere } from '../graph-agent';
import type { InboxItem } from '../network';
import { limits } from './capabilities';
import type { Agent } from './client';
import type { Edge, Listed } from './feed';
import { isOwn, textOf } from './mapping';
import type { Comment } from './wire';

const SEEN_MAX = 1500;
const LOOKS_AT_ONCE = 20;
const MARK_LENGTH = 8;

type Standing = { readonly text: string; readonly hidden?: boolean | null };
const standing = ({ message, is_hidden: hidden }: Comment): Standing => ({ text: message ?? '', hidden });
const marksOf = (seen: readonly Seen[]) => new Map(seen.map(([id, , , mark]) => [id, mark]));

/** Id, where it is listed (`#edge` for a post, else the post it hangs on), when it was written, a mark of its text. */
export const seenItem = z.tuple([z.string(), z.string(), z.number(), z.string()]);
export type Seen = z.infer<typeof seenItem>;

/** What a list of posts shows, as far as it can be a message. A time that has not come yet would hide what follows. */
export function seenIn(
  listed: readonly Listed[],
  edge: Edge | undefined,
  agent: Agent,
  now: number,
): readonly Seen[] {
  const past = (at: number): number => Math.min(at, now);
  return listed.flatMap(({ post, comments }) => [
    ...(edge === undefined || isOwn(post, agent)
      ? []
      : [
          [
            post.id,
            `#${edge}`,
            past(post.created_time),
            standOf({ text: textOf(post) }, MARK_LENGTH),
          ] satisfies Seen,
        ]),
    ...comments.map((one): Seen => [
      one.id,
      post.id,
      past(one.created_time),
      standOf(standing(one), MARK_LENGTH),
    ]),
  ]);
}

/** The newest of them, back over the overlap. */
export function remember(before: readonly Seen[], now: readonly Seen[]): readonly Seen[] {
  const all = [...new Map([...before, ...now].map((one) => [one[0], one])).values()];
  const since = Math.max(0, ...all.map(([, , at]) => at)) - limits.overlapMs;
  const recent = all.filter(([, , at]) => at >= since).sort((a, b) => b[2] - a[2]);
  return recent.slice(0, SEEN_MAX);
}

/** Below this nothing can be told apart from what is stored. */
export function floorOf(seen: readonly Seen[], before: number): number {
  const high = seen[0]?.[2];
  if (high === undefined) return before;
  const oldest = seen.length >= SEEN_MAX ? (seen.at(-1)?.[2] ?? 0) : 0;
  return Math.max(before, high - limits.overlapMs, oldest);
}

/** Facebook gives no time of an edit: another text of the same id is one. */
export function editsOf(
  listed: readonly Listed[],
  before: readonly Seen[],
  now: number,
): readonly InboxItem[] {
  const marks = marksOf(before);
  const texts = listed.flatMap(({ post, comments }) => [
    { id: post.id, text: textOf(post) },
    ...comments.map((one) => ({ id: one.id, text: standing(one).text })),
  ]);
  return texts
    .filter((one) => {
      const mark = marks.get(one.id);
      return mark !== undefined && isReworded(mark, one, MARK_LENGTH);
    })
    .map(({ id, text }) => ({ kind: 'edited', remoteId: id, text, editedAt: now }));
}

/** Whether a comment was hidden from others, or shown to them, since it was stored. */
export function turnedSince(before: readonly Seen[]): (comment: Comment) => boolean {
  const marks = marksOf(before);
  return (comment) => {
    const mark = marks.get(comment.id);
    return mark !== undefined && isTurned(mark, standing(comment));
  };
}

type FirstPage = { readonly listed: readonly Listed[]; readonly edge: Edge; readonly isWhole?: boolean };

/** Those that should be in the lists, are not, and that the network does not have any more. */
export async function deletedOf(
  agent: Agent,
  { listed, edge, isWhole }: FirstPage,
  before: readonly Seen[],
): Promise<readonly string[]> {
  const there = new Set(listed.flatMap(({ post, comments }) => [post.id, ...comments.map(({ id }) => id)]));
  const since = new Map(listed.map(({ post, comments, after }) => [post.id, reachOf(comments, after)]));
  since.set(`#${edge}`, isWhole ? 0 : Math.min(...listed.map(({ post }) => post.created_time)));
  const missing = before.filter(([id, place, at]) => at > (since.get(place) ?? Infinity) && !there.has(id));
  const gone: string[] = [];
  for (const [id] of missing.slice(0, LOOKS_AT_ONCE)) if (!(await isThere(agent, id))) gone.push(id);
  return gone;
}

/** How far back a list goes: to the beginning where it has no next page. */
const reachOf = (comments: Listed['comments'], after: string | undefined): number =>
  after === undefined ? 0 : Math.min(...comments.map(({ created_time }) => created_time));
