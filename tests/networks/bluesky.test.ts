import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBlueskyNetwork } from '../../electron/main/networks/bluesky/index';
import { NetworkError } from '../../electron/main/networks/errors';
import type { MediaBytes, Write } from '../../electron/main/networks/network';
import type { Http } from '../../electron/main/ports';
import { APP_PASSWORD, OTHER_DID, OWN_DID, startBlueskyStub, type BlueskyStub } from './bluesky-stub';
import { createTestContext, hurriedClock, only, signInIo, type TestContext } from './context';
import { jobOf, runJob, runJobToTheEnd, settle } from './drive';
import { networkSuite, pullAll, type NetworkFixture } from './suite';

/** 30 s of patience become 300 ms. */
const clock = hurriedClock(100);
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIwDiqEAAsAAP/h5OGAAAAAElFTkSuQmCC',
  'base64',
);
const image: MediaBytes = { bytes: PIXEL, mime: 'image/png', width: 1, height: 1 };

async function connectedTo(stub: BlueskyStub) {
  const network = createBlueskyNetwork();
  let offline = false;
  const http: Http = (input, init) =>
    offline
      ? Promise.reject(
          new TypeError('fetch failed', { cause: Object.assign(new Error('dns'), { code: 'ENOTFOUND' }) }),
        )
      : fetch(input, init);
  const fields = { identifier: 'brand.test', password: APP_PASSWORD, service: stub.url };
  const connected = only(await network.connect('app-password', fields, signInIo(http, clock)));
  const context = () => createTestContext({ ...connected, clock, http, media: { image } });
  return { network, connected, context, goOffline: () => (offline = true) };
}

async function openFixture(): Promise<NetworkFixture> {
  const stub = await startBlueskyStub();
  const { network, context, goOffline } = await connectedTo(stub);
  const root = stub.post(OWN_DID, { text: 'Our announcement' });
  let writing = false;
  return {
    network: {
      ...network,
      runStep: (step, ...rest) => ((writing = step.effect === 'visible'), network.runStep(step, ...rest)),
    },
    context,
    fault: (fault) =>
      fault === 'offline'
        ? void goOffline()
        : stub.break(fault, writing || fault.startsWith('timeout_after') ? 'write' : 'read'),
    world: {
      receive: async (text) => stub.post(OTHER_DID, { text, reply: { root, parent: root } }).uri,
      receiveDm: async (text) => stub.receiveDm(text).id,
      published: async () =>
        stub
          .own('app.bsky.feed.post')
          .filter(({ uri }) => uri !== root.uri)
          .map(({ value }) => (value as { text: string }).text),
      sentDms: async () => {
        const query = new URLSearchParams({ convoId: 'convo1' });
        const { body } = stub.chat.call('chat.bsky.convo.getMessages', query, {}, OWN_DID) as {
          body: { messages: { text: string; sender: { did: string } }[] };
        };
        return body.messages.filter(({ sender }) => sender.did === OWN_DID).map(({ text }) => text);
      },
      isLiked: async (uri) =>
        stub
          .own('app.bsky.feed.like')
          .some(({ value }) => (value as { subject: { uri: string } }).subject.uri === uri),
      isHidden: async (uri) =>
        stub
          .own('app.bsky.feed.threadgate')
          .some(({ value }) => (value as { hiddenReplies: string[] }).hiddenReplies.includes(uri)),
      refreshes: stub.refreshes,
    },
    imageId: 'image',
    secrets: () => [APP_PASSWORD, ...stub.issued],
    close: stub.close,
  };
}

networkSuite('Bluesky', openFixture);

