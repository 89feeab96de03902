import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../electron/main/networks/errors';
import type { Cursor } from '../../electron/main/networks/network';
import { ANA, DISCUSSION } from '../servers/telegram/store';
import { errorOf } from './outcome';
import { clock, network, opened, publish, pull, run, stub, test, useTelegram } from './telegram-context';

useTelegram();

describe('Telegram: deleting', () => {
  it('removes the comment of somebody else where the bot may, and says when it is too late', async () => {
    const spam = stub.store.comment('Buy now', stub.store.post('Root'));
    const target = { remoteId: `${DISCUSSION}/${spam.message_id}`, ref: {} };
    const conversation = { remoteKey: `c:${target.remoteId}`, type: 'comment' } as const;
    await run({ kind: 'delete_other', conversation, target });
    expect(stub.store.get(DISCUSSION, spam.message_id)).toBeUndefined();
    const { remotes } = await run(publish('Old soon'));
    stub.passTime(3 * 24 * 60 * 60_000);
    const late = await errorOf(run({ kind: 'delete', remoteIds: [remotes[0]!.remoteId] }));
    expect(late).toMatchObject({ kind: 'policy_blocked', detail: expect.stringContaining('48 hours') });
  });
});

describe('Telegram: listening', () => {
  const until = async (what: () => boolean) => {
    while (!what()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  const listenWith = () => {
    let cursor: Cursor | null = null;
    const heard: string[] = [];
    const tell = async () => {
      const found = await pull(cursor);
      cursor = found.cursor;
      heard.push(...found.messages.map(({ text }) => text));
    };
    const ended = network.live!(test.ctx, { cursor: () => cursor, tell });
    return { heard, tell, ended };
  };

  it('hears at once, lets other requests go first, and ends when it is told to', async () => {
    const root = stub.store.post('Root');
    await pull();
    const { heard, tell, ended } = listenWith();
    await until(() => heard.length === 0 && stub.isPolled());
    stub.store.comment('One', root);
    await until(() => heard.includes('One') && stub.isPolled());
    await tell();
    await until(() => stub.isPolled());
    stub.store.comment('Two', root);
    await until(() => heard.includes('Two') && stub.isPolled());
    expect(heard).toEqual(['One', 'Two']);
    test.abort();
    await ended;
  });

  it('pauses where a server holds no request, hears what comes later, and ends in a pause too', async () => {
    stub.holdNothing();
    const asked = () => stub.calls.filter(({ method }) => method === 'getUpdates').length;
    const pauses: (() => void)[] = [];
    const calm = opened.context({
      ...clock,
      after: (ms, fn) => {
        // Requests have a limit of their own, which is longer.
        if (ms < 10_000) pauses.push(fn);
        return () => undefined;
      },
    });
    let cursor: Cursor | null = null;
    const heard: string[] = [];
    const tell = async () => {
      const found = await pull(cursor, calm.ctx);
      cursor = found.cursor;
      heard.push(...found.messages.map(({ text }) => text));
    };
    const ended = network.live!(calm.ctx, { cursor: () => cursor, tell });
    await until(() => pauses.length === 1);
    expect(asked()).toBe(1);
    stub.store.say(ANA, ANA, { text: 'Later' });
    pauses.shift()!();
    await until(() => pauses.length === 1);
    expect(heard).toEqual(['Later']);
    calm.abort();
    await ended;
  });

  it('says that another program reads the bot’s messages', async () => {
    const { ended } = listenWith();
    const end = errorOf(ended);
    await until(() => stub.isPolled());
    await fetch(`${stub.url}/bot${stub.token}/getUpdates`, { method: 'POST' });
    expect(await end).toMatchObject({
      kind: 'not_allowed',
      detail: expect.stringContaining('Another program'),
    });
  });

  it('leaves the messages of a bot to the account that was connected first', async () => {
    const second = opened.context();
    expect(second.ctx.account.id > test.ctx.account.id).toBe(true);
    stub.store.comment('For the first', stub.store.post('Root'));
    await pull();
    expect((await pull(null, second.ctx)).items).toEqual([]);
    expect((await network.check(second.ctx)).capabilities.inbox.comment).toMatchObject({ ok: false });
    expect((await network.check(test.ctx)).capabilities.inbox.comment).toEqual({ ok: true });
    const tomorrow = opened.context({ ...clock, now: () => Date.now() + 60 * 60_000 });
    expect((await pull(null, tomorrow.ctx)).messages).toHaveLength(1);
  });
});

it('holds the account’s writes until the time that Telegram names', async () => {
  stub.break('rate_limit', 'write');
  const error = await errorOf(run(publish('x')));
  expect(error).toMatchObject({ kind: 'rate_limited' });
  expect(test.rates.at(-1)).toMatchObject({ bucket: 'write', remaining: 0, resetAt: error!.retryAt });
  expect(error!.retryAt! - Date.now()).toBeGreaterThan(5_000);
});

it('lets no address, which carries the token, into an error or its causes', async () => {
  opened.goOffline();
  const error = await network.check(test.ctx).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NetworkError);
  for (let current: unknown = error; current instanceof Error; current = current.cause)
    expect(`${current.message} ${current.stack}`).not.toMatch(/bot7001|127\.0\.0\.1/);
});
