import { describe, expect, it } from 'vitest';
import type { Http } from '../../electron/main/ports';
import { ANA, CHANNEL } from '../servers/youtube/store';
import { conversation, later, opened, pull, run, stub, test, useYoutube } from './youtube-context';

useYoutube();

describe('the inbox of YouTube', () => {
  it('keeps a conversation per thread below the video with its picture, and follows edits and deletions', async () => {
    const root = stub.store.addVideo({ title: 'Our film', description: 'All about it' });
    const first = stub.receive(root.id, 'Where was <this>?');
    const other = stub.receive(root.id, 'Nice');
    const start = await pull();
    const one = start.messages.find(({ remoteId }) => remoteId === first.id)!;
    expect(one).toMatchObject({
      text: 'Where was <this>?',
      author: { remoteId: ANA, handle: 'ana', avatarUrl: expect.stringContaining(ANA) },
      conversation: {
        remoteKey: first.id,
        type: 'comment',
        origin: {
          remoteId: root.id,
          text: 'Our film\n\nAll about it',
          media: [{ kind: 'video', url: `${stub.url}/media/${root.id}-large.jpg`, alt: 'Our film' }],
        },
      },
    });
    await run({ kind: 'reply', conversation: conversation(first.id), parent: one, text: 'In Köln.' });
    const nested = stub.receive(root.id, 'Lovely', first.id);
    stub.store.edit(other.id, 'Very nice');
    const next = await pull(start.cursor);
    expect(next.messages.map(({ text, own, context = false }) => [text, own, context])).toEqual([
      ['Where was <this>?', false, true],
      ['In Köln.', true, false],
      ['Lovely', false, false],
    ]);
    const keys = next.messages.map((message) => message.conversation.remoteKey);
    expect(new Set(keys)).toEqual(new Set([first.id]));
    expect(next.items).toContainEqual(
      expect.objectContaining({ kind: 'edited', remoteId: other.id, text: 'Very nice' }),
    );
    const parent = next.messages.find(({ remoteId }) => remoteId === nested.id)!;
    const { remotes } = await run({
      kind: 'reply',
      conversation: conversation(first.id),
      parent,
      text: 'Thanks.',
    });
    expect(stub.store.comments.get(remotes[0]!.remoteId)).toMatchObject({
      parent: first.id,
      author: CHANNEL,
    });
    stub.store.removeComment(nested.id);
    stub.store.removeComment(other.id);
    const patient = opened.context(later(31 * 60_000));
    const last = await pull(next.cursor, patient);
    expect(
      last.items
        .filter(({ kind }) => kind === 'deleted')
        .map(({ remoteId }) => remoteId)
        .sort(),
    ).toEqual([nested.id, other.id].sort());
    expect((await pull(last.cursor, patient)).items).toEqual([]);
  });

  it('finds new answers and edits in old threads within half an hour', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const old = stub.store.addComment({ video: root.id, text: 'Old', at: Date.now() - 5 * 86_400_000 });
    stub.receive(root.id, 'New');
    const start = await pull();
    expect(start.messages.map(({ text }) => text)).toEqual(['Old', 'New']);
    stub.receive(root.id, 'Still there?', old.id);
    expect((await pull(start.cursor)).items).toEqual([]);
    const next = await pull(start.cursor, opened.context(later(31 * 60_000)));
    expect(next.messages.filter(({ context }) => !context)).toMatchObject([
      { text: 'Still there?', conversation: { remoteKey: old.id } },
    ]);
  });

  it('fetches every answer of a long thread, not only the few that come with it', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const top = stub.receive(root.id, 'Top');
    for (let index = 0; index < 120; index += 1) stub.receive(root.id, `answer ${index}`, top.id);
    const { messages } = await pull();
    expect(messages).toHaveLength(121);
    const before = stub.calls.length;
    const again = await pull((await pull()).cursor);
    expect(again.items).toEqual([]);
    // Two rounds: the comments, both queues of review, and what little else was asked for.
    expect(stub.calls.length - before).toBeLessThan(10);
  });

  it('keeps a hidden comment, shows own comments once they are answered, and goes on after a lost place', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const first = stub.receive(root.id, 'Rude');
    const own = stub.store.addComment({ video: root.id, text: 'Pinned', author: CHANNEL });
    const start = await pull();
    expect(start.messages.map(({ text }) => text)).toEqual(['Rude']);
    const target = { remoteId: first.id, ref: {} };
    await run({ kind: 'hide', conversation: conversation(first.id), target });
    stub.receive(root.id, 'Good', own.id);
    const patient = opened.context(later(31 * 60_000));
    const next = await pull(start.cursor, patient);
    expect(next.items.map((item) => (item.kind === 'message' ? [item.text, item.own] : item.kind))).toEqual([
      ['Rude', false],
      ['Pinned', true],
      ['Good', false],
    ]);
    expect(next.messages[0]).toMatchObject({ remoteId: first.id, hidden: true });
    const stale = { ...next.cursor, pass: { page: 'forgotten', newest: Date.now() } };
    expect((await pull(stale, patient)).items).toEqual([]);
  });

  it('ends a pull when every place in the list is refused, for each page costs quota', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    for (let index = 0; index < 150; index += 1) stub.receive(root.id, `${index}`);
    let refused = 0;
    const http: Http = (address, init) => {
      if (!new Request(address).url.includes('pageToken')) return fetch(address, init);
      refused += 1;
      return Promise.resolve(
        Response.json({ error: { errors: [{ reason: 'invalidPageToken' }] } }, { status: 400 }),
      );
    };
    await pull(null, { ...test, ctx: { ...test.ctx, http } });
    expect(refused).toBe(2);
  });
});
