import { deflateSync, crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBlueskyNetwork } from '../../electron/main/networks/bluesky/index';
import { NetworkError } from '../../electron/main/networks/errors';
import type {
  Connected,
  Cursor,
  InboxItem,
  MediaBytes,
  Network,
  RemoteRef,
  Stream,
  Write,
} from '../../electron/main/networks/network';
import { personOn, startBlueskyServer, type BlueskyServer, type Person } from '../servers/bluesky/run';
import { createTestContext, hurriedClock, only, signInIo, type TestContext } from './context';
import { jobOf, runJob, runJobToTheEnd } from './drive';
import { pullAll } from './suite';

type Message = Extract<InboxItem, { readonly kind: 'message' }>;
const clock = hurriedClock(1);
/** Long, because other suites may keep the machine busy; nobody waits longer than it takes. */
const SOON = { timeout: 60_000, interval: 100 };

let server: BlueskyServer;
let network: Network;
let connected: Connected;
let test: TestContext;
let ana: Person;
let ben: Person;

const io = () => signInIo(fetch, clock);
const media = { red: png(40, 20), blue: png(16, 16) };
const connect = async (fields: Readonly<Record<string, string>>, other = network) =>
  only(await other.connect('app-password', fields, io()));
const publish = async (write: Write): Promise<readonly RemoteRef[]> =>
  (await runJob(network, jobOf(network, write, test.ctx), test.ctx)).remotes;
const say = async (text: string): Promise<RemoteRef> =>
  (await publish({ kind: 'publish', segments: [{ text, media: [] }] }))[0]!;
const asRef = (remote: RemoteRef) => ({ uri: remote.remoteId, cid: remote.ref!.cid! });
const errorOf = (work: Promise<unknown>): Promise<NetworkError> =>
  work.then(
    () => {
      throw new Error('it went through');
    },
    (error: unknown) => error as NetworkError,
  );

/** The AppView is up to a second behind the account's server: pulls until it shows what is waited for. */
const cursors: Partial<Record<Stream, Cursor | null>> = {};
async function arrivals(enough: (items: readonly InboxItem[]) => boolean, stream: Stream = 'notifications') {
  const items: InboxItem[] = [];
  await vi.waitFor(async () => {
    const pulled = await pullAll(network, stream, cursors[stream] ?? null, test.ctx);
    cursors[stream] = pulled.cursor;
    items.push(...pulled.items);
    expect(enough(items)).toBe(true);
  }, SOON);
  return items.filter((item): item is Message => item.kind === 'message');
}
const said = (text: string) => (item: InboxItem) =>
  item.kind === 'message' && item.text === text && !item.context;
const has = (text: string) => (items: readonly InboxItem[]) => items.some(said(text));
const inAppView = (uri: string) =>
  vi.waitFor(async () => expect(await network.metrics([uri], test.ctx)).toHaveProperty('size', 1), SOON);
type View = {
  readonly record: {
    readonly text: string;
    readonly langs?: readonly string[];
    readonly reply?: unknown;
    readonly facets?: readonly {
      readonly index: { readonly byteStart: number; readonly byteEnd: number };
      readonly features: readonly Readonly<Record<'$type' | 'did' | 'uri' | 'tag', string>>[];
    }[];
    readonly embed?: {
      readonly record: { readonly record: unknown };
      readonly media: { readonly images: readonly unknown[] };
    };
  };
  readonly embed?: { readonly images: readonly { readonly alt: string; readonly aspectRatio: unknown }[] };
};
async function viewOf(uri: string): Promise<View> {
  await inAppView(uri);
  const { posts } = await ana.get<{ posts: View[] }>(
    'app.bsky.feed.getPosts',
    `?uris=${encodeURIComponent(uri)}`,
  );
  return posts[0]!;
}

beforeAll(async () => {
  server = await startBlueskyServer();
  network = createBlueskyNetwork({ endpoints: { chatDid: server.chatDid } });
  const { brand } = server.accounts;
  connected = await connect({ identifier: brand.handle, password: brand.appPassword, service: server.pds });
  test = createTestContext({ ...connected, clock, media });
  [ana, ben] = await Promise.all([
    personOn(server, server.accounts.ana),
    personOn(server, server.accounts.ben),
  ]);
});
afterAll(() => server.close());

