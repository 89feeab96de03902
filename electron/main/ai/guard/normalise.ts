/** Invisible characters that were taken out, by type. */
export const strippedTypes = ['zero_width', 'bidi', 'tag', 'variation', 'private_use', 'control'] as const;
export type Stripped = Readonly<Record<(typeof strippedTypes)[number], number>>;
export type Normalised = { readonly text: string; readonly stripped: Stripped; readonly cut: boolean };

/** Longest text of one author that a prompt carries, in UTF-16 units. */
const MAX_CHARS = 4_000;

const LONE_SURROGATE = /\p{Surrogate}/gu;
const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const TAG = /[\u{E0000}-\u{E007F}]/gu;
const VARIATION_RUN = /[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]{2,}/gu;
// A single selector of the supplement picks the form of an ideograph; after anything else it only hides bits.
const STRAY_VARIATION = /(?<!\p{Script=Han})[\u{E0100}-\u{E01EF}]/gu;
const PRIVATE_USE = /\p{Co}/gu;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/gu;
const ZERO_WIDTH =
  /\u00AD|\u034F|\u115F|\u1160|\u17B4|\u17B5|[\u180B-\u180E]|[\u200B\u2028\u2029\u2060-\u2064\u206A-\u206F\u3164\uFEFF\uFFA0]|[\u{1BCA0}-\u{1BCA3}]|[\u{1D173}-\u{1D17A}]/gu;
/** Joiners belong into emoji sequences and between letters of scripts that shape them; elsewhere they only hide. */
const STRAY_JOINER =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D|\u200D(?!\p{Extended_Pictographic})|\u200C/gu;
const SHAPED =
  /(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Sinhala}\p{M}])[\u200C\u200D](?=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Sinhala}])/gu;

/**
 * Text as a prompt may carry it: well formed, NFC, without characters that a reader cannot see, capped.
 * Rule: responsible AI specification 2.11.1.
 */
export function normalise(text: string, max = MAX_CHARS): Normalised {
  const counts: Record<(typeof strippedTypes)[number], number> = {
    zero_width: 0,
    bidi: 0,
    tag: 0,
    variation: 0,
    private_use: 0,
    control: 0,
  };
  const take = (from: string, pattern: RegExp, type: keyof Stripped): string =>
    from.replace(pattern, (found) => {
      counts[type] += Array.from(found).length;
      return '';
    });
  let clean = text.replace(LONE_SURROGATE, '\uFFFD').replace(/\r\n?/gu, '\n');
  clean = take(clean, TAG, 'tag');
  clean = take(clean, BIDI, 'bidi');
  clean = take(clean, VARIATION_RUN, 'variation');
  clean = take(clean, STRAY_VARIATION, 'variation');
  clean = take(clean, PRIVATE_USE, 'private_use');
  clean = take(clean, CONTROL, 'control');
  clean = take(clean, ZERO_WIDTH, 'zero_width');
  clean = takeJoiners(clean, () => (counts.zero_width += 1)).normalize('NFC');
  const capped = capAt(clean, max);
  return { text: capped, stripped: counts, cut: capped.length < clean.length };
}

function takeJoiners(text: string, onTaken: () => void): string {
  const kept = new Set(Array.from(text.matchAll(SHAPED), (match) => match.index));
  return text.replace(STRAY_JOINER, (found, offset: number) => {
    if (kept.has(offset)) return found;
    onTaken();
    return '';
  });
}

function capAt(text: string, max: number): string {
  if (text.length <= max) return text;
  return text
    .slice(0, max)
    .replace(/[\uD800-\uDBFF]$/u, '')
    .replace(LONE_SURROGATE, '');
}

export const addStripped = (a: Stripped, b: Stripped): Stripped =>
  Object.fromEntries(strippedTypes.map((type) => [type, a[type] + b[type]])) as Stripped;
export const nothingStripped: Stripped = {
  zero_width: 0,
  bidi: 0,
  tag: 0,
  variation: 0,
  private_use: 0,
  control: 0,
};
