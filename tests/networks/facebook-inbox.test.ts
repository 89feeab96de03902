import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NetworkError } from '../../electron/main/networks/errors';
import type { Cursor, Write } from '../../electron/main/networks/network';
import { ANA, BEN, PAGE } from '../servers/facebook/store';
import { startFacebookStub, type FacebookStub } from '../servers/facebook/stub';
import type { TestContext } from './context';
import { clock, connectedTo } from './facebook-context';
import { jobOf, runJob, settle } from './drive';
import { pullAll } from './suite';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let stub: FacebookStub;
let test: TestContext;
let opened: Awaited<ReturnType<typeof connectedTo>>;
beforeEach(async () => {
  stub = await startFacebookStub();
  opened = await connectedTo(stub);
  test = opened.context();
});
afterEach(() => stub.close());

const pull = (cursor: Cursor | null = null, ctx = test.ctx) =>
  pullAll(opened.network, 'notifications', cursor, ctx);
const pullDirect = (cursor: Cursor | null = null) => pullAll(opened.network, 'dm', cursor, test.ctx);
const at = (ms: number) => opened.context({ clock: { ...clock, now: () => Date.now() + ms } }).ctx;
const run = (write: Write, ctx = test.ctx) => runJob(opened.network, jobOf(opened.network, write, ctx), ctx);
const infoOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error as NetworkError).info,
  );
type Messages = Awaited<ReturnType<typeof pull>>['messages'];
const byText = (messages: Messages, text: string) => messages.find((one) => one.text === text)!;
const targetOf = ({ remoteId, ref }: Messages[number]) => ({ remoteId, ref });
const plain = ({ conversation: { remoteKey, type } }: Messages[number]) => ({ remoteKey, type });

