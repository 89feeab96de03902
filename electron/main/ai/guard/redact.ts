import { escapePattern } from './escape-pattern';
import {
  findCards,
  findEmails,
  findHandles,
  findIbans,
  findIps,
  findPersonalUrls,
  findPhones,
  overlaps,
  type Detector,
  type Span,
} from './detect';
import type { Replacement } from './restore';

export const redactionPolicy = 'default-1';
export type EntityType = 'PERSON' | 'HANDLE' | 'EMAIL' | 'URL' | 'PHONE' | 'IBAN' | 'CARD' | 'IP';
/** A person whom the platform's own records name. */
export type KnownPerson = { readonly name: string; readonly handle: string };

/** Replaces personal data by placeholders, the same value always by the same one. The values never leave. */
export type Redactor = {
  readonly redact: (text: string) => string;
  /** What puts the values back. */
  readonly replacements: () => readonly Replacement[];
  /** How often each type was replaced; never the values. */
  readonly counts: () => Readonly<Record<string, number>>;
};

type Rule = { readonly type: EntityType; readonly find: Detector };
const patternRules: readonly Rule[] = [
  { type: 'URL', find: findPersonalUrls },
  { type: 'EMAIL', find: findEmails },
  { type: 'IBAN', find: findIbans },
  { type: 'CARD', find: findCards },
  { type: 'IP', find: findIps },
  { type: 'PHONE', find: findPhones },
];
/** What an author typed to look like one of our placeholders. */
const FORGED = /\[([A-Z]{2,8}_\d{1,4})\]/giu;

/** `own`: handles of the brand, which stay readable. Known people go before patterns. */
export function createRedactor(people: readonly KnownPerson[], own: readonly string[] = []): Redactor {
  const ownHandles = new Set(own.map((handle) => bare(handle)));
  const rules: readonly Rule[] = [
    ...people.flatMap((person) => rulesOf(person)),
    ...patternRules,
    {
      type: 'HANDLE',
      find: (text) =>
        findHandles(text).filter((span) => !ownHandles.has(bare(text.slice(span.start, span.end)))),
    },
  ];
  const placeholders = new Map<string, Replacement>();
  const numbers = new Map<EntityType, number>();
  const counts: Record<string, number> = {};

  const placeholderFor = (type: EntityType, value: string): string => {
    const key = `${type}:${value.toLowerCase()}`;
    const known = placeholders.get(key);
    if (known) return known.find;
    const number = (numbers.get(type) ?? 0) + 1;
    numbers.set(type, number);
    const made = { find: `[${type}_${number}]`, replace: value };
    placeholders.set(key, made);
    return made.find;
  };

  return {
    redact: (original) => {
      const text = original.replace(FORGED, '($1)');
      const taken: { readonly span: Span; readonly type: EntityType }[] = [];
      for (const { type, find } of rules)
        for (const span of find(text))
          if (!taken.some((other) => overlaps(other.span, span))) taken.push({ span, type });
      let result = '';
      let from = 0;
      for (const { span, type } of taken.sort((a, b) => a.span.start - b.span.start)) {
        counts[type.toLowerCase()] = (counts[type.toLowerCase()] ?? 0) + 1;
        result += text.slice(from, span.start) + placeholderFor(type, text.slice(span.start, span.end));
        from = span.end;
      }
      return result + text.slice(from);
    },
    replacements: () => [...placeholders.values()],
    counts: () => ({ ...counts }),
  };
}

const bare = (handle: string): string => handle.replace(/^@/u, '').toLowerCase();
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
/** Parts of names that are also ordinary words. */
const NOT_A_NAME = new Set([
  'the',
  'and',
  'for',
  'der',
  'die',
  'das',
  'und',
  'von',
  'van',
  'den',
  'del',
  'des',
  'les',
  'los',
  'las',
  'dos',
  'bin',
  'shop',
  'store',
  'team',
  'official',
  'real',
  'mrs',
  'herr',
  'frau',
]);

function rulesOf({ name, handle }: KnownPerson): readonly Rule[] {
  // what stands in brackets is no part of the name: "(she/her)", "[closed]"
  const plain = name
    .replace(/\([^)]*\)|\[[^\]]*\]/gu, ' ')
    .replace(/[^\p{L}\p{M}\p{N}\s.'’-]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  const rules: Rule[] = [];
  if (plain.length >= 2) rules.push({ type: 'PERSON', find: wordFinder(plain, 'giu') });
  for (const part of nameParts(plain)) rules.push({ type: 'PERSON', find: wordFinder(part, 'gu') });
  const id = handle.replace(/^@/u, '');
  if (id === '') return rules;
  rules.push({
    type: 'HANDLE',
    find: finder(
      `(?<![\\w@.-])@?${escapePattern(id)}(?![\\w-]|\\.\\w)`,
      'giu',
      id.length >= 4 || id.includes('.'),
    ),
  });
  const label = id.split('.')[0] ?? '';
  if (label !== id && label.length >= 3)
    rules.push({
      type: 'HANDLE',
      find: finder(`(?<![\\w@.-])@${escapePattern(label)}(?![\\w-]|\\.\\w)`, 'giu'),
    });
  return rules;
}

/** First and last name, where the display name looks like a person's name. */
function nameParts(name: string): readonly string[] {
  const words = name.split(' ');
  if (words.length < 2 || words.length > 4 || !words.every((word) => /^\p{Lu}[\p{L}\p{M}.'’-]*$/u.test(word)))
    return [];
  return words.filter((word) => word.length >= 3 && !NOT_A_NAME.has(word.toLowerCase()));
}

function wordFinder(word: string, flags: string): Detector {
  if (UNSPACED.test(word)) return finder(escapePattern(word), flags);
  return finder(
    `(?<![\\p{L}\\p{N}_])${escapePattern(word).replace(/ /gu, '\\s+')}(?![\\p{L}\\p{N}_])`,
    flags,
  );
}

function finder(source: string, flags: string, withoutAt = true): Detector {
  const pattern = new RegExp(source, flags);
  return (text) =>
    Array.from(text.matchAll(pattern))
      .filter((match) => withoutAt || match[0].startsWith('@'))
      .map((match) => ({ start: match.index, end: match.index + match[0].length }));
}
