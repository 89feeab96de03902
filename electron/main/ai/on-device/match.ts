/** A text that a person once wrote or approved, and how well it fits. Higher is better. */
export type Candidate = {
  readonly kind: 'saved_reply' | 'past_answer';
  readonly id: string;
  readonly title: string;
  /** What the text answers: title and text of a saved reply, the question of a past answer. */
  readonly about: string;
  readonly text: string;
  readonly score: number;
};

const MAX_TERMS = 24;
/** Words that say nothing about the matter, in the languages where they are frequent enough to mislead. */
const COMMON = new Set(
  `the and for you your are was were with that this have has had not but can could would will from they them there what when where how why who
   which our out just get got please hello hey thanks thank about into been does did its it's i'm i've der die das und ich ist nicht mit ein eine
   ihr sie wir wie was wann bitte danke hallo les des une est pas que qui pour avec vous nous dans bonjour merci los las una por para con que
   como hola gracias per che non con una sono ciao grazie`.split(/\s+/u),
);
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

export const isUnspaced = (text: string): boolean => UNSPACED.test(text);

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
/** Punctuation parts words: "size:large" is two. */
const wordsOf = (text: string): readonly string[] =>
  Array.from(
    segmenter.segment(
      text
        .normalize('NFC')
        .toLowerCase()
        .replace(/[^\p{L}\p{M}\p{N}\s]/gu, ' '),
    ),
  )
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment);

/** The words that a search is made of: content words, the rarer long ones first. */
export function termsOf(text: string): readonly string[] {
  const content = wordsOf(text).filter((word) => !COMMON.has(word) && (word.length > 2 || isUnspaced(word)));
  return [...new Set(content)].sort((a, b) => b.length - a.length).slice(0, MAX_TERMS);
}

/** Which of the terms a text is about. Beginnings count, so that "refund" finds "refunds". */
function coveredTerms(terms: readonly string[], about: string): ReadonlySet<string> {
  const words = wordsOf(about);
  return new Set(terms.filter((term) => words.some((word) => sameStem(term, word))));
}

const STEM = 4;
function sameStem(a: string, b: string): boolean {
  if (a === b) return true;
  const shorter = Math.min(a.length, b.length);
  return (
    shorter >= STEM && a.slice(0, Math.max(STEM, shorter - 2)) === b.slice(0, Math.max(STEM, shorter - 2))
  );
}

/**
 * The best candidates, each of which covers something of the message that those before it do not, as long as all
 * together fit. Two saved replies answer a message with two questions; two that say the same do not.
 */
export function choose(
  terms: readonly string[],
  candidates: readonly Candidate[],
  fits: (texts: readonly string[]) => boolean,
  most = 3,
): readonly Candidate[] {
  const chosen: Candidate[] = [];
  const open = new Set(terms);
  const ranked = candidates
    .map((candidate) => ({ candidate, covers: coveredTerms(terms, candidate.about) }))
    .filter(({ covers }) => covers.size > 0)
    .sort((a, b) => b.covers.size - a.covers.size || b.candidate.score - a.candidate.score);
  for (const { candidate, covers } of ranked) {
    if (chosen.length === most) break;
    const adds = [...covers].filter((term) => open.has(term));
    const repeats = chosen.some(({ text }) => text === candidate.text);
    if (adds.length === 0 || repeats || !fits([...chosen.map(({ text }) => text), candidate.text])) continue;
    chosen.push(candidate);
    for (const term of adds) open.delete(term);
  }
  return chosen;
}