describe('comments on a Facebook Page', () => {
  it('are one conversation per first comment, below the post with its pictures', async () => {
    stub.store.photos.set('7', { id: '7', mime: 'image/png', alt: 'a shop', used: true });
    const root = stub.store.addPost({ text: 'Root', photos: ['7'] });
    const first = stub.store.addComment({ text: 'First', on: root.id });
    stub.store.addComment({ by: PAGE, text: 'Answer', on: first.id });
    const second = stub.store.addComment({ by: BEN, text: 'Me too', on: first.id });
    const other = stub.store.addComment({ by: BEN, text: 'Other', on: root.id });
    const { messages } = await pull();
    expect(messages.map(({ text, own, conversation }) => [text, own, conversation.remoteKey])).toEqual([
      ['First', false, first.id],
      ['Answer', true, first.id],
      ['Me too', false, first.id],
      ['Other', false, other.id],
    ]);
    expect(byText(messages, 'Me too')).toMatchObject({ remoteId: second.id, parentRemoteId: first.id });
    expect(byText(messages, 'First')).toMatchObject({
      author: { remoteId: ANA, handle: 'Ana Example', displayName: 'Ana Example' },
      url: `${stub.url}/${root.id}?comment_id=${first.id}`,
      ref: { kind: 'comment', post: root.id, at: expect.stringMatching(/^\d+$/) },
      conversation: {
        type: 'comment',
        origin: {
          remoteId: root.id,
          text: 'Root',
          media: [{ kind: 'image', url: `${stub.url}/img/7.jpg`, alt: 'a shop' }],
        },
      },
    });
  });

  it('that are hidden from others on Facebook come in as such', async () => {
    const root = stub.store.addPost({ text: 'Root' });
    const rude = stub.store.addComment({ text: 'Rude', on: root.id });
    const kind = stub.store.addComment({ text: 'Kind', on: root.id });
    rude.hidden = true;
    const { messages, cursor } = await pull();
    expect(messages.map(({ remoteId, hidden }) => [remoteId, hidden])).toEqual([
      [rude.id, true],
      [kind.id, false],
    ]);
    rude.hidden = false;
    kind.hidden = true;
    const next = await pull(cursor);
    expect(next.messages.map(({ remoteId, hidden, context }) => [remoteId, hidden, context])).toEqual([
      [rude.id, false, true],
      [kind.id, true, true],
    ]);
    expect((await pull(next.cursor)).items).toEqual([]);
  });

  it('of the Page itself open no conversation, and an answer to one has it as its origin', async () => {
    const root = stub.store.addPost({ text: 'Root' });
    const own = stub.store.addComment({ by: PAGE, text: 'More here', on: root.id });
    expect((await pull()).messages).toEqual([]);
    const answer = stub.store.addComment({ text: 'Thanks', on: own.id });
    const { messages } = await pull();
    expect(messages).toMatchObject([
      {
        text: 'Thanks',
        conversation: { remoteKey: answer.id, origin: { remoteId: own.id, text: 'More here' } },
      },
    ]);
  });

  it('that answer an older one bring it along as context', async () => {
    const root = stub.store.addPost({ text: 'Root', at: Date.now() - 3 * DAY });
    const old = stub.store.addComment({ text: 'Old', on: root.id, at: Date.now() - 3 * DAY });
    stub.store.addComment({ text: 'newer', on: root.id });
    const start = await pull();
    stub.store.addComment({ by: PAGE, text: 'Late answer', on: old.id });
    const { messages } = await pull(start.cursor);
    expect(messages.map(({ text, context }) => [text, context ?? false])).toEqual([
      ['Old', true],
      ['Late answer', false],
    ]);
    expect(byText(messages, 'Late answer').conversation.remoteKey).toBe(old.id);
  });

  it('are followed when they are edited and when they are deleted', async () => {
    const root = stub.store.addPost({ text: 'Root' });
    const first = stub.store.addComment({ text: 'First', on: root.id });
    const second = stub.store.addComment({ text: 'Second', on: root.id });
    const visitor = stub.store.addPost({ by: ANA, text: 'A visitor' });
    const start = await pull();
    stub.store.edit(first.id, 'First, better');
    stub.store.remove(second.id);
    stub.store.remove(visitor.id);
    const later = at(10 * MINUTE);
    const { items, cursor } = await pull(start.cursor, later);
    expect(items).toContainEqual(
      expect.objectContaining({ kind: 'edited', remoteId: first.id, text: 'First, better' }),
    );
    expect(items).toContainEqual({ kind: 'deleted', remoteId: second.id });
    expect(items).toContainEqual({ kind: 'deleted', remoteId: visitor.id });
    expect((await pull(cursor, later)).items).toEqual([]);
  });

  it('are all found below a post with very many, once', async () => {
    const root = stub.store.addPost({ text: 'Root' });
    for (let index = 0; index < 2500; index += 1) stub.store.addComment({ text: `c${index}`, on: root.id });
    const start = await pull();
    expect(new Set(start.messages.map(({ remoteId }) => remoteId)).size).toBe(2500);
    expect(start.messages).toHaveLength(2500);
    expect(JSON.stringify(start.cursor).length).toBeLessThan(150_000);
    const before = stub.calls.length;
    for (let index = 0; index < 70; index += 1) stub.store.addComment({ text: `d${index}`, on: root.id });
    expect((await pull(start.cursor)).messages).toHaveLength(70);
    expect(stub.calls.length - before).toBeLessThan(8);
  });

  it('on posts beyond the newest ones are found by the deeper look, every hour', async () => {
    const old = stub.store.addPost({ text: 'Old', at: Date.now() - 5 * DAY });
    for (let index = 0; index < 60; index += 1) stub.store.addPost({ text: `p${index}` });
    const start = await pull();
    stub.store.addComment({ text: 'Still there?', on: old.id });
    const soon = await pull(start.cursor);
    expect(soon.messages).toEqual([]);
    expect((await pull(soon.cursor, at(61 * MINUTE))).messages).toMatchObject([{ text: 'Still there?' }]);
  });

  it('of a strange shape hide no others, and those without an author have one that is unknown', async () => {
    const root = stub.store.addPost({ text: 'Root' });
    const broken = stub.store.addComment({ text: 'Broken', on: root.id });
    const fine = stub.store.addComment({ text: 'Fine', on: root.id });
    stub.spoil(broken.id);
    stub.hideAuthors();
    const { messages } = await pull();
    expect(messages).toMatchObject([
      { text: 'Fine', own: false, author: { remoteId: `unknown:${fine.id}`, displayName: 'Facebook user' } },
    ]);
    expect(test.lines.join()).toContain('unknown shape');
  });

  it('that answer one of a strange shape come in all the same', async () => {
    const root = stub.store.addPost({ text: 'Root', at: Date.now() - 3 * DAY });
    const old = stub.store.addComment({ text: 'Old', on: root.id, at: Date.now() - 3 * DAY });
    stub.store.addComment({ text: 'newer', on: root.id });
    const start = await pull();
    stub.spoil(old.id);
    stub.store.addComment({ by: BEN, text: 'An answer', on: old.id });
    expect((await pull(start.cursor)).messages).toMatchObject([{ text: 'An answer' }]);
  });

  it('of a time that has not come yet do not hide those that follow', async () => {
    const root = stub.store.addPost({ text: 'Root' });
    stub.store.addComment({ text: 'From the future', on: root.id, at: Date.now() + 400 * DAY });
    const start = await pull();
    stub.store.addComment({ text: 'Now', on: root.id });
    expect((await pull(start.cursor)).messages).toMatchObject([{ text: 'Now' }]);
  });
});

