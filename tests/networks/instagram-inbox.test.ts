import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboxItem, Write } from '../../electron/main/networks/network';
import { ANA, OWN } from '../servers/instagram/store';
import { infoOf, openInstagram, publishOf, type InstagramWorld } from '../servers/instagram/world';
import { limits } from '../../electron/main/networks/instagram/capabilities';
import { jobOf, runJob, settle } from './drive';

const ben = { id: '9000000000000012', username: 'ben' };
const own = { id: OWN, username: 'brand' };
type Message = Extract<InboxItem, { kind: 'message' }>;

describe('the inbox of Instagram', () => {
  let world: InstagramWorld;
  beforeEach(async () => {
    world = await openInstagram();
    world.stub.store.people.set(ben.id, ben.username);
  });
  afterEach(() => world.close());

  const conversationOf = ({ conversation }: Message) => ({
    remoteKey: conversation.remoteKey,
    type: conversation.type,
  });
  const answer = (parent: Message, text: string, more: object = {}): Write => ({
    kind: 'reply',
    conversation: conversationOf(parent),
    parent: { remoteId: parent.remoteId, ref: parent.ref },
    text,
    ...more,
  });
  const findText = (messages: readonly Message[], text: string) => messages.find((one) => one.text === text)!;

  it('has one conversation for every comment of somebody, with the post on top and its pictures', async () => {
    const { store } = world.stub;
    const post = store.addPost({
      caption: 'Spring',
      media_type: 'CAROUSEL_ALBUM',
      children: [
        { media_type: 'IMAGE', media_url: 'https://cdn.example/1.jpg' },
        { media_type: 'VIDEO', media_url: 'https://cdn.example/2.mp4' },
      ],
    });
    const first = store.remark({ post: post.id, text: 'Lovely' });
    store.remark({ post: post.id, text: 'Thanks', parent: first.id, by: own });
    store.remark({ post: post.id, text: 'Me too', parent: first.id, by: ben });
    store.remark({ post: post.id, text: 'Our own first comment', by: own });
    store.remark({ post: post.id, text: 'Where?', by: ben });
    const { messages } = await world.pull();
    expect(messages.map(({ text, own: isOwn }) => [text, isOwn])).toEqual([
      ['Lovely', false],
      ['Thanks', true],
      ['Me too', false],
      ['Where?', false],
    ]);
    const [lovely, thanks, too] = messages;
    expect(lovely!.conversation).toMatchObject({
      type: 'comment',
      remoteKey: first.id,
      origin: {
        remoteId: post.id,
        text: 'Spring',
        url: `https://www.instagram.example/p/${post.id}/`,
        media: [{ kind: 'image' }, { kind: 'video' }],
      },
    });
    expect([thanks, too].map((one) => [one!.conversation.remoteKey, one!.parentRemoteId])).toEqual([
      [first.id, first.id],
      [first.id, first.id],
    ]);
    expect(lovely!.author).toMatchObject({ remoteId: ANA.id, handle: 'ana' });
  });

  it('brings comments that are hidden from others as such', async () => {
    const { store } = world.stub;
    const post = store.addPost();
    const rude = store.remark({ post: post.id, text: 'Rude' });
    const kind = store.remark({ post: post.id, text: 'Kind', by: ben });
    rude.hidden = true;
    const { messages, cursor } = await world.pull();
    expect(messages.map(({ remoteId, hidden }) => [remoteId, hidden])).toEqual([
      [rude.id, true],
      [kind.id, false],
    ]);
    rude.hidden = false;
    kind.hidden = true;
    world.stub.passTime(limits.lookBackMs);
    const next = await world.pull(cursor);
    expect(next.messages.map(({ remoteId, hidden, context }) => [remoteId, hidden, context])).toEqual([
      [rude.id, false, true],
      [kind.id, true, true],
    ]);
    world.stub.passTime(limits.lookBackMs);
    expect((await world.pull(next.cursor)).items).toEqual([]);
  });

  it('follows what is changed and taken away, and asks little while nothing moves', async () => {
    const { store } = world.stub;
    const post = store.addPost();
    const kept = store.remark({ post: post.id, text: 'before' });
    const gone = store.remark({ post: post.id, text: 'oops' });
    const start = await world.pull();
    const asked = world.stub.calls.length;
    const quiet = await world.pull(start.cursor);
    expect(quiet.items).toEqual([]);
    expect(world.stub.calls.slice(asked).map((call) => call.split('/').at(-1))).toEqual(['media', 'tags']);
    kept.text = 'after';
    store.removeRemark(gone.id);
    const later = await world.pull(quiet.cursor);
    expect(later.items).toEqual([
      { kind: 'edited', remoteId: kept.id, text: 'after', editedAt: expect.any(Number) },
      { kind: 'deleted', remoteId: gone.id },
    ]);
    kept.text = 'after all';
    expect((await world.pull(later.cursor)).items).toEqual([]);
    world.stub.passTime(20 * 60_000);
    expect((await world.pull(later.cursor)).items).toMatchObject([{ kind: 'edited', text: 'after all' }]);
  });

  it('reads many comments and answers, page by page, and each once', async () => {
    const { store } = world.stub;
    const posts = [store.addPost(), store.addPost()];
    for (const post of posts) {
      const top = store.remark({ post: post.id, text: `top of ${post.id}` });
      for (let index = 0; index < 70; index += 1)
        store.remark({ post: post.id, text: `answer ${index}`, parent: top.id, by: ben });
      for (let index = 0; index < 60; index += 1) store.remark({ post: post.id, text: `comment ${index}` });
    }
    const { messages, cursor } = await world.pull();
    expect(messages).toHaveLength(2 * 131);
    expect(new Set(messages.map(({ remoteId }) => remoteId)).size).toBe(2 * 131);
    expect((await world.pull(cursor)).items).toEqual([]);
  });

  it('does not let a strange comment hide the others, or take it for deleted', async () => {
    const { store } = world.stub;
    const post = store.addPost();
    store.remark({ post: post.id, text: 'good' });
    const strange = store.remark({ post: post.id, text: 'fine at first' });
    const start = await world.pull();
    Object.assign(strange, { text: 5 });
    store.remark({ post: post.id, text: 'new' });
    const { items } = await world.pull(start.cursor);
    expect(items).toMatchObject([{ kind: 'message', text: 'new' }]);
  });

  it('takes nothing for deleted when answers are not told any more', async () => {
    const { store } = world.stub;
    const post = store.addPost();
    const top = store.remark({ post: post.id, text: 'top' });
    store.remark({ post: post.id, text: 'below', parent: top.id, by: ben });
    const start = await world.pull();
    expect(start.messages).toHaveLength(2);
    world.stub.hideAuthors();
    store.remark({ post: post.id, text: 'new' });
    expect((await world.pull(start.cursor)).items).toMatchObject([{ kind: 'message', text: 'new' }]);
  });

  it('is not held up by a post that does not give its comments', async () => {
    const { store } = world.stub;
    const [other, closed] = [store.addPost(), store.addPost()];
    for (const { id } of [other, closed]) store.remark({ post: id, text: `below ${id}` });
    world.stub.closePost(closed.id);
    expect((await world.pull()).messages).toMatchObject([{ text: `below ${other.id}` }]);
  });

  it('brings what the account said itself before anybody answered', async () => {
    const { store } = world.stub;
    const post = store.addPost();
    const top = store.remark({ post: post.id, text: 'More here', by: own });
    store.remark({ post: post.id, text: 'and there', parent: top.id, by: own });
    const start = await world.pull();
    expect(start.items).toEqual([]);
    store.remark({ post: post.id, text: 'Where?', parent: top.id, by: ben });
    const { messages } = await world.pull(start.cursor);
    expect(messages.map(({ text }) => text)).toEqual(['More here', 'and there', 'Where?']);
  });

  it('finds comments below more posts than fit on one page', async () => {
    const { store } = world.stub;
    const oldest = store.addPost();
    for (let index = 0; index < 40; index += 1) store.addPost();
    store.remark({ post: oldest.id, text: 'Still for sale?' });
    expect((await world.pull()).messages).toMatchObject([{ text: 'Still for sale?' }]);
  });

  it('brings posts of others that show the account, once, and lets nobody answer them here', async () => {
    world.stub.store.tagged.push({
      id: '18077',
      caption: 'With @brand',
      media_type: 'IMAGE',
      product: 'FEED',
      url: 'https://cdn.example/t.jpg',
      ai: false,
      children: [],
      by: 'ana',
      at: world.stub.now(),
    });
    const { messages, cursor } = await world.pull();
    expect(messages).toMatchObject([
      {
        conversation: { type: 'mention', remoteKey: 'tag:18077' },
        text: 'With @brand',
        author: { handle: 'ana' },
        media: [{ kind: 'image' }],
      },
    ]);
    expect((await world.pull(cursor)).items).toEqual([]);
    expect(await infoOf(() => world.plan(answer(messages[0]!, 'Hi')))).toMatchObject({ kind: 'unsupported' });
  });

  it('answers an answer below the comment above both, and says when that is gone', async () => {
    const { store } = world.stub;
    const post = store.addPost();
    const top = store.remark({ post: post.id, text: 'top' });
    store.remark({ post: post.id, text: 'below', parent: top.id, by: ben });
    const { messages } = await world.pull();
    const below = findText(messages, 'below');
    const { remotes } = await world.run(answer(below, 'Here.'));
    expect(store.answers(top.id).map(({ text }) => text)).toEqual(['below', 'Here.']);
    expect(remotes[0]).toMatchObject({ ref: { top: top.id } });
    store.removeRemark(top.id);
    expect(await infoOf(() => world.run(answer(below, 'Too late')))).toMatchObject({
      kind: 'gone',
      sent: 'no',
    });
  });

  it('finds an answer whose end was unclear, and not an earlier one with the same words', async () => {
    const { store } = world.stub;
    const top = store.remark({ post: store.addPost().id, text: 'top' });
    const { messages } = await world.pull();
    await world.run(answer(messages[0]!, 'Thanks'));
    const job = jobOf(world.network, answer(messages[0]!, 'Thanks'), world.test.ctx);
    await runJob(world.network, { ...job, steps: job.steps.slice(0, 1) }, world.test.ctx);
    expect(await world.lookTwice(job)).toEqual(['unknown', 'absent']);
    world.stub.break('timeout_after_commit', 'write');
    expect(await infoOf(() => runJob(world.network, job, world.test.ctx))).toMatchObject({
      kind: 'ambiguous',
    });
    expect(await settle(world.network, job, world.test.ctx)).toBe('arrived');
    expect(job.remotes[0]!.remoteId).toBe(store.answers(top.id)[1]!.id);
    expect(store.answers(top.id)).toHaveLength(2);
  });

  it('hides, shows and removes comments of others, and takes no likes', async () => {
    const { store } = world.stub;
    const top = store.remark({ post: store.addPost().id, text: 'spam' });
    const { messages } = await world.pull();
    const conversation = conversationOf(messages[0]!);
    const target = { remoteId: top.id, ref: messages[0]!.ref };
    await world.run({ kind: 'hide', conversation, target });
    expect(top.hidden).toBe(true);
    await world.run({ kind: 'unhide', conversation, target });
    expect(top.hidden).toBe(false);
    await world.run({ kind: 'delete_other', conversation, target });
    expect(store.remarks).toEqual([]);
    await world.run({ kind: 'delete_other', conversation, target });
    for (const write of [
      { kind: 'like', conversation, target },
      { kind: 'mark_read', conversation, upTo: 1 },
      { kind: 'hide', conversation: { remoteKey: 'tag:1', type: 'mention' }, target },
    ] satisfies Write[])
      expect(await infoOf(() => world.plan(write))).toMatchObject({ kind: 'unsupported' });
  });

  it('counts what Instagram counts, and leaves out what it does not', async () => {
    const { remotes } = await world.run(publishOf('counted'));
    const story = await world.run(publishOf('', ['tall'], { options: { format: 'story' } }));
    const ids = [remotes[0]!.remoteId, story.remotes[0]!.remoteId, '18099999'];
    const metrics = await world.network.metrics(ids, world.test.ctx);
    expect(metrics.get(ids[0]!)).toEqual({ likes: 7, replies: 2, reach: 50, views: 80, shares: 1 });
    expect(metrics.get(ids[1]!)).toEqual({ likes: 7, replies: 0, reach: 50, views: 80, shares: 1 });
    expect(metrics.has(ids[2]!)).toBe(false);
    expect(await world.network.accountMetrics!(world.test.ctx)).toEqual({
      followers: 1200,
      following: 34,
      posts: 1,
      reach: 900,
      views: 1500,
      engaged: 40,
    });
  });

  it('stops reading while the allowance is nearly used up', async () => {
    world.stub.break('rate_limit', 'any');
    expect(await infoOf(() => world.pull())).toMatchObject({ kind: 'rate_limited' });
    const asked = world.stub.calls.length;
    expect((await world.pull()).items).toEqual([]);
    expect(world.stub.calls).toHaveLength(asked);
    world.stub.passTime(15 * 60_000);
    await world.pull();
    expect(world.stub.calls.length).toBeGreaterThan(asked);
  });
});
