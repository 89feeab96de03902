import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toErrorInfo } from '@shared/domain/errors';
import { collect, openWorkspace, type Workspace } from '../../core/ai-workspace';
import { startLlama, type LlamaServer } from './server';

const gguf = process.env['CANDOR_TEST_GGUF'];
if (!gguf) console.log('llama-server is not tested: CANDOR_TEST_GGUF names no model file');

/** A real server with a model of 260,000 parameters that writes toddler English: it proves the wire, not the wording. */
describe.skipIf(!gguf)('a real llama-server', () => {
  let server: LlamaServer | undefined;
  let space: Workspace;
  beforeAll(async () => {
    const started = await startLlama(gguf ?? '');
    if ('missing' in started) console.log(`llama-server is not tested: ${started.missing}`);
    else server = started;
  }, 180_000);
  afterAll(() => server?.stop());
  beforeEach(({ skip }) => {
    space = openWorkspace();
    if (!server) skip('llama-server cannot be had here');
  });
  afterEach(() => space.dispose());

  const input = { task: 'post_draft', brief: 'a short story about a dog', accountId: null } as const;

  it('lists its model and passes the connection test', async () => {
    const id = space.use(server!.baseUrl, { key: server!.key, model: 'stories' });
    expect(await space.providers.models({ id })).toEqual(['stories']);
    expect(await space.providers.test({ id })).toMatchObject({ ok: true, problem: null, model: 'stories' });
  });
  it('streams a draft in the form that was asked for, with usage, and the log holds all of it', async () => {
    space.use(server!.baseUrl, { key: server!.key, model: 'stories' });
    const { parts, stream } = collect();
    const suggestion = await space.suggestions.suggest(input, stream);
    expect(suggestion).toMatchObject({ source: 'model', model: 'stories', local: true });
    expect(suggestion.text.length).toBeGreaterThan(0);
    expect(parts.length).toBeGreaterThan(1);
    const [request, response] = [space.entries('ai.request')[0]!, space.entries('ai.response')[0]!];
    expect(request.entry).toMatchObject({
      gen_ai: { 'gen_ai.output.type': 'json', 'gen_ai.provider.name': 'llama_cpp' },
    });
    const genAi = (response.entry as unknown as { gen_ai: Record<string, number> }).gen_ai;
    expect(genAi['gen_ai.usage.output_tokens']).toBeGreaterThan(0);
    expect(genAi['gen_ai.usage.input_tokens']).toBeGreaterThan(50);
    expect(response.slots.output?.text).toBe(suggestion.text);
  });
  it('tells a wrong key from a missing one', async () => {
    space.use(server!.baseUrl, { key: 'sk-wrong', model: 'stories' });
    await expect(space.suggestions.suggest(input, collect().stream)).rejects.toMatchObject({
      kind: 'ai_wrong_key',
    });
    space.use(server!.baseUrl, { model: 'stories' });
    await expect(space.suggestions.suggest(input, collect().stream)).rejects.toMatchObject({
      kind: 'ai_no_key',
    });
  });
  it('says that the context is too long', async () => {
    space.use(server!.baseUrl, { key: server!.key, model: 'stories' });
    const brief = Array.from({ length: 3_900 }, (_, at) => at % 10).join(' ');
    await expect(
      space.suggestions.suggest({ ...input, brief: brief.slice(0, 4_000) }, collect().stream),
    ).rejects.toMatchObject({ kind: 'ai_context_too_long' });
  });
  it('stops within 200 ms when the person stops it', async () => {
    space.use(server!.baseUrl, { key: server!.key, model: 'stories' });
    const { stream } = collect();
    let grown: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (grown = resolve));
    const outcome = space.suggestions.suggest(input, { ...stream, part: () => grown() }).then(
      () => 'finished',
      (error: unknown) => toErrorInfo(error).kind,
    );
    await started;
    const start = performance.now();
    space.control.killSwitch({ stopped: true });
    expect(await outcome).toBe('cancelled');
    expect(performance.now() - start).toBeLessThan(200);
  });
});