describe('a Facebook Page with a lot of it', () => {
  it('is read in smaller portions where Facebook finds the usual ones too large', async () => {
    stub.limitData(10);
    const root = stub.store.addPost({ text: 'Root' });
    for (let index = 0; index < 30; index += 1) stub.store.addComment({ text: `c${index}`, on: root.id });
    expect((await pull()).messages).toHaveLength(30);
  });

  it('has a gap after a time that was too long, once', async () => {
    const root = stub.store.addPost({ text: 'Root', at: Date.now() - 5 * DAY });
    stub.store.addComment({ text: 'Before', on: root.id, at: Date.now() - 5 * DAY });
    const { cursor } = await pull();
    const later = at(40 * DAY);
    const gapsFrom = async (from: Cursor | null) => {
      const gaps = [];
      let next = from;
      for (let more = true; more;) {
        const page = await opened.network.pull('notifications', next, later);
        if (page.gap) gaps.push(page.gap);
        ({ next, more } = page);
      }
      return { gaps, next };
    };
    const first = await gapsFrom(cursor);
    expect(first.gaps).toHaveLength(1);
    expect(first.gaps[0]!.to - first.gaps[0]!.from).toBeGreaterThan(9 * DAY);
    expect((await gapsFrom(first.next)).gaps).toEqual([]);
  });
});

describe('what others write about a Facebook Page', () => {
  it('is a conversation of its own, with what is said below it', async () => {
    const visitor = stub.store.addPost({ by: ANA, text: 'Love this shop' });
    const tagged = stub.store.addPost({ by: BEN, text: 'At the Brand today', tagged: true });
    stub.store.addComment({ by: ANA, text: 'Nice', on: tagged.id });
    const { messages } = await pull();
    expect(
      messages.map(({ text, conversation }) => [text, conversation.type, conversation.remoteKey]),
    ).toEqual([
      ['Love this shop', 'mention', visitor.id],
      ['At the Brand today', 'mention', tagged.id],
      ['Nice', 'mention', tagged.id],
    ]);
    await run({
      kind: 'reply',
      conversation: plain(byText(messages, 'Love this shop')),
      parent: targetOf(byText(messages, 'Love this shop')),
      text: 'Thank you!',
    });
    expect([...stub.store.comments.values()].at(-1)).toMatchObject({
      by: PAGE,
      text: 'Thank you!',
      post: visitor.id,
    });
  });
});

describe('edges that Facebook closes to an app', () => {
  it.each([
    ['comments', ['Hi', 'Tagged']],
    ['all', ['Hi']],
  ] as const)('(%s) cost what they hold and nothing else', async (kind, texts) => {
    stub.store.addPost({ by: ANA, text: 'Hi' });
    stub.store.addPost({ by: BEN, text: 'Tagged', tagged: true });
    stub.closeEdges({ tagged: kind, visitor_posts: kind });
    expect((await pull()).messages.map(({ text }) => text)).toEqual(texts);
    stub.closeEdges({ feed: kind });
    expect(await infoOf(pull())).toMatchObject({ kind: 'permission' });
  });
});

