import { randomInt } from 'node:crypto';

const LETTERS = 'bcdfghjkmnpqrstvwxz';
const MARK_LETTERS = 3;
/** Text without spaces is marked after so many words. */
const EVERY = 6;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{8,}/gu;

/** A mark for one request that occurs in none of its texts, so that no author can know or close it. */
export function makeMark(texts: readonly string[]): string {
  for (;;) {
    const letters = Array.from(
      { length: MARK_LETTERS },
      () => LETTERS[randomInt(LETTERS.length)] ?? 'x',
    ).join('');
    const mark = `^${letters}`;
    if (!texts.some((text) => text.includes(mark))) return mark;
  }
}

/** Puts the mark between all words: what is marked is data (spotlighting by datamarking). */
export function datamark(text: string, mark: string): string {
  const spaced = text.trim().replace(UNSPACED, spaceOut);
  return `${mark} ${spaced.replace(/[^\S\n]*\n\s*|\s+/gu, (gap) => (gap.includes('\n') ? ` ${mark}\n` : ` ${mark} `))}`;
}

/** Gives a run without spaces some, where marks then stand. */
function spaceOut(run: string): string {
  const words = Array.from(
    new Intl.Segmenter(undefined, { granularity: 'word' }).segment(run),
    ({ segment }) => segment,
  );
  return words.map((word, at) => (at > 0 && at % EVERY === 0 ? ` ${word}` : word)).join('');
}
