import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountCtx } from '../../electron/main/networks/network';
import type { Clock } from '../../electron/main/ports';
import { errorOf, openMastodon, type Opened } from '../servers/mastodon/context';
import { behindProxy, expectNoToken, subscribedToBoth, watchLive } from '../servers/mastodon/live';
import { hurriedClock } from './context';

let opened: Opened;
beforeEach(async () => {
  opened = await openMastodon();
});
afterEach(() => opened.stub.close());

const sockets = () => opened.stub.streams.sockets;
const watch = (ctx: AccountCtx = opened.test.ctx) => watchLive(ctx);

describe('the socket to Mastodon', () => {
  it('is one for both streams, with no token in its address', async () => {
    const { begun, ended } = watch();
    await begun();
    await subscribedToBoth(opened);
    expect(sockets().addresses).toEqual(['/api/v1/streaming?stream=user:notification']);
    expect(opened.stub.calls.filter((call) => call.includes('/streaming'))).toEqual([]);
    opened.test.abort();
    await ended;
  });

  it('is kept by signs of life alone', async () => {
    let begunAnew = 0;
    let wake: () => void = () => undefined;
    const slow = hurriedClock(1);
    const clock: Clock = {
      ...slow,
      after: (ms, fn) => {
        if (ms === 60_000) begunAnew += 1;
        wake();
        return slow.after(ms, fn);
      },
    };
    const { begun, ended } = watch({ ...opened.test.ctx, clock });
    await begun();
    await subscribedToBoth(opened);
    const before = begunAnew;
    sockets().ping();
    while (begunAnew === before) await new Promise<void>((resolve) => (wake = resolve));
    opened.test.abort();
    await ended;
  });

  it('goes on after what is no event', async () => {
    const { next, begun, ended, told } = watch();
    await begun();
    await subscribedToBoth(opened);
    for (const garbage of [
      '',
      'no json',
      '[]',
      'null',
      '7',
      '{"event":7}',
      '{"event":"notification"',
      '{"event":"delete","payload":"1"}',
      '{"stream":["user"],"event":"filters_changed"}',
      '{"event":"pleroma:respond","payload":"{"}',
      Buffer.from([0, 255, 7]),
    ])
      sockets().sendRaw(garbage);
    opened.stub.store.add({ text: '@brand Hello' });
    expect(await next()).toBe('notifications');
    expect(told).toHaveLength(3);
    opened.test.abort();
    await ended;
  });

  it('looks when a notification is of a shape that it does not know', async () => {
    const { next, begun, ended } = watch();
    await begun();
    sockets().sendRaw('{"event":"notification","payload":{"id":7}}');
    expect(await next()).toBe('notifications');
    sockets().sendRaw('{"event":"notifications_merged"}');
    expect(await next()).toBe('notifications');
    opened.test.abort();
    await ended;
  });

  it.each([
    ['has no conversations', () => opened.stub.streams.without('direct')],
    [
      'lets the sign-in read no posts',
      () =>
        opened.stub.tokens.forEach((_, token) => opened.stub.tokens.set(token, 'read:notifications write')),
    ],
  ])('goes on with the other stream where the server %s', async (_what, limit) => {
    limit();
    const { next, begun, ended } = watch();
    await begun();
    while (sockets().heard() === 0) await opened.stub.streams.changed();
    expect(sockets().subscribed()).toEqual([['user:notification']]);
    // said after the refusal, on the same socket
    opened.stub.store.add({ text: '@brand Hello' });
    expect(await next()).toBe('notifications');
    opened.stub.store.add({ text: '@brand Hello again' });
    expect(await next()).toBe('notifications');
    opened.test.abort();
    await ended;
  });

  it('says nothing when it is told to stop before it is open, or at once', async () => {
    const { ended } = watch();
    opened.test.abort();
    await ended;
    await watch().ended;
    await opened.stub.streams.until(0);
  });

  it.each([
    [401, 'auth_revoked'],
    [403, 'permission'],
  ])('that is refused with %s is the sign-in, and nothing else is tried', async (status, kind) => {
    sockets().refuse(status);
    expect((await errorOf(watch().ended)).kind).toBe(kind);
    expect(opened.stub.calls.filter((call) => call.includes('/streaming'))).toEqual([]);
  });

  it.each([[404], [400], [429], [503], ['hang up' as const]])(
    'that cannot be had (%s) is done without where the server has events',
    async (how) => {
      sockets().refuse(how);
      const { next, begun, ended } = watch();
      await begun();
      expect(sockets().addresses).toHaveLength(1);
      await opened.stub.streams.until(2);
      opened.stub.store.add({ text: '@brand Hello' });
      expect(await next()).toBe('notifications');
      opened.test.abort();
      await ended;
    },
  );

  it.each([
    [404, 'unsupported'],
    [429, 'rate_limited'],
    [503, 'server'],
    ['hang up' as const, 'server'],
  ])('that cannot be had for now (%s) on a server without events is %s', async (how, kind) => {
    opened.stub.beMadeBy('gotosocial');
    sockets().refuse(how);
    const error = await errorOf(watch().ended);
    expect(error.kind).toBe(kind);
    expectNoToken(opened, error);
  });

  it('behind a proxy, on a server without events, leaves it to asking', async () => {
    opened.stub.beMadeBy('gotosocial');
    const error = await errorOf(watch({ ...opened.test.ctx, sockets: behindProxy }).ended);
    expect(error.kind).toBe('unsupported');
    expect(sockets().addresses).toEqual([]);
  });

  it('is never opened without encryption to a server elsewhere', async () => {
    for (const streaming of ['ws://far.example', 'http://far.example', 'nonsense', '']) {
      opened.stub.setInstance({ configuration: { urls: { streaming } } });
      expect((await errorOf(watch().ended)).kind).toBe('unsupported');
    }
    opened.stub.setInstance({ urls: { streaming_api: opened.stub.url.replace('http', 'ws') } });
    const { begun, ended } = watch();
    await begun();
    opened.test.abort();
    await ended;
  });
});

describe.each(['gotosocial', 'pleroma', 'akkoma'] as const)('a server made by %s', (make) => {
  it('brings both streams over one socket, with the token where it reads it', async () => {
    opened.stub.beMadeBy(make);
    const { next, begun, ended } = watch();
    await begun();
    await subscribedToBoth(opened);
    opened.stub.store.add({ text: '@brand psst', visibility: 'direct' });
    expect([await next(), await next()].sort()).toEqual(['dm', 'notifications']);
    const { addresses } = opened.stub.streams.sockets;
    expect(addresses).toHaveLength(1);
    for (const token of opened.stub.tokens.keys()) expect(addresses[0]).not.toContain(token);
    opened.test.abort();
    await ended;
  });

  it('refuses a token that was taken back', async () => {
    opened.stub.beMadeBy(make);
    const token = [...opened.stub.tokens.keys()];
    // gone for streams alone, as if it went between two requests
    opened.stub.streams.sockets.forget(...token);
    expect((await errorOf(watch().ended)).kind).toBe('auth_revoked');
    await opened.stub.streams.until(0);
  });
});

it('a server made by Pleroma that refuses both streams is left alone', async () => {
  opened.stub.beMadeBy('pleroma');
  opened.stub.tokens.forEach((_scopes, token) => opened.stub.tokens.set(token, 'write'));
  expect((await errorOf(watch().ended)).kind).toBe('permission');
  opened.stub.tokens.forEach((_scopes, token) => opened.stub.tokens.set(token, 'read'));
  opened.stub.streams.without('user:notification', 'direct');
  expect((await errorOf(watch().ended)).kind).toBe('unsupported');
});