describe('Bluesky, connecting to a real server', () => {
  it('knows the account and keeps a session, never the password', async () => {
    const { brand } = server.accounts;
    expect(connected.profile).toMatchObject({
      remoteId: brand.did,
      handle: brand.handle,
      serviceUrl: server.pds,
    });
    expect(JSON.stringify(connected.secrets)).not.toContain(brand.appPassword);
    const { capabilities, profile } = await network.check(test.ctx);
    expect(profile.remoteId).toBe(brand.did);
    expect(capabilities.inbox.dm).toEqual({ ok: true });
  });

  it('takes an e-mail address, and finds the server of a handle by itself', async () => {
    const { ana: account } = server.accounts;
    const byMail = await connect({
      identifier: account.email,
      password: account.appPassword,
      service: server.pds,
    });
    expect(byMail.profile.remoteId).toBe(account.did);
    const resolving = createBlueskyNetwork({
      endpoints: { handleResolver: server.pds, plcDirectory: server.plc },
    });
    const byHandle = await connect(
      { identifier: `@${account.handle}`, password: account.appPassword },
      resolving,
    );
    expect(byHandle.profile.remoteId).toBe(account.did);
    expect(new URL(byHandle.profile.serviceUrl).port).toBe(new URL(server.pds).port);
    const nobody = await errorOf(connect({ identifier: 'nobody-here.test', password: 'x' }, resolving));
    expect(nobody.info).toMatchObject({ kind: 'not_found', field: 'identifier' });
  });

  it('says which field is wrong, and what an app password without messages cannot do', async () => {
    const { ben: account } = server.accounts;
    const wrong = await errorOf(
      connect({ identifier: account.handle, password: 'wrong-wrong', service: server.pds }),
    );
    expect(wrong.info).toMatchObject({ kind: 'auth_revoked', field: 'password' });
    const fields = {
      identifier: account.handle,
      password: account.appPasswordWithoutChat,
      service: server.pds,
    };
    const limited = createTestContext({ ...(await connect(fields)), clock });
    const { capabilities } = await network.check(limited.ctx);
    expect(capabilities.inbox.dm).toMatchObject({ ok: false, why: 'scope' });
    expect(await network.pull('dm', null, limited.ctx)).toMatchObject({ items: [], more: false });
    const refused = await errorOf(network.exists('convo1', limited.ctx));
    expect(refused.kind).toBe('permission');
  });

  it('is told when to come back by a server that sends no Retry-After', async () => {
    const fields = { identifier: 'candor-flood.test', password: 'wrong-wrong', service: server.pds };
    let last = await errorOf(connect(fields));
    for (let tries = 0; tries < 31 && last.kind !== 'rate_limited'; tries += 1)
      last = await errorOf(connect(fields));
    expect(last.kind).toBe('rate_limited');
    expect(last.info.retryAt).toBeGreaterThan(Date.now());
    expect(last.info.retryAt).toBeLessThan(Date.now() + 301_000);
  });
});

