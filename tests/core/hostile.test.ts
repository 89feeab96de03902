import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Input, MethodName, Output } from '@shared/ipc/contract';
import type { ConversationRow } from '@shared/ipc/inbox';
import { createCore, type Core } from '../../electron/main/core';
import type { Http } from '../../electron/main/ports';
import { toIncoming } from '../../electron/main/services/sync-items';
import { createPorts, createTempDir, systemClock, type FakePorts } from '../fakes/ports';
import { APP_PASSWORD, OWN_DID, startBlueskyStub, type BlueskyStub } from '../networks/bluesky-stub';
import { KEY, startMockProvider, type MockProvider } from '../servers/ai/mock-provider';

type Case = { readonly what: string; readonly word: string; readonly text: string; readonly name: string };

const MARKS = '\u0301'.repeat(10_000);
/** What no screen shows as it is. `word` finds the message again. */
const cases: readonly Case[] = (
  [
    ['4 MB of text', 'lorem ipsum '.repeat(350_000), 'N'.repeat(4_000_000)],
    ['halves of surrogate pairs', '\ud800 between \udc00 end \ud83d', '\udfff Half \ud800'],
    ['a pair at the place where a name is cut', 'x', `${'x'.repeat(199)}👍`],
    ['overrides of the writing direction', '\u202egnp.exe\u202c \u2066\u2067\u2068 abc', '\u202eadA\u202d'],
    ['10,000 marks on one letter', `z${MARKS}`, `Z${MARKS}`],
    ['NUL and other control characters', 'before\0after \u0007\u001b[31m\u0085', 'Nul\0Name'],
    ['characters without width', 'pay\u200bpal \u200d\u2060\ufeff\u00ad', '\u200b\u200b\ufeff'],
    ['markup and templates', '<img src=x onerror=alert(1)> {{constructor}} ${7*7}', '<b onclick=x>Ada</b>'],
    ['words of databases', `'; DROP TABLE message; -- " OR * NEAR(a b) ^{`, `"'; --`],
    ['names of properties', '{"__proto__":{"admin":true}}', '__proto__'],
    ['emoji of many parts', '👩‍👩‍👧‍👦'.repeat(2_000), '🏳️‍🌈'.repeat(100)],
  ] as const
).map(([what, text, name], at) => {
  const word = `zebra${String.fromCharCode(97 + at)}`;
  return { what, word, text: `${word} ${text}`, name };
});
const didOf = (at: number): string => `did:plc:${'hostile'.padEnd(22, 'x')}${String.fromCharCode(97 + at)}a`;
const names = new Map(cases.map(({ name }, at) => [didOf(at), name]));

