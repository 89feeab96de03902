/**
 * The share of words that a text keeps from a draft of the AI: a measure of words, never of authorship. Words are
 * NFC, case-folded; the longest common subsequence keeps their order.
 */
type ContributionClass = 'verbatim' | 'light' | 'edited' | 'rewritten' | 'human';
export type Contribution = {
  readonly class: ContributionClass;
  /** Thousandths of the draft's words that are still there. */
  readonly keptMilli: number;
  /** Thousandths of the final words that come from the draft. */
  readonly aiShareMilli: number;
};

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

export const words = (text: string): readonly string[] =>
  Array.from(segmenter.segment(text.normalize('NFC').toLowerCase()))
    .filter((part) => part.isWordLike)
    .map((part) => part.segment);

/** Length of the longest common subsequence, in two rows of memory. */
function commonWords(a: readonly string[], b: readonly string[]): number {
  let previous = new Uint32Array(b.length + 1);
  let current = new Uint32Array(b.length + 1);
  for (const word of a) {
    for (let index = 1; index <= b.length; index += 1) {
      current[index] =
        word === b[index - 1]
          ? (previous[index - 1] ?? 0) + 1
          : Math.max(previous[index] ?? 0, current[index - 1] ?? 0);
    }
    [previous, current] = [current, previous];
  }
  return previous[b.length] ?? 0;
}

const flat = (text: string): string => text.normalize('NFC').replace(/\s+/gu, ' ').trim();
const milli = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part * 1000) / whole));

/** How much of one draft is in the final text. */
export function contributionOf(draft: string, final: string): Contribution {
  const draftWords = words(draft);
  const finalWords = words(final);
  const common = commonWords(draftWords, finalWords);
  const keptMilli = milli(common, draftWords.length);
  const aiShareMilli = milli(common, finalWords.length);
  return { class: classOf(flat(draft) === flat(final), aiShareMilli), keptMilli, aiShareMilli };
}

function classOf(equal: boolean, aiShareMilli: number): ContributionClass {
  if (equal) return 'verbatim';
  if (aiShareMilli >= 900) return 'light';
  if (aiShareMilli >= 500) return 'edited';
  if (aiShareMilli >= 100) return 'rewritten';
  return 'human';
}

/** The draft of a session that the final text kept most of; undefined when there was none. */
export function closestDraft<Draft extends { readonly text: string }>(
  drafts: readonly Draft[],
  final: string,
): { readonly draft: Draft; readonly contribution: Contribution } | undefined {
  const rated = drafts.map((draft) => ({ draft, contribution: contributionOf(draft.text, final) }));
  return rated.reduce<(typeof rated)[number] | undefined>(
    (best, item) => (best && !closer(item.contribution, best.contribution) ? best : item),
    undefined,
  );
}

const closer = (a: Contribution, b: Contribution): boolean =>
  (a.class === 'verbatim' && b.class !== 'verbatim') ||
  (b.class !== 'verbatim' && a.aiShareMilli > b.aiShareMilli);
