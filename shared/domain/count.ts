import type { TextLimit } from './network';
import { xWeightedLength } from './count-x';

/**
 * Text lengths as networks count them. Graphemes by Unicode segmentation (what a reader calls a character),
 * bytes of UTF-8, UTF-16 units, and Mastodon's rule: every link counts `urlWeight`, a mention counts without its
 * domain (docs.joinmastodon.org, statuses, counted characters). Threads counts an emoji as its bytes of UTF-8
 * (developers.facebook.com, Threads API, posts).
 */
export type TextCount = {
  readonly used: number;
  readonly max: number;
  readonly left: number;
  /** UTF-8 bytes used, where the network limits them too. */
  readonly bytes?: { readonly used: number; readonly max: number };
  readonly over: boolean;
  /** UTF-16 index in the text where the overrun begins; null when it fits. */
  readonly overrunAt: number | null;
};

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const encoder = new TextEncoder();
const links = /https?:\/\/[^\s<>"']+/giu;
const emoji = /\p{Emoji_Presentation}|\p{Extended_Pictographic}|\u20e3/u;
const remoteMentions = /(?<=^|[^\p{L}\p{N}_@/])@([\p{L}\p{N}_.-]+)@[\p{L}\p{N}.-]+\p{L}/gu;

export const graphemes = (text: string): number => {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
};
export const utf8Bytes = (text: string): number => encoder.encode(text).length;

/** Length of `text` in the unit of `limit`. */
export function measure(text: string, limit: TextLimit): number {
  switch (limit.unit) {
    case 'grapheme':
      return graphemes(text);
    case 'mastodon': {
      const weight = limit.urlWeight ?? 23;
      return graphemes(text.replace(links, 'x'.repeat(weight)).replace(remoteMentions, '@$1'));
    }
    case 'utf16':
      return text.length;
    case 'threads':
      return threadsLength(text);
    case 'x-weighted':
      return xWeightedLength(text);
  }
}

function threadsLength(text: string): number {
  let used = 0;
  for (const { segment } of segmenter.segment(text))
    used += emoji.test(segment) ? utf8Bytes(segment) : Array.from(segment).length;
  return used;
}

export function countText(text: string, limit: TextLimit): TextCount {
  const used = measure(text, limit);
  const bytes = limit.maxBytes === undefined ? undefined : { used: utf8Bytes(text), max: limit.maxBytes };
  const fits = (part: string): boolean =>
    measure(part, limit) <= limit.max && (limit.maxBytes === undefined || utf8Bytes(part) <= limit.maxBytes);
  const over = !fits(text);
  return {
    used,
    max: limit.max,
    left: limit.max - used,
    ...(bytes && { bytes }),
    over,
    overrunAt: over ? longestFit(text, fits) : null,
  };
}

/** The longest prefix of whole graphemes that fits, found by halving: counts rise with the text's length. */
function longestFit(text: string, fits: (part: string) => boolean): number {
  const ends = [0];
  for (const part of segmenter.segment(text)) ends.push(part.index + part.segment.length);
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(text.slice(0, ends[middle]))) low = middle;
    else high = middle - 1;
  }
  return ends[low] ?? 0;
}
