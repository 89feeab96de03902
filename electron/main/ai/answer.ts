import { z } from 'zod';

/** What every drafting task asks for. `assumes`: what the draft takes for granted without knowing it. */
const answerSchema = z.object({
  text: z.string().min(1).max(20_000),
  assumes: z.string().max(500).nullish(),
});
export const answerJsonSchema = {
  name: 'draft',
  strict: true,
  schema: {
    type: 'object',
    properties: { text: { type: 'string' }, assumes: { type: ['string', 'null'] } },
    required: ['text', 'assumes'],
    additionalProperties: false,
  },
} as const;

/**
 * `pass`: the object asked for. `plain`: plain text. `broken`: an object that ended too early or has wrong members;
 * its text is what could be read.
 */
export type ReadAnswer = {
  readonly text: string;
  readonly assumes: string | null;
  readonly shape: 'pass' | 'plain' | 'broken';
};

/** The text in what a model has sent so far. Models wrap, fence and think aloud; all of it may end anywhere. */
export function readAnswer(received: string, final: boolean): ReadAnswer {
  const body = withoutThinking(received, final);
  const fenced = /^\s*```(?:json)?\s*(?=\{)/u.exec(body);
  const json = fenced ? body.slice(fenced[0].length) : body.trimStart();
  if (json.startsWith('{') || (!final && mayBecomeFence(json))) return readObject(json);
  return { text: final ? body.trim() : body.trimStart(), assumes: null, shape: 'plain' };
}

const mayBecomeFence = (text: string): boolean =>
  text === '' || '```json'.startsWith(text.slice(0, 7).trimEnd());

/** Reasoning models put their thoughts before the answer: `<think>…</think>`. */
function withoutThinking(text: string, final: boolean): string {
  const opening = /^\s*<think(?:ing)?>/u.exec(text);
  if (opening) {
    const closing = /<\/think(?:ing)?>/u.exec(text);
    return closing ? text.slice(closing.index + closing[0].length) : '';
  }
  return !final && /^\s*<[a-z]{0,8}$/u.test(text) ? '' : text;
}

function readObject(json: string): ReadAnswer {
  const end = json.lastIndexOf('}');
  const parsed = end < 0 ? undefined : parse(json.slice(0, end + 1));
  const valid = answerSchema.safeParse(parsed);
  if (valid.success) return { text: valid.data.text, assumes: valid.data.assumes || null, shape: 'pass' };
  return { text: memberSoFar(json, 'text'), assumes: null, shape: 'broken' };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Half an object is the normal case while it streams; the caller reads what is there.
    return undefined;
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/** The string member `name` of an object that may end anywhere, as far as it is whole. */
function memberSoFar(json: string, name: string): string {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    else if (char === '"') {
      const key = readString(json, at + 1);
      const colon = /^\s*:\s*"/u.exec(json.slice(key.next, key.next + 20));
      if (depth === 1 && colon && key.closed && key.value === name)
        return readString(json, key.next + colon[0].length).value;
      at = key.next - 1;
    }
  }
  return '';
}

function readString(
  json: string,
  from: number,
): { readonly value: string; readonly next: number; readonly closed: boolean } {
  let value = '';
  for (let at = from; at < json.length; at += 1) {
    const char = json[at] ?? '';
    if (char === '"') return { value, next: at + 1, closed: true };
    if (char !== '\\') {
      value += char;
      continue;
    }
    const kind = json[at + 1];
    if (kind === undefined) break;
    if (kind === 'u') {
      const hex = json.slice(at + 2, at + 6);
      if (hex.length < 4) break;
      value += /^[0-9a-f]{4}$/iu.test(hex) ? String.fromCharCode(parseInt(hex, 16)) : '';
      at += 5;
    } else {
      value += escapes[kind] ?? kind;
      at += 1;
    }
  }
  // Half a surrogate pair waits for its other half.
  return { value: value.replace(/[\uD800-\uDBFF]$/u, ''), next: json.length, closed: false };
}
