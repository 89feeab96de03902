import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountCtx, Stream } from '../../electron/main/networks/network';
import { NetworkError } from '../../electron/main/networks/errors';
import { errorOf, openMastodon, type Opened } from '../servers/mastodon/context';
import { behindProxy, expectNoToken, subscribedToBoth, watchLive } from '../servers/mastodon/live';
import { OWN } from '../servers/mastodon/store';
import { hurriedClock } from './context';

let opened: Opened;
beforeEach(async () => {
  opened = await openMastodon();
});
afterEach(() => opened.stub.close());

/** Both ways do the same; a socket carries both streams, events need a connection for each. */
describe.each([
  ['by socket', 1, (ctx: AccountCtx) => ctx, () => subscribedToBoth(opened)],
  ['by events', 2, (ctx: AccountCtx) => ({ ...ctx, sockets: behindProxy }), async () => undefined],
])('the live connection to Mastodon %s', (_way, connections, by, listening) => {
  const begin = (over: Partial<AccountCtx> = {}, onTell?: (stream: Stream) => Promise<void>) =>
    watchLive(by({ ...opened.test.ctx, ...over }), onTell);

  it('says on which stream something is new, at once, and looks at both when it begins', async () => {
    const { next, begun, ended, told } = begin();
    await begun();
    await opened.stub.streams.until(connections);
    await listening();
    opened.stub.store.add({ text: '@brand Hello\n\nwith 👩‍👩‍👧' });
    expect(await next()).toBe('notifications');
    opened.stub.store.add({ text: '@brand psst', visibility: 'direct' });
    expect([await next(), await next()].sort()).toEqual(['dm', 'notifications']);
    opened.test.abort();
    await ended;
    await opened.stub.streams.until(0);
    expect(told).toHaveLength(5);
  });

  it('does not fetch anything because somebody liked a post', async () => {
    const { next, begun, ended, told } = begin();
    await begun();
    await listening();
    const post = opened.stub.store.add({ by: OWN, text: 'Ours' });
    opened.stub.store.like(post.id);
    opened.stub.store.add({ text: '@brand Hello' });
    expect(await next()).toBe('notifications');
    opened.test.abort();
    await ended;
    expect(told).toHaveLength(3);
  });

  it('fetches once for all that comes in while it fetches', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { next, begun, ended, told } = begin({}, (stream) =>
      stream === 'notifications' && told.filter((one) => one === stream).length === 1
        ? held
        : Promise.resolve(),
    );
    await begun();
    await listening();
    for (let index = 0; index < 20; index += 1) opened.stub.store.add({ text: `@brand ${index}` });
    // A message on the other channel, read after them.
    opened.stub.store.add({ text: '@brand psst', visibility: 'direct' });
    expect(await next()).toBe('dm');
    release();
    expect(await next()).toBe('notifications');
    opened.test.abort();
    await ended;
    expect(told.filter((one) => one === 'notifications').length).toBeLessThanOrEqual(3);
  });

  it.each([
    ['breaks', 1, /broke|ended/, () => opened.stub.streams.drop()],
    ['is ended by the server', 1, /ended/, () => opened.stub.streams.end()],
    ['stays silent for a minute', 60, /silent/, () => undefined],
  ])('throws, to be begun again, when the connection %s', async (_what, haste, detail, happen) => {
    const { ended } = begin({ clock: hurriedClock(haste) });
    const failed = errorOf(ended);
    await opened.stub.streams.until(connections);
    happen();
    const error = await failed;
    expect(error).toMatchObject({ kind: 'server', sent: 'no', retry: 'backoff' });
    expect(error.info.detail).toMatch(detail);
    await opened.stub.streams.until(0);
    expectNoToken(opened, error);
  });

  it('passes on what a pull fails with', async () => {
    const failure = new NetworkError({ kind: 'auth_revoked' }, 'no');
    const { ended } = begin({}, () => Promise.reject(failure));
    expect(await errorOf(ended)).toBe(failure);
    await opened.stub.streams.until(0);
  });

  it('does without the stream of conversations where a server has none', async () => {
    opened.stub.streams.without('direct');
    const { next, ended } = begin();
    expect(await next()).toBe('notifications');
    await opened.stub.streams.until(1);
    opened.stub.store.add({ text: '@brand Hello' });
    while ((await next()) !== 'notifications');
    opened.test.abort();
    await ended;
  });

  it('says once that a server has neither stream', async () => {
    opened.stub.streams.without('user:notification', 'direct');
    expect((await errorOf(begin().ended)).kind).toBe('unsupported');
    await opened.stub.streams.until(0);
  });

  it('says once that the sign-in may hear nothing', async () => {
    opened.stub.tokens.forEach((_scopes, token) => opened.stub.tokens.set(token, 'write'));
    const error = await errorOf(begin().ended);
    expect(error.kind).toBe('permission');
    await opened.stub.streams.until(0);
  });

  it('takes a refused token for what it is, on a server that still tells about itself', async () => {
    opened.stub.break('revoked', 'read');
    expect((await errorOf(begin().ended)).kind).toBe('auth_revoked');
    expect(opened.stub.streams.count()).toBe(0);
  });
});

it('ends both connections for events when one is lost', async () => {
  const { begun, ended } = watchLive({ ...opened.test.ctx, sockets: behindProxy });
  await begun();
  await opened.stub.streams.until(2);
  const failed = errorOf(ended);
  opened.stub.streams.endEvents('direct');
  expect((await failed).info.detail).toBe('/api/v1/streaming/direct: the server ended the stream');
  await opened.stub.streams.until(0);
});
