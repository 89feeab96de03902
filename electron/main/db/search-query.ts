/**
 * From what a person types to what the full-text index understands. Nothing a person can type is an error of
 * syntax: every term is quoted, and what holds neither a letter nor a digit is no term.
 */
export type SearchTerm = {
  /** As typed, lower case, without the quotes. */
  readonly text: string;
  /** The last, still unfinished word matches every word it begins. */
  readonly prefix: boolean;
};
export type SearchQuery = {
  /** For scripts with spaces: an FTS5 expression for `message_fts`. */
  readonly words: string | null;
  /** For scripts without spaces, from three characters: an FTS5 expression for `message_trigram`. */
  readonly trigrams: string | null;
  /** Terms of such scripts that must occur literally (the index cannot find one or two characters). */
  readonly literals: readonly string[];
  /** What to mark in a hit. */
  readonly terms: readonly SearchTerm[];
};

const MAX_TERMS = 16;
/** A word of one letter is not a prefix: the index would have to read most of itself. */
const MIN_PREFIX = 2;
const TRIGRAM = 3;

// Thai, Lao, Burmese, Khmer, kana, bopomofo, Han, Hangul: the ranges of the triggers in migration 2.
const unspaced =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\u{20000}-\u{3ffff}]/u;

/** Whether a text has a script that writes words without spaces between them. */
export const hasUnspacedScript = (text: string): boolean => unspaced.test(text);

/** null when nothing that can be searched for was typed. */
export function parseSearch(input: string): SearchQuery | null {
  const terms = splitTerms(input).slice(0, MAX_TERMS);
  if (terms.length === 0) return null;
  const words = terms.filter(({ text }) => !hasUnspacedScript(text));
  const runs = terms.filter(({ text }) => hasUnspacedScript(text)).map(({ text }) => text);
  const long = runs.filter((text) => Array.from(text).length >= TRIGRAM);
  return {
    words: words.length > 0 ? words.map(ftsTerm).join(' AND ') : null,
    trigrams: long.length > 0 ? long.map(quoted).join(' AND ') : null,
    literals: words.length > 0 ? runs : runs.filter((text) => !long.includes(text)),
    terms,
  };
}

/** Any of the words of a longer text, for ranking by fit. null when it has none. */
export function bm25Query(text: string): string | null {
  const words = new Set(
    text
      .slice(0, 4_000)
      .toLowerCase()
      .match(/[\p{L}\p{N}]{2,}/gu) ?? [],
  );
  return words.size === 0 ? null : [...words].slice(0, 64).map(quoted).join(' OR ');
}

function splitTerms(input: string): SearchTerm[] {
  const clean = input
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ')
    .toLowerCase();
  const terms: SearchTerm[] = [];
  // Curly quotes are what keyboards of phones and word processors make of straight ones.
  for (const [, phrase, word] of clean.matchAll(/["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|([^\s"“”„«»]+)/gu)) {
    const text = (phrase ?? word ?? '').trim();
    if (!/[\p{L}\p{N}\p{Co}]/u.test(text)) continue;
    terms.push({ text, prefix: false });
  }
  const last = terms.at(-1);
  const unfinished = /[\p{L}\p{N}\p{M}]$/u.test(clean);
  if (last && unfinished && Array.from(last.text).length >= MIN_PREFIX)
    terms[terms.length - 1] = { ...last, prefix: true };
  return terms;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const ftsTerm = ({ text, prefix }: SearchTerm): string => `${quoted(text)}${prefix ? ' *' : ''}`;
