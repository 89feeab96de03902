import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError, toErrorInfo } from '@shared/domain/errors';
import { drip, startRawProvider, type RawProvider } from '../servers/ai/raw-provider';
import { collect, openWorkspace, type Workspace } from './ai-workspace';

const input = { task: 'post_draft', brief: 'say hello', accountId: null } as const;
const MAX_MS = 200;
let space: Workspace;
let server: RawProvider;
beforeEach(async () => {
  server = await startRawProvider(drip(10));
  space = openWorkspace();
  space.use(server.baseUrl);
});
afterEach(async () => {
  space.dispose();
  await server.stop();
});

/** Starts a suggestion and waits until its text grows. */
async function streaming(signal?: AbortSignal) {
  const { parts, stream } = collect(signal);
  const grown = deferred();
  const outcome = space.suggestions
    .suggest(input, { ...stream, part: (part) => (stream.part(part), grown.resolve()) })
    .then(
      () => 'finished' as const,
      (error: unknown) => toErrorInfo(error).kind,
    );
  await grown.promise;
  return { parts, outcome };
}
function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((yes) => (resolve = yes));
  return { promise, resolve };
}
const until = async (done: () => boolean, ms = 2_000): Promise<void> => {
  const end = performance.now() + ms;
  while (!done()) {
    if (performance.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
};
/** Long enough for a dripping server to have sent several more chunks, had the connection stayed open. */
const severalChunks = () => new Promise((resolve) => setTimeout(resolve, 100));

describe('cancelling', () => {
  it('ends the call within 200 ms, and the server can send nothing more', async () => {
    const caller = new AbortController();
    const { parts, outcome } = await streaming(caller.signal);
    const start = performance.now();
    caller.abort();
    expect(await outcome).toBe('cancelled');
    expect(performance.now() - start).toBeLessThan(MAX_MS);
    expect(space.gate.running()).toBe(0);
    await until(() => server.closedAt() !== undefined);
    expect(server.closedAt()! - start).toBeLessThan(MAX_MS);
    const [writes, shown] = [server.writes().length, parts.length];
    await severalChunks();
    expect(server.writes().length).toBe(writes);
    expect(parts.length).toBe(shown);
    expect(space.entries('ai.response')[0]!.entry).toMatchObject({ status: 'cancelled' });
  });
  it('does not start a call that was cancelled before', async () => {
    const caller = new AbortController();
    caller.abort();
    await expect(space.suggestions.suggest(input, collect(caller.signal).stream)).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(server.bodies()).toEqual([]);
    expect(space.entries('ai.request')).toEqual([]);
  });
});

describe('the kill switch', () => {
  it('ends every call within 200 ms, lets none start, and says how many it ended', async () => {
    const running = await Promise.all([streaming(), streaming(), streaming()]);
    expect(space.control.state().running).toBe(3);
    const start = performance.now();
    const state = space.control.killSwitch({ stopped: true });
    expect(state).toMatchObject({ enabled: false, stoppedBy: 'person' });
    expect(await Promise.all(running.map(({ outcome }) => outcome))).toEqual([
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
    expect(performance.now() - start).toBeLessThan(MAX_MS);
    expect(space.gate.running()).toBe(0);
    await until(() => server.closedAt() !== undefined);
    const [writes, requests] = [server.writes().length, server.bodies().length];
    await expect(space.suggestions.suggest(input, collect().stream)).rejects.toMatchObject({
      kind: 'ai_off',
    });
    await expect(space.providers.models({ id: space.providers.providers()[0]!.id })).rejects.toMatchObject({
      kind: 'ai_off',
    });
    await expect(space.providers.findLocal()).rejects.toMatchObject({ kind: 'ai_off' });
    expect(await space.providers.test({ id: space.providers.providers()[0]!.id })).toMatchObject({
      ok: false,
      problem: { kind: 'ai_off' },
    });
    await severalChunks();
    expect(server.bodies().length).toBe(requests);
    expect(server.writes().length).toBe(writes);
    expect(space.entries('kill.switch')[0]!.entry).toMatchObject({
      state: 'on',
      cause: 'user',
      aborted: 3,
      scope: 'global',
    });
    expect(space.entries('ai.blocked')[0]!.entry).toMatchObject({ reason: 'kill_switch' });
  });
  it('survives a restart, and a person lifts it', () => {
    space.control.killSwitch({ stopped: true });
    space = space.restart();
    expect(space.control.state()).toMatchObject({ enabled: false, stoppedBy: 'person' });
    expect(space.control.killSwitch({ stopped: false })).toMatchObject({ enabled: true, stoppedBy: null });
    space = space.restart();
    expect(space.control.state().enabled).toBe(true);
    expect(space.entries('kill.switch').map(({ entry }) => (entry as { state?: string }).state)).toEqual([
      'on',
      'off',
    ]);
  });
  it('stops the helper on this device too', async () => {
    space.providers.useProvider({ id: null });
    const conversationId = space.conversation(space.account(), ['Where is my order?']);
    space.control.killSwitch({ stopped: true });
    await expect(
      space.suggestions.suggest({ task: 'reply_draft', conversationId }, collect().stream),
    ).rejects.toMatchObject({ kind: 'ai_off' });
  });
  it('stops even when the log cannot record it', () => {
    space.dispose();
    const append = (): never => {
      throw appError('disk_full');
    };
    space = openWorkspace({ log: (log) => ({ ...log, append }) });
    expect(() => space.control.killSwitch({ stopped: true })).toThrow();
    expect(space.gate.stoppedBy()).toBe('person');
    space = space.restart({});
    expect(space.control.state().stoppedBy).toBe('person');
  });
});

describe('a log that cannot be trusted', () => {
  it('pauses the AI at once until a check succeeds, and everything else works', async () => {
    const { outcome } = await streaming();
    space.control.logChecked(false);
    expect(await outcome).toBe('cancelled');
    expect(space.control.state()).toMatchObject({ enabled: false, stoppedBy: 'log_broken' });
    await expect(space.suggestions.suggest(input, collect().stream)).rejects.toMatchObject({
      kind: 'log_broken',
    });
    expect(space.entries('kill.switch')[0]!.entry).toMatchObject({ cause: 'spine_broken', aborted: 1 });
    expect(space.providers.providers()).toHaveLength(1);
    space.control.logChecked(true);
    expect(space.control.state().enabled).toBe(true);
  });
  it('stays paused after a person lifts their own stop', () => {
    space.control.logChecked(false);
    space.control.killSwitch({ stopped: true });
    space.control.killSwitch({ stopped: false });
    expect(space.control.state().stoppedBy).toBe('log_broken');
  });
});
