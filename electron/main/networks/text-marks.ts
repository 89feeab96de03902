import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Remembered per post beside those of the overlap, to notice edits and deletions. */
export const REMEMBERED = 200;

/** Ids of what is stored below a post, each with a mark of how it stands; newest first. */
export const marked = z.array(z.tuple([z.string(), z.string()]));
export type Marked = z.infer<typeof marked>;

/** Short on purpose: it only tells that a text is another one. */
const markOf = (text: string | null | undefined, length = 6): string =>
  createHash('sha256')
    .update(text ?? '')
    .digest('base64url')
    .slice(0, length);

type Written = {
  readonly id: string;
  readonly text?: string | null;
  readonly timestamp: number;
  readonly hidden?: boolean | null;
};

type Standing = Pick<Written, 'text' | 'hidden'>;
const HIDDEN = '!';

/** A mark of the text, and of whether others see it. */
export const standOf = ({ text, hidden }: Standing, length?: number): string =>
  `${markOf(text, length)}${hidden ? HIDDEN : ''}`;

/** Whether it has another text than when it was marked. */
export const isReworded = (mark: string, { text }: Standing, length?: number): boolean =>
  mark.replace(HIDDEN, '') !== markOf(text, length);

/** Whether it has been hidden from others, or shown to them, since it was marked. */
export const isTurned = (mark: string, { hidden }: Standing): boolean =>
  mark.endsWith(HIDDEN) !== (hidden ?? false);

export const remember = (newestFirst: readonly Written[], high: number, overlapMs: number): Marked =>
  newestFirst
    .filter(({ timestamp }, index) => index < REMEMBERED || timestamp >= high - overlapMs)
    .map((one): [string, string] => [one.id, standOf(one)]);

/** Older than what is remembered: it was stored once, whatever became of its id since. */
export const isForgotten = (
  { timestamp }: Written,
  before: { readonly high: number; readonly seen: Marked },
  overlapMs: number,
): boolean => timestamp < before.high - overlapMs && before.seen.length >= REMEMBERED;
