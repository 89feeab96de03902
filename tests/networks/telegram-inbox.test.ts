import { describe, expect, it } from 'vitest';
import { ANA, BEN, CHANNEL, DISCUSSION, FOREIGN, OWNER } from '../servers/telegram/store';
import { errorOf } from './outcome';
import { clock, network, opened, pull, run, sentCalls, stub, test, useTelegram } from './telegram-context';

useTelegram();

describe('Telegram: the inbox', () => {
  const place = (
    found: Awaited<ReturnType<typeof pull>>,
    message: { message_id: number },
    chat = DISCUSSION,
  ) => found.messages.find(({ remoteId }) => remoteId === `${chat}/${message.message_id}`)?.conversation;

  it('keeps one conversation per first comment, below the channel post that it answers', async () => {
    const root = stub.store.post('Root');
    const first = stub.store.comment('First', root);
    const second = stub.store.comment('And I say', first, { by: BEN, thread: root });
    const other = stub.store.comment('Other', root, { by: BEN });
    const start = await pull();
    expect(place(start, first)).toMatchObject({
      type: 'comment',
      remoteKey: `c:${DISCUSSION}/${first.message_id}`,
      origin: {
        remoteId: `${CHANNEL}/101`,
        text: 'Root',
        author: { displayName: 'Candor News' },
        url: 'https://t.me/candornews/101',
      },
    });
    expect(place(start, second)?.remoteKey).toBe(place(start, first)?.remoteKey);
    expect(place(start, other)?.remoteKey).not.toBe(place(start, first)?.remoteKey);
    const parent = start.messages.find(({ text }) => text === 'First')!;
    expect(parent.author).toEqual({ remoteId: String(ANA), handle: 'ana_lima', displayName: 'Ana Lima' });
    const conversation = { remoteKey: parent.conversation.remoteKey, type: 'comment' } as const;
    await run({ kind: 'reply', conversation, parent, text: 'Thanks.' });
    const answer = stub.store.sent[0]!;
    expect(answer).toMatchObject({ text: 'Thanks.', reply_to_message: { message_id: first.message_id } });
    const back = stub.store.comment('Welcome', answer, { thread: root });
    const next = await pull(start.cursor);
    expect(place(next, back)?.remoteKey).toBe(conversation.remoteKey);
    const again = stub.store.comment('Once more', back, { thread: root });
    expect(place(await pull(next.cursor), again)?.remoteKey).toBe(conversation.remoteKey);
  });

  it('recognises what the team writes in the name of the channel', async () => {
    const root = stub.store.post('Root');
    const first = stub.store.comment('Open?', root);
    const byTeam = stub.store.say(DISCUSSION, ANA, {
      text: 'Yes',
      extra: {
        sender_chat: stub.store.chatOf(CHANNEL),
        reply_to_message: stub.store.bare(first),
        message_thread_id: root.message_id,
      },
    });
    const found = await pull();
    expect(found.messages.find(({ text }) => text === 'Yes')).toMatchObject({ own: true });
    expect(place(found, byTeam)?.remoteKey).toBe(place(found, first)?.remoteKey);
  });

  it('takes from other groups only what speaks to the bot', async () => {
    stub.store.say(FOREIGN, ANA, { text: 'Just chatting' });
    const asked = stub.store.say(FOREIGN, ANA, { text: 'Hey @Candor_News_Bot, are you there?' });
    stub.store.say(FOREIGN, ANA, { text: 'not @candor_news_bottle' });
    const own = stub.store.say(DISCUSSION, BEN, { text: 'In our own group' });
    const joined = stub.store.say(DISCUSSION, BEN, { extra: { new_chat_members: [] } });
    const found = await pull();
    expect(found.messages).toHaveLength(2);
    expect(place(found, asked, FOREIGN)).toMatchObject({ type: 'mention' });
    expect(place(found, own)).toMatchObject({ type: 'mention' });
    expect(place(found, joined)).toBeUndefined();
  });

  it('shows what was said before it began to listen as context', async () => {
    const old = stub.store.keep(DISCUSSION, { from: stub.store.users[BEN], text: 'Long ago' });
    stub.store.comment('About that', old);
    const { messages } = await pull();
    expect(messages).toMatchObject([
      { text: 'Long ago', context: true },
      { text: 'About that', conversation: { type: 'mention' } },
    ]);
  });

  it('names the pictures of messages and of the post above them by their files, and asks for no file', async () => {
    const size = (bytes: string) => ({
      ...stub.files.add({ bytes: Buffer.from(bytes) }),
      width: 800,
      height: 600,
    });
    const [mug, cat] = [size('mug'), size('cat')];
    const root = stub.store.post(undefined, { photo: [mug], caption: 'New mugs' });
    stub.store.say(DISCUSSION, ANA, {
      extra: { photo: [cat], reply_to_message: stub.store.bare(root), message_thread_id: root.message_id },
    });
    const first = await pull();
    const origin = { text: 'New mugs', media: [{ kind: 'image', url: `network:${mug.file_id}` }] };
    expect(first.messages).toMatchObject([
      {
        text: '[photo]',
        media: [{ kind: 'image', url: `network:${cat.file_id}`, alt: 'photo' }],
        conversation: { origin },
      },
    ]);
    stub.store.say(DISCUSSION, BEN, { text: 'Nice', extra: { message_thread_id: root.message_id } });
    expect((await pull(first.cursor)).messages).toMatchObject([{ conversation: { origin } }]);
    expect(stub.calls.map(({ method }) => method)).not.toContain('getFile');
  });

  it('follows edits', async () => {
    const root = stub.store.post('Root');
    const first = stub.store.comment('Frist', root);
    const { cursor } = await pull();
    stub.store.edit(first, 'First');
    stub.store.edit(stub.store.get(DISCUSSION, root.message_id)!, 'Root, corrected');
    const { items, cursor: next } = await pull(cursor);
    expect(items).toEqual([
      {
        kind: 'edited',
        remoteId: `${DISCUSSION}/${first.message_id}`,
        text: 'First',
        editedAt: expect.any(Number),
      },
    ]);
    const late = stub.store.say(DISCUSSION, BEN, {
      text: 'In the thread',
      extra: { message_thread_id: root.message_id },
    });
    expect(place(await pull(next), late)).toMatchObject({ origin: { text: 'Root, corrected' } });
  });

  it('goes past an update that it cannot read', async () => {
    stub.sendStrange({ update_id: 900_000_000, message: { message_id: 'x' } });
    const asked = stub.store.comment('Readable', stub.store.post('Root'));
    const page = await network.pull('notifications', null, test.ctx);
    expect(page.items).toHaveLength(1);
    expect(page.items[0]).toMatchObject({ remoteId: `${DISCUSSION}/${asked.message_id}` });
    expect(page.next).toMatchObject({ offset: 900_000_001 });
    expect(test.lines.join()).toContain('unknown shape');
  });

  it('tells of the time that Telegram no longer gives, and finds its way after a week of silence', async () => {
    stub.store.comment('Early', stub.store.post('Root'));
    const { cursor } = await pull();
    const days = (count: number) => {
      const ms = count * 24 * 60 * 60_000;
      stub.passTime(ms);
      return opened.context({ ...clock, now: () => Date.now() + ms });
    };
    stub.store.comment('Lost', stub.store.post('Root'));
    const later = days(8);
    stub.store.renumber();
    stub.store.comment('After the silence', stub.store.post('Root'));
    const page = await network.pull('notifications', cursor, later.ctx);
    expect(page.items).toMatchObject([{ text: 'After the silence' }]);
    expect(page.gap!.to - page.gap!.from).toBeGreaterThan(6.9 * 24 * 60 * 60_000);
    expect((await network.pull('notifications', page.next, later.ctx)).gap).toBeUndefined();
  });
});