/** Answers of the server, with the names that these people gave themselves. */
const withNames: Http = async (input, init) => {
  const answer = await fetch(input, init);
  const text = await answer.text();
  if (!text.includes('hostile')) return new Response(text, answer);
  const renamed: unknown = JSON.parse(text, (_key, value: unknown) => {
    const did = typeof value === 'object' && value !== null && 'did' in value ? String(value.did) : '';
    return names.has(did) ? { ...(value as object), displayName: names.get(did) } : value;
  });
  return new Response(JSON.stringify(renamed), { status: answer.status });
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
/** 240 characters, of which each may take two places. */
const LONGEST_SNIPPET = 480;

describe('what people write to break things', () => {
  const dir = createTempDir('candor-hostile');
  let stub: BlueskyStub;
  let provider: MockProvider;
  let ports: FakePorts;
  let core: Core;
  const rows = new Map<string, ConversationRow>();

  /** Calls through the bridge; whatever comes back must be fit for the window. */
  const ask = async <Name extends MethodName>(method: Name, input: Input<Name>): Promise<Output<Name>> => {
    const stream = `s-${Math.random()}`;
    const answer = await core.invoke({ method, input, stream }, { userGesture: true }, () => undefined);
    if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    expect(structuredClone(answer.value)).toEqual(answer.value);
    for (const text of textsIn(answer.value)) {
      expect(text.isWellFormed()).toBe(true);
      expect(text.length).toBeLessThanOrEqual(LONGEST_TEXT);
    }
    return answer.value as Output<Name>;
  };
  const rowOf = ({ word }: Case): ConversationRow => {
    const row = rows.get(word);
    if (!row) throw new Error(`no conversation with ${word}`);
    return row;
  };

  beforeAll(async () => {
    stub = await startBlueskyStub();
    provider = await startMockProvider();
    provider.draft('Thank you for writing.');
    ports = createPorts(dir.path, { clock: systemClock, http: withNames });
    const root = stub.post(OWN_DID, { text: 'Our announcement' });
    cases.forEach(({ text }, at) => stub.post(didOf(at), { text, reply: { root, parent: root } }));
    core = createCore(ports);
    await core.start();
    const fields = { identifier: 'brand.test', password: APP_PASSWORD, service: stub.url };
    const connected = await ask('accounts.connect', { network: 'bluesky', method: 'app-password', fields });
    if (connected.state !== 'connected') throw new Error('there is a choice');
    await ask('accounts.sync', { accountId: connected.accounts[0]!.id });
    const model = { preset: 'custom', name: 'Test', model: 'gpt-test', key: KEY } as const;
    const { id } = await ask('ai.saveProvider', { ...model, baseUrl: provider.baseUrl });
    await ask('ai.useProvider', { id });
    for (const row of (await ask('inbox.list', { filter: { view: 'open' } })).items)
      rows.set(row.snippet.split(' ')[0] ?? '', row);
  });
  afterAll(async () => {
    await core.stop();
    await Promise.all([stub.close(), provider.stop()]);
    dir.remove();
  });

  it('is all there, each in a row of bounded size', () => {
    expect([...rows.keys()].sort()).toEqual(cases.map(({ word }) => word));
    for (const row of rows.values()) {
      expect(row.snippet.length).toBeLessThanOrEqual(LONGEST_SNIPPET);
      expect(textsIn(row).join('')).not.toContain('\0');
      expect(row.author.displayName.length).toBeLessThanOrEqual(LONGEST_NAME);
    }
  });

  describe.each(cases.map((one) => [one.what, one] as const))('%s', (_what, one) => {
    it('opens', async () => {
      const { messages } = await ask('inbox.conversation', { id: rowOf(one).id });
      const message = messages.find(({ text }) => text.startsWith(one.word));
      expect(message?.author?.displayName.length).toBeLessThanOrEqual(LONGEST_NAME);
      expect(textsIn(message).join('')).not.toContain('\0');
    });

    it('is found by its words, with a snippet of bounded size', async () => {
      const { items } = await ask('inbox.search', { query: one.word, filter: {} });
      expect(items.map(({ conversation }) => conversation.id)).toEqual([rowOf(one).id]);
      const snippet = items[0]!.snippet.map(({ text }) => text).join('');
      expect(snippet.length).toBeLessThanOrEqual(300);
    });

    it('may be typed into the search, whatever it finds', async () => {
      for (const query of [one.text.slice(0, 400), one.name.slice(0, 400)])
        await ask('inbox.search', { query, filter: {} });
    });

    it('goes to a model as data, and what was sent can be shown', async () => {
      const task = { task: 'reply_draft', conversationId: rowOf(one).id } as const;
      await ask('ai.preview', task);
      expect(await ask('ai.suggest', task)).toMatchObject({
        source: 'model',
        text: 'Thank you for writing.',
      });
    });

    it('can be kept as a draft, a note and a saved reply', async () => {
      const { id } = rowOf(one);
      const text = one.text.slice(0, 4_000);
      await ask('inbox.saveDraft', { id, text });
      await ask('inbox.addNote', { id, text });
      const saved = await ask('inbox.saveSavedReply', { title: one.word, body: text, accountId: null });
      await ask('inbox.fillSavedReply', { id: saved.id, conversationId: id });
      await ask('inbox.conversation', { id });
    });
  });

  it('beside a picture, or on the post above, is bounded too', () => {
    const picture = {
      kind: 'image',
      url: 'https://cdn.example/a.png',
      alt: 'a\0'.repeat(1_000_000),
    } as const;
    const farTooLong = { ...picture, url: `https://cdn.example/${'a'.repeat(5_000)}` };
    const media = [farTooLong, ...Array.from({ length: 500 }, () => picture)];
    const author = { remoteId: 'did:x', handle: 'h'.repeat(9_000), displayName: `${'x'.repeat(199)}👍` };
    const post = { remoteId: 'r', ref: {}, author, text: 'x', createdAt: 0, media };
    const conversation = { remoteKey: 'k', type: 'comment', origin: post } as const;
    const kept = toIncoming({ ...post, kind: 'message', own: false, conversation }, Date.now());
    for (const text of textsIn(kept)) {
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toContain('\0');
    }
    expect(JSON.stringify(kept).length).toBeLessThan(500_000);
  });

  it('stands in the log, which verifies and leaves as a record that others can verify', async () => {
    for (const { seq } of (await ask('transparency.list', {})).items)
      await ask('transparency.detail', { seq });
    expect((await ask('transparency.verify', {})).broken).toBeNull();
    const choice = { includeTexts: true, includeNames: true, format: 'folder', directory: dir.path } as const;
    const { path, entries } = await ask('transparency.export', choice);
    expect(entries).toBeGreaterThan(2 * cases.length);
    execFileSync('node', ['verify.mjs', '.'], { cwd: path!, stdio: 'pipe' });
  });

  it('is the same after a restart, and nothing of it is in the technical log', async () => {
    await core.stop();
    core = createCore(ports);
    await core.start();
    for (const one of cases) await ask('inbox.conversation', { id: rowOf(one).id });
    expect(JSON.stringify(ports.log.lines)).not.toContain('zebra');
    expect(ports.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
