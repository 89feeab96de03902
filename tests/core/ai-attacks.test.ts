import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toErrorInfo } from '@shared/domain/errors';
import type { Suggestion } from '@shared/ipc/ai';
import { injectionSignal } from '../../electron/main/ai/guard/injection-signal';
import { normalise } from '../../electron/main/ai/guard/normalise';
import { payloads } from '../servers/ai/attacks';
import { startMockProvider, type MockProvider } from '../servers/ai/mock-provider';
import { collect, openWorkspace, type Workspace } from './ai-workspace';

const MANY_CALLS_MS = 120_000;
let server: MockProvider;
let space: Workspace;
let called: string[];
beforeAll(async () => {
  server = await startMockProvider();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.reset();
  called = [];
  space = openWorkspace({
    http: (input, init) => {
      called.push(new URL(input as string | URL).origin);
      return fetch(input, init);
    },
  });
  space.use(server.baseUrl);
});
afterEach(() => space.dispose());

/** Everything that a consequential act would have to leave behind. */
const WORLD = [
  'approval',
  'job',
  'attempt',
  'post',
  'variant',
  'reply_draft',
  'saved_reply',
  'answer',
  'setting',
  'account',
  'account_secret',
  'ai_provider',
  'message',
  'conversation',
  'author',
  'media',
];
const world = () => WORLD.map((table) => [table, space.db.raw.prepare(`SELECT * FROM ${table}`).all()]);
const files = () =>
  readdirSync(space.dir.path, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/-(wal|shm)$|head\.bin|key\.json/.test(name))
    .sort();
const INVISIBLE =
  // eslint-disable-next-line no-control-regex -- looked for on purpose
  /[\u0000-\u0008\u200B\u202A-\u202E]|[\u{E0000}-\u{E007F}]|[\u{E0100}-\u{E01EF}]|\p{Surrogate}/u;

async function draft(text: string, key: string): Promise<Suggestion | undefined> {
  const account = space.account();
  const conversationId = space.conversation(account, [text], key);
  const before = JSON.stringify(world());
  const suggestion = await space.suggestions
    .suggest({ task: 'reply_draft', conversationId }, collect().stream)
    .catch((error: unknown) => {
      expect(['ai_malformed', 'ai_refused']).toContain(toErrorInfo(error).kind);
      return undefined;
    });
  expect(JSON.stringify(world())).toBe(before);
  return suggestion;
}

describe('a malicious model', () => {
  it('there are at least 60 payloads in at least 8 languages', () => {
    expect(payloads.length).toBeGreaterThanOrEqual(60);
    const languages = new Set(payloads.flatMap(({ name }) => /^says it in (\w+)/.exec(name)?.[1] ?? []));
    expect(languages.size).toBeGreaterThanOrEqual(8);
  });

  it(
    'sends nothing, fetches nothing, writes no file and changes no setting, whatever it answers to whatever was written',
    { timeout: MANY_CALLS_MS },
    async () => {
      const before = files();
      let suggestions = 0;
      for (const [at, payload] of payloads.entries()) {
        server.attack(at);
        const suggestion = await draft(payload.text, `thread-${at}`);
        if (!suggestion) continue;
        suggestions += 1;
        expect(suggestion.text).not.toMatch(INVISIBLE);
        expect(suggestion.text.length).toBeLessThanOrEqual(20_000);
        expect(Object.keys(suggestion)).not.toContain('action');
        expect(space.repository.byId(suggestion.id)!.state).toBe('open');
      }
      expect(suggestions).toBeGreaterThan(40);
      expect(new Set(called)).toEqual(new Set([new URL(server.baseUrl).origin]));
      expect(called).toHaveLength(payloads.length);
      expect(space.entries('ai.request')).toHaveLength(payloads.length);
      expect(space.entries('human.decision')).toEqual([]);
      expect(space.entries('publish')).toEqual([]);
      expect(files()).toEqual(before);
      for (const { body } of server.chats()) {
        for (const power of ['tools', 'tool_choice', 'functions', 'plugins', 'web_search_options'])
          expect(body).not.toHaveProperty(power);
        expect(body.messages).toHaveLength(2);
      }
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    },
  );

  it(
    'reaches the model only as marked, cleaned data inside one JSON string',
    { timeout: MANY_CALLS_MS },
    async () => {
      for (const [at, { text }] of payloads.entries()) {
        server.draft('ok');
        await draft(text, `thread-${at}`);
        const [system, user] = server.chats().at(-1)!.body.messages;
        const mark = /the mark (\^[a-z]{3})/.exec(system!.content)![1]!;
        const json = /^\{[\s\S]*?\n\}(?=\n\n)/.exec(user!.content)![0];
        const { input_message: data } = JSON.parse(json) as { input_message: string };
        expect(data.startsWith(mark)).toBe(true);
        expect(data).not.toMatch(INVISIBLE);
        const words = data.split(mark).map((part) => part.trim());
        for (const word of words) expect(word).not.toMatch(/\s\S+\s/);
        // Outside the data stands nothing that the author wrote.
        const outside = system!.content + user!.content.slice(json.length);
        const phrase = normalise(text).text.slice(0, 40).trim();
        if (phrase.length > 8) expect(outside).not.toContain(phrase);
      }
    },
  );

  it('is shown with what to look at', async () => {
    server.attack(0);
    const suggestion = await draft('Where is my parcel?', 'thread');
    const found = Object.fromEntries(
      suggestion!.checks.filter(({ ok }) => !ok).map((check) => [check.id, check.found]),
    );
    expect(found['new_urls']).toEqual(['https://evil.example/login?u=1']);
    expect(found['new_contacts']).toEqual(['+49 151 99999999']);
    expect(found['promises']).toContain('refund');
  });
});

