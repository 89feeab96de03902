import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMastodonNetwork } from '../../electron/main/networks/mastodon/index';
import { NetworkError } from '../../electron/main/networks/errors';
import type { Cursor, MediaBytes, Write } from '../../electron/main/networks/network';
import type { Clock } from '../../electron/main/ports';
import { startMastodonStub, type MastodonStub } from '../servers/mastodon/stub';
import { OTHER, OWN } from '../servers/mastodon/store';
import { createTestContext, cuttableHttp, only, signInIo, type TestContext } from './context';
import { jobOf, runJob, settle } from './drive';
import { patientClock } from './patient-clock';
import { permitForTests } from './permit';
import { networkSuite, pullAll, type NetworkFixture } from './suite';

const clock = patientClock();
const image: MediaBytes = { bytes: Buffer.from([137, 80, 78, 71]), mime: 'image/png', width: 1, height: 1 };
const strange: MediaBytes = { ...image, mime: 'image/x-icon' };
const network = createMastodonNetwork();

async function connectedTo(stub: MastodonStub) {
  stub.onHold(clock.runOut);
  const { http, goOffline } = cuttableHttp();
  const fields = { service: stub.url, token: stub.token };
  const connected = only(await network.connect('access-token', fields, signInIo(http, clock)));
  const context = (now: Clock = clock) =>
    createTestContext({ ...connected, clock: now, http, media: { image, strange } });
  return { connected, context, goOffline };
}

async function openFixture(): Promise<NetworkFixture> {
  const stub = await startMastodonStub();
  const { context, goOffline } = await connectedTo(stub);
  const root = stub.store.add({ by: OWN, text: 'Our announcement' });
  const direct = (one: { visibility: string }) => one.visibility === 'direct';
  return {
    network,
    context,
    fault: (fault) => {
      if (fault === 'offline') goOffline();
      else if (fault !== 'expired_token')
        stub.break(fault, fault.startsWith('timeout_after') ? 'write' : 'read');
    },
    world: {
      receive: async (text) => stub.store.add({ text, parent: root.id, mentions: [OWN] }).id,
      receiveDm: async (text) => stub.store.add({ text: `@brand ${text}`, visibility: 'direct' }).id,
      published: async () =>
        stub
          .own()
          .filter((post) => post.id !== root.id && !direct(post))
          .map(({ text }) => text),
      sentDms: async () =>
        stub
          .own()
          .filter((post) => direct(post) && post.mentions.includes(OTHER))
          .map(({ text }) => text),
      isLiked: async (id) => stub.store.likes.has(id),
    },
    imageId: 'image',
    secrets: () => [stub.token],
    close: stub.close,
  };
}

networkSuite('Mastodon', openFixture);

