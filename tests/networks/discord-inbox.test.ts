import { describe, expect, it } from 'vitest';
import { ANA, BEN, BOT, CHANNEL, HOOK, ROBOT } from '../servers/discord/store';
import { at, network, opened, pull, run, stub, test, useDiscord } from './discord-context';
import { errorOf } from './outcome';
import { pullAll } from './suite';

useDiscord();

describe('Discord: the inbox', () => {
  const place = (found: Awaited<ReturnType<typeof pull>>, post: { id: string }) =>
    found.messages.find(({ remoteId }) => remoteId === `${CHANNEL}/${post.id}`)?.conversation;

  it('keeps one conversation per first answer below an own post, through our answers', async () => {
    const root = stub.store.add({
      by: BOT,
      text: 'Root',
      attachments: [{ filename: 'a.png', mime: 'image/png', description: 'snow' }],
    });
    const first = stub.store.add({ text: 'First', to: root.id });
    const second = stub.store.add({ by: BEN, text: 'Second', to: first.id });
    const other = stub.store.add({ by: BEN, text: 'Other', to: root.id });
    const alone = stub.store.add({ text: 'On my own' });
    const start = await pull();
    expect(place(start, first)).toMatchObject({
      type: 'comment',
      remoteKey: `c:${CHANNEL}/${first.id}`,
      origin: { remoteId: `${CHANNEL}/${root.id}`, text: 'Root', media: [{ kind: 'image', alt: 'snow' }] },
    });
    expect(place(start, second)?.remoteKey).toBe(place(start, first)?.remoteKey);
    expect(place(start, other)?.remoteKey).toBe(`c:${CHANNEL}/${other.id}`);
    expect(place(start, alone)).toMatchObject({ type: 'mention', remoteKey: `m:${CHANNEL}/${alone.id}` });
    expect(place(start, root)).toBeUndefined();
    const parent = start.messages.find(({ text }) => text === 'First')!;
    expect(parent.author).toEqual({
      remoteId: ANA,
      handle: 'ana',
      displayName: 'Ana Lima',
      avatarUrl: `${stub.url}/avatars/${ANA}/abc123.png`,
    });
    const conversation = { remoteKey: parent.conversation.remoteKey, type: 'comment' } as const;
    await run({ kind: 'reply', conversation, parent, text: 'Thanks.' });
    const answer = stub.own().at(-1)!;
    expect(answer).toMatchObject({ reference: first.id, allowed: { parse: [], replied_user: true } });
    const back = stub.store.add({ text: 'Welcome', to: answer.id });
    const next = await pull(start.cursor);
    expect(place(next, answer)?.remoteKey).toBe(conversation.remoteKey);
    expect(place(next, back)?.remoteKey).toBe(conversation.remoteKey);
    expect(next.messages.find(({ text }) => text === 'Thanks.')).toMatchObject({ own: true });
  });

  it('goes up to what was said before it began to read, for context', async () => {
    stub.passTime(-40 * 24 * 60 * 60_000);
    const old = stub.store.add({ text: 'Long ago' });
    const gone = stub.store.add({ text: 'Gone' });
    stub.passTime(40 * 24 * 60 * 60_000);
    const late = stub.store.add({ by: BEN, text: 'About that', to: old.id });
    const lost = stub.store.add({ by: BEN, text: 'About what is gone', to: gone.id });
    stub.store.posts.delete(gone.id);
    const found = await pull();
    expect(found.messages).toMatchObject([
      { text: 'Long ago', context: true },
      { text: 'About that' },
      { text: 'About what is gone' },
    ]);
    expect(place(found, late)?.remoteKey).toBe(`m:${CHANNEL}/${old.id}`);
    expect(place(found, lost)?.remoteKey).toBe(`m:${CHANNEL}/${gone.id}`);
  });

  it('leaves out other bots, webhooks and notices of the server', async () => {
    stub.store.add({ by: ROBOT, text: 'beep' });
    stub.store.add({ by: HOOK, webhook: true, text: 'hooked' });
    stub.store.add({ text: 'joined', type: 7 });
    stub.store.add({ text: '' });
    const asked = stub.store.add({ text: 'A person' });
    const { messages } = await pull();
    expect(messages.map(({ remoteId }) => remoteId)).toEqual([`${CHANNEL}/${asked.id}`]);
  });

  it('follows edits and deletions of what it has', async () => {
    const edited = stub.store.add({ text: 'Frist' });
    const deleted = stub.store.add({ text: 'Regret' });
    const { cursor } = await pull();
    expect((await pull(cursor)).items).toEqual([]);
    stub.store.edit(edited, 'First');
    stub.store.posts.delete(deleted.id);
    const later = opened.context(at(10 * 60_000)).ctx;
    const next = await pull(cursor, later);
    expect(next.items).toEqual([
      {
        kind: 'edited',
        remoteId: `${CHANNEL}/${edited.id}`,
        text: 'First',
        editedAt: Date.parse(edited.edited!),
      },
      { kind: 'deleted', remoteId: `${CHANNEL}/${deleted.id}` },
    ]);
    expect((await pull(next.cursor, opened.context(at(20 * 60_000)).ctx)).items).toEqual([]);
  });

  it('takes a channel that it may not read any more for no deletion', async () => {
    stub.store.add({ text: 'Still there' });
    const { cursor } = await pull();
    stub.store.denied.add('history');
    expect((await pull(cursor, opened.context(at(10 * 60_000)).ctx)).items).toEqual([]);
  });

  it('answers a comment in private, keeps that channel, and reads what comes back', async () => {
    stub.store.add({ text: 'My order is lost' });
    const { messages } = await pull();
    const [parent] = messages;
    const conversation = { remoteKey: parent!.conversation.remoteKey, type: 'mention' } as const;
    expect((await network.pull('dm', null, test.ctx)).items).toEqual([]);
    await run({ kind: 'reply', conversation, parent: parent!, text: 'Which one?', private: true });
    const direct = stub.store.direct.get(ANA)!;
    expect(stub.own(direct)).toMatchObject([{ text: 'Which one?' }]);
    expect(test.stored.at(-1)).toEqual({ token: stub.token, direct });
    stub.store.add({ channel: direct, text: 'Number 7' });
    const found = await pullAll(network, 'dm', null, test.ctx);
    expect(found.messages.map(({ text, own }) => [text, own])).toEqual([
      ['Which one?', true],
      ['Number 7', false],
    ]);
    expect(found.messages[1]!.conversation).toMatchObject({
      type: 'dm',
      remoteKey: `dm:${direct}`,
      other: { displayName: 'Ana Lima' },
    });
    stub.store.closed.add(ANA);
    const blocked = run({
      kind: 'dm',
      conversation: { remoteKey: `dm:${direct}`, type: 'dm' },
      text: 'Hello?',
    });
    expect(await errorOf(blocked)).toMatchObject({ kind: 'policy_blocked' });
  });

  it('reads the other direct channels where one is closed to the bot', async () => {
    const people = [ANA, BEN].map((person) => stub.store.openDirect(person));
    const direct = ['999999999999999999', ...people].join(',');
    test.ctx.secrets.replace({ ...test.ctx.secrets.read(), direct });
    for (const channel of people) stub.store.add({ channel, text: `In ${channel}` });
    const { messages } = await pullAll(network, 'dm', null, test.ctx);
    expect(messages.map(({ text }) => text)).toEqual(people.map((channel) => `In ${channel}`));
  });

  it('says that what is answered is gone', async () => {
    const asked = stub.store.add({ text: 'Soon gone' });
    const { messages } = await pull();
    stub.store.posts.delete(asked.id);
    const [parent] = messages;
    const conversation = { remoteKey: parent!.conversation.remoteKey, type: 'mention' } as const;
    expect(await network.exists(parent!.remoteId, test.ctx)).toBe(false);
    const reply = run({ kind: 'reply', conversation, parent: parent!, text: 'Yes' });
    expect(await errorOf(reply)).toMatchObject({ kind: 'gone' });
  });
});
