import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboxItem, Write } from '../../electron/main/networks/network';
import { toMessage } from '../../electron/main/networks/threads/mapping';
import { post } from '../../electron/main/networks/threads/wire';
import type { Post } from '../servers/threads/store';
import { infoOf, openThreads, publishOf, type ThreadsWorld } from '../servers/threads/world';
import { jobOf, runJob, settle } from './drive';

type Message = Extract<InboxItem, { kind: 'message' }>;

describe('the inbox of Threads', () => {
  let world: ThreadsWorld;
  let root: Post;
  beforeEach(async () => {
    world = await openThreads();
    root = world.stub.store.add({ text: 'Root', by: 'brand' });
  });
  afterEach(() => world.close());

  const add = (text: string, parent: Post, by = 'ana') =>
    world.stub.store.add({ text, parent: parent.id, by });
  const conversationOf = ({ conversation }: Message) => ({
    remoteKey: conversation.remoteKey,
    type: conversation.type,
  });
  const answer = (parent: Message, text: string): Write => ({
    kind: 'reply',
    conversation: conversationOf(parent),
    parent: { remoteId: parent.remoteId, ref: parent.ref },
    text,
  });

  it('has one conversation per person below a post, with what we said in it and the post on top', async () => {
    const first = add('First', root);
    const ours = add('Thanks', first, 'brand');
    const again = add('You are welcome', ours);
    const other = add('Other', root, 'ben');
    const own = add('Our second part', root, 'brand');
    const below = add('Below our second part', own, 'ben');
    const { messages } = await world.pull();
    const place = Object.fromEntries(messages.map((one) => [one.text, one]));
    expect(messages.map(({ text }) => text).sort()).toEqual([
      'Below our second part',
      'First',
      'Other',
      'Thanks',
      'You are welcome',
    ]);
    expect(place.First).toMatchObject({
      own: false,
      author: { remoteId: 'name:ana', handle: 'ana' },
      conversation: { type: 'comment', remoteKey: first.id, origin: { remoteId: root.id, text: 'Root' } },
      parentRemoteId: root.id,
    });
    expect(place.Thanks).toMatchObject({ own: true, conversation: { remoteKey: first.id } });
    expect(place['You are welcome']!.conversation.remoteKey).toBe(first.id);
    expect(place.Other!.conversation.remoteKey).toBe(other.id);
    expect(place['Below our second part']!.conversation).toMatchObject({
      remoteKey: below.id,
      origin: { text: 'Our second part' },
    });
    expect(again.parent).toBe(ours.id);
  });

  it('brings answers that are hidden from others as such, and leaves open what is not documented', async () => {
    const rude = add('Rude', root);
    const kind = add('Kind', root, 'ben');
    rude.hidden = true;
    const standing = (messages: readonly Message[]) =>
      Object.fromEntries(messages.map(({ remoteId, hidden }) => [remoteId, hidden]));
    const start = await world.pull();
    expect(standing(start.messages)).toEqual({ [rude.id]: true, [kind.id]: false });
    rude.hidden = false;
    kind.hidden = true;
    const next = await world.pull(start.cursor);
    expect(standing(next.messages)).toEqual({ [rude.id]: false, [kind.id]: true });
    expect(next.messages.map(({ context }) => context)).toEqual([true, true]);
    expect((await world.pull(next.cursor)).items).toEqual([]);
    const covered = post.parse({ id: '1', timestamp: '2026-11-20T08:00:00+0000', hide_status: 'COVERED' });
    const viewer = { id: '2', handle: 'brand' };
    expect(toMessage(covered, { remoteKey: '1', type: 'comment' }, viewer)).not.toHaveProperty('hidden');
  });

  it('reads many answers page by page, each once, and asks little while nothing moves', async () => {
    for (let index = 0; index < 120; index += 1) add(`answer ${index}`, root);
    const start = await world.pull();
    expect(start.messages).toHaveLength(120);
    const late = add('late', root);
    const asked = world.stub.calls.length;
    const next = await world.pull(start.cursor);
    expect(next.messages.map(({ remoteId }) => remoteId)).toEqual([late.id]);
    // The list of posts, mentions, the page with something new, and the one that is known already.
    expect(world.stub.calls.slice(asked)).toHaveLength(4);
    const quiet = await world.pull(next.cursor);
    expect(quiet.items).toEqual([]);
    expect(world.stub.calls.slice(asked)).toHaveLength(7);
  });

  it('finds where an answer belongs when what is above it lies further back', async () => {
    const first = add('First', root);
    for (let index = 0; index < 60; index += 1) add(`more ${index}`, root, 'ben');
    const start = await world.pull();
    add('And one more thing', first);
    const { messages } = await world.pull(start.cursor);
    expect(messages.find(({ text }) => text === 'And one more thing')!.conversation.remoteKey).toBe(first.id);
    expect(messages.filter(({ context }) => context).map(({ text }) => text)).toEqual(['First']);
  });

  it('is not held up by a post that does not give its answers', async () => {
    const closed = world.stub.store.add({ text: 'Closed', by: 'brand' });
    add('First', root);
    add('Second', closed);
    world.stub.closePost(closed.id);
    expect((await world.pull()).messages).toMatchObject([{ text: 'First' }]);
  });

  it('keeps an answer to an answer that is gone, in the conversation of that one', async () => {
    const first = add('First', root);
    const start = await world.pull();
    const { posts } = world.stub.store;
    add('Late answer', first, 'ben');
    posts.splice(posts.indexOf(first), 1);
    const { messages } = await world.pull(start.cursor);
    expect(messages).toMatchObject([
      {
        text: 'Late answer',
        conversation: { type: 'comment', remoteKey: first.id, origin: { remoteId: root.id } },
      },
    ]);
  });

  it('finds answers below more posts than fit on one page', async () => {
    for (let index = 0; index < 40; index += 1) world.stub.store.add({ text: `p${index}`, by: 'brand' });
    add('Still there?', root);
    expect((await world.pull()).messages).toMatchObject([{ text: 'Still there?' }]);
  });

  it('brings a mention below an own post as such where answers may not be read', async () => {
    const { capabilities } = await world.network.check(world.test.ctx);
    const { inbox } = capabilities;
    const comment = { ok: false, why: 'scope', note: 'not given' } as const;
    const account = {
      ...world.test.ctx.account,
      capabilities: { ...capabilities, inbox: { ...inbox, comment } },
    };
    world.stub.store.add({ text: '@brand here', parent: root.id, mentions: ['brand'] });
    const page = await world.network.pull('notifications', null, { ...world.test.ctx, account });
    expect(page.items).toMatchObject([{ text: '@brand here', conversation: { type: 'mention' } }]);
  });

  it('follows edits at once, and deletions with the next long look', async () => {
    const kept = add('before', root);
    const gone = add('oops', root);
    for (let index = 0; index < 60; index += 1) add(`more ${index}`, root, 'ben');
    const newest = add('newest', root);
    const start = await world.pull();
    newest.text = 'newest, edited';
    const soon = await world.pull(start.cursor);
    expect(soon.items).toMatchObject([{ kind: 'edited', remoteId: newest.id, text: 'newest, edited' }]);
    kept.text = 'after';
    world.stub.store.remove(gone.id);
    world.stub.passTime(20 * 60_000);
    const later = await world.pull(soon.cursor);
    expect(later.items).toMatchObject([
      { kind: 'edited', remoteId: kept.id, text: 'after' },
      { kind: 'deleted', remoteId: gone.id },
    ]);
    expect((await world.pull(later.cursor)).items).toEqual([]);
  });

  it('brings mentions elsewhere once, and those below an own post only as answers', async () => {
    const elsewhere = world.stub.store.add({ text: 'Look at @brand', mentions: ['brand'] });
    const below = world.stub.store.add({ text: '@brand here', parent: root.id, mentions: ['brand'] });
    const { messages, cursor } = await world.pull();
    expect(messages.map(({ remoteId, conversation }) => [remoteId, conversation.type])).toEqual([
      [elsewhere.id, 'mention'],
      [below.id, 'comment'],
    ]);
    expect((await world.pull(cursor)).items).toEqual([]);
    await world.run(answer(messages[0]!, 'Hello'));
    expect(world.stub.store.own().at(-1)).toMatchObject({ text: 'Hello', parent: elsewhere.id });
  });

  it('reads answers for an account that may not read mentions', async () => {
    const scopes = ['threads_basic', 'threads_read_replies'];
    add('First', root);
    world.test.ctx.secrets.replace({ token: world.stub.token(scopes), renewedAt: String(world.stub.now()) });
    expect((await world.pull()).messages.map(({ text }) => text)).toEqual(['First']);
  });

  it('answers once through a lost answer, with its own quota, and not what is gone', async () => {
    const first = add('First', root);
    const { messages } = await world.pull();
    const job = jobOf(world.network, answer(messages[0]!, 'Thanks'), world.test.ctx);
    await runJob(world.network, { ...job, steps: job.steps.slice(0, -1) }, world.test.ctx);
    expect(await world.lookTwice(job)).toEqual(['unknown', 'absent']);
    world.stub.break('timeout_after_commit', 'write');
    expect(await infoOf(() => runJob(world.network, job, world.test.ctx))).toMatchObject({
      kind: 'ambiguous',
    });
    expect(await settle(world.network, job, world.test.ctx)).toBe('arrived');
    expect(world.stub.store.own().filter(({ parent }) => parent === first.id)).toHaveLength(1);
    world.stub.containers.plan.replies.used = 1000;
    expect(await infoOf(() => world.run(answer(messages[0]!, 'More')))).toMatchObject({
      kind: 'quota_exhausted',
    });
    world.stub.store.remove(first.id);
    expect(await infoOf(() => world.run(answer(messages[0]!, 'Late')))).toMatchObject({
      kind: 'gone',
      sent: 'no',
    });
  });

  it('hides answers directly below the post only, shows them again, and can tell whether it has', async () => {
    const first = add('First', root);
    add('Nested', first, 'ben');
    const { messages } = await world.pull();
    const act = (kind: 'hide' | 'unhide', message: Message): Write => ({
      kind,
      conversation: conversationOf(message),
      target: { remoteId: message.remoteId, ref: message.ref },
    });
    const [top, nested] = ['First', 'Nested'].map((text) => messages.find((one) => one.text === text)!);
    expect(await infoOf(() => world.plan(act('hide', nested!)))).toMatchObject({ kind: 'unsupported' });
    const job = jobOf(world.network, act('hide', top!), world.test.ctx);
    expect(await settle(world.network, { ...job, done: {} }, world.test.ctx)).toBe('absent');
    await world.runJob(job);
    expect(first.hidden).toBe(true);
    expect(await settle(world.network, { ...job, done: {} }, world.test.ctx)).toBe('arrived');
    await world.run(act('unhide', top!));
    expect(first.hidden).toBe(false);
  });

  it('does not let a strange answer hide the others, or take it for deleted', async () => {
    const strange = add('fine at first', root);
    const start = await world.pull();
    Object.assign(strange, { text: 5 });
    add('new', root);
    world.stub.passTime(20 * 60_000);
    expect((await world.pull(start.cursor)).items).toMatchObject([{ kind: 'message', text: 'new' }]);
  });

  it('counts what Threads counts, and leaves out what it does not', async () => {
    const { remotes } = await world.run(publishOf('counted', []));
    const metrics = await world.network.metrics([remotes[0]!.remoteId, '18099999'], world.test.ctx);
    expect([...metrics]).toEqual([[remotes[0]!.remoteId, { views: 10, likes: 3, replies: 0 }]]);
    expect(await world.network.accountMetrics!(world.test.ctx)).toEqual({ views: 300, followers: 42 });
  });
});
