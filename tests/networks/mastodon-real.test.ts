import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMastodonNetwork } from '../../electron/main/networks/mastodon/index';
import { NetworkError } from '../../electron/main/networks/errors';
import type { Cursor, MediaBytes, RemoteRef, Write } from '../../electron/main/networks/network';
import type { Http } from '../../electron/main/ports';
import { startSnac, type SnacServer } from '../servers/snac2/server';
import { createTestContext, hurriedClock, only, signInIo, type TestContext } from './context';
import { jobOf, runJob, settle } from './drive';
import { pullAll } from './suite';

const clock = hurriedClock(1);
/** snac2 delivers every few seconds. */
const SOON = { timeout: 60_000, interval: 500 };
const network = createMastodonNetwork();
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIwDiqEAAsAAP/h5OGAAAAAElFTkSuQmCC',
  'base64',
);
const image: MediaBytes = { bytes: PIXEL, mime: 'image/png', width: 1, height: 1 };
/**
 * snac2 closes every connection without saying so. Electron's fetch opens another one then (and always for a write);
 * Node's would meet the end of the old one instead of an answer.
 */
const http: Http = (input, init) =>
  fetch(input, {
    ...init,
    headers: { ...Object.fromEntries(new Headers(init?.headers)), connection: 'close' },
  });
const io = signInIo(http, clock);

const started = await startSnac();
if ('missing' in started) console.log(`the suite against snac2 is left out: ${started.missing}`);

describe.skipIf('missing' in started)('Mastodon against a real snac2 server, which lacks a lot', () => {
  const server = started as SnacServer;
  let brand: TestContext;
  let ana: TestContext;
  const connect = async (token: string): Promise<TestContext> => {
    const connected = only(await network.connect('access-token', { service: server.url, token }, io));
    return createTestContext({ ...connected, http, clock, media: { image } });
  };
  beforeAll(async () => {
    brand = await connect(server.tokens.brand);
    ana = await connect(server.tokens.ana);
  });
  afterAll(() => server.stop());

  const run = async (write: Write, as = brand): Promise<readonly RemoteRef[]> =>
    (await runJob(network, jobOf(network, write, as.ctx), as.ctx)).remotes;
  const publish = (text: string): Write => ({ kind: 'publish', segments: [{ text, media: [] }] });
  const arrival = (text: string, from: Cursor | null = null, as = brand) =>
    vi.waitFor(async () => {
      const pulled = await pullAll(network, 'notifications', from, as.ctx);
      const message = pulled.messages.find((one) => one.text.includes(text));
      expect(message, text).toBeDefined();
      return { message: message!, cursor: pulled.cursor };
    }, SOON);
  const replyTo = (remoteId: string, text: string): Write => ({
    kind: 'reply',
    conversation: { remoteKey: remoteId, type: 'mention' },
    parent: { remoteId, ref: { visibility: 'public' } },
    text,
  });

  it('knows who it is without the newer instance endpoint, and takes a refused token for what it is', async () => {
    const { profile, capabilities } = await network.check(brand.ctx);
    expect(profile).toMatchObject({ remoteId: brand.ctx.account.remoteId, serviceUrl: server.url });
    expect(capabilities.publish.text.max).toBeGreaterThan(500);
    const wrong = network.connect('access-token', { service: server.url, token: 'wrong' }, io);
    await expect(wrong).rejects.toMatchObject({ info: { kind: 'auth_revoked', field: 'token' } });
  });

  it('publishes a thread with an image, counts it, finds it again, and takes it back', async () => {
    const media = [{ mediaId: 'image', alt: 'ein Punkt' }];
    const segments = [
      { text: 'One https://example.com/a?b=1 Grüße', media },
      { text: 'Two', media: [] },
    ];
    const job = jobOf(network, { kind: 'publish', segments }, brand.ctx);
    const { remotes } = await runJob(network, job, brand.ctx);
    expect(remotes).toHaveLength(2);
    const doubted = { ...job, done: Object.fromEntries(Object.entries(job.done).slice(0, -2)) };
    expect(await settle(network, doubted, brand.ctx)).toBe('arrived');
    const ids = remotes.map(({ remoteId }) => remoteId);
    expect((await network.metrics(ids, brand.ctx)).get(ids[0]!)).toMatchObject({ likes: 0 });
    await run({ kind: 'delete', remoteIds: ids });
    expect(await network.exists(ids[0]!, brand.ctx)).toBe(false);
    await run({ kind: 'delete', remoteIds: ids });
  });

  it('says that a lost post is absent, although the server forgets keys', async () => {
    const job = jobOf(network, publish('never sent'), brand.ctx);
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, brand.ctx);
    expect(await settle(network, job, brand.ctx)).toBe('absent');
  });

  it('brings an answer in below our post, is answered, liked, and comes once', async () => {
    const [post] = await run(publish('Our announcement'));
    await run(replyTo(post!.remoteId, 'Is the shop open?'), ana);
    const { message, cursor } = await arrival('Is the shop open?');
    expect(message).toMatchObject({
      own: false,
      conversation: { type: 'comment', remoteKey: message.remoteId, origin: { text: 'Our announcement' } },
    });
    const { remoteId, ref } = message;
    const conversation = { remoteKey: message.conversation.remoteKey, type: 'comment' } as const;
    await run({ kind: 'reply', conversation, parent: { remoteId, ref }, text: 'Until six.' });
    const target = { remoteId, ref };
    await run({ kind: 'like', conversation, target });
    await run({ kind: 'unlike', conversation, target });
    const later = await pullAll(network, 'notifications', cursor, brand.ctx);
    expect(later.messages.filter((one) => one.text.includes('shop') && !one.context)).toEqual([]);
    expect(later.messages.find(({ own }) => own)?.conversation.remoteKey).toBe(remoteId);
    expect((await arrival('Until six.', null, ana)).message.own).toBe(false);
  });

  it('brings direct messages although the list of conversations is empty, and answers them', async () => {
    const conversation = { remoteKey: 'direct:brand', type: 'dm' } as const;
    await run({ kind: 'dm', conversation, text: '@brand Do you ship to Norway?' }, ana);
    const { message } = await arrival('Do you ship to Norway?');
    expect(message).toMatchObject({ text: 'Do you ship to Norway?', conversation: { type: 'dm' } });
    await run({ kind: 'dm', conversation: { remoteKey: 'direct:ana', type: 'dm' }, text: '@ana We do.' });
    expect((await arrival('We do.', null, ana)).message.conversation.type).toBe('dm');
    expect((await pullAll(network, 'dm', null, brand.ctx)).items).toEqual([]);
  });

  it('calls what is not there gone', async () => {
    const reply = run(replyTo('1795359368246532ec0cd3a043ee33340e0e116fc0', 'To nobody'));
    await expect(reply).rejects.toBeInstanceOf(NetworkError);
    await expect(reply).rejects.toMatchObject({ info: { kind: 'gone' } });
  });
});