describe('Bluesky', () => {
  let stub: BlueskyStub;
  let network: ReturnType<typeof createBlueskyNetwork>;
  let test: TestContext;
  beforeEach(async () => {
    stub = await startBlueskyStub();
    const opened = await connectedTo(stub);
    network = opened.network;
    test = opened.context();
  });
  afterEach(() => stub.close());

  const publish = (text: string): Write => ({ kind: 'publish', segments: [{ text, media: [] }] });
  const run = (write: Write) => runJob(network, jobOf(network, write, test.ctx), test.ctx);
  const errorOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => (error as NetworkError).info,
    );
  const pull = (cursor: Parameters<typeof pullAll>[2] = null) =>
    pullAll(network, 'notifications', cursor, test.ctx);

  it('keeps one conversation per person below a post, through answers and a deleted link in between', async () => {
    const root = stub.post(OWN_DID, { text: 'Root' });
    const first = stub.post(OTHER_DID, { text: 'First', reply: { root, parent: root } });
    const answer = stub.post(OWN_DID, { text: 'Answer', reply: { root, parent: first } });
    const second = stub.post(OTHER_DID, { text: 'Second', reply: { root, parent: answer } });
    const start = await pull();
    const keyOf = (text: string) => start.messages.find((message) => message.text === text)?.conversation;
    expect(keyOf('First')).toMatchObject({ type: 'comment', remoteKey: first.uri, origin: { text: 'Root' } });
    expect(keyOf('Answer')?.remoteKey).toBe(first.uri);
    expect(keyOf('Second')?.remoteKey).toBe(first.uri);
    stub.remove(first.uri);
    stub.post(OTHER_DID, { text: 'Third', reply: { root, parent: second } });
    const later = await pull(start.cursor);
    expect(later.messages.find(({ text }) => text === 'Third')?.conversation.remoteKey).toBe(first.uri);
    expect(later.items).toContainEqual({ kind: 'deleted', remoteId: first.uri });
    expect((await pull(later.cursor)).items).toEqual([]);
  });

  it('starts anew from a cursor it does not know, and survives a post of an unknown shape', async () => {
    const root = stub.post(OWN_DID, { text: 'Root' });
    stub.post(OTHER_DID, { text: 'Fine', reply: { root, parent: root } });
    stub.post(OTHER_DID, { text: 7 as never, reply: { root, parent: root } });
    const { messages } = await pull({ v: 99, strange: true });
    expect(messages.map(({ text }) => text)).toContain('Fine');
    expect(test.lines.join()).toContain('unknown shape');
  });

  it('takes the record that is already there under its key as its own', async () => {
    const job = jobOf(network, publish('Mine'), test.ctx);
    const hidden = { ...job, steps: job.steps.filter(({ effect }) => effect === 'hidden') };
    await runJob(network, hidden, test.ctx);
    await runJob(network, { ...job, done: { ...job.done }, remotes: [] }, test.ctx);
    job.done.prepare = { ...job.done.prepare, createdAt: Date.now() + 5_000 };
    const { remotes } = await runJob(network, job, test.ctx);
    expect(remotes).toHaveLength(1);
    expect(stub.own('app.bsky.feed.post')).toHaveLength(1);
  });

  it('carries the instant of its last look before sending, not that of its plan', async () => {
    const planned = network.plan(publish('Later'), test.ctx.account, {
      now: Date.parse('2026-01-01T00:00:00Z'),
    });
    await runJob(network, { steps: planned, done: {}, remotes: [] }, test.ctx);
    const [record] = stub.own('app.bsky.feed.post');
    expect(Date.parse((record!.value as { createdAt: string }).createdAt)).toBeGreaterThan(
      Date.now() - 60_000,
    );
  });

  it('keeps a session that the person renewed while the old one was being refreshed', async () => {
    const mine = { ...test.ctx.secrets.read(), accessJwt: 'newer-access', refreshJwt: 'newer-refresh' };
    const racing = createTestContext({
      profile: { remoteId: OWN_DID, handle: 'brand.test', displayName: '', serviceUrl: stub.url },
      secrets: test.ctx.secrets.read(),
      clock,
      http: async (input, init) => {
        if ((input as string).includes('refreshSession')) racing.ctx.secrets.replace(mine);
        return fetch(input, init);
      },
    });
    stub.break('expired_token', 'read');
    await errorOf(network.check(racing.ctx));
    expect(racing.stored.at(-1)).toEqual(mine);
  });

  it('does not say that a message is absent when so much was said that it may be further up', async () => {
    stub.receiveDm('Hello');
    const conversation = { remoteKey: 'convo1', type: 'dm' } as const;
    const job = jobOf(network, { kind: 'dm', conversation, text: 'Lost?' }, test.ctx);
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
    expect(await settle(network, job, test.ctx)).toBe('absent');
    for (let index = 0; index < 60; index += 1) stub.receiveDm(`more ${index}`);
    expect(await settle(network, job, test.ctx)).toBe('unknown');
  });

  it('keeps what another app hid when it hides one more, and hides only below own posts', async () => {
    const root = stub.post(OWN_DID, { text: 'Root' });
    const [one, two] = ['one', 'two'].map((text) =>
      stub.post(OTHER_DID, { text, reply: { root, parent: root } }),
    );
    const hide = (uri: string, rootUri = root.uri): Write => ({
      kind: 'hide',
      conversation: { remoteKey: uri, type: 'comment' },
      target: { remoteId: uri, ref: { rootUri } },
    });
    await run(hide(one!.uri));
    await run(hide(two!.uri));
    const [gate] = stub.own('app.bsky.feed.threadgate');
    expect(gate!.value).toMatchObject({ post: root.uri, hiddenReplies: [one!.uri, two!.uri] });
    const foreign = () =>
      network.plan(hide(one!.uri, `at://${OTHER_DID}/app.bsky.feed.post/x`), test.ctx.account, { now: 0 });
    expect(foreign).toThrow(NetworkError);
  });

  it('never sets the mark of what was seen back', async () => {
    const write = (upTo: number): Write => ({
      kind: 'mark_read',
      conversation: { remoteKey: 'x', type: 'comment' },
      upTo,
    });
    await run(write(2_000));
    await run(write(1_000));
    const seen = await fetch(`${stub.url}/xrpc/app.bsky.notification.listNotifications?limit=1`, {
      headers: { authorization: `Bearer ${test.ctx.secrets.read().accessJwt}` },
    });
    expect(await seen.json()).toMatchObject({ seenAt: new Date(2_000).toISOString() });
  });

  it('publishes once when answers are lost again and again', async () => {
    const job = jobOf(
      network,
      { kind: 'publish', segments: ['a', 'b', 'c'].map((text) => ({ text, media: [] })) },
      test.ctx,
    );
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
    for (const kind of ['timeout_after_commit', 'timeout_before_commit', 'server_error'] as const) {
      stub.break(kind, 'write');
      await runJobToTheEnd(network, { ...job, steps: job.steps.slice(0, job.remotes.length + 2) }, test.ctx);
    }
    expect(stub.own('app.bsky.feed.post').map(({ value }) => (value as { text: string }).text)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it.each([
    ['ftp://example.com', 'service'],
    ['http://example.com', 'service'],
    ['https://user:secret@example.com', 'service'],
    ['not an address', 'service'],
  ])('refuses the server %s by its field', async (service, field) => {
    const io = signInIo(fetch, clock);
    const error = await errorOf(
      network.connect('app-password', { identifier: 'a.test', password: 'p', service }, io),
    );
    expect(error).toMatchObject({ kind: 'validation', field });
    expect(JSON.stringify(error)).not.toContain('secret@');
  });
});
