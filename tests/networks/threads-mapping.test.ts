import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { placed } from '../../electron/main/networks/threads/conversations';
import { toPost } from '../../electron/main/networks/threads/mapping';
import { post } from '../../electron/main/networks/threads/wire';

/** Answers in the shapes of the documentation. */
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/threads/posts-and-replies.json', import.meta.url), 'utf8'),
) as { root: unknown; replies: unknown[] };
const root = post.parse(fixture.root);
const [thanks, ours, question] = fixture.replies.map((one) => post.parse(one));
const viewer = { id: '25000000000000001', handle: 'brand' };
const known = new Map([root, thanks!, ours!, question!].map((one) => [one.id, one]));

describe('what Threads answers', () => {
  it('becomes a post with all its pictures and their descriptions', () => {
    expect(toPost(root, viewer)).toEqual({
      remoteId: root.id,
      ref: {},
      author: { remoteId: viewer.id, handle: 'brand', displayName: 'brand' },
      text: 'New opening hours & more',
      createdAt: Date.UTC(2026, 10, 20, 9, 30),
      url: 'https://www.threads.example/@brand/post/Cx1',
      media: [
        { kind: 'image', url: 'https://files.example/1.jpg', alt: 'a door' },
        { kind: 'video', url: 'https://files.example/2.jpg', alt: '' },
      ],
    });
  });

  it('becomes a conversation that the first answer of somebody opens', () => {
    const place = placed(thanks!, root, known, viewer)!;
    expect(place.message).toMatchObject({
      text: 'Danke <3',
      own: false,
      ref: { nested: 'yes' },
      parentRemoteId: ours!.id,
      conversation: { type: 'comment', remoteKey: question!.id, origin: { remoteId: root.id } },
    });
    expect(place.context).toMatchObject([
      { remoteId: question!.id, context: true, ref: {}, media: [{ kind: 'other' }] },
      { remoteId: ours!.id, own: true, context: true },
    ]);
  });

  it('is no conversation while only the account itself has written, and is named by what is gone above it', () => {
    const own = { ...ours!, replied_to: { id: root.id } };
    expect(
      placed(
        own,
        root,
        new Map([
          [root.id, root],
          [own.id, own],
        ]),
        viewer,
      ),
    ).toBeUndefined();
    expect(placed(thanks!, root, new Map([[thanks!.id, thanks!]]), viewer)).toMatchObject({
      message: { conversation: { remoteKey: ours!.id, origin: { remoteId: root.id } } },
      context: [],
    });
  });
});