describe('what a Page does with a comment', () => {
  const ask = async (text = 'A question') => {
    const root = stub.store.addPost({ text: 'Root' });
    stub.store.addComment({ text, on: root.id });
    return byText((await pull()).messages, text);
  };

  it('answers it once through a lost answer, and not when it is gone', async () => {
    const question = await ask();
    const write: Write = {
      kind: 'reply',
      conversation: plain(question),
      parent: targetOf(question),
      text: 'Yes.',
    };
    const job = jobOf(opened.network, write, test.ctx);
    await runJob(opened.network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
    expect(await opened.lookTwice(job)).toEqual(['unknown', 'absent']);
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(opened.network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(opened.network, job, test.ctx)).toBe('arrived');
    expect(stub.published()).toEqual(['Root', 'Yes.']);
    stub.store.remove(question.remoteId);
    expect(await infoOf(run(write))).toMatchObject({ kind: 'gone' });
    expect(stub.published()).toEqual(['Root']);
  });

  it.each([true, false])(
    'answers an answer once, whether or not it is put beside it (%s)',
    async (isFlat) => {
      if (isFlat) stub.flatten();
      const root = stub.store.addPost({ text: 'Root' });
      const top = stub.store.addComment({ text: 'Top', on: root.id });
      stub.store.addComment({ by: PAGE, text: 'Yes.', on: top.id });
      stub.store.addComment({ by: BEN, text: 'And me?', on: top.id });
      const question = byText((await pull()).messages, 'And me?');
      const write: Write = {
        kind: 'reply',
        conversation: plain(question),
        parent: targetOf(question),
        text: 'Yes.',
      };
      const job = jobOf(opened.network, write, test.ctx);
      await runJob(opened.network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
      expect(await opened.lookTwice(job)).toEqual(['unknown', 'absent']);
      stub.break('lost_answer', 'write');
      expect(await infoOf(runJob(opened.network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
      expect(await settle(opened.network, job, test.ctx)).toBe('arrived');
      expect(job.remotes[0]!.remoteId).toBe([...stub.store.comments.keys()].at(-1));
    },
  );

  it('answers it privately once, within seven days, and finds that message again', async () => {
    const question = await ask();
    const write: Write = {
      kind: 'reply',
      conversation: plain(question),
      parent: targetOf(question),
      text: 'Between us.',
      private: true,
    };
    const job = jobOf(opened.network, write, test.ctx);
    expect(await opened.lookTwice(job)).toEqual(['unknown', 'absent']);
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(opened.network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(opened.network, job, test.ctx)).toBe('arrived');
    expect(stub.sentMessages()).toEqual(['Between us.']);
    expect(await infoOf(run(write))).toMatchObject({ kind: 'policy_blocked' });
    expect(() => opened.network.plan(write, test.ctx.account, { now: Date.now() + 8 * DAY })).toThrow(
      'is over',
    );
    const onPost: Write = { ...write, parent: { remoteId: '1', ref: { kind: 'post' } } };
    expect(() => opened.network.plan(onPost, test.ctx.account, { now: 0 })).toThrow('only comments');
  });

  it('removes it, although somebody else wrote it', async () => {
    const spam = await ask('Buy now');
    const write: Write = { kind: 'delete_other', conversation: plain(spam), target: targetOf(spam) };
    const job = jobOf(opened.network, write, test.ctx);
    expect(await settle(opened.network, job, test.ctx)).toBe('absent');
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(opened.network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(opened.network, job, test.ctx)).toBe('arrived');
    expect(await opened.network.exists(spam.remoteId, test.ctx)).toBe(false);
    await run(write);
  });

  it.each([
    ['like', 'unlike'],
    ['hide', 'unhide'],
  ] as const)('%ss it with an end that can be looked up', async (on, off) => {
    const comment = await ask();
    const write = (kind: typeof on | typeof off): Write => ({
      kind,
      conversation: plain(comment),
      target: targetOf(comment),
    });
    const job = jobOf(opened.network, write(on), test.ctx);
    expect(await settle(opened.network, job, test.ctx)).toBe('absent');
    await runJob(opened.network, job, test.ctx);
    expect(await settle(opened.network, jobOf(opened.network, write(on), test.ctx), test.ctx)).toBe(
      'arrived',
    );
    expect(await settle(opened.network, jobOf(opened.network, write(off), test.ctx), test.ctx)).toBe(
      'absent',
    );
  });
});

describe('Messenger of a Facebook Page', () => {
  it('is a conversation per person, with what the Page wrote itself', async () => {
    stub.store.addMessage({ text: 'Hello?' });
    stub.store.addMessage({ by: PAGE, person: ANA, text: 'Hello!' });
    stub.store.addMessage({ person: BEN, text: 'Me too' });
    const { messages, cursor } = await pullDirect();
    expect(messages.map(({ text, own, conversation }) => [text, own, conversation.remoteKey])).toEqual([
      ['Hello?', false, `dm:${ANA}`],
      ['Hello!', true, `dm:${ANA}`],
      ['Me too', false, `dm:${BEN}`],
    ]);
    expect(messages[1]).toMatchObject({
      conversation: { other: { remoteId: ANA, displayName: 'Ana Example' } },
    });
    expect((await pullDirect(cursor)).items).toEqual([]);
    stub.store.addMessage({ text: 'Again' });
    expect((await pullDirect(cursor)).messages).toMatchObject([{ text: 'Again' }]);
  });

  it('is fetched back over many people and long talks, while more comes in', async () => {
    for (let index = 0; index < 60; index += 1)
      stub.store.addMessage({ person: `30000000000${100 + index}`, text: `from ${index}` });
    for (let index = 0; index < 80; index += 1) stub.store.addMessage({ text: `long ${index}` });
    let late = 0;
    const start = await pullAll(opened.network, 'dm', null, test.ctx, async () => {
      if (late < 3) stub.store.addMessage({ person: BEN, text: `late ${late++}` });
    });
    const second = await pullDirect(start.cursor);
    const ids = [...start.messages, ...second.messages].map(({ remoteId }) => remoteId);
    expect(new Set(ids).size).toBe(60 + 80 + 3);
    expect(ids).toHaveLength(60 + 80 + 3);
    expect((await pullDirect(second.cursor)).items).toEqual([]);
  });

  it('is asked for only where something has moved', async () => {
    for (let index = 0; index < 5; index += 1)
      stub.store.addMessage({
        person: `30000000000${100 + index}`,
        text: 'old',
        at: Date.now() - 10 * MINUTE,
      });
    const start = await pullDirect();
    // What came in the same second as the last one is seen by one more look at each.
    const settled = await pullAll(opened.network, 'dm', start.cursor, at(MINUTE));
    stub.store.addMessage({ text: 'new' });
    const before = stub.calls.length;
    const next = await pullDirect(settled.cursor);
    expect(next.messages).toMatchObject([{ text: 'new' }]);
    expect(stub.calls.length - before).toBe(2);
  });

  it('misses nothing that comes in the same second as what was fetched', async () => {
    const second = Math.floor(Date.now() / 1000) * 1000 - MINUTE;
    stub.store.addMessage({ text: 'one', at: second });
    const first = await pullDirect();
    const again = await pullDirect(first.cursor);
    stub.store.addMessage({ text: 'two', at: second + 500 });
    expect((await pullDirect(again.cursor)).messages).toMatchObject([{ text: 'two' }]);
  });

  it('has a gap where Facebook does not give what is further back', async () => {
    stub.forgetMessages(50);
    for (let index = 0; index < 80; index += 1)
      stub.store.addMessage({ text: `long ${index}`, at: Date.now() - (100 - index) * MINUTE });
    const page = await opened.network.pull('dm', null, test.ctx);
    expect(page.items).toHaveLength(50);
    expect(page.gap!.to).toBeLessThan(Date.now() - 60 * MINUTE);
  });

  it('is not held up by a conversation that gives no messages, and has a gap there', async () => {
    stub.store.addMessage({ text: 'Hello?' });
    const start = await pullDirect();
    stub.store.addMessage({ person: BEN, text: 'Me too' });
    stub.forgetMessages(0);
    const page = await opened.network.pull('dm', start.cursor, test.ctx);
    expect(page.items).toEqual([]);
    expect(page.gap).toMatchObject({ from: expect.any(Number), to: expect.any(Number) });
  });

  it('is answered within a day and not later, as the network would say, and is marked as read', async () => {
    stub.store.addMessage({ text: 'Hello?' });
    const conversation = { remoteKey: `dm:${ANA}`, type: 'dm' } as const;
    await run({ kind: 'dm', conversation, text: 'Hi.' });
    expect(stub.sentMessages()).toEqual(['Hi.']);
    await run({ kind: 'mark_read', conversation, upTo: Date.now() });
    expect(stub.store.unread.size).toBe(0);
    const late = jobOf(opened.network, { kind: 'dm', conversation, text: 'Too late' }, test.ctx);
    expect(await infoOf(runJob(opened.network, late, at(25 * 60 * MINUTE)))).toMatchObject({
      kind: 'policy_blocked',
    });
    await runJob(opened.network, { ...late, steps: late.steps.slice(0, 1) }, test.ctx);
    stub.passTime(25 * 60 * MINUTE);
    expect(await infoOf(runJob(opened.network, late, test.ctx))).toMatchObject({ kind: 'policy_blocked' });
    await run({ kind: 'mark_read', conversation, upTo: Date.now() });
    expect(stub.sentMessages()).toEqual(['Hi.']);
    expect(await opened.network.exists(`dm:${ANA}`, test.ctx)).toBe(true);
    expect(await opened.network.exists('dm:1', test.ctx)).toBe(false);
    expect(
      await infoOf(run({ kind: 'dm', conversation: { remoteKey: 'dm:1', type: 'dm' }, text: 'x' })),
    ).toMatchObject({ kind: 'gone' });
  });

  it('takes no text that is too long, and nothing that it has no way for', () => {
    const conversation = { remoteKey: `dm:${ANA}`, type: 'dm' } as const;
    const target = { remoteId: 'm_1', ref: {} };
    const plan = (write: Write) => () => opened.network.plan(write, test.ctx.account, { now: 0 });
    expect(plan({ kind: 'dm', conversation, text: 'x'.repeat(2001) })).toThrow(
      expect.objectContaining({
        info: expect.objectContaining({ field: 'text', params: { max: 2000, count: 2001 } }),
      }),
    );
    for (const write of [
      { kind: 'like', conversation, target },
      { kind: 'hide', conversation, target },
      { kind: 'delete_other', conversation, target },
      { kind: 'mark_read', conversation: { remoteKey: '1_2', type: 'comment' }, upTo: 1 },
      { kind: 'dm', conversation: { remoteKey: '1_2', type: 'comment' }, text: 'x' },
    ] satisfies Write[])
      expect(plan(write)).toThrow(
        expect.objectContaining({ info: expect.objectContaining({ kind: 'unsupported' }) }),
      );
  });
});

describe('numbers of a Facebook Page', () => {
  it('are those of a post and of a comment, as far as Facebook tells them', async () => {
    const plainPost = stub.store.addPost({ text: 'Plain' });
    const shared = stub.store.addPost({ text: 'Shared', link: 'https://example.com' });
    const comment = stub.store.addComment({ text: 'One', on: shared.id });
    const numbers = await opened.network.metrics(
      [plainPost.id, shared.id, comment.id, `${PAGE}_1`],
      test.ctx,
    );
    expect(Object.fromEntries(numbers)).toEqual({
      [plainPost.id]: { likes: 3, replies: 0, views: 40, reach: 41, clicks: 42 },
      [shared.id]: { likes: 3, replies: 1, shares: 2, views: 40, reach: 41, clicks: 42 },
      [comment.id]: { likes: 0, replies: 0 },
    });
  });

  it('lose one that Facebook has given up, and only that one, and it is asked for once', async () => {
    stub.loseMetrics(['post_total_media_view_unique', 'page_post_engagements']);
    const { id } = stub.store.addPost({ text: 'Plain' });
    const numbers = await opened.network.metrics([id], test.ctx);
    expect(numbers.get(id)).toEqual({ likes: 3, replies: 0, views: 40, clicks: 40 });
    const before = stub.calls.filter((call) => call.endsWith('/insights')).length;
    await opened.network.metrics([id], test.ctx);
    expect(stub.calls.filter((call) => call.endsWith('/insights')).length - before).toBe(1);
    expect(await opened.network.accountMetrics!(test.ctx)).toEqual({ followers: 1234, views: 40, reach: 40 });
  });

  it('are missing without the permission, and the others are there', async () => {
    stub.decline(['read_insights']);
    const { id } = stub.store.addPost({ text: 'Plain' });
    expect((await opened.network.metrics([id], test.ctx)).get(id)).toEqual({ likes: 3, replies: 0 });
    expect(await opened.network.accountMetrics!(test.ctx)).toEqual({ followers: 1234 });
  });
});
