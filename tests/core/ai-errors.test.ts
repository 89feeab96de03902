import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appError, toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import { KEY, startMockProvider, type MockProvider } from '../servers/ai/mock-provider';
import {
  chunkOf,
  startRawProvider,
  startStream,
  type RawProvider,
  type Respond,
} from '../servers/ai/raw-provider';
import { collect, openWorkspace, type Workspace } from './ai-workspace';

const input = { task: 'post_draft', brief: 'say hello', accountId: null } as const;
let server: MockProvider;
let space: Workspace;
let raw: RawProvider | undefined;
beforeAll(async () => {
  server = await startMockProvider();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.reset();
  space = openWorkspace({ timeouts: { firstToken: 1_000, total: 2_000, list: 1_000 } });
});
afterEach(async () => {
  space.dispose();
  await raw?.stop();
  raw = undefined;
});

async function failure(
  suggest: Promise<unknown> = space.suggestions.suggest(input, collect().stream),
): Promise<ErrorInfo> {
  try {
    await suggest;
  } catch (error) {
    return toErrorInfo(error);
  }
  throw new Error('it did not fail');
}
const lastResponse = () =>
  space.entries('ai.response').at(-1)?.entry as { status: string; error_type?: string } | undefined;

describe('errors of a provider, told apart', () => {
  it.each([
    [
      'a wrong key',
      401,
      { message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' },
      'ai_wrong_key',
      'error',
    ],
    [
      'a key without permission',
      403,
      { message: 'Project has no access', code: 'permission_denied' },
      'ai_wrong_key',
      'error',
    ],
    [
      'an unknown model',
      404,
      { message: 'The model `x` does not exist', code: 'model_not_found' },
      'ai_no_model',
      'error',
    ],
    [
      'a model that Ollama has not pulled',
      404,
      { message: 'model "x" not found, try pulling it first', type: 'api_error' },
      'ai_no_model',
      'error',
    ],
    [
      'an invalid model id of OpenRouter',
      400,
      { message: 'x is not a valid model ID' },
      'ai_no_model',
      'error',
    ],
    [
      'an empty purse',
      429,
      { message: 'You exceeded your current quota', code: 'insufficient_quota' },
      'ai_quota',
      'error',
    ],
    ['no credits at OpenRouter', 402, { message: 'Insufficient credits' }, 'ai_quota', 'error'],
    [
      'too many requests',
      429,
      { message: 'Rate limit reached', code: 'rate_limit_exceeded' },
      'ai_rate_limited',
      'error',
    ],
    [
      'a context that is too long',
      400,
      { message: "This model's maximum context length is 8192 tokens", code: 'context_length_exceeded' },
      'ai_context_too_long',
      'error',
    ],
    [
      'a context that is too long for llama.cpp',
      400,
      { message: 'the request exceeds the available context size', type: 'exceed_context_size_error' },
      'ai_context_too_long',
      'error',
    ],
    [
      'a refusal of the content filter',
      400,
      { message: 'Your request was rejected', code: 'content_filter' },
      'ai_refused',
      'refused',
    ],
    [
      'a moderation refusal of OpenRouter',
      403,
      { message: 'Your chosen model requires moderation and your input was flagged' },
      'ai_refused',
      'refused',
    ],
    ['a broken server', 500, { message: 'Internal error', type: 'server_error' }, 'ai_offline', 'error'],
    [
      'a server that still loads its model',
      503,
      { message: 'Loading model', type: 'unavailable_error' },
      'ai_offline',
      'error',
    ],
    ['a slow upstream', 504, { message: 'Gateway timeout' }, 'ai_timeout', 'timeout'],
  ] as const)('%s', async (_, status, error, kind, logged) => {
    space.use(server.baseUrl, { key: KEY });
    server.fail(status, error);
    const info = await failure();
    expect(info.kind).toBe(kind);
    expect(lastResponse()).toMatchObject({ status: logged, error_type: kind });
    expect(server.chats()).toHaveLength(1);
  });
  it('says when to try again', async () => {
    space.use(server.baseUrl, { key: KEY });
    server.fail(429, { message: 'slow down', code: 'rate_limit_exceeded' }, 7);
    const before = Date.now();
    const { kind, retryAt } = await failure();
    expect(kind).toBe('ai_rate_limited');
    expect(retryAt! - before).toBeGreaterThan(6_000);
    expect(retryAt! - before).toBeLessThan(9_000);
  });
  it('asks for a key before anything is prepared, where the provider needs one', async () => {
    space.use(server.baseUrl, { preset: 'openai' });
    expect((await failure()).kind).toBe('ai_no_key');
    expect(space.entries('ai.request')).toEqual([]);
    expect(server.chats()).toEqual([]);
  });
  it('calls a 401 without a key a missing key', async () => {
    space.use(server.baseUrl);
    server.fail(401, { message: 'Unauthorized' });
    expect((await failure()).kind).toBe('ai_no_key');
  });
  it('asks for a model where none is chosen', async () => {
    space.use(server.baseUrl, { model: '' });
    expect((await failure()).kind).toBe('ai_no_model');
  });
  it('is offline when nobody listens', async () => {
    const gone = await startRawProvider(() => undefined);
    space.use(gone.baseUrl);
    await gone.stop();
    expect((await failure()).kind).toBe('ai_offline');
    expect(lastResponse()).toMatchObject({ status: 'error', error_type: 'ai_offline' });
  });
});

describe('what can go wrong on the wire', () => {
  const cases: readonly (readonly [string, Respond, string])[] = [
    ['a server that never answers', () => undefined, 'ai_timeout'],
    ['a server that answers but sends no text', (response) => startStream(response), 'ai_timeout'],
    [
      'a server that never ends',
      (response) => {
        startStream(response);
        const timer = setInterval(() => response.write(chunkOf('more ')), 30);
        response.on('close', () => clearInterval(timer));
      },
      'ai_timeout',
    ],
    [
      'a page of HTML',
      (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Login</html>'),
      'ai_malformed',
    ],
    [
      'lines that are not JSON',
      (response) => void (startStream(response), response.end('data: {"choices": [\n\ndata: nonsense\n\n')),
      'ai_malformed',
    ],
    [
      'JSON of another shape',
      (response) => void (startStream(response), response.end('data: {"hello":"world"}\n\ndata: [DONE]\n\n')),
      'ai_malformed',
    ],
    [
      'an empty answer',
      (response) => void (startStream(response), response.end(`${chunkOf('', 'stop')}data: [DONE]\n\n`)),
      'ai_malformed',
    ],
    [
      'an object without a text',
      (response) =>
        void (startStream(response), response.end(`${chunkOf('{"reply": 5}', 'stop')}data: [DONE]\n\n`)),
      'ai_malformed',
    ],
    [
      'tool calls instead of text',
      (response) => {
        startStream(response);
        const call = {
          id: 'c',
          choices: [
            {
              index: 0,
              delta: { tool_calls: [{ index: 0, id: 't', function: { name: 'send', arguments: '{}' } }] },
              finish_reason: 'tool_calls',
            },
          ],
        };
        response.end(`data: ${JSON.stringify(call)}\n\ndata: [DONE]\n\n`);
      },
      'ai_malformed',
    ],
    [
      'a connection cut in the middle',
      (response) => void (startStream(response), response.write(chunkOf('Hel'), () => response.destroy())),
      'ai_offline',
    ],
    [
      'an error in the middle of the stream',
      (response) =>
        void (
          startStream(response),
          response.end(`${chunkOf('Hel')}data: {"error":{"message":"upstream: rate limit","code":429}}\n\n`)
        ),
      'ai_rate_limited',
    ],
    [
      'a refusal in the middle of the stream',
      (response) =>
        void (startStream(response), response.end(`${chunkOf('I', 'content_filter')}data: [DONE]\n\n`)),
      'ai_refused',
    ],
    [
      'an answer without end',
      (response) =>
        void (startStream(response), response.end(`${chunkOf('x'.repeat(200_000), 'stop')}data: [DONE]\n\n`)),
      'ai_malformed',
    ],
    [
      'a redirect to another host',
      (response) =>
        void response.writeHead(307, { location: 'http://127.0.0.1:9/v1/chat/completions' }).end(),
      'ai_offline',
    ],
  ];
  it.each(cases)('%s', async (_, respond, kind) => {
    raw = await startRawProvider(respond);
    space.use(raw.baseUrl, { key: KEY });
    expect((await failure()).kind).toBe(kind);
    expect(raw.bodies()).toHaveLength(1);
    expect(space.entries('ai.response')).toHaveLength(1);
    expect(space.repository.bySubject('none')).toEqual([]);
    expect(space.gate.running()).toBe(0);
  });
  it('keeps what had arrived of a call that failed, in the log only', async () => {
    raw = await startRawProvider(
      (response) =>
        void (startStream(response), response.write(chunkOf('{"text":"Hel'), () => response.destroy())),
    );
    space.use(raw.baseUrl);
    await failure();
    expect(space.entries('ai.response')[0]!.slots.output?.text).toBe('{"text":"Hel');
    expect([...space.repository.drafts()]).toEqual([]);
  });
  it('writes and answers text with lone surrogates and right-to-left letters', async () => {
    server.answer('{"text":"ok \\ud83d שלום","assumes":null}');
    space.use(server.baseUrl);
    const brief = 'half \ud83d emoji \u202Eand شكرا';
    const suggestion = await space.suggestions.suggest({ ...input, brief }, collect().stream);
    expect(suggestion.text).toBe('ok \uFFFD שלום');
    expect(JSON.stringify(server.chats()[0]!.body)).not.toContain('\u202E');
  });
});

describe('the log comes first', () => {
  it('makes no call when the request cannot be written', async () => {
    space.dispose();
    let broken = false;
    space = openWorkspace({
      log: (log) => ({
        ...log,
        append: (entry) => {
          if (broken && entry.type === 'ai.request') throw appError('disk_full', { detail: 'no space left' });
          return log.append(entry);
        },
      }),
    });
    space.use(server.baseUrl);
    server.draft('Hello');
    broken = true;
    expect((await failure()).kind).toBe('disk_full');
    expect(server.mock.getRequests()).toEqual([]);
    expect(space.gateway.calls()).toEqual({ chat: 0, other: 0 });
    broken = false;
    await space.suggestions.suggest(input, collect().stream);
    expect(server.chats()).toHaveLength(1);
  });
  it('makes no call when the database is read-only', async () => {
    space.use(server.baseUrl);
    server.draft('Hello');
    space.db.raw.pragma('query_only = ON');
    expect(['database', 'disk_full']).toContain((await failure()).kind);
    space.db.raw.pragma('query_only = OFF');
    expect(server.mock.getRequests()).toEqual([]);
  });
  it('gives no suggestion that the log does not hold', async () => {
    space.dispose();
    space = openWorkspace({
      log: (log) => ({
        ...log,
        append: (entry) => {
          if (entry.type === 'ai.response') throw appError('disk_full');
          return log.append(entry);
        },
      }),
    });
    space.use(server.baseUrl);
    server.draft('Hello');
    expect((await failure()).kind).toBe('disk_full');
    expect([...space.repository.drafts()]).toEqual([]);
  });
  it('has the request on disk before the server sees a byte', async () => {
    let atServer = 0;
    raw = await startRawProvider((response) => {
      atServer = space.entries('ai.request').length;
      startStream(response);
      response.end(`${chunkOf('Hi', 'stop')}data: [DONE]\n\n`);
    });
    space.use(raw.baseUrl);
    await space.suggestions.suggest(input, collect().stream);
    expect(atServer).toBe(1);
  });
});

describe('a provider’s key', () => {
  it('reaches its own host only and appears nowhere else', async () => {
    const id = space.use(server.baseUrl, { key: KEY });
    const everything: unknown[] = [space.providers.providers(), space.control.state()];
    for (const status of [401, 400, 500]) {
      server.fail(status, { message: `bad ${KEY}`, code: KEY, type: KEY });
      everything.push(await failure());
    }
    everything.push(await space.providers.test({ id }));
    server.answer(`your key is ${KEY.slice(0, 7)}`);
    everything.push(await space.suggestions.suggest(input, collect().stream));
    expect(server.chats()[0]!.headers['authorization']).toMatch(/Bearer|REDACTED/);
    everything.push(
      space.logger.lines,
      space.entries().map(({ entry, slots }) => ({ entry, slots })),
      space.events,
    );
    expect(JSON.stringify(everything)).not.toContain(KEY);
    expect(space.db.raw.serialize().includes(Buffer.from(KEY))).toBe(false);
  });
  it('is not added from the environment of the shell', async () => {
    process.env['OPENAI_API_KEY'] = KEY;
    process.env['OPENAI_ORG_ID'] = 'org-secret';
    process.env['OPENAI_CUSTOM_HEADERS'] = 'x-secret: 1';
    try {
      space.use(server.baseUrl);
      server.draft('Hello');
      await space.suggestions.suggest(input, collect().stream);
      const { headers } = server.chats()[0]!;
      expect(headers).not.toHaveProperty('authorization');
      expect(headers).not.toHaveProperty('openai-organization');
      expect(headers).not.toHaveProperty('x-secret');
    } finally {
      delete process.env['OPENAI_API_KEY'];
      delete process.env['OPENAI_ORG_ID'];
      delete process.env['OPENAI_CUSTOM_HEADERS'];
    }
  });
});
