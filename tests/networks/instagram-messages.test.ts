import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboxItem, Write } from '../../electron/main/networks/network';
import { ANA } from '../servers/instagram/store';
import { infoOf, openInstagram, type InstagramWorld } from '../servers/instagram/world';
import { jobOf, runJob, settle } from './drive';

const DAY_MS = 86_400_000;
const ben = { id: '9000000000000012', username: 'ben' };
type Message = Extract<InboxItem, { kind: 'message' }>;

describe('direct messages of Instagram', () => {
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

  it('carries direct messages, and refuses what comes after the window', async () => {
    const { store } = world.stub;
    store.letter({ text: 'Hello <b>' });
    store.letter({ text: 'From Ben', person: ben.id });
    const { messages, cursor } = await world.pull(null, 'dm');
    const hello = findText(messages, 'Hello <b>');
    expect(hello.conversation).toMatchObject({
      type: 'dm',
      remoteKey: `person:${ANA.id}`,
      other: { handle: 'ana' },
    });
    const say = (text: string): Write => ({ kind: 'dm', conversation: conversationOf(hello), text });
    await world.run(say('Hi Ana'));
    const later = await world.pull(cursor, 'dm');
    expect(later.messages).toMatchObject([
      { text: 'Hi Ana', own: true, conversation: { remoteKey: `person:${ANA.id}` } },
    ]);
    expect((await world.pull(later.cursor, 'dm')).items).toEqual([]);
    expect(await infoOf(() => world.plan(say('x'.repeat(1001))))).toMatchObject({
      field: 'text',
      params: { max: 1000 },
    });
    world.stub.passTime(DAY_MS + 60_000);
    expect(await infoOf(() => world.run(say('late')))).toMatchObject({ kind: 'policy_blocked', sent: 'no' });
    expect(await world.network.exists(`person:${ANA.id}`, world.test.ctx)).toBe(true);
    expect(await world.network.exists('person:1', world.test.ctx)).toBe(false);
  });

  it('reads all conversations of the last weeks, and says where messages between are out of reach', async () => {
    const { store } = world.stub;
    for (let index = 0; index < 45; index += 1) {
      const person = `90000000000001${String(index).padStart(2, '0')}`;
      store.people.set(person, `person${index}`);
      store.letter({ text: `question ${index}`, person, at: world.stub.now() - (45 - index) * 60_000 });
    }
    const { messages, cursor } = await world.pull(null, 'dm');
    expect(messages).toHaveLength(45);
    const person = '9000000000000100';
    for (let index = 0; index < 25; index += 1) store.letter({ text: `many ${index}`, person });
    const page = await world.network.pull('dm', cursor, world.test.ctx);
    expect(page.items).toHaveLength(20);
    expect(page.gap).toMatchObject({ from: expect.any(Number), to: expect.any(Number) });
    expect(page.gap!.from).toBeLessThan(page.gap!.to);
  });

  it('notices a message that was taken back', async () => {
    const { store } = world.stub;
    store.letter({ text: 'one' });
    const taken = store.letter({ text: 'two' });
    const start = await world.pull(null, 'dm');
    store.letters.splice(store.letters.indexOf(taken), 1);
    store.letter({ text: 'three' });
    const { items } = await world.pull(start.cursor, 'dm');
    expect(items).toMatchObject([
      { kind: 'message', text: 'three' },
      { kind: 'deleted', remoteId: taken.id },
    ]);
  });

  it('is not held up by a conversation that gives no messages', async () => {
    const { store } = world.stub;
    store.letter({ text: 'closed' });
    store.letter({ text: 'From Ben', person: ben.id });
    world.stub.closeTalk(ANA.id);
    expect((await world.pull(null, 'dm')).messages).toMatchObject([{ text: 'From Ben' }]);
  });

  it('takes no message for taken back that has become unreadable', async () => {
    const { store } = world.stub;
    const strange = store.letter({ text: 'one' });
    const start = await world.pull(null, 'dm');
    Object.assign(strange, { text: 5 });
    store.letter({ text: 'two' });
    expect((await world.pull(start.cursor, 'dm')).items).toMatchObject([{ kind: 'message', text: 'two' }]);
  });

  it('cannot tell whether a message is out when the conversation is not shown', async () => {
    const { store } = world.stub;
    store.letter({ text: 'Hello' });
    const conversation = { remoteKey: `person:${ANA.id}`, type: 'dm' } as const;
    const job = jobOf(world.network, { kind: 'dm', conversation, text: 'Hi' }, world.test.ctx);
    await runJob(world.network, { ...job, steps: job.steps.slice(0, 1) }, world.test.ctx);
    store.letters.splice(0);
    expect(await settle(world.network, job, world.test.ctx)).toBe('unknown');
  });

  it('answers a comment privately, once and within its week, and finds it when the end was unclear', async () => {
    const { store } = world.stub;
    const post = store.addPost();
    const top = store.remark({ post: post.id, text: 'Price?' });
    const { messages } = await world.pull();
    const job = jobOf(world.network, answer(messages[0]!, 'It is 5.', { private: true }), world.test.ctx);
    await runJob(world.network, { ...job, steps: job.steps.slice(0, 1) }, world.test.ctx);
    world.stub.break('timeout_after_commit', 'write');
    expect(await infoOf(() => runJob(world.network, job, world.test.ctx))).toMatchObject({
      kind: 'ambiguous',
    });
    expect(await settle(world.network, job, world.test.ctx)).toBe('arrived');
    expect(store.letters).toMatchObject([{ text: 'It is 5.', person: ANA.id, own: true }]);
    expect(await infoOf(() => world.run(answer(messages[0]!, 'Again', { private: true })))).toMatchObject({
      kind: 'policy_blocked',
    });
    const old = store.remark({ post: post.id, text: 'old', at: world.stub.now() - 8 * DAY_MS });
    const parent = { ...messages[0]!, remoteId: old.id };
    expect(await infoOf(() => world.run(answer(parent, 'x', { private: true })))).toMatchObject({
      kind: 'policy_blocked',
      sent: 'no',
    });
    expect(top.id).not.toBe(old.id);
  });

  it('cannot tell whether a private answer is out where it does not know whose comment it was', async () => {
    const top = world.stub.store.remark({ post: world.stub.store.addPost().id, text: 'Price?' });
    const write: Write = {
      kind: 'reply',
      conversation: { remoteKey: top.id, type: 'comment' },
      parent: { remoteId: top.id, ref: {} },
      text: 'x',
      private: true,
    };
    const job = jobOf(world.network, write, world.test.ctx);
    await runJob(world.network, { ...job, steps: job.steps.slice(0, 1) }, world.test.ctx);
    expect(await settle(world.network, job, world.test.ctx)).toBe('unknown');
  });

  it('begins a round anew when its place in the list is not known any more', async () => {
    world.stub.store.letter({ text: 'Hello' });
    const stale = { v: 1, high: 0, talks: {}, page: { after: 'forgotten', high: 0 } };
    expect((await world.pull(stale, 'dm')).messages).toMatchObject([{ text: 'Hello' }]);
  });
});
