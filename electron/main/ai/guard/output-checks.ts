import { countText } from '@shared/domain/count';
import type { TextLimit } from '@shared/domain/network';
import {
  findCards,
  findEmails,
  findHandles,
  findIbans,
  findIps,
  findPhones,
  findUrls,
  textsOf,
} from './detect';
import { findPromises } from './promises';

export const checkIds = [
  'schema',
  'length',
  'new_urls',
  'new_contacts',
  'promises',
  'language',
  'pii_echo',
  'prompt_leak',
] as const;
export type CheckId = (typeof checkIds)[number];
export type Verdict = 'pass' | 'warn' | 'fail' | 'na';
/** `na`: there was nothing to hold the text against. `found`: what to look at, as it stands in the text. */
export type Check = { readonly id: CheckId; readonly verdict: Verdict; readonly found: readonly string[] };

export type CheckMaterial = {
  readonly text: string;
  readonly schema: Verdict;
  readonly limit: TextLimit | null;
  /** What people wrote and the person's own notes, as they are: what stands there is not new. */
  readonly known: string;
  readonly system: string;
  readonly mark: string;
  /** The model's text before values were put back. */
  readonly raw: string;
  readonly language: { readonly wanted: string | null; readonly found: string | null };
};

/** Looks at an answer for what a person should see before using it. Nothing here changes or stops it. */
export function checkOutput(material: CheckMaterial): readonly Check[] {
  const { text, known, limit } = material;
  return [
    { id: 'schema', verdict: material.schema, found: [] },
    limit ? found('length', tooLong(text, limit), 'fail') : { id: 'length', verdict: 'na', found: [] },
    found(
      'new_urls',
      textsOf(findUrls, text).filter((url) => !mentions(known, url)),
    ),
    found(
      'new_contacts',
      [findEmails, findPhones, findHandles]
        .flatMap((find) => textsOf(find, text))
        .filter((contact) => !mentions(known, contact)),
    ),
    found('promises', findPromises(text)),
    languageCheck(material.language),
    found(
      'pii_echo',
      [findEmails, findPhones, findIbans, findCards, findIps]
        .flatMap((find) => textsOf(find, text))
        .filter((value) => mentions(known, value)),
    ),
    found('prompt_leak', leaks(material), 'fail'),
  ];
}

function found(id: CheckId, what: readonly string[], bad: Verdict = 'warn'): Check {
  const unique = [...new Set(what)].slice(0, 20);
  return { id, verdict: unique.length === 0 ? 'pass' : bad, found: unique };
}

function tooLong(text: string, limit: TextLimit): readonly string[] {
  const count = countText(text, limit);
  return count.over ? [`${count.used} / ${count.max}`] : [];
}

const folded = (text: string): string => text.normalize('NFC').toLowerCase();
const digitsOf = (text: string): string => text.replace(/\D/gu, '');
/** The same address or number, however it is spaced. */
function mentions(known: string, value: string): boolean {
  if (folded(known).includes(folded(value))) return true;
  const digits = digitsOf(value);
  return digits.length >= 7 && digits.length > value.length / 2 && digitsOf(known).includes(digits);
}

function languageCheck({ wanted, found: is }: CheckMaterial['language']): Check {
  if (wanted === null || is === null) return { id: 'language', verdict: 'na', found: [] };
  return is === wanted
    ? { id: 'language', verdict: 'pass', found: [] }
    : { id: 'language', verdict: 'warn', found: [is] };
}

const LEAK_WORDS = 8;
const TEMPLATE_MARKS =
  /<\|?(?:im_start|im_end|system|assistant|endoftext|eot_id)\|?>|\[\/?INST\]|<<\/?SYS>>/giu;
const UNKNOWN_PLACEHOLDER = /\[(?:PERSON|HANDLE|EMAIL|URL|PHONE|IBAN|CARD|IP)_\d+\]/gu;

/** Passages of the system text, the request's mark, chat templates and placeholders that stand for nothing. */
function leaks({ text, raw, system, mark }: CheckMaterial): readonly string[] {
  const passages = sharedRuns(wordsOf(text), wordsOf(system), LEAK_WORDS);
  return [
    ...passages,
    ...(raw.includes(mark) ? [mark] : []),
    ...Array.from(text.matchAll(TEMPLATE_MARKS), (match) => match[0]),
    ...Array.from(text.matchAll(UNKNOWN_PLACEHOLDER), (match) => match[0]),
  ];
}

const wordsOf = (text: string): readonly string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

function sharedRuns(words: readonly string[], source: readonly string[], size: number): readonly string[] {
  const known = new Set(
    source.flatMap((_, at) => (at + size <= source.length ? [source.slice(at, at + size).join(' ')] : [])),
  );
  for (let at = 0; at + size <= words.length; at += 1) {
    const run = words.slice(at, at + size).join(' ');
    if (known.has(run)) return [run];
  }
  return [];
}