describe('Bluesky, publishing on a real server', () => {
  it('marks mentions, links and tags by bytes, and leaves a mention of nobody as text', async () => {
    const { ana: account } = server.accounts;
    const text = `Grüße 👩‍👩‍👧 @${account.handle} und @niemand-da.test: https://example.com/ä?b=1 #größe`;
    const { record } = await viewOf((await say(text)).remoteId);
    expect(record.text).toBe(text);
    const bytes = Buffer.from(text);
    const marked = record.facets!.map(({ index, features }) => ({
      words: bytes.subarray(index.byteStart, index.byteEnd).toString('utf8'),
      kind: features[0]!.$type.split('#')[1],
      target: features[0]!.did ?? features[0]!.uri ?? features[0]!.tag,
    }));
    expect(marked).toEqual([
      { words: `@${account.handle}`, kind: 'mention', target: account.did },
      { words: 'https://example.com/ä?b=1', kind: 'link', target: 'https://example.com/ä?b=1' },
      { words: '#größe', kind: 'tag', target: 'größe' },
    ]);
  });

  it('publishes four images with alt texts and shapes', async () => {
    const pictures = ['red', 'blue', 'red', 'blue'].map((mediaId, index) => ({
      mediaId,
      alt: `picture ${index}`,
    }));
    const [remote] = await publish({
      kind: 'publish',
      segments: [{ text: 'Four', media: pictures }],
      lang: 'en',
    });
    const { record, embed } = await viewOf(remote!.remoteId);
    expect(record.langs).toEqual(['en']);
    expect(embed!.images.map(({ alt, aspectRatio }) => [alt, aspectRatio])).toEqual([
      ['picture 0', { width: 40, height: 20 }],
      ['picture 1', { width: 16, height: 16 }],
      ['picture 2', { width: 40, height: 20 }],
      ['picture 3', { width: 16, height: 16 }],
    ]);
  });

  it('publishes a thread in order, and a quote with an image by the address of the post', async () => {
    const segments = ['First', 'Second', 'Third'].map((text) => ({ text, media: [] }));
    const thread = await publish({ kind: 'publish', segments });
    const last = await viewOf(thread[2]!.remoteId);
    expect(last.record.reply).toEqual({ root: asRef(thread[0]!), parent: asRef(thread[1]!) });
    const segment = { text: 'As we said', media: [{ mediaId: 'red', alt: 'red' }] };
    const [quote] = await publish({ kind: 'publish', segments: [segment], quoteUrl: thread[0]!.url });
    const { record } = await viewOf(quote!.remoteId);
    expect(record.embed!.record.record).toEqual(asRef(thread[0]!));
    expect(record.embed!.media.images).toHaveLength(1);
  });

  it('is refused by name when the quoted post is gone or the text is too long', async () => {
    const quoteUrl = `https://bsky.app/profile/${server.accounts.brand.handle}/post/3kaaaaaaaaaaa`;
    const gone = await errorOf(publish({ kind: 'publish', segments: [{ text: 'x', media: [] }], quoteUrl }));
    expect(gone.info).toMatchObject({ kind: 'gone', field: 'quoteUrl' });
    expect(() =>
      network.plan({ kind: 'publish', segments: [{ text: 'ä'.repeat(301), media: [] }] }, test.ctx.account, {
        now: 0,
      }),
    ).toThrow(NetworkError);
  });

  it('deletes a thread, last segment first', async () => {
    const thread = await publish({
      kind: 'publish',
      segments: ['a', 'b'].map((text) => ({ text, media: [] })),
    });
    await publish({ kind: 'delete', remoteIds: thread.map(({ remoteId }) => remoteId) });
    for (const { remoteId } of thread) expect(await network.exists(remoteId, test.ctx)).toBe(false);
  });
});

