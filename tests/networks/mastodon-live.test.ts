import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cursor, Stream } from '../../electron/main/networks/network';
import { NetworkError } from '../../electron/main/networks/errors';
import { errorOf, network, openMastodon, type Opened } from '../servers/mastodon/context';
import { OWN } from '../servers/mastodon/store';
import { hurriedClock } from './context';

describe('the live connection to Mastodon', () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await openMastodon();
  });
  afterEach(() => opened.stub.close());

  /** Begins to watch; `next` resolves with the stream that is told next. */
  function watch(ctx = opened.test.ctx, onTell?: (stream: Stream) => Promise<void>) {
    const told: Stream[] = [];
    let wake: () => void = () => undefined;
    let seen = 0;
    const tell = async (stream: Stream) => {
      told.push(stream);
      wake();
      await onTell?.(stream);
    };
    const next = async (): Promise<Stream> => {
      while (told.length <= seen) await new Promise<void>((resolve) => (wake = resolve));
      return told[seen++]!;
    };
    const cursor = (): Cursor | null => null;
    return { ended: network.live!(ctx, { tell, cursor }), next, told };
  }

  it('says on which stream something is new, at once, and looks at both when it begins', async () => {
    const { next, ended, told } = watch();
    expect([await next(), await next()].sort()).toEqual(['dm', 'notifications']);
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
    const { next, ended, told } = watch();
    await next();
    await next();
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
    const { next, ended, told } = watch(opened.test.ctx, (stream) =>
      stream === 'notifications' && told.filter((one) => one === stream).length === 1
        ? held
        : Promise.resolve(),
    );
    await next();
    await next();
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
    ['breaks', 1, /broke|ended/, (opened: Opened) => opened.stub.streams.drop()],
    ['is ended by the server', 1, /ended/, (opened: Opened) => opened.stub.streams.end()],
    ['stays silent for a minute', 60, /silent/, () => undefined],
  ])('throws, to be begun again, when the connection %s', async (_what, haste, detail, happen) => {
    const { ended } = watch({ ...opened.test.ctx, clock: hurriedClock(haste) });
    const failed = errorOf(ended);
    await opened.stub.streams.until(2);
    happen(opened);
    const error = await failed;
    expect(error).toMatchObject({ kind: 'server', sent: 'no', retry: 'backoff' });
    expect(error.info.detail).toMatch(detail);
    await opened.stub.streams.until(0);
    for (const token of opened.stub.tokens.keys())
      expect(JSON.stringify([error.info, error.stack, opened.test.lines])).not.toContain(token);
  });

  it('passes on what a pull fails with', async () => {
    const failure = new NetworkError({ kind: 'auth_revoked' }, 'no');
    const { ended } = watch(opened.test.ctx, () => Promise.reject(failure));
    expect(await errorOf(ended)).toBe(failure);
    await opened.stub.streams.until(0);
  });

  it('does without the stream of conversations where a server has none', async () => {
    opened.stub.streams.without('direct');
    const { next, ended } = watch();
    expect(await next()).toBe('notifications');
    await opened.stub.streams.until(1);
    opened.stub.store.add({ text: '@brand Hello' });
    expect(await next()).toBe('notifications');
    opened.test.abort();
    await ended;
  });

  it('says once that a server streams nothing, and why a token is refused', async () => {
    opened.stub.streams.without('user/notification', 'direct');
    expect((await errorOf(watch().ended)).kind).toBe('unsupported');
    opened.stub.setInstance({ domain: 'small.example' });
    expect((await errorOf(watch().ended)).kind).toBe('unsupported');
    opened.stub.setInstance({ configuration: { urls: { streaming: 'http://far.example' } } });
    const service = opened.test.ctx.account.serviceUrl.replace('http:', 'https:');
    const http: typeof fetch = (input, init) =>
      fetch((typeof input === 'string' ? input : '').replace('https:', 'http:'), init);
    const far = { ...opened.test.ctx, http, account: { ...opened.test.ctx.account, serviceUrl: service } };
    expect((await errorOf(watch(far).ended)).info.detail).toBe('the server’s stream is not encrypted');
    opened.stub.break('revoked', 'read');
    opened.stub.setInstance({ urls: { streaming_api: opened.stub.url.replace('http', 'ws') } });
    expect((await errorOf(watch().ended)).kind).toBe('auth_revoked');
  });
});
