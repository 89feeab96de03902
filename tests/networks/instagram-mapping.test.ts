import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { personOf, toComment, toDirect, toPost, toTag } from '../../electron/main/networks/instagram/mapping';
import {
  comment,
  media,
  message,
  replyComment,
  shortToken,
  user,
} from '../../electron/main/networks/instagram/wire';

/** Answers in the shapes of the documentation. */
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/instagram/comments-and-messages.json', import.meta.url), 'utf8'),
) as { media: unknown; comments: { replies?: { data: unknown[] } }[]; messages: unknown[] };
const viewer = { id: '17841400000000001', handle: 'brand', web: 'https://www.instagram.example' };
const origin = toPost(media.parse(fixture.media), viewer);
const [top, bare] = fixture.comments.map((one) => comment.parse(one));
const reply = replyComment.parse(fixture.comments[0]!.replies!.data[0]);

describe('what Instagram answers', () => {
  it('becomes a post with the picture of its video', () => {
    expect(origin).toEqual({
      remoteId: '17895695668004550',
      ref: {},
      author: { remoteId: viewer.id, handle: 'brand', displayName: 'brand' },
      text: 'New opening hours & more',
      createdAt: Date.UTC(2026, 10, 20, 9, 30),
      url: 'https://www.instagram.example/reel/Cx1/',
      media: [{ kind: 'video', url: 'https://files.example/reel.jpg', alt: '' }],
    });
  });

  it('becomes comments whose text stays text, with what an answer needs', () => {
    expect(toComment(top!, { top: top!, origin }, viewer)).toMatchObject({
      text: 'Auch bei Schnee?\n<b>ist kein Fett</b>',
      own: false,
      author: { remoteId: '1008372609250235', handle: 'ana' },
      ref: { media: '17895695668004550', person: '1008372609250235' },
      createdAt: Date.UTC(2026, 10, 20, 10),
    });
    expect(toComment(reply, { top: top!, origin }, viewer)).toMatchObject({
      own: true,
      author: { remoteId: viewer.id },
      ref: { top: top!.id },
      parentRemoteId: top!.id,
      conversation: { remoteKey: top!.id },
    });
  });

  it('becomes a comment of somebody of whom only the name is told', () => {
    const seen = toComment(bare!, { top: bare!, origin }, viewer);
    expect(seen).toMatchObject({ text: '', author: { remoteId: 'name:ben', handle: 'ben' } });
    expect(seen.ref).toEqual({ media: '17895695668004550' });
  });

  it('becomes direct messages with the person they are exchanged with, and what they carry', () => {
    const other = { id: '1008372609250235', username: 'ana' };
    const [question, answer] = fixture.messages.map((one) => toDirect(message.parse(one), other, viewer));
    expect(question).toMatchObject({
      text: 'Do you ship <i>abroad</i>?',
      own: false,
      conversation: { type: 'dm', remoteKey: 'person:1008372609250235', other: { handle: 'ana' } },
      media: [
        { kind: 'image', url: 'https://files.example/photo.jpg' },
        { kind: 'video', url: 'https://files.example/clip.jpg' },
        { kind: 'other', url: 'https://files.example/voice.aac' },
      ],
    });
    expect(answer).toMatchObject({ own: true, text: '', conversation: { other: { handle: 'ana' } } });
    expect(personOf(question!.conversation.remoteKey)).toBe('1008372609250235');
    expect(personOf('17895695668004550')).toBeUndefined();
  });

  it('becomes a tag by somebody else', () => {
    const tagged = media.parse({ ...(fixture.media as object), username: 'ana', media_type: 'IMAGE' });
    expect(toTag(tagged, viewer)).toMatchObject({
      own: false,
      author: { handle: 'ana' },
      ref: { tag: 'yes' },
      media: [{ kind: 'image' }],
    });
  });

  it('is understood in both shapes in which Meta documents an account and its first token', () => {
    const one = { user_id: 17841400000000, username: 'brand' };
    expect(user.parse({ data: [one] })).toEqual(user.parse(one));
    const token = { access_token: 'IGQ', user_id: 1, permissions: 'a,b' };
    expect(shortToken.parse({ data: [token] })).toEqual(shortToken.parse(token));
  });
});
