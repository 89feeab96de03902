import { hasUnspacedScript, type SearchTerm } from './search-query';

export type SnippetPart = { readonly text: string; readonly hit: boolean };
type Range = { readonly from: number; readonly to: number };

const BEFORE = 60;
const LENGTH = 220;
/** A hit further down than this shows the beginning of the text instead. */
const LOOK_AT = 100_000;

/**
 * The text around the first hit, in pieces. It marks by the rules of the index (words compared without case
 * and accents), never by parsing marks out of a text that somebody else wrote.
 */
export function snippetOf(text: string, terms: readonly SearchTerm[]): readonly SnippetPart[] {
  const whole = text.slice(0, LOOK_AT);
  const first = findRanges(whole, terms, 0, 1)[0];
  const start = first && first.from > BEFORE ? boundaryAfter(whole, first.from - BEFORE) : 0;
  const end = wholeCharacters(whole, Math.min(whole.length, start + LENGTH));
  const ranges = findRanges(whole.slice(0, end), terms, start, 20);
  return toParts(whole, ranges, start, end, end < text.length);
}

function toParts(
  text: string,
  ranges: readonly Range[],
  start: number,
  end: number,
  cut: boolean,
): SnippetPart[] {
  const parts: SnippetPart[] = [];
  const add = (piece: string, hit: boolean): void => {
    const flat = piece.replace(/\s+/gu, ' ');
    if (flat !== '') parts.push({ text: flat, hit });
  };
  if (start > 0) add('… ', false);
  let at = start;
  for (const { from, to } of ranges) {
    if (from < at) continue;
    add(text.slice(at, from), false);
    add(text.slice(from, to), true);
    at = to;
  }
  add(text.slice(at, end), false);
  if (cut) add(' …', false);
  return parts;
}

/** The first place at or after `at` where a word begins, or `at` itself in a text without spaces. */
function boundaryAfter(text: string, at: number): number {
  const space = text.slice(at, at + BEFORE).search(/\s\S/u);
  const start = space >= 0 ? at + space + 1 : at;
  const code = text.charCodeAt(start);
  return code >= 0xdc00 && code <= 0xdfff ? start + 1 : start;
}

/** `end`, or the place before it where it would cut a pair of surrogates in two. */
function wholeCharacters(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code <= 0xdbff ? end - 1 : end;
}

function findRanges(text: string, terms: readonly SearchTerm[], from: number, limit: number): Range[] {
  const found = [...literalRanges(text, terms, from, limit), ...wordRanges(text, terms, from, limit)];
  return found.sort((a, b) => a.from - b.from || b.to - a.to).slice(0, limit);
}

function literalRanges(text: string, terms: readonly SearchTerm[], from: number, limit: number): Range[] {
  const lower = text.toLowerCase();
  // Lower-casing can change lengths (İ); then positions would lie.
  const haystack = lower.length === text.length ? lower : text;
  return terms.flatMap(({ text: term }) => {
    if (!hasUnspacedScript(term)) return [];
    const ranges: Range[] = [];
    for (
      let at = haystack.indexOf(term, from);
      at >= 0 && ranges.length < limit;
      at = haystack.indexOf(term, at + term.length)
    ) {
      ranges.push({ from: at, to: at + term.length });
    }
    return ranges;
  });
}

function wordRanges(text: string, terms: readonly SearchTerm[], from: number, limit: number): Range[] {
  const phrases = terms
    .filter(({ text: term }) => !hasUnspacedScript(term))
    .map(({ text: term, prefix }) => ({ words: wordsOf(term), prefix }))
    .filter(({ words }) => words.length > 0);
  const longest = Math.max(0, ...phrases.map(({ words }) => words.length));
  const ranges: Range[] = [];
  const recent: { word: string; from: number; to: number }[] = [];
  const pattern = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;
  pattern.lastIndex = from;
  for (
    let match = pattern.exec(text);
    match && ranges.length < limit && longest > 0;
    match = pattern.exec(text)
  ) {
    recent.push({ word: fold(match[0]), from: match.index, to: match.index + match[0].length });
    if (recent.length > longest) recent.shift();
    for (const { words, prefix } of phrases) {
      const tail = recent.slice(-words.length);
      const fits =
        tail.length === words.length &&
        words.every((word, at) => matches(tail[at]?.word ?? '', word, prefix && at === words.length - 1));
      if (fits) ranges.push({ from: tail[0]?.from ?? 0, to: tail.at(-1)?.to ?? 0 });
    }
  }
  return ranges;
}

const matches = (word: string, wanted: string, prefix: boolean): boolean =>
  prefix ? word.startsWith(wanted) : word === wanted;
const wordsOf = (term: string): string[] => (term.match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? []).map(fold);
const fold = (word: string): string => word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