describe('Bluesky, the inbox on a real server', () => {
  it('carries a conversation to and fro under one key, with our post on top', async () => {
    const post = await say('We open on Monday.');
    await inAppView(post.remoteId);
    const question = await ana.reply('At what time?', asRef(post));
    const [asked] = (await arrivals(has('At what time?'))).filter(said('At what time?'));
    expect(asked).toMatchObject({
      own: false,
      author: { remoteId: ana.did },
      conversation: {
        type: 'comment',
        remoteKey: question.uri,
        origin: { remoteId: post.remoteId, text: 'We open on Monday.' },
      },
      parentRemoteId: post.remoteId,
    });
    const parent = { remoteId: asked!.remoteId, ref: asked!.ref };
    const conversation = { remoteKey: asked!.conversation.remoteKey, type: asked!.conversation.type };
    const [answer] = await publish({ kind: 'reply', conversation, parent, text: 'At nine.' });
    await inAppView(answer!.remoteId);
    const thanks = await ana.reply('Thank you, @brand!', asRef(post), asRef(answer!), {
      facets: [
        {
          index: { byteStart: 11, byteEnd: 17 },
          features: [{ $type: 'app.bsky.richtext.facet#mention', did: test.ctx.account.remoteId }],
        },
      ],
    });
    const later = await arrivals(has('Thank you, @brand!'));
    const thanked = later.filter(said('Thank you, @brand!'));
    expect(thanked).toHaveLength(1);
    expect(thanked[0]).toMatchObject({
      remoteId: thanks.uri,
      conversation: { type: 'comment', remoteKey: question.uri },
    });
    const echo = later.filter(said('At nine.'));
    expect(echo).toMatchObject([
      { own: true, remoteId: answer!.remoteId, conversation: { remoteKey: question.uri } },
    ]);
  });

  it('keeps two people below one post apart, and brings mentions and quotes with what they are about', async () => {
    const post = await say('New colours!');
    await inAppView(post.remoteId);
    await ana.reply('Is there green?', asRef(post));
    await ben.reply('Is there grey?', asRef(post));
    const start = await ben.post('Has anyone tried this shop?');
    const mention = {
      index: { byteStart: 4, byteEnd: 10 },
      features: [{ $type: 'app.bsky.richtext.facet#mention', did: test.ctx.account.remoteId }],
    };
    await ana.reply('Ask @brand', start, start, { facets: [mention] });
    await ben.post('Look at this', { embed: { $type: 'app.bsky.embed.record', record: asRef(post) } });
    const wanted = ['Is there green?', 'Is there grey?', 'Ask @brand', 'Look at this'];
    const messages = await arrivals((items) => wanted.every((text) => items.some(said(text))));
    const [green, grey, asked, quote] = wanted.map((text) => messages.find(said(text))!);
    expect(green!.conversation.remoteKey).not.toBe(grey!.conversation.remoteKey);
    expect(asked!.conversation).toMatchObject({ type: 'mention', remoteKey: start.uri });
    expect(messages.find(({ remoteId }) => remoteId === start.uri)).toMatchObject({
      context: true,
      text: 'Has anyone tried this shop?',
    });
    expect(quote!.conversation).toMatchObject({ type: 'mention', origin: { remoteId: post.remoteId } });
  });

  it('notices that a message was deleted by its author', async () => {
    const post = await say('Any questions?');
    await inAppView(post.remoteId);
    const { uri } = await ben.reply('Forget it', asRef(post));
    await arrivals(has('Forget it'));
    await ben.remove(uri);
    await arrivals((items) => items.some((item) => item.kind === 'deleted' && item.remoteId === uri));
    expect(await network.exists(uri, test.ctx)).toBe(false);
    const reply: Write = {
      kind: 'reply',
      conversation: { remoteKey: uri, type: 'comment' },
      parent: { remoteId: uri, ref: {} },
      text: 'Too late',
    };
    expect((await errorOf(publish(reply))).kind).toBe('gone');
  });

  it('likes, hides and takes both back, marks as read, and counts', async () => {
    const post = await say('Rate us');
    await inAppView(post.remoteId);
    await ana.like(asRef(post));
    const { uri } = await ana.reply('Five stars', asRef(post));
    const message = (await arrivals(has('Five stars'))).find(said('Five stars'))!;
    const target = { remoteId: message.remoteId, ref: message.ref };
    const conversation = { remoteKey: message.conversation.remoteKey, type: message.conversation.type };
    const act = (kind: 'like' | 'unlike' | 'hide' | 'unhide') => publish({ kind, conversation, target });
    await act('like');
    await vi.waitFor(
      async () => expect((await network.metrics([uri], test.ctx)).get(uri)).toMatchObject({ likes: 1 }),
      SOON,
    );
    await act('unlike');
    await vi.waitFor(
      async () => expect((await network.metrics([uri], test.ctx)).get(uri)).toMatchObject({ likes: 0 }),
      SOON,
    );
    const [, , did, , rkey] = post.remoteId.split('/');
    const gate = () =>
      ana.get<{ value: { hiddenReplies: string[] } }>(
        'com.atproto.repo.getRecord',
        `?repo=${did}&collection=app.bsky.feed.threadgate&rkey=${rkey}`,
      );
    await act('hide');
    expect((await gate()).value.hiddenReplies).toEqual([uri]);
    await act('unhide');
    expect((await gate()).value.hiddenReplies).toEqual([]);
    await publish({ kind: 'mark_read', conversation, upTo: Date.now() });
    const counted = { likes: 1, replies: 1, reposts: 0, quotes: 0 };
    await vi.waitFor(
      async () =>
        expect((await network.metrics([post.remoteId], test.ctx)).get(post.remoteId)).toEqual(counted),
      SOON,
    );
  });

  it('carries direct messages through the account’s own server', async () => {
    await ana.message(test.ctx.account.remoteId, 'Do you ship to Norway?');
    const [question] = await arrivals(has('Do you ship to Norway?'), 'dm');
    expect(question).toMatchObject({
      own: false,
      conversation: { type: 'dm', other: { remoteId: ana.did } },
    });
    const { remoteKey, type } = question!.conversation;
    await publish({ kind: 'dm', conversation: { remoteKey, type }, text: 'We do: https://example.com/ship' });
    await ana.message(test.ctx.account.remoteId, 'Thanks');
    const later = await arrivals(has('Thanks'), 'dm');
    expect(later.map(({ text, own }) => [text, own])).toEqual([
      ['We do: https://example.com/ship', true],
      ['Thanks', false],
    ]);
    expect((await ana.messages(remoteKey)).map(({ text }) => text)).toContain(
      'We do: https://example.com/ship',
    );
    await publish({ kind: 'mark_read', conversation: { remoteKey, type }, upTo: Date.now() });
  });
});

