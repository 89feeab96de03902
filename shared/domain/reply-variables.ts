/** What a saved reply may speak of; each is written in braces: `Hello {first_name}`. */
export const replyVariables = ['author', 'first_name', 'handle', 'account', 'brand'] as const;
type ReplyVariable = (typeof replyVariables)[number];

type ReplyFacts = Readonly<Record<Exclude<ReplyVariable, 'first_name'>, string>>;

/**
 * Fills the variables of a saved reply. What cannot be filled stays as it is written and is named in `missing`,
 * so that nobody sends a hole. Values are put in once: braces in a person's name stay text.
 */
export function fillVariables(
  body: string,
  facts: ReplyFacts,
): { readonly text: string; readonly missing: string[] } {
  const values: Readonly<Record<string, string>> = { ...facts, first_name: firstName(facts.author) };
  const missing = new Set<string>();
  const text = body.replace(/\{([a-z_]{1,40})\}/g, (written, name: string) => {
    const value = Object.hasOwn(values, name) ? (values[name] ?? '').trim() : '';
    if (value !== '') return value;
    missing.add(name);
    return written;
  });
  return { text, missing: [...missing] };
}

/**
 * The first word of a display name without its ornaments. Empty where that is no name: in scripts that write the
 * family name first without a space, half a name would be wrong.
 */
function firstName(displayName: string): string {
  const words = displayName
    .replace(/[^\p{L}\p{M}\p{N}\s'’.-]/gu, ' ')
    .trim()
    .split(/\s+/u);
  const first = (words[0] ?? '').replace(/^[.'’-]+|[.'’-]+$/gu, '');
  const familyFirst = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(
    displayName,
  );
  return familyFirst || !/\p{L}/u.test(first) ? '' : first;
}