describe('Mastodon', () => {
  let stub: MastodonStub;
  let test: TestContext;
  let opened: Awaited<ReturnType<typeof connectedTo>>;
  beforeEach(async () => {
    stub = await startMastodonStub();
    opened = await connectedTo(stub);
    test = opened.context();
  });
  afterEach(() => stub.close());

  const publish = (text: string, mediaId?: string): Write => ({
    kind: 'publish',
    segments: [{ text, media: mediaId === undefined ? [] : [{ mediaId, alt: 'Grüße' }] }],
  });
  const run = (write: Write) => runJob(network, jobOf(network, write, test.ctx), test.ctx);
  const errorOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => (error as NetworkError).info,
    );
  const pull = (cursor: Cursor | null = null, ctx = test.ctx) =>
    pullAll(network, 'notifications', cursor, ctx);

  it('takes the server in every form a person may type, and refuses what is none, by its field', async () => {
    expect(opened.connected.profile).toMatchObject({
      remoteId: `${stub.url}/${OWN}`,
      handle: 'brand@home.example',
      serviceUrl: stub.url,
    });
    const io = signInIo(fetch, clock);
    const connect = (service: string, token = stub.token) =>
      errorOf(network.connect('access-token', { service, token }, io));
    expect(await connect(`${stub.url}/@brand`)).toBeNull();
    for (const service of ['http://example.com', 'ftp://example.com', 'https://a:b@example.com', ''])
      expect(await connect(service)).toMatchObject({ kind: 'validation', field: 'service' });
    expect(await connect(stub.url, 'wrong')).toMatchObject({ kind: 'auth_revoked', field: 'token' });
    expect(await connect(stub.url, ' ')).toMatchObject({ kind: 'validation', field: 'token' });
  });

  it('takes the limits of the server, and the defaults where it tells none', async () => {
    stub.setInstance({
      domain: 'big.example',
      configuration: {
        statuses: { max_characters: 5000, max_media_attachments: 6, characters_reserved_per_url: 30 },
        media_attachments: {
          supported_mime_types: ['image/png', 'audio/ogg'],
          image_size_limit: 1000,
          description_limit: 99,
        },
      },
    });
    const { capabilities } = await network.check(test.ctx);
    expect(capabilities.publish.text).toEqual({ max: 5000, unit: 'mastodon', urlWeight: 30 });
    expect(capabilities.publish.images).toEqual({
      ok: true,
      max: 6,
      mime: ['image/png'],
      maxBytes: 1000,
      altMax: 99,
    });
    const account = { ...test.ctx.account, capabilities };
    expect(() => network.plan(publish('x'.repeat(5000)), account, { now: 0 })).not.toThrow();
    expect(() => network.plan(publish('x'.repeat(5001)), account, { now: 0 })).toThrow(NetworkError);
    stub.setInstance(null);
    const untold = (await network.check(test.ctx)).capabilities;
    expect(untold.publish).toEqual(network.defaults.publish);
    expect(untold.inbox).toEqual({ ...network.defaults.inbox, push: 'none' });
  });

  it('tells the rules of the server, those about AI first, wherever the server keeps them', async () => {
    const rulesNow = async () => (await network.check(test.ctx)).capabilities.rules;
    expect(await rulesNow()).toBeUndefined();
    expect(stub.calls).not.toContain('GET /api/v1/instance/rules');
    const rules = [
      { id: '1', text: 'Be kind', hint: '' },
      { id: '2', text: 'Label what AI made', hint: 'With the tag #AI.\nIn the first line.' },
    ];
    const told = ['Label what AI made\nWith the tag #AI. In the first line.', 'Be kind'];
    stub.setRules(rules);
    expect(await rulesNow()).toEqual(told);
    expect(stub.calls).not.toContain('GET /api/v1/instance/rules');
    stub.setInstance({ domain: 'old.example' });
    expect(await rulesNow()).toBeUndefined();
    stub.listRules(rules);
    expect(await rulesNow()).toEqual(told);
  });

  it('waits for an image that the server still works on, and sends its description', async () => {
    stub.processFor(2);
    const steps = network.plan(publish('Look', 'image'), test.ctx.account, { now: 0 });
    const step = steps[0]!;
    const first = await network.runStep(step, {}, test.ctx, permitForTests);
    expect(first).toMatchObject({ state: 'wait' });
    const done = { [step.key]: first.output };
    expect(await network.runStep(step, done, test.ctx, permitForTests)).toMatchObject({ state: 'wait' });
    expect(await network.runStep(step, done, test.ctx, permitForTests)).toMatchObject({ state: 'done' });
    expect(stub.calls.filter((call) => call === 'POST /api/v2/media')).toHaveLength(1);
    expect([...stub.store.media.values()][0]).toMatchObject({ mime: 'image/png', description: 'Grüße' });
    const refused = await errorOf(run(publish('Look', 'strange')));
    expect(refused).toMatchObject({ kind: 'media_rejected' });
  });

  it('publishes once where the server forgets keys, and says unknown after too many others', async () => {
    const job = jobOf(
      network,
      publish('Twice? @ana@far.example\n\nhttps://example.com/a/very/long/path'),
      test.ctx,
    );
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
    expect(await settle(network, job, test.ctx)).toBe('absent');
    stub.break('timeout_after_commit', 'write');
    expect(await errorOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    stub.passTime(2 * 60 * 60_000);
    expect(await settle(network, job, test.ctx)).toBe('arrived');
    expect((await runJob(network, job, test.ctx)).remotes).toHaveLength(1);
    expect(stub.own()).toHaveLength(1);
    const lost = jobOf(network, publish('Lost'), test.ctx);
    await runJob(network, { ...lost, steps: lost.steps.slice(0, 1) }, test.ctx);
    for (let index = 0; index < 250; index += 1) stub.store.add({ by: OWN, text: `more ${index}` });
    expect(await settle(network, lost, test.ctx)).toBe('unknown');
  });

  it('is given the same status again for the same key within the hour', async () => {
    const { steps } = jobOf(network, publish('Same'), test.ctx);
    const once = await runJob(network, { steps, done: {}, remotes: [] }, test.ctx);
    const again = await runJob(network, { steps, done: {}, remotes: [] }, test.ctx);
    expect(again.remotes).toEqual(once.remotes);
    expect(stub.own()).toHaveLength(1);
  });

  it('answers with the approved text unchanged and to no more people than the question', async () => {
    const question = stub.store.add({ text: '@brand psst', visibility: 'private' });
    const { messages } = await pull();
    const parent = messages.find(({ remoteId }) => remoteId === question.id)!;
    const conversation = { remoteKey: parent.conversation.remoteKey, type: 'mention' } as const;
    await run({ kind: 'reply', conversation, parent, text: 'Between us.' });
    expect(stub.own()).toMatchObject([{ text: 'Between us.', visibility: 'private', parent: question.id }]);
  });

  it('keeps one conversation per person below a post, and follows edits and deletions', async () => {
    const root = stub.store.add({ by: OWN, text: 'Root' });
    const first = stub.store.add({ text: '@brand First', parent: root.id });
    const answer = stub.store.add({ by: OWN, text: 'Answer', parent: first.id });
    const second = stub.store.add({ text: '@brand Second', parent: answer.id });
    const other = stub.store.add({ text: '@brand Other' });
    const start = await pull();
    const place = (id: string) => start.messages.find(({ remoteId }) => remoteId === id)?.conversation;
    expect(place(first.id)).toMatchObject({ type: 'comment', remoteKey: first.id, origin: { text: 'Root' } });
    expect(place(answer.id)?.remoteKey).toBe(first.id);
    expect(place(second.id)?.remoteKey).toBe(first.id);
    expect(place(other.id)).toMatchObject({ type: 'mention', remoteKey: other.id });
    stub.store.edit(other.id, '@brand Other & better');
    stub.store.remove(second.id);
    const later = opened.context({ ...clock, now: () => Date.now() + 10 * 60_000 });
    const { items, cursor } = await pull(start.cursor, later.ctx);
    expect(items).toContainEqual(
      expect.objectContaining({ kind: 'edited', remoteId: other.id, text: '@brand Other & better' }),
    );
    expect(items).toContainEqual({ kind: 'deleted', remoteId: second.id });
    expect((await pull(cursor, later.ctx)).items).toEqual([]);
  });

  it('brings favourites of others to nobody, and own answers from elsewhere into their conversation', async () => {
    const question = stub.store.add({ text: '@brand Open?' });
    stub.store.like(question.id);
    const start = await pull();
    expect(start.messages).toHaveLength(1);
    const elsewhere = stub.store.add({ by: OWN, text: 'Yes', parent: question.id });
    const { messages } = await pull(start.cursor);
    expect(messages).toContainEqual(expect.objectContaining({ remoteId: elsewhere.id, own: true }));
    expect(messages.find(({ own }) => own)?.conversation.remoteKey).toBe(question.id);
  });

  it('takes nothing for deleted that the server shows in a shape that cannot be read', async () => {
    const strange = stub.store.add({ text: '@brand Fine at first' });
    const start = await pull();
    Object.assign(strange, { visibility: 5 });
    const later = opened.context({ ...clock, now: () => Date.now() + 10 * 60_000 });
    expect((await pull(start.cursor, later.ctx)).items).toEqual([]);
  });

  it('brings all own answers that were written elsewhere meanwhile, however many', async () => {
    const question = stub.store.add({ text: '@brand Open?' });
    const start = await pull();
    for (let index = 0; index < 90; index += 1)
      stub.store.add({ by: OWN, text: `part ${index}`, parent: question.id });
    const { messages, cursor } = await pull(start.cursor);
    expect(messages.filter(({ own }) => own)).toHaveLength(90);
    expect((await pull(cursor)).items).toEqual([]);
  });

  it('brings direct messages that come late, or with a time that has not come yet', async () => {
    const pullDirect = (from: Cursor | null) => pullAll(network, 'dm', from, test.ctx);
    const said = (text: string, at: number) =>
      Object.assign(stub.store.add({ text: `@brand ${text}`, visibility: 'direct' }), {
        at: new Date(at).toISOString(),
      });
    const HOUR = 60 * 60_000;
    said('from the future', Date.now() + 1000 * HOUR);
    const start = await pullDirect(null);
    said('now', Date.now());
    const next = await pullDirect(start.cursor);
    expect(next.messages.map(({ text }) => text)).toContain('now');
    said('on its way for long', Date.now() - 72 * HOUR);
    const late = await pullDirect(next.cursor);
    expect(late.messages.map(({ text }) => text)).toContain('on its way for long');
  });

  it('takes no direct message that would reach nobody, answers in their thread, and marks it as read', async () => {
    const asked = stub.store.add({ text: '@brand Hello <b>', visibility: 'direct' });
    const { messages } = await pullAll(network, 'dm', null, test.ctx);
    expect(messages).toMatchObject([
      {
        text: 'Hello <b>',
        conversation: {
          type: 'dm',
          remoteKey: 'direct:ana@far.example',
          other: { handle: 'ana@far.example' },
        },
      },
    ]);
    const conversation = { remoteKey: 'direct:ana@far.example', type: 'dm' } as const;
    expect(() =>
      network.plan({ kind: 'dm', conversation, text: 'Hi.' }, test.ctx.account, { now: 0 }),
    ).toThrow('name @ana@far.example');
    await run({ kind: 'dm', conversation, text: '@ana@far.example Hi.' });
    await run({ kind: 'dm', conversation, text: 'I mean you, @ana@far.example.' });
    expect(stub.own()).toMatchObject([
      { text: '@ana@far.example Hi.', visibility: 'direct', parent: asked.id },
      { text: 'I mean you, @ana@far.example.', visibility: 'direct' },
    ]);
    stub.store.add({ text: '@brand And?', visibility: 'direct' });
    await run({ kind: 'mark_read', conversation, upTo: Date.now() });
    expect([...stub.store.conversations.values()].map(({ unread }) => unread)).toEqual([false, false]);
    expect(await network.exists('direct:ana@far.example', test.ctx)).toBe(true);
    expect(await network.exists('direct:nobody@far.example', test.ctx)).toBe(false);
  });

  it('refuses what Mastodon has no way for, before anything is sent', () => {
    const conversation = { remoteKey: '1', type: 'mention' } as const;
    const target = { remoteId: '1', ref: {} };
    const quote: Write = { ...(publish('x') as Extract<Write, { kind: 'publish' }>), quoteUrl: 'https://x' };
    for (const write of [
      quote,
      { kind: 'hide', conversation, target },
      { kind: 'delete_other', conversation, target },
      { kind: 'reply', conversation, parent: target, text: 'x', private: true },
      { kind: 'mark_read', conversation, upTo: 1 },
      { kind: 'dm', conversation, text: 'x' },
    ] satisfies Write[])
      expect(() => network.plan(write, test.ctx.account, { now: 0 })).toThrow(
        expect.objectContaining({ info: expect.objectContaining({ kind: 'unsupported' }) }),
      );
  });

  it('tells limits with their reset, and the field of a text that the server finds too long', async () => {
    await network.check(test.ctx);
    expect(test.rates[0]).toMatchObject({ bucket: 'read', limit: 300, remaining: 299 });
    expect(test.rates[0]!.resetAt).toBeGreaterThan(Date.now());
    const account = { ...test.ctx.account, capabilities: (await network.check(test.ctx)).capabilities };
    const roomy = { ...account.capabilities.publish, text: { max: 9999, unit: 'mastodon' as const } };
    const steps = network.plan(
      publish('x'.repeat(501)),
      { ...account, capabilities: { ...account.capabilities, publish: roomy } },
      { now: 0 },
    );
    expect(await errorOf(runJob(network, { steps, done: {}, remotes: [] }, test.ctx))).toMatchObject({
      kind: 'validation',
      field: 'text',
    });
  });
});
