import { escapePattern } from './escape-pattern';
/** A literal that stands in the model's text, and what it becomes locally. */
export type Replacement = { readonly find: string; readonly replace: string };

/**
 * Puts the values back. While a text still grows (`final` false) its tail is held back as long as it could become a
 * placeholder, so that nobody ever sees half of one.
 */
export function restore(text: string, replacements: readonly Replacement[], final: boolean): string {
  const shown = final ? text : text.slice(0, text.length - openTail(text, replacements));
  if (replacements.length === 0) return shown;
  const byFind = new Map(replacements.map(({ find, replace }) => [find.toLowerCase(), replace]));
  const pattern = new RegExp(replacements.map(({ find }) => escapePattern(find)).join('|'), 'gi');
  return shown.replace(pattern, (found) => byFind.get(found.toLowerCase()) ?? found);
}

function openTail(text: string, replacements: readonly Replacement[]): number {
  const lower = text.toLowerCase();
  return replacements.reduce(
    (longest, { find }) => Math.max(longest, prefixAtEnd(lower, find.toLowerCase())),
    0,
  );
}

function prefixAtEnd(text: string, find: string): number {
  for (let length = Math.min(find.length - 1, text.length); length > 0; length -= 1)
    if (text.endsWith(find.slice(0, length))) return length;
  return 0;
}
