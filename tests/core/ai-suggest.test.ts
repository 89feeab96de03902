import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userMessageOf } from '../../electron/main/ai/prepare';
import { checkCoverage } from '../../electron/main/transparency/coverage';
import { closeInterrupted } from '../../electron/main/transparency/interrupted';
import { verifyLog } from '../../electron/main/transparency/verify';
import { KEY, startMockProvider, type MockProvider } from '../servers/ai/mock-provider';
import { requestInput } from '../unit/transparency/log-fixture';
import { collect, openWorkspace, type Workspace } from './ai-workspace';

let server: MockProvider;
let space: Workspace;
beforeAll(async () => {
  server = await startMockProvider();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.reset();
  space = openWorkspace();
});
afterEach(() => space.dispose());

const german =
  'Guten Tag, ich bin Ada Lovelace und meine Bestellung ist noch nicht da. Schreiben Sie an ada@mail.example oder +49 30 1234567!';
const ada = { remoteId: 'did:ada', handle: 'ada.example', displayName: 'Ada Lovelace' };

describe('a reply draft from a language model', () => {
  const ask = async () => {
    space.use(server.baseUrl, { key: KEY });
    const account = space.account({ voiceNotes: 'Friendly, first names.' });
    const conversationId = space.conversation(account, [
      { text: 'Hallo? @ada.example hier', author: ada },
      { text: german, author: ada },
    ]);
    server.draft('Hallo [PERSON_1], danke für Ihre Nachricht! Wir sehen nach.', 'Die Bestellung gibt es.');
    const { parts, stream } = collect();
    const suggestion = await space.suggestions.suggest({ task: 'reply_draft', conversationId }, stream);
    return { account, conversationId, suggestion, parts };
  };

  it('streams the growing text with names put back and ends with a checked suggestion', async () => {
    const { suggestion, parts } = await ask();
    expect(suggestion).toMatchObject({
      task: 'reply_draft',
      source: 'model',
      text: 'Hallo Ada Lovelace, danke für Ihre Nachricht! Wir sehen nach.',
      assumes: 'Die Bestellung gibt es.',
      local: true,
      model: 'gpt-test',
      injectionSignal: 0,
      sources: [],
    });
    expect(suggestion.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(suggestion.text.startsWith(part.trimEnd())).toBe(true);
  });

  it('sends no name, handle, address or number, marks what people wrote and asks for their language', async () => {
    await ask();
    const [request] = server.chats();
    const sent = JSON.stringify(request!.body);
    for (const value of ['Ada', 'Lovelace', 'ada.example', 'ada@mail', '1234567'])
      expect(sent).not.toContain(value);
    const [system, user] = request!.body.messages;
    const mark = /the mark (\^[a-z]{3})/.exec(system!.content)?.[1];
    expect(mark).toBeDefined();
    expect(user!.content).toContain(`${mark} Guten ${mark} Tag,`);
    expect(system!.content).toContain('Write in German.');
    expect(system!.content).toContain('At most 300 characters.');
    expect(user!.content).toContain('Friendly, first names.');
    expect(request!.body.response_format?.type).toBe('json_schema');
    expect(request!.body).not.toHaveProperty('tools');
    expect(Object.keys(request!.headers).filter((name) => name.startsWith('x-stainless'))).toEqual([]);
    expect(request!.headers['user-agent']).toBe('Candor/0.0.1');
  });

  it('writes the request, exactly as sent, before and the response after', async () => {
    const { suggestion, conversationId, account } = await ask();
    const [request] = space.entries('ai.request');
    const [response] = space.entries('ai.response');
    expect(request!.seq).toBe(suggestion.requestSeq);
    expect(response!.seq).toBe(suggestion.responseSeq);
    expect(request!.entry).toMatchObject({
      task: 'reply_draft',
      task_class: 'generative',
      trigger: 'user',
      autonomy: 'L1',
      acct: account.id,
      endpoint: { local: true },
      prompt: { name: 'reply-draft', version: 1 },
      guard: { datamark: true, tools: 0 },
      redaction: { reversible: true },
      ref: { thread: conversationId },
    });
    const slot = (name: 'system' | 'prompt' | 'input_message' | 'thread_context') =>
      request!.slots[name]?.text ?? '';
    const [system, user] = server.chats()[0]!.body.messages;
    expect(slot('system')).toBe(system!.content);
    expect(
      userMessageOf({
        system: '',
        prompt: slot('prompt'),
        input_message: slot('input_message'),
        thread_context: slot('thread_context'),
      }),
    ).toBe(user!.content);
    expect(response!.entry).toMatchObject({
      status: 'ok',
      ref: { request: request!.id },
      model_drift: false,
      cost: { micros: 0, basis: 'local' },
      checks: { schema: 'pass', length: 'pass', new_urls: 'pass', prompt_leak: 'pass', language: 'pass' },
      gen_ai: { 'gen_ai.response.model': 'gpt-test' },
    });
    expect(response!.slots.output?.text).toBe(suggestion.text);
    expect(response!.slots.note?.text).toBe('Die Bestellung gibt es.');
    expect(space.entries('model.register')).toHaveLength(1);
  });

  it('stores what was shown, for the approval and the coverage check', async () => {
    const { suggestion, conversationId } = await ask();
    const stored = space.repository.byId(suggestion.id)!;
    expect(stored).toMatchObject({
      text: suggestion.text,
      subjectId: conversationId,
      state: 'open',
      responseSeq: suggestion.responseSeq,
    });
    expect(space.transparency.byId(stored.requestId)?.seq).toBe(suggestion.requestSeq);
    expect([...space.repository.drafts()]).toEqual([
      { draft: suggestion.id, request: stored.requestId, aiSeq: stored.requestSeq },
    ]);
    expect(space.gateway.calls().chat).toBe(1);
  });

  it('previews exactly what it sends, without sending or logging', async () => {
    space.use(server.baseUrl);
    const conversationId = space.conversation(space.account(), [{ text: german, author: ada }]);
    const before = space.transparency.head().seq;
    const preview = await space.suggestions.preview({ task: 'reply_draft', conversationId });
    expect(server.chats()).toEqual([]);
    expect(space.entries('ai.request')).toEqual([]);
    expect(space.transparency.head().seq).toBe(before);
    expect(preview.redactions).toEqual({ person: 1, email: 1, phone: 1 });
    server.draft('Hallo');
    await space.suggestions.suggest({ task: 'reply_draft', conversationId }, collect().stream);
    const unmarked = (text: string) => text.replace(/\^[a-z]{3}/g, '^');
    expect(server.chats()[0]!.body.messages.map(({ content }) => unmarked(content))).toEqual(
      preview.messages.map(({ content }) => unmarked(content)),
    );
  });

  it('never reads another thread', async () => {
    space.use(server.baseUrl);
    const account = space.account();
    space.conversation(account, ['The secret of another customer'], 'other');
    const conversationId = space.conversation(account, ['Is my parcel on the way?'], 'mine');
    server.draft('It is.');
    await space.suggestions.suggest({ task: 'reply_draft', conversationId }, collect().stream);
    expect(JSON.stringify(server.chats()[0]!.body)).not.toContain('secret');
  });
});

describe('rewriting and drafting posts', () => {
  it.each(['shorter', 'longer', 'friendlier', 'more_formal'] as const)(
    'rewrites %s, restoring what stood in the text',
    async (style) => {
      space.use(server.baseUrl);
      server.draft('Write to [EMAIL_1].');
      const text = 'Please write to shop@mail.example';
      const suggestion = await space.suggestions.suggest(
        { task: 'rewrite', style, text, accountId: null },
        collect().stream,
      );
      expect(suggestion.text).toBe('Write to shop@mail.example.');
      expect(server.chats()[0]!.body.messages[0]!.content).toMatch(/shorter|longer|friendlier|formal/);
      expect(space.entries('ai.request')[0]!.entry).toMatchObject({
        task: 'rewrite',
        task_class: 'assistive_edit',
      });
    },
  );
  it('drafts a post from a brief for an account', async () => {
    space.use(server.baseUrl);
    const account = space.account({ brand: 'Northwind' });
    server.draft('New coffee this Friday!');
    const suggestion = await space.suggestions.suggest(
      { task: 'post_draft', brief: 'we open a new café on Friday', accountId: account.id },
      collect().stream,
    );
    expect(suggestion.text).toBe('New coffee this Friday!');
    expect(server.chats()[0]!.body.messages[0]!.content).toContain('Northwind');
  });
  it('says that there is no provider, and records that nothing was asked', async () => {
    await expect(
      space.suggestions.suggest({ task: 'post_draft', brief: 'x', accountId: null }, collect().stream),
    ).rejects.toMatchObject({ kind: 'ai_no_provider' });
    expect(space.entries('ai.blocked')[0]!.entry).toMatchObject({
      reason: 'no_provider',
      task: 'post_draft',
    });
  });
});

describe('a person decides', () => {
  it('records rejecting and asking again with the reason, and marks inserting without a decision', async () => {
    space.use(server.baseUrl);
    server.draft('A draft');
    const input = { task: 'post_draft', brief: 'x', accountId: null } as const;
    const [first, second, third] = [
      await space.suggestions.suggest(input, collect().stream),
      await space.suggestions.suggest(input, collect().stream),
      await space.suggestions.suggest(input, collect().stream),
    ];
    space.suggestions.decide({ id: first.id, decision: 'rejected', reason: 'off_brand' });
    space.suggestions.decide({ id: second.id, decision: 'regenerated' });
    space.suggestions.decide({ id: third.id, decision: 'inserted' });
    const decisions = space.entries('human.decision');
    expect(decisions.map(({ entry }) => entry)).toMatchObject([
      { decision: 'rejected', reason: 'off_brand' },
      { decision: 'regenerated' },
    ]);
    expect(space.transparency.related(first.requestSeq!).map(({ type }) => type)).toEqual([
      'ai.request',
      'ai.response',
      'human.decision',
    ]);
    expect(space.repository.byId(third.id)!.state).toBe('inserted');
  });
});

describe('models that answer in other ways', () => {
  const input = { task: 'post_draft', brief: 'say hello', accountId: null } as const;
  it('asks again in a simpler form when the server does not know the first, each time with an entry of its own', async () => {
    space.use(server.baseUrl);
    server.mock.on(
      { endpoint: 'chat', predicate: ({ response_format: format }) => format !== undefined },
      {
        status: 400,
        error: { message: 'response_format is not supported by this model', type: 'invalid_request_error' },
      },
    );
    server.mock.on({ endpoint: 'chat' }, { content: 'Hello there' });
    const suggestion = await space.suggestions.suggest(input, collect().stream);
    expect(suggestion.text).toBe('Hello there');
    expect(server.chats().map(({ body }) => body.response_format?.type ?? 'text')).toEqual([
      'json_schema',
      'json_object',
      'text',
    ]);
    expect(space.entries('ai.request')).toHaveLength(3);
    expect(
      space.entries('ai.response').map(({ entry }) => (entry as { error_type?: string }).error_type),
    ).toEqual(['format_unsupported', 'format_unsupported', undefined]);
    expect(space.gateway.calls().chat).toBe(3);
    await space.suggestions.suggest(input, collect().stream);
    expect(server.chats()).toHaveLength(4);
  });
  it('takes thoughts, fences and plain text', async () => {
    space.use(server.baseUrl);
    for (const content of [
      '<think>hm {"text":"no"}</think>{"text":"Hello","assumes":null}',
      '```json\n{"text":"Hello","assumes":null}\n```',
      'Hello',
    ]) {
      server.answer(content);
      expect((await space.suggestions.suggest(input, collect().stream)).text).toBe('Hello');
    }
  });
  it('shows what came of half an answer and says that it is broken', async () => {
    space.use(server.baseUrl);
    server.answer('{"text":"Hello wor', { finishReason: 'length' });
    const suggestion = await space.suggestions.suggest(input, collect().stream);
    expect(suggestion.text).toBe('Hello wor');
    expect(suggestion.checks.find(({ id }) => id === 'schema')).toMatchObject({ ok: false });
  });
  it('notices when another model answers under the same name', async () => {
    space.use(server.baseUrl, { model: 'gpt' });
    for (const model of ['gpt-2026-01', 'gpt-2026-01', 'gpt-2026-09']) {
      server.answer('Hello', { model });
      await space.suggestions.suggest(input, collect().stream);
    }
    expect(
      space.entries('ai.response').map(({ entry }) => (entry as { model_drift?: boolean }).model_drift),
    ).toEqual([false, false, true]);
    const again = space.restart();
    await again.suggestions.suggest(input, collect().stream);
    expect(again.entries('model.register').map(({ entry }) => (entry as { model: string }).model)).toEqual([
      'gpt',
      'gpt-2026-01',
      'gpt-2026-09',
    ]);
    space = again;
  });
});

describe('the record of it all', () => {
  it('is complete and intact after drafts, failures, tests and helper proposals, and shows what a crash interrupted', async () => {
    const id = space.use(server.baseUrl);
    const input = { task: 'post_draft', brief: 'say hello', accountId: null } as const;
    server.draft('Hello');
    await space.suggestions.suggest(input, collect().stream);
    await space.providers.test({ id });
    await space.providers.models({ id });
    server.fail(500, { message: 'no' });
    await expect(space.suggestions.suggest(input, collect().stream)).rejects.toThrow();
    space.providers.useProvider({ id: null });
    const conversationId = space.conversation(space.account(), ['nothing fits this']);
    await expect(
      space.suggestions.suggest({ task: 'reply_draft', conversationId }, collect().stream),
    ).rejects.toThrow();
    const coverage = () =>
      checkCoverage({
        db: space.db.raw,
        boot: space.transparency.boot,
        facts: { aiDrafts: () => space.repository.drafts(), outboundCalls: () => space.gateway.calls().chat },
      });
    expect(coverage()).toMatchObject({ milli: 1000, gaps: [], interrupted: 0 });

    const { id: request } = space.transparency.append(requestInput());
    space = space.restart();
    expect(closeInterrupted({ log: space.transparency, db: space.db.raw })).toBe(1);
    expect(coverage()).toMatchObject({ gaps: [], interrupted: 1 });
    expect(space.entries('ai.response').at(-1)!.entry.ref?.request).toBe(request);
    expect(verifyLog(space.db.raw, {})).toMatchObject({ ok: true });
  });
});
