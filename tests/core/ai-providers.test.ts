import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { presets } from '../../electron/main/ai/endpoint';
import { KEY, startMockProvider, type MockProvider } from '../servers/ai/mock-provider';
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

const openai = { preset: 'openai', name: 'OpenAI', baseUrl: presets.openai.baseUrl, model: 'gpt-x' } as const;
const custom = { preset: 'custom', name: 'Own', baseUrl: 'https://llm.example/v1', model: 'm' } as const;

describe('providers', () => {
  it('are kept over a restart, with the key as the store encrypted it and never shown', () => {
    const saved = space.providers.saveProvider({ ...openai, key: ` ${KEY} ` });
    expect(saved).toEqual({ id: saved.id, ...openai, hasKey: true, local: false, active: true });
    expect(JSON.stringify(space.providers.providers())).not.toContain(KEY);
    space = space.restart();
    expect(space.providers.providers()).toEqual([saved]);
    expect(space.providers.activeEndpoint()).toMatchObject({ key: KEY, model: 'gpt-x' });
  });
  it('keep a key that is not mentioned, and lose it when it is emptied', () => {
    const { id } = space.providers.saveProvider({ ...openai, key: KEY });
    expect(space.providers.saveProvider({ ...openai, id, model: 'gpt-y' })).toMatchObject({
      id,
      model: 'gpt-y',
      hasKey: true,
    });
    expect(space.providers.saveProvider({ ...openai, id, key: '' }).hasKey).toBe(false);
    expect(space.providers.activeEndpoint()?.key).toBeNull();
  });
  it('do not hand a stored key to another address', () => {
    const { id } = space.providers.saveProvider({ ...openai, key: KEY });
    const move = { ...openai, id, baseUrl: 'https://evil.example/v1' };
    expect(() => space.providers.saveProvider(move)).toThrow(
      expect.objectContaining({ info: expect.objectContaining({ kind: 'invalid_input', field: 'key' }) }),
    );
    expect(space.providers.saveProvider({ ...move, key: '' }).hasKey).toBe(false);
  });
  it('refuse a key on an unencrypted connection that leaves this device, and credentials in the address', () => {
    const plain = { ...custom, baseUrl: 'http://llm.example/v1', key: KEY };
    expect(() => space.providers.saveProvider(plain)).toThrow(
      expect.objectContaining({ info: expect.objectContaining({ field: 'baseUrl' }) }),
    );
    expect(
      space.providers.saveProvider({ ...custom, baseUrl: 'http://127.0.0.1:9000/v1', key: KEY }),
    ).toMatchObject({ local: true, hasKey: true });
    expect(() =>
      space.providers.saveProvider({ ...custom, baseUrl: 'https://joe:pw@llm.example/v1' }),
    ).toThrow();
    expect(() =>
      space.providers.saveProvider({ ...custom, baseUrl: 'https://llm.example/v1?key=1' }),
    ).toThrow();
  });
  it('record every change without the key', () => {
    const { id } = space.providers.saveProvider({ ...openai, key: KEY });
    const other = space.providers.saveProvider(custom);
    expect(space.providers.useProvider({ id: other.id }).provider?.id).toBe(other.id);
    space.providers.removeProvider({ id });
    expect(space.entries('config.change').map(({ entry }) => (entry as { key?: string }).key)).toEqual([
      'ai.provider',
      'ai.provider',
      'ai.provider.active',
      'ai.provider',
    ]);
    expect(JSON.stringify(space.entries())).not.toContain(KEY);
  });
  it('leave nothing in use when the one in use is removed', () => {
    const { id } = space.providers.saveProvider(openai);
    space.providers.removeProvider({ id });
    expect(space.control.state().provider).toBeNull();
    expect(() => space.providers.removeProvider({ id })).toThrow(
      expect.objectContaining({ info: expect.objectContaining({ kind: 'not_found' }) }),
    );
  });
  it('say when the operating system’s store cannot keep a key', () => {
    space.secrets.setProtection('unavailable');
    expect(() => space.providers.saveProvider({ ...openai, key: KEY })).toThrow(
      expect.objectContaining({ info: expect.objectContaining({ kind: 'secret_store' }) }),
    );
    expect(space.providers.providers()).toEqual([]);
  });
});

describe('asking a provider', () => {
  it('lists its models', async () => {
    const id = space.use(server.baseUrl);
    const models = await space.providers.models({ id });
    expect(models).toContain('gpt-4o');
    expect([...models]).toEqual([...models].sort((a, b) => a.localeCompare(b)));
    expect(space.entries('ai.request')).toEqual([]);
    expect(space.gateway.calls()).toEqual({ chat: 0, other: 1 });
  });
  it('tests it with one logged call that carries nothing of anybody', async () => {
    const id = space.use(server.baseUrl, { key: KEY });
    server.answer('OK', { model: 'gpt-test-2026' });
    expect(await space.providers.test({ id })).toEqual({
      ok: true,
      problem: null,
      model: 'gpt-test-2026',
      latencyMs: expect.any(Number),
    });
    expect(space.entries('ai.request')[0]!.entry).toMatchObject({
      prompt: { name: 'connection-test' },
      inputs: [],
    });
    expect(space.entries('ai.response')[0]!.entry).toMatchObject({ status: 'ok' });
    server.fail(401, { message: 'no', code: 'invalid_api_key' });
    expect(await space.providers.test({ id })).toMatchObject({
      ok: false,
      problem: { kind: 'ai_wrong_key' },
    });
    expect(space.gateway.calls().chat).toBe(space.entries('ai.request').length);
  });
  it('calls configured providers and nothing else', async () => {
    const id = space.use(server.baseUrl);
    const endpoint = space.providers.activeEndpoint()!;
    space.providers.removeProvider({ id });
    await expect(space.gateway.models(endpoint)).rejects.toMatchObject({ kind: 'not_allowed' });
    expect(server.mock.getRequests()).toEqual([]);
  });
});

describe('servers on this device', () => {
  it('are found where they listen, with their models', async () => {
    space.dispose();
    const { port } = new URL(presets.llamacpp.baseUrl);
    // Only llama.cpp's usual address answers here; the others refuse the connection.
    space = openWorkspace({
      http: (input, init) => {
        const url = new URL(input as string | URL);
        if (url.port !== port) return Promise.reject(new TypeError('fetch failed'));
        return fetch(`${server.baseUrl}/models`, init);
      },
    });
    const found = await space.providers.findLocal();
    expect(found).toEqual([
      { preset: 'llamacpp', baseUrl: presets.llamacpp.baseUrl, models: expect.arrayContaining(['gpt-4o']) },
    ]);
  });
  it('are not waited for long', async () => {
    space.dispose();
    space = openWorkspace({
      http: (_, init) =>
        new Promise((__, reject) =>
          init?.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
        ),
    });
    const start = performance.now();
    expect(await space.providers.findLocal()).toEqual([]);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

describe('without a provider', () => {
  it('a preview says that nothing leaves', async () => {
    const conversationId = space.conversation(space.account(), ['Hello']);
    expect(await space.suggestions.preview({ task: 'reply_draft', conversationId })).toMatchObject({
      host: 'on-device',
      local: true,
      messages: [],
    });
    await expect(
      space.suggestions.suggest({ task: 'reply_draft', conversationId }, collect().stream),
    ).rejects.toMatchObject({ kind: 'not_found' });
  });
});