describe('Bluesky, when a real server fails', () => {
  const published = async (text: string) =>
    (await ana.repo(test.ctx.account.remoteId)).filter(({ value }) => value.text === text);

  it('renews a session that has really expired, once for all callers, and goes on writing', async () => {
    const { did } = server.accounts.brand;
    const { token } = await server.control<{ token: string }>('/expired-token', { did });
    const expired = createTestContext({
      profile: connected.profile,
      secrets: { ...test.ctx.secrets.read(), accessJwt: token },
      clock,
      media,
    });
    await Promise.all(Array.from({ length: 5 }, () => network.check(expired.ctx)));
    expect(expired.stored).toHaveLength(2);
    const { remotes } = await runJob(
      network,
      jobOf(network, { kind: 'publish', segments: [{ text: 'Renewed', media: [] }] }, expired.ctx),
      expired.ctx,
    );
    expect(remotes).toHaveLength(1);
  });

  it('asks the person to connect again when the session cannot be renewed', async () => {
    const { token } = await server.control<{ token: string }>('/expired-token', {
      did: server.accounts.brand.did,
    });
    const secrets = { ...test.ctx.secrets.read(), accessJwt: token, refreshJwt: token };
    const lost = createTestContext({ profile: connected.profile, secrets, clock });
    const error = await errorOf(network.check(lost.ctx));
    expect(error).toMatchObject({ kind: 'auth_revoked', sent: 'no' });
    expect(lost.stored).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    'publishes a thread once when the server dies %s it has committed',
    async (when) => {
      const segments = ['first', 'second'].map((part) => ({ text: `${part} ${when}`, media: [] }));
      const job = jobOf(network, { kind: 'publish', segments }, test.ctx);
      await server.control('/break-next-write', { nsid: 'com.atproto.repo.putRecord', when, thenStop: true });
      const lost = await errorOf(runJob(network, job, test.ctx));
      expect(lost).toMatchObject({ kind: 'ambiguous', sent: 'maybe' });
      await server.control('/stop');
      const down = await errorOf(network.check(test.ctx));
      expect(['offline', 'server']).toContain(down.kind);
      await server.control('/start');
      const { remotes } = await runJobToTheEnd(network, job, test.ctx);
      await runJobToTheEnd(network, { ...job, done: { ...job.done }, remotes: [] }, test.ctx);
      expect(remotes).toHaveLength(2);
      for (const { text } of segments) expect(await published(text)).toHaveLength(1);
    },
  );

  it('accepts a replay of a whole job as the same posts', async () => {
    const job = jobOf(
      network,
      { kind: 'publish', segments: [{ text: 'twice the same', media: [{ mediaId: 'blue', alt: '' }] }] },
      test.ctx,
    );
    const first = await runJob(network, job, test.ctx);
    const again = await runJob(network, { ...job, done: {}, remotes: [] }, test.ctx);
    expect(again.remotes).toEqual(first.remotes);
    expect(await published('twice the same')).toHaveLength(1);
  });
});

/** A real PNG of one colour. */
function png(width: number, height: number): MediaBytes {
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 0x99)]);
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const size = Buffer.alloc(4);
    const sum = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const bytes = Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return { bytes, mime: 'image/png', width, height };
}
