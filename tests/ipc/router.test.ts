import { describe, expect, test } from 'vitest';
import { appError } from '@shared/domain/errors';
import { createRouter, type Handlers } from '../../electron/main/ipc/router';
import { createManualClock, createRecordingLogger } from '../fakes/ports';

const caller = { userGesture: true };
const noParts = (): void => undefined;

/** Handlers for the methods under test; any other call would fail loudly. */
function routerWith(handlers: Partial<Handlers>) {
  const clock = createManualClock();
  const log = createRecordingLogger();
  return { clock, log, router: createRouter({ handlers: handlers as Handlers, clock, log }) };
}

describe('the router', () => {
  test.each([
    ['a call that is no object', 'nonsense', 'input'],
    ['a method that does not exist', { method: 'inbox.nothing', input: {} }, 'method'],
    ['a method named like a property of every object', { method: 'constructor', input: {} }, 'method'],
    ['a missing field', { method: 'inbox.conversation', input: {} }, 'id'],
    ['a wrong type', { method: 'inbox.conversation', input: { id: 7 } }, 'id'],
    ['a string that is no id', { method: 'inbox.conversation', input: { id: '../../etc' } }, 'id'],
    ['a nested field', { method: 'inbox.list', input: { filter: { view: 'everything' } } }, 'filter.view'],
    [
      'a number out of range',
      { method: 'inbox.list', input: { filter: { view: 'open' }, limit: 100_000 } },
      'limit',
    ],
    [
      'an address that is not https',
      { method: 'app.openExternal', input: { url: 'file:///etc/passwd' } },
      'url',
    ],
    ['a zone that does not exist', { method: 'settings.set', input: { zone: 'Mars/Olympus' } }, 'zone'],
    ['an unknown field of a strict input', { method: 'app.state', input: { extra: 1 } }, 'extra'],
  ])('refuses %s and names the field', async (_what, raw, field) => {
    const { router } = routerWith({});
    expect(await router.invoke(raw, caller, noParts)).toMatchObject({
      ok: false,
      error: { kind: 'invalid_input', field },
    });
  });

  test('does not repeat what was given in the error', async () => {
    const { router } = routerWith({});
    const answer = await router.invoke(
      { method: 'inbox.conversation', input: { id: 'my secret token' } },
      caller,
      noParts,
    );
    expect(JSON.stringify(answer)).not.toContain('my secret token');
  });

  test('lets nothing out that the contract does not name', async () => {
    const withSecret = { id: 'x', at: 0, accessJwt: 'secret' };
    const { router } = routerWith({ 'inbox.saveDraft': () => ({ savedAt: 5, ...withSecret }) });
    const id = '018f0000-0000-7000-8000-000000000000';
    const answer = await router.invoke(
      { method: 'inbox.saveDraft', input: { id, text: 'a' } },
      caller,
      noParts,
    );
    expect(answer).toEqual({ ok: true, value: { savedAt: 5 } });
  });

  test('an answer outside the contract is an internal error, written to the log', async () => {
    const { router, log } = routerWith({ 'inbox.saveDraft': () => ({ savedAt: 'soon' }) as never });
    const id = '018f0000-0000-7000-8000-000000000000';
    const answer = await router.invoke(
      { method: 'inbox.saveDraft', input: { id, text: 'a' } },
      caller,
      noParts,
    );
    expect(answer).toMatchObject({ ok: false, error: { kind: 'internal' } });
    expect(log.lines.some((line) => line.level === 'error')).toBe(true);
  });

  test('keeps the kind of an error that a handler throws', async () => {
    const { router } = routerWith({
      'outbox.retry': () => {
        throw appError('rate_limited', { retryAt: 99 });
      },
    });
    const id = '018f0000-0000-7000-8000-000000000000';
    expect(await router.invoke({ method: 'outbox.retry', input: { id } }, caller, noParts)).toEqual({
      ok: false,
      error: { kind: 'rate_limited', retryAt: 99 },
    });
  });

  test('sends the newest part of a frame, and every last part before the answer', async () => {
    const parts: unknown[] = [];
    const { router, clock } = routerWith({
      'transparency.verify': (_input, { part }) => {
        part({ done: 1, total: 3 });
        part({ done: 2, total: 3 });
        clock.advance(16);
        part({ done: 3, total: 3 });
        throw appError('cancelled');
      },
    });
    await router.invoke({ method: 'transparency.verify', input: {}, stream: 's1' }, caller, (_stream, part) =>
      parts.push(part),
    );
    expect(parts).toEqual([{ done: 2, total: 3 }]);
  });

  test('cancels a stream by its id, and only that one', async () => {
    const { router } = routerWith({
      'transparency.verify': (_input, { signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(appError('cancelled')), { once: true }),
        ),
    });
    const running = router.invoke(
      { method: 'transparency.verify', input: {}, stream: 's1' },
      caller,
      noParts,
    );
    await router.invoke({ method: 'app.cancel', input: { stream: 'another' } }, caller, noParts);
    await router.invoke({ method: 'app.cancel', input: { stream: 's1' } }, caller, noParts);
    expect(await running).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  });

  test('a streaming method needs a stream of its own', async () => {
    const { router } = routerWith({});
    const answer = await router.invoke({ method: 'transparency.verify', input: {} }, caller, noParts);
    expect(answer).toMatchObject({ ok: false, error: { kind: 'invalid_input', field: 'stream' } });
  });
});
