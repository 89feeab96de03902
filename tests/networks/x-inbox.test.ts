import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cursor, InboxItem, Stream, Write } from '../../electron/main/networks/network';
import type { Http } from '../../electron/main/ports';
import { OTHER, OWN, THIRD } from '../servers/x/store';
import { startXStub, type XStub } from '../servers/x/stub';
import type { TestContext } from './context';
import { jobOf, runJob, settle } from './drive';
import { errorOf } from './outcome';
import { pullAll } from './suite';
import { clock, connectedTo } from './x-fixture';

const HOUR_MS = 60 * 60_000;

describe('the inbox of X', () => {
  let stub: XStub;
  let test: TestContext;
  let opened: Awaited<ReturnType<typeof connectedTo>>;
  beforeEach(async () => {
    stub = await startXStub();
    opened = await connectedTo(stub);
    test = opened.context({ clock: { ...clock, now: () => stub.now() } });
  });
  afterEach(() => stub.close());

  const pull = (cursor: Cursor | null = null, stream: Stream = 'notifications', ctx = test.ctx) =>
    pullAll(opened.network, stream, cursor, ctx);
  const run = (write: Write) => runJob(opened.network, jobOf(opened.network, write, test.ctx), test.ctx);
  const placeIn = (messages: Awaited<ReturnType<typeof pull>>['messages'], id: string) =>
    messages.find(({ remoteId }) => remoteId === id)?.conversation;
  const billed = () => Object.fromEntries(stub.store.charged);
  /** What was told of uses since there were so many of them. */
  const used = (from = 0) => {
    const sums: Record<string, number> = {};
    for (const [price, count] of test.uses.slice(from)) sums[price] = (sums[price] ?? 0) + count;
    return sums;
  };

  it('keeps one conversation per person below a post, with the post on top', async () => {
    const root = stub.store.add({ by: OWN, text: 'Root <b> & more https://example.com/a' });
    const first = stub.store.add({ text: 'First', parent: root.id });
    const answer = stub.store.add({ by: OWN, text: 'Answer', parent: first.id });
    const second = stub.store.add({ text: 'Second', parent: answer.id });
    const ben = stub.store.add({ by: THIRD, text: 'Me too', parent: root.id });
    const { messages, cursor } = await pull();
    expect(placeIn(messages, first.id)).toMatchObject({
      type: 'comment',
      remoteKey: first.id,
      origin: {
        remoteId: root.id,
        text: 'Root <b> & more https://example.com/a',
        author: { handle: 'brand' },
      },
    });
    expect(placeIn(messages, answer.id)?.remoteKey).toBe(first.id);
    expect(placeIn(messages, second.id)?.remoteKey).toBe(first.id);
    expect(placeIn(messages, ben.id)).toMatchObject({ type: 'comment', remoteKey: ben.id });
    expect(messages.find(({ remoteId }) => remoteId === second.id)).toMatchObject({
      own: false,
      text: 'Second',
      parentRemoteId: answer.id,
      author: { remoteId: OTHER, handle: 'ana', displayName: 'Name of ana' },
      url: `${stub.url}/ana/status/${second.id}`,
    });
    // What comes later below the same comment finds its conversation without asking again.
    const third = stub.store.add({ text: 'Third', parent: second.id });
    const before = stub.calls.filter((call) => call === 'GET /2/tweets').length;
    const more = await pull(cursor);
    expect(more.messages).toEqual([]);
    const named = stub.store.add({ text: '@brand Fourth', parent: second.id });
    const last = await pull(more.cursor);
    expect(placeIn(last.messages, named.id)).toEqual({ type: 'comment', remoteKey: first.id });
    expect(stub.calls.filter((call) => call === 'GET /2/tweets')).toHaveLength(before);
    expect(third.parent).toBe(second.id);
  });

  it('keeps the thread that somebody else began in one conversation, with what came before', async () => {
    const root = stub.store.add({ by: THIRD, text: 'Which shop is best?' });
    const named = stub.store.add({ text: '@brand is', parent: root.id });
    const answer = stub.store.add({ by: OWN, text: 'Thank you', parent: named.id });
    const { messages } = await pull();
    expect(messages.map(({ text, context = false }) => [text, context])).toEqual([
      ['Which shop is best?', true],
      ['@brand is', false],
      ['Thank you', false],
    ]);
    for (const { conversation } of messages)
      expect(conversation).toMatchObject({ type: 'mention', remoteKey: root.id });
    expect(messages.find(({ remoteId }) => remoteId === answer.id)).toMatchObject({ own: true });
  });

  it('pays for the beginning of a thread of others once, and for nothing between', async () => {
    const root = stub.store.add({ by: THIRD, text: 'A long story' });
    let last = root;
    for (const text of ['two', 'three', 'four']) last = stub.store.add({ by: THIRD, text, parent: last.id });
    const named = stub.store.add({ text: '@brand what do you say?', parent: last.id });
    const { messages, cursor } = await pull();
    expect(placeIn(messages, named.id)).toMatchObject({ type: 'mention', remoteKey: root.id });
    expect(used()).toEqual({ ownRead: 1, read: 2 });
    const again = stub.store.add({ text: '@brand and now?', parent: named.id });
    expect(placeIn((await pull(cursor)).messages, again.id)?.remoteKey).toBe(root.id);
    expect(used()).toEqual({ ownRead: 2, read: 2 });
  });

  it('brings a mention as a message of its own, though a later one had it as context before', async () => {
    const early = stub.store.add({ text: '@brand early' });
    for (let index = 0; index < 120; index += 1) stub.store.add({ text: `@brand ${index}` });
    stub.store.add({ by: THIRD, text: '@brand about that', parent: early.id });
    const { messages } = await pull();
    const seen = messages.filter(({ remoteId }) => remoteId === early.id);
    expect(seen.map(({ context = false }) => context)).toEqual([true, false]);
  });

  it('fetches what lies between a mention and our post, and stops at what is deleted', async () => {
    const root = stub.store.add({ by: OWN, text: 'Root' });
    const chain = [stub.store.add({ by: THIRD, text: 'one', parent: root.id, ago: 10 * 24 * HOUR_MS })];
    for (const text of ['two', 'three', 'four'])
      chain.push(stub.store.add({ by: THIRD, text, parent: chain.at(-1)!.id, ago: 9 * 24 * HOUR_MS }));
    const named = stub.store.add({ text: '@brand five', parent: chain.at(-1)!.id });
    const { messages } = await pull();
    expect(placeIn(messages, named.id)).toMatchObject({ type: 'comment', remoteKey: chain[0]!.id });
    expect(messages.filter(({ context }) => context).map(({ text }) => text)).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    const broken = stub.store.add({ by: THIRD, text: 'gone soon', parent: root.id });
    const below = stub.store.add({ text: '@brand hello?', parent: broken.id });
    stub.store.remove(broken.id);
    const again = await pull();
    expect(placeIn(again.messages, below.id)).toMatchObject({
      type: 'comment',
      remoteKey: below.id,
      origin: { remoteId: root.id },
    });
  });

  it('brings own answers from elsewhere, and neither own posts nor own threads', async () => {
    const question = stub.store.add({ text: '@brand Open?' });
    const start = await pull();
    const stranger = stub.store.add({ by: THIRD, text: 'Nice weather' });
    const elsewhere = stub.store.add({ by: OWN, text: 'Yes', parent: question.id });
    const post = stub.store.add({ by: OWN, text: 'News' });
    stub.store.add({ by: OWN, text: 'More news', parent: post.id });
    stub.store.add({ by: OWN, text: 'Indeed', parent: stranger.id });
    const { messages, cursor } = await pull(start.cursor);
    expect(messages.map(({ remoteId }) => remoteId)).toEqual([elsewhere.id]);
    expect(messages[0]).toMatchObject({ own: true, conversation: { remoteKey: question.id } });
    expect((await pull(cursor)).items).toEqual([]);
  });

  it('follows an edit under the id that is stored, and deletions of the day without another charge', async () => {
    // Ten in the morning, so that the whole story is of one UTC day.
    const morning = new Date(Date.now() + 24 * HOUR_MS).setUTCHours(10, 0, 0, 0);
    stub.passTime(morning - Date.now());
    const one = stub.store.add({ text: '@brand Helo' });
    const two = stub.store.add({ text: '@brand Two' });
    const start = await pull();
    const edited = stub.store.edit(one.id, '@brand Hello');
    stub.store.remove(one.id);
    stub.store.remove(two.id);
    const before = billed();
    stub.passTime(61_000);
    const second = await pull(start.cursor);
    expect(second.items).toEqual([
      expect.objectContaining({ kind: 'edited', remoteId: one.id, text: '@brand Hello' }),
    ]);
    stub.passTime(HOUR_MS);
    const third = await pull(second.cursor);
    const gone = third.items.filter(
      (item): item is Extract<InboxItem, { kind: 'deleted' }> => item.kind === 'deleted',
    );
    expect(gone.map(({ remoteId }) => remoteId)).toContain(two.id);
    expect(billed()).toEqual({ ...before, ownRead: (before.ownRead ?? 0) + 1 });
    const answer = stub.store.add({ text: '@brand To the new one', parent: edited.id });
    const last = await pull(third.cursor);
    expect(placeIn(last.messages, answer.id)?.remoteKey).toBe(one.id);
  });

  it('notices a deleted message when somebody answers it', async () => {
    const first = stub.store.add({ text: '@brand First' });
    const start = await pull();
    stub.store.remove(first.id);
    stub.store.add({ by: THIRD, text: '@brand what was that?', parent: first.id });
    const { items } = await pull(start.cursor);
    expect(items).toContainEqual({ kind: 'deleted', remoteId: first.id });
  });

  it('counts what X charges, to the piece, once a day', async () => {
    const root = stub.store.add({ by: OWN, text: 'Root' });
    for (let index = 0; index < 120; index += 1) stub.store.add({ text: `answer ${index}`, parent: root.id });
    const stranger = stub.store.add({ by: THIRD, text: 'Not ours' });
    stub.store.add({ text: '@brand look', parent: stranger.id });
    stub.store.addDirect(OTHER, 'Hello');
    const { messages, cursor } = await pull();
    await pull(cursor);
    const parent = messages.find(({ text }) => text === '@brand look')!;
    const conversation = { remoteKey: parent.conversation.remoteKey, type: 'mention' } as const;
    await run({ kind: 'reply', conversation, parent, text: 'Looking at example.com' });
    await run({ kind: 'publish', segments: [{ text: 'See example.com', media: [] }] });
    await run({ kind: 'dm', conversation: { remoteKey: `${OWN}-${OTHER}`, type: 'dm' }, text: 'Hi' });
    await pull(null, 'dm');
    await pull(null, 'dm');
    await opened.network.metrics([root.id], test.ctx);
    expect(await opened.network.exists(root.id, test.ctx)).toBe(true);
    expect(used()).toEqual(billed());
    expect(used()).toMatchObject({ read: 1, reply: 1, postWithUrl: 1, dm: 1, dmRead: 2 });
  });

  it('charges again on another day', async () => {
    stub.store.add({ text: '@brand hello' });
    await pull();
    await pull();
    expect(used()).toEqual({ ownRead: 1 });
    stub.passTime(24 * HOUR_MS);
    await pull();
    expect(used()).toEqual({ ownRead: 2 });
    expect(billed()).toEqual({ ownRead: 2 });
  });

  it('stops reading when there are no credits left, until the person does something', async () => {
    stub.store.add({ text: '@brand hello' });
    stub.store.setCredits(0);
    const info = await errorOf(pull());
    expect(info).toMatchObject({ kind: 'quota_exhausted' });
    expect(info?.retryAt).toBeUndefined();
    expect(test.uses).toEqual([]);
  });

  it('answers whom it is called by, and refuses the others before X does', async () => {
    const root = stub.store.add({ by: THIRD, text: 'Which shop?' });
    stub.store.add({ text: '@brand maybe', parent: root.id });
    const post = stub.store.add({ by: OWN, text: 'Our post' });
    stub.store.add({ text: '@brand quoting', quotes: post.id });
    const { messages } = await pull();
    const refs = Object.fromEntries(messages.map(({ text, ref }) => [text, ref.summons]));
    expect(refs).toEqual({ 'Which shop?': 'none', '@brand maybe': 'mention', '@brand quoting': 'mention' });
    const open = messages.filter(({ ref }) => opened.network.answerable!(ref).ok);
    expect(open.map(({ text }) => text).sort()).toEqual(['@brand maybe', '@brand quoting']);
    expect(opened.network.answerable!({ summons: 'unknown' })).toEqual({ ok: true });
    const parent = messages.find(({ text }) => text === 'Which shop?')!;
    const conversation = { remoteKey: root.id, type: 'mention' } as const;
    const reply: Write = { kind: 'reply', conversation, parent, text: 'We are' };
    expect(() => opened.network.plan(reply, test.ctx.account, { now: 0 })).toThrow(
      expect.objectContaining({ info: expect.objectContaining({ kind: 'policy_blocked' }) }),
    );
    // Where it is not certain, X says it.
    const unsure: Write = { ...reply, parent: { remoteId: root.id, ref: {} } };
    const error = await runJob(opened.network, jobOf(opened.network, unsure, test.ctx), test.ctx).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ info: { kind: 'policy_blocked' }, sent: 'no', retry: 'never' });
  });

  it('hides and shows an answer below its post, and nothing elsewhere', async () => {
    const root = stub.store.add({ by: OWN, text: 'Root' });
    const rude = stub.store.add({ text: 'Rude', parent: root.id });
    await pull();
    const conversation = { remoteKey: rude.id, type: 'comment' } as const;
    const target = { remoteId: rude.id, ref: {} };
    const job = jobOf(opened.network, { kind: 'hide', conversation, target }, test.ctx);
    expect(await settle(opened.network, job, test.ctx)).toBe('absent');
    await runJob(opened.network, job, test.ctx);
    expect(stub.store.post(rude.id)?.hidden).toBe(true);
    await run({ kind: 'unhide', conversation, target });
    expect(stub.store.post(rude.id)?.hidden).toBe(false);
  });

  it('begins a round anew when X has forgotten where it stood', async () => {
    for (let index = 0; index < 150; index += 1) stub.store.add({ text: `@brand ${index}` });
    let refusals = 1;
    const http: Http = async (address, init) => {
      const isNextPage = new Request(address).url.includes('pagination_token');
      if (!isNextPage || (refusals -= 1) < 0) return fetch(address, init);
      const body = { title: 'Invalid Request', type: 'https://api.x.com/2/problems/invalid-request' };
      return new Response(JSON.stringify(body), { status: 400 });
    };
    const { messages } = await pull(null, 'notifications', opened.context({ http }).ctx);
    expect(messages).toHaveLength(150);
  });

  /** What is asked for with each request whose place in the list X refuses. */
  const refusingPlaces = () => {
    const asked: URLSearchParams[] = [];
    const http: Http = async (address, init) => {
      const { searchParams } = new URL(new Request(address).url);
      if (!searchParams.has('pagination_token')) return fetch(address, init);
      asked.push(searchParams);
      const body = { title: 'Invalid Request', type: 'https://api.x.com/2/problems/invalid-request' };
      return new Response(JSON.stringify(body), { status: 400 });
    };
    return { asked, ctx: opened.context({ http }).ctx };
  };

  it.each(['notifications', 'dm'] as const)(
    'ends a pull of %s when X refuses every place, for each page costs',
    async (stream) => {
      for (let index = 0; index < 150; index += 1)
        if (stream === 'dm') stub.store.addDirect(OTHER, `${index}`);
        else stub.store.add({ text: `@brand ${index}` });
      const { asked, ctx } = refusingPlaces();
      const before = stub.store.directs.length;
      let cursor: Cursor | null = null;
      if (stream === 'dm') {
        cursor = (await pull(null, 'dm')).cursor;
        for (let index = before; index < before + 120; index += 1)
          stub.store.addDirect(OTHER, `new ${index}`);
      }
      await pull(cursor, stream, ctx);
      expect(asked).toHaveLength(2);
    },
  );

  it('asks for every page of the first mentions from the same instant on', async () => {
    for (let index = 0; index < 250; index += 1) stub.store.add({ text: `@brand ${index}` });
    const starts = new Set<string | null>();
    let ahead = 0;
    const http: Http = (address, init) => {
      const { pathname, searchParams } = new URL(new Request(address).url);
      if (pathname.endsWith('/mentions')) starts.add(searchParams.get('start_time'));
      ahead += 5_000;
      return fetch(address, init);
    };
    const clock = { ...test.ctx.clock, now: () => stub.now() + ahead };
    const { messages } = await pull(null, 'notifications', opened.context({ http, clock }).ctx);
    expect(messages).toHaveLength(250);
    expect(starts.size).toBe(1);
  });

  it('says which stretch of time X no longer gives', async () => {
    const first = stub.store.add({ text: '@brand before', ago: 3 * HOUR_MS });
    const start = await pull();
    for (let index = 0; index < 810; index += 1) stub.store.add({ text: `@brand ${index}`, ago: HOUR_MS });
    const gaps = [];
    let cursor: Cursor | null = start.cursor;
    for (let more = true; more;) {
      const page = await opened.network.pull('notifications', cursor, test.ctx);
      if (page.gap) gaps.push(page.gap);
      cursor = page.next;
      more = page.more;
    }
    expect(gaps).toHaveLength(1);
    expect(gaps[0]!.from).toBeLessThan(Date.now() - 2.9 * HOUR_MS);
    expect(gaps[0]!.to).toBeGreaterThan(gaps[0]!.from);
    expect(first.id).not.toBe('');
  });

  it('speaks the older names of fields to a server that refuses the newer ones', async () => {
    stub.speakOld();
    const root = stub.store.add({ by: OWN, text: 'Root' });
    stub.store.add({ text: 'Hello', parent: root.id });
    const { messages, cursor } = await pull();
    expect(messages).toMatchObject([
      { text: 'Hello', conversation: { type: 'comment', origin: { text: 'Root' } } },
    ]);
    expect((await opened.network.metrics([root.id], test.ctx)).get(root.id)).toMatchObject({
      reposts: 0,
      clicks: 5,
    });
    const calls = stub.calls.length;
    await pull(cursor);
    expect(stub.calls.slice(calls)).toEqual([`GET /2/users/${OWN}/mentions`, `GET /2/users/${OWN}/tweets`]);
  });

  it('reads of direct messages no more than it must, for each is charged', async () => {
    for (let index = 0; index < 40; index += 1) stub.store.addDirect(OTHER, `old ${index}`);
    const start = await pull(null, 'dm');
    expect(start.messages).toHaveLength(40);
    stub.passTime(24 * HOUR_MS);
    const before = test.uses.length;
    const quiet = await pull(start.cursor, 'dm');
    expect(quiet.items).toEqual([]);
    expect(used(before)).toEqual({ dmRead: 5 });
    for (let index = 0; index < 7; index += 1) stub.store.addDirect(OTHER, `new ${index} & <b> example.com`);
    const { messages, cursor } = await pull(quiet.cursor, 'dm');
    expect(messages.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['new 0 & <b> http://example.com', 'new 6 & <b> http://example.com']),
    );
    expect(messages).toHaveLength(7);
    expect((await pull(cursor, 'dm')).items).toEqual([]);
  });

  it('keys direct messages by the two who talk, and groups by their own name', async () => {
    const one = stub.store.addDirect(OTHER, 'Just us');
    const group = stub.store.addDirect(THIRD, 'All of us', [OWN, OTHER, THIRD]);
    const { messages } = await pull(null, 'dm');
    expect(placeIn(messages, one.id)).toMatchObject({
      type: 'dm',
      remoteKey: `${OWN}-${OTHER}`,
      other: { handle: 'ana' },
    });
    expect(placeIn(messages, group.id)).toMatchObject({
      remoteKey: `dm:${group.thread}`,
      other: { handle: 'ben' },
    });
    for (const { conversation } of messages) {
      const { remoteKey, type } = conversation;
      const { remotes } = await run({
        kind: 'dm',
        conversation: { remoteKey, type },
        text: `To ${remoteKey}`,
      });
      expect(stub.store.directs.find(({ id }) => id === remotes[0]?.remoteId)).toMatchObject({ by: OWN });
      expect(await opened.network.exists(remoteKey, test.ctx)).toBe(true);
    }
    const lost = jobOf(
      opened.network,
      { kind: 'dm', conversation: { remoteKey: `dm:${group.thread}`, type: 'dm' }, text: 'lost' },
      test.ctx,
    );
    await runJob(opened.network, { ...lost, steps: lost.steps.slice(0, 1) }, test.ctx);
    // It may have waited for an hour before it was sent: only looks that lie apart tell that it did not arrive.
    stub.passTime(60 * 60_000);
    expect(await settle(opened.network, lost, test.ctx)).toBe('unknown');
    stub.passTime(31_000);
    expect(await settle(opened.network, lost, test.ctx)).toBe('absent');
  });

  it('calls a person who takes no direct messages by its reason', async () => {
    stub.store.blocks.add(OTHER);
    const conversation = { remoteKey: `${OWN}-${OTHER}`, type: 'dm' } as const;
    expect(await errorOf(run({ kind: 'dm', conversation, text: 'Hello?' }))).toMatchObject({
      kind: 'policy_blocked',
    });
  });
});