describe('the injection signal', () => {
  it('sees the obvious payloads', () => {
    const unseen = payloads
      .filter(({ obvious }) => obvious)
      .filter(({ text }) => {
        const { text: clean, stripped } = normalise(text);
        return injectionSignal(clean, stripped) === 0;
      });
    expect(unseen.map(({ name }) => name)).toEqual([]);
  });
  it.each([
    'Where is my order? I have been waiting for two weeks!',
    'Love your new coffee ☕️❤️ 👨‍👩‍👧',
    'Wo ist meine Bestellung?',
    '¿Cuándo abren mañana?',
    'Can you send me the size guide please?',
    'Ist das Produkt vegan?',
    'このコーヒーは美味しいです',
    'The previous order was better, please ignore my last message.',
    'Please post more like this',
    'سلام، می‌خواهم بدانم',
    'Ваш магазин открыт?',
  ])('leaves honest words alone: %s', (text) => {
    const { text: clean, stripped } = normalise(text);
    expect(injectionSignal(clean, stripped)).toBe(0);
  });
});

describe('the shape of the code', () => {
  const root = join(import.meta.dirname, '../../electron/main');
  const aiFiles = readdirSync(join(root, 'ai'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const importsOf = (file: string): readonly { readonly from: string; readonly typeOnly: boolean }[] =>
    Array.from(
      readFileSync(join(root, 'ai', file), 'utf8').matchAll(
        /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/g,
      ),
      ([, typeOnly, from, dynamic]) => ({ from: from ?? dynamic ?? '', typeOnly: Boolean(typeOnly) }),
    );

  it('gives the AI side no way to files, processes, networks, the database or services', () => {
    expect(aiFiles.length).toBeGreaterThan(20);
    for (const file of aiFiles)
      for (const { from, typeOnly } of importsOf(file)) {
        if (from.startsWith('node:')) expect(['node:crypto', 'node:worker_threads']).toContain(from);
        expect(from).not.toMatch(/electron|\/db\/|\/networks\/|\/services\/|\/scheduler\/|\/shell\//);
        if (from.includes('/transparency/')) expect(typeOnly).toBe(true);
      }
  });
  it('has one file that knows the model client, loads it late, and no other that can call out', () => {
    for (const file of aiFiles) {
      const source = readFileSync(join(root, 'ai', file), 'utf8');
      const openai = importsOf(file).filter(({ from }) => from === 'openai');
      if (file === 'gateway.ts') expect(openai.filter(({ typeOnly }) => !typeOnly)).toHaveLength(1);
      else expect(openai).toEqual([]);
      expect(source).not.toMatch(/(?<![\w.])fetch\(|XMLHttpRequest|WebSocket|(?<![\w.])eval\(|new Function/);
    }
    expect(readFileSync(join(root, 'ai/gateway.ts'), 'utf8')).not.toMatch(
      /^import (?!type)[^;]*from 'openai'/m,
    );
  });
});