describe('Telegram: direct messages', () => {
  it('are answered in the chat with the person', async () => {
    stub.store.say(ANA, ANA, { text: 'Do you ship to Norway?' });
    const { messages } = await pull();
    expect(messages).toMatchObject([
      {
        text: 'Do you ship to Norway?',
        own: false,
        conversation: { type: 'dm', remoteKey: `dm:${ANA}`, other: { handle: 'ana_lima' } },
      },
    ]);
    const conversation = { remoteKey: `dm:${ANA}`, type: 'dm' } as const;
    const { remotes } = await run({ kind: 'dm', conversation, text: 'We do.' });
    expect(stub.texts(ANA)).toEqual(['We do.']);
    expect(remotes[0]!.remoteId).toBe(`${ANA}/${stub.store.sent[0]!.message_id}`);
    stub.world.blocked.add(ANA);
    expect(await errorOf(run({ kind: 'dm', conversation, text: 'Hello?' }))).toMatchObject({
      kind: 'policy_blocked',
    });
    expect((await network.pull('dm', null, test.ctx)).items).toEqual([]);
  });

  it('of the channel are answered in the person’s thread', async () => {
    stub.store.say(DISCUSSION, ANA, {
      text: 'Psst',
      extra: { direct_messages_topic: { topic_id: 77, user: stub.store.users[ANA] } },
    });
    const { messages } = await pull();
    const remoteKey = `topic:${DISCUSSION}:77`;
    expect(messages).toMatchObject([
      { conversation: { type: 'dm', remoteKey, other: { handle: 'ana_lima' } } },
    ]);
    await run({ kind: 'dm', conversation: { remoteKey, type: 'dm' }, text: 'Yes?' });
    expect(sentCalls()[0]!.params).toMatchObject({ chat_id: DISCUSSION, direct_messages_topic_id: 77 });
  });

  it('of a Business account come with those of its owner, and are answered and marked as read', async () => {
    const connection = stub.connectBusiness({ can_reply: true, can_read_messages: true });
    const asked = stub.store.business(connection, ANA, 'Hello shop');
    stub.store.business(connection, OWNER, 'Hello Ana');
    const { messages, cursor } = await pull();
    const remoteKey = `business:${connection}:${ANA}`;
    expect(messages.map(({ text, own, conversation }) => [text, own, conversation.remoteKey])).toEqual([
      ['Hello shop', false, remoteKey],
      ['Hello Ana', true, remoteKey],
    ]);
    expect(messages[1]!.conversation.other).toMatchObject({ handle: 'ana_lima', displayName: 'Ana Lima' });
    const conversation = { remoteKey, type: 'dm' } as const;
    const { remotes } = await run({ kind: 'dm', conversation, text: 'How can I help?' });
    expect(stub.store.sent[0]).toMatchObject({ business_connection_id: connection });
    expect(remotes[0]!.remoteId).toMatch(new RegExp(`^${connection}:${ANA}/`));
    const { capabilities } = await network.check(test.ctx);
    expect(capabilities.act.markRead).toEqual({ ok: true });
    expect(network.defaults.act.markRead).toMatchObject({ ok: false });
    await run({ kind: 'mark_read', conversation, upTo: Date.now() });
    expect(stub.store.read).toEqual([{ connection, chat: ANA, message: asked.message_id }]);
    stub.deleteBusiness(connection, [asked.message_id]);
    expect((await pull(cursor)).items).toEqual([
      { kind: 'deleted', remoteId: `${connection}:${ANA}/${asked.message_id}` },
    ]);
  });
});
