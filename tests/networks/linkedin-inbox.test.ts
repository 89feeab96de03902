import { describe, expect, it } from 'vitest';
import type { Http } from '../../electron/main/ports';
import { PAGE } from '../servers/linkedin/store';
import {
  later,
  network,
  opened,
  postNow,
  pull,
  run,
  stub,
  test,
  useLinkedin,
  withMedia,
} from './linkedin-context';
import { errorOf } from './outcome';

useLinkedin();

describe('the inbox of LinkedIn', () => {
  it('keeps a conversation per thread with the post on top, and follows edits and deletions', async () => {
    await run(withMedia([{ mediaId: 'image', alt: 'a shop' }]));
    const root = postNow();
    const first = stub.receive(root.id, 'Open on <b>Sundays</b>?');
    const other = stub.receive(root.id, 'Nice');
    const start = await pull();
    const one = start.messages.find(({ remoteId }) => remoteId === first.urn)!;
    expect(one).toMatchObject({
      text: 'Open on <b>Sundays</b>?',
      author: { handle: 'ana', displayName: 'Ana Far' },
      conversation: {
        remoteKey: first.urn,
        type: 'comment',
        origin: {
          text: 'Look',
          author: { handle: 'candor-shop' },
          media: [{ kind: 'image', alt: 'a shop', url: expect.stringContaining(stub.url) }],
        },
      },
    });
    const { remotes } = await run({
      kind: 'reply',
      conversation: { remoteKey: first.urn, type: 'comment' },
      parent: one,
      text: 'From ten.',
    });
    const nested = stub.receive(root.id, 'Great', first.urn);
    stub.store.edit(other.urn, 'Very nice');
    const next = await pull(start.cursor);
    expect(next.messages.map(({ text, own, context = false }) => [text, own, context])).toEqual([
      ['Open on <b>Sundays</b>?', false, true],
      ['From ten.', true, false],
      ['Great', false, false],
    ]);
    expect(new Set(next.messages.map((message) => message.conversation.remoteKey))).toEqual(
      new Set([first.urn]),
    );
    expect(next.messages[1]!.remoteId).toBe(remotes[0]!.remoteId);
    expect(next.items).toContainEqual(
      expect.objectContaining({ kind: 'edited', remoteId: other.urn, text: 'Very nice' }),
    );
    stub.store.removeComment(other.urn);
    const last = await pull(next.cursor);
    expect(last.items).toEqual([{ kind: 'deleted', remoteId: other.urn }]);
    const answer = await run({
      kind: 'reply',
      conversation: { remoteKey: first.urn, type: 'comment' },
      parent: next.messages[2]!,
      text: 'See you.',
    });
    expect(stub.store.comments.get(answer.remotes[0]!.remoteId)).toMatchObject({ parent: first.urn });
    expect(nested.parent).toBe(first.urn);
  });

  it('brings an answer in late whose thread had as many answers before, for another was deleted', async () => {
    const root = stub.store.addPost({ commentary: 'Root' });
    const first = stub.receive(root.id, 'Open?');
    const old = stub.receive(root.id, 'Me too', first.urn);
    const start = await pull();
    stub.store.removeComment(old.urn);
    stub.receive(root.id, 'And on Sundays?', first.urn);
    stub.passTime(2 * 3_600_000);
    stub.receive(root.id, 'Nice');
    const next = await pull(start.cursor);
    expect(next.messages.map(({ text }) => text)).toEqual(['Nice']);
    stub.receive(root.id, 'Hello?', first.urn);
    const last = await pull(next.cursor);
    expect(last.messages.filter(({ context }) => !context).map(({ text }) => text)).toEqual([
      'And on Sundays?',
      'Hello?',
    ]);
  });

  it('asks for comments only below posts whose number of comments has changed', async () => {
    const roots = Array.from({ length: 4 }, (_, index) =>
      stub.store.addPost({ commentary: `post ${index}` }),
    );
    roots.forEach((root) => stub.receive(root.id, 'Hello'));
    const start = await pull();
    expect(start.messages).toHaveLength(4);
    const asked = () => stub.calls.filter((call) => call.endsWith('/comments')).length;
    const before = asked();
    expect((await pull(start.cursor)).items).toEqual([]);
    expect(asked()).toBe(before);
    stub.receive(roots[2]!.id, 'And?');
    expect((await pull(start.cursor)).messages).toMatchObject([{ text: 'And?' }]);
    expect(asked()).toBe(before + 1);
  });

  it('notices an edit below a quiet post within half an hour, and every comment of a post that is gone', async () => {
    const root = stub.store.addPost({ commentary: 'Root' });
    const first = stub.receive(root.id, 'Hello');
    const start = await pull();
    stub.store.edit(first.urn, 'Hello!');
    expect((await pull(start.cursor)).items).toEqual([]);
    const patient = opened.as(PAGE, later(31 * 60_000));
    const next = await pull(start.cursor, patient);
    expect(next.items).toMatchObject([{ kind: 'edited', remoteId: first.urn, text: 'Hello!' }]);
    stub.store.posts.delete(root.id);
    expect((await pull(next.cursor)).items).toEqual([{ kind: 'deleted', remoteId: first.urn }]);
  });

  it('takes nothing for deleted because something in between knows none of LinkedIn’s addresses', async () => {
    const root = stub.store.addPost({ commentary: 'Root' });
    stub.receive(root.id, 'Hello');
    const { cursor } = await pull();
    const http: Http = async () => new Response('<h1>Not found</h1>', { status: 404 });
    const ctx = { ...test.ctx, http };
    expect(await errorOf(network.pull('notifications', cursor, ctx))).toMatchObject({ kind: 'protocol' });
    expect(await errorOf(network.exists(root.id, ctx))).toMatchObject({ kind: 'protocol' });
  });

  it('shows own comments once somebody has answered them, and strangers by a neutral name', async () => {
    await run({ kind: 'publish', segments: ['Root', 'More below'].map((text) => ({ text, media: [] })) });
    const start = await pull();
    expect(start.items).toEqual([]);
    stub.hidePeople();
    const own = [...stub.store.comments.values()][0]!;
    stub.receive(own.post, 'Where?', own.urn);
    const { messages } = await pull(start.cursor);
    expect(messages.map(({ text, own: isOwn, author }) => [text, isOwn, author.displayName])).toEqual([
      ['More below', true, 'candor-shop'],
      ['Where?', false, 'LinkedIn member'],
    ]);
  });

  it('asks for many people at once, and one by one where an app may only do that', async () => {
    await run({ kind: 'publish', segments: [{ text: 'Root', media: [] }] });
    const root = postNow();
    const people = Array.from({ length: 25 }, (_, index) => `urn:li:person:P${index}`);
    for (const [index, actor] of people.entries()) {
      if (index > 0) stub.store.names[actor] = `Person N${index}`;
      stub.store.addComment({ post: root.id, text: `${index}`, actor });
    }
    const asked = () => stub.calls.filter((call) => call.startsWith('GET /v2/people'));
    const { messages, cursor } = await pull();
    expect(asked()).toEqual(['GET /v2/people', 'GET /v2/people']);
    const name = (text: string) => messages.find((one) => one.text === text)!.author.displayName;
    expect(['0', '1', '24'].map(name)).toEqual(['LinkedIn member', 'Person N1', 'Person N24']);
    stub.refuseManyPeople();
    const [top] = stub.store.comments.values();
    for (const actor of people.slice(1, 3))
      stub.store.addComment({ post: root.id, text: `Answer of ${actor}`, actor, parent: top!.urn });
    const next = await pull(cursor);
    expect(asked().slice(2)).toEqual(
      expect.arrayContaining(['GET /v2/people/(id:P1)', 'GET /v2/people/(id:P2)']),
    );
    expect(next.messages.map(({ author }) => author.displayName).slice(1)).toEqual([
      'Person N1',
      'Person N2',
    ]);
  });
});
