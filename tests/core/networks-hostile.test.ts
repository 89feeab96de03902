import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountView } from '@shared/ipc/accounts';
import type { MessageView } from '@shared/ipc/inbox';
import type { Http } from '../../electron/main/ports';
import { startApp, type App } from '../fakes/app';
import { openStandIn, standInIds, type StandIn } from '../fakes/stand-ins';

const MARKS = '\u0301'.repeat(10_000);
/** `word` finds the message again. `kept`: what a person must be able to read of it as it was written. */
const cases = (
  [
    ['4 MB of text', 'lorem ipsum '.repeat(350_000)],
    ['halves of surrogate pairs', '\ud800 between \udc00 end \ud83d'],
    ['overrides of the writing direction', '\u202egnp.exe\u202c \u2066\u2067\u2068 abc'],
    ['10,000 marks on one letter', `z${MARKS}`],
    ['NUL and other control characters', 'before\0after \u0007\u001b[31m\u0085'],
    ['markup', '<img src=x onerror=alert(1)> <script>alert(2)</script>', '<script>alert(2)</script>'],
    ['entities of markup', '&lt;b&gt; &amp;amp; &#x3c;i&#62;', '&lt;b&gt; &amp;amp; &#x3c;i&#62;'],
    ['templates', '{{constructor}} ${7*7} <%= 1 %>', '{{constructor}} ${7*7} <%= 1 %>'],
    ['words of databases', `'; DROP TABLE message; -- " OR * NEAR(a b) ^{`, `'; DROP TABLE message; -- "`],
    ['names of properties', '{"__proto__":{"admin":true}}', '{"__proto__":{"admin":true}}'],
    ['emoji of many parts', '👩‍👩‍👧‍👦'.repeat(2_000)],
  ] as const
).map(([what, text, kept], at) => {
  const word = `zebra${String.fromCharCode(97 + at)}`;
  return { what, word, text: `${word} ${text}`, kept };
});
const NAME = `\u202e<b onclick=x>\0Ada\ud800${MARKS}${'N'.repeat(4_000_000)}`;
const NAMES = new Set([
  'username',
  'name',
  'display_name',
  'global_name',
  'first_name',
  'localizedFirstName',
  'authorDisplayName',
]);
/** How the stand-ins call the people around the account. */
const SOMEBODY = /^@?(?:name of )?(?:ana|ben|someone|other)\b/i;

/** Answers of the network, with the name that everybody but the account gave themselves. */
const withNames: Http = async (input, init) => {
  const answer = await fetch(input, init);
  const text = await answer.text();
  if (!text.startsWith('{') && !text.startsWith('[')) return new Response(text || null, answer);
  const renamed: unknown = JSON.parse(text, (key, value: unknown) =>
    NAMES.has(key) && typeof value === 'string' && SOMEBODY.test(value) ? NAME : value,
  );
  return new Response(JSON.stringify(renamed), { status: answer.status, headers: answer.headers });
};

/** Every text in an answer, keys too. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, at]) => [key, ...textsIn(at)]);
}

const LONGEST_TEXT = 100_001;
const LONGEST_NAME = 200;

describe.each(standInIds)('what people write to break things, on %s', (id) => {
  let standIn: StandIn;
  let app: App;
  let account: AccountView;
  let messages: readonly MessageView[];

  beforeAll(async () => {
    standIn = await openStandIn(id);
    app = await startApp({ standIns: [standIn], http: withNames });
    for (const { text } of cases) standIn.receive(text);
    account = await app.connect(standIn);
    messages = await app.messages(account.id);
  });
  afterAll(async () => {
    await app.close();
    await standIn.close();
  });
  const find = (word: string): MessageView => {
    const found = messages.find(({ text }) => text.includes(word));
    if (!found) throw new Error(`${word} is not there`);
    return found;
  };

  it('all comes in, and the account is in order', () => {
    expect(account.problem).toBeNull();
    for (const { word } of cases) find(word);
  });

  it('is text of bounded size, whole and without control characters, whoever wrote it', () => {
    expect(structuredClone(messages)).toEqual(messages);
    for (const text of textsIn(messages)) {
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toContain('\0');
      expect(text.length).toBeLessThanOrEqual(LONGEST_TEXT);
    }
    const names = messages.flatMap(({ author }) => (author ? [author.displayName] : []));
    expect(names.some((name) => name.includes('<b onclick=x>'))).toBe(true);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(LONGEST_NAME);
  });

  it('reads as it was written: nothing of it is markup', () => {
    for (const { word, kept } of cases) if (kept) expect(find(word).text).toContain(kept);
  });

  it('is found by its words', async () => {
    for (const { word } of cases) {
      const { items } = await app.ask('inbox.search', { query: word, filter: {} });
      expect(items).toHaveLength(1);
    }
  });

  it('stands in no line of the technical log', () => {
    expect(JSON.stringify(app.ports.log.lines)).not.toContain('zebra');
    expect(app.ports.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
