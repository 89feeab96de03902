import { beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { AppError, appError } from '@shared/domain/errors';
import type { Suggestion } from '@shared/ipc/ai';
import { invoke } from '@/bridge/invoke';
import { stream } from '@/bridge/stream';
import { useSuggestion } from '@/bridge/suggestion';
import { deferred } from '../support/deferred';
import { installFakeCandor } from '../support/fake-candor';
import { sampleAccount, sampleRow } from '../support/sample';

const fake = installFakeCandor();
const task = { task: 'reply_draft', conversationId: sampleRow(sampleAccount(), 'Ann').id } as const;
const answer = (text: string): Suggestion =>
  ({ id: task.conversationId, task: 'reply_draft', text, source: 'model' }) as unknown as Suggestion;
beforeEach(() => (fake.calls.length = 0));

describe('a call over the bridge', () => {
  it('throws an AppError with the kind that main gave', async () => {
    fake.on({
      'settings.get': () => {
        throw appError('database', { detail: 'locked' });
      },
    });
    const failure = await invoke('settings.get', {}).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ kind: 'database' });
  });

  it('leaves optional members out instead of sending undefined', async () => {
    fake.on({ 'inbox.setState': () => undefined });
    await invoke('inbox.setState', { ids: [task.conversationId], state: 'done', until: undefined });
    expect(fake.calls[0]?.input).toEqual({ ids: [task.conversationId], state: 'done' });
  });

  it('gives the parts of its own stream only, before the result', async () => {
    const seen: string[] = [];
    fake.on({
      'ai.suggest': (_input, part) => {
        fake.emit({ type: 'stream.part', ids: ['another'], part: { text: 'foreign' } });
        part({ text: 'Hel' });
        part({ text: 'Hello' });
        return answer('Hello');
      },
    });
    const { result } = stream('ai.suggest', task, (part) => seen.push(part.text));
    expect((await result).text).toBe('Hello');
    expect(seen).toEqual(['Hel', 'Hello']);
  });
});

describe('a suggestion panel', () => {
  const panelOf = () => effectScope().run(() => useSuggestion())!;

  it('shows the text as it streams and hands it over only when the person takes it', async () => {
    fake.on({ 'ai.decide': () => undefined });
    const panel = panelOf();
    await panel.ask(task);
    expect(panel.phase.value).toBe('ready');
    expect(panel.text.value).toBe('Hello');
    expect((await panel.take())?.text).toBe('Hello');
    expect(panel.phase.value).toBe('idle');
    expect(fake.calls.at(-1)).toMatchObject({ method: 'ai.decide', input: { decision: 'inserted' } });
  });

  it('tells main when the person wants another one, and why one was discarded', async () => {
    const panel = panelOf();
    await panel.ask(task);
    await panel.again();
    await panel.discard('tone');
    const decisions = fake.calls.filter((call) => call.method === 'ai.decide').map((call) => call.input);
    expect(decisions).toMatchObject([{ decision: 'regenerated' }, { decision: 'rejected', reason: 'tone' }]);
  });

  it('ignores an answer that comes after it was cancelled, and cancels the call in main', async () => {
    const gate = deferred();
    fake.on({
      'app.cancel': () => undefined,
      'ai.suggest': async (_input, part) => {
        await gate.promise;
        part({ text: 'late' });
        return answer('late');
      },
    });
    const panel = panelOf();
    const asked = panel.ask(task);
    panel.cancel();
    gate.resolve();
    await asked;
    expect(panel.phase.value).toBe('idle');
    expect(panel.text.value).toBe('');
    await vi.waitFor(() => expect(fake.calls.some((call) => call.method === 'app.cancel')).toBe(true));
  });

  it('keeps the failure of the model as an error to show', async () => {
    fake.on({
      'ai.suggest': () => {
        throw appError('ai_quota');
      },
    });
    const panel = panelOf();
    await panel.ask(task);
    expect(panel.phase.value).toBe('failed');
    expect(panel.error.value).toMatchObject({ kind: 'ai_quota' });
  });
});
