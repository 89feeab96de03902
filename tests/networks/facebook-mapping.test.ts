import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  commentMessage,
  directKey,
  directMessage,
  personOf,
  postMessage,
  targetsOf,
  toOrigin,
} from '../../electron/main/networks/facebook/mapping';
import { placeOf } from '../../electron/main/networks/facebook/threads';
import { comment, message, post } from '../../electron/main/networks/facebook/wire';

/** Answers in the shapes of the documentation, without anybody's data. */
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/facebook/feed-and-messages.json', import.meta.url), 'utf8'),
) as Record<'posts' | 'comments' | 'messages', unknown[]>;
const [album, story, tagged] = fixture.posts.map((one) => post.parse(one));
const [question, answer] = fixture.comments.map((one) => comment.parse(one));
const [direct] = fixture.messages.map((one) => message.parse(one));
const viewer = { page: '2001', web: 'https://www.facebook.com' };
const known = new Map([question!, answer!].map((one) => [one.id, one]));

describe('what the Graph API answers', () => {
  it('becomes the post on top of a conversation, with every picture in it', () => {
    expect(toOrigin(album!, viewer)).toEqual({
      remoteId: '2001_9001',
      ref: { kind: 'post', at: String(Date.UTC(2026, 10, 20, 9)), post: '2001_9001' },
      author: { remoteId: '2001', handle: 'Brand', displayName: 'Brand' },
      text: 'New opening hours\n& a new shop',
      createdAt: Date.UTC(2026, 10, 20, 9),
      url: 'https://www.facebook.com/2001/posts/9001',
      media: [
        { kind: 'image', url: 'https://scontent.example/1.jpg', alt: 'the door' },
        { kind: 'video', url: 'https://scontent.example/2.jpg', alt: '' },
      ],
    });
    expect(targetsOf(album!)).toEqual(['501', '502']);
  });

  it('has a story as its text where nobody wrote one, and no picture of a link', () => {
    expect(toOrigin(story!, viewer)).toMatchObject({
      text: 'Brand updated their cover photo.',
      url: 'https://www.facebook.com/2001_9002',
      media: [],
    });
  });

  it('becomes a comment that stays text, and an own answer in its conversation', () => {
    const place = placeOf(answer!, album!, known, viewer)!;
    expect(place).toMatchObject({
      conversation: { remoteKey: '9001_1', type: 'comment', origin: { remoteId: '2001_9001' } },
      context: [{ id: '9001_1' }],
    });
    expect(commentMessage(question!, album!, place.conversation, viewer)).toMatchObject({
      text: 'Auch am Sonntag? <b>',
      own: false,
      parentRemoteId: '2001_9001',
      media: [{ kind: 'image', url: 'https://scontent.example/sticker.png', alt: '' }],
    });
    expect(commentMessage(answer!, album!, place.conversation, viewer)).toMatchObject({
      text: '',
      own: true,
      parentRemoteId: '9001_1',
      media: [],
    });
  });

  it('becomes a mention by somebody whom Facebook does not name', () => {
    expect(postMessage(tagged!, { remoteKey: '3001_9003', type: 'mention' }, viewer)).toMatchObject({
      own: false,
      author: { remoteId: 'unknown:3001_9003', handle: 'Facebook user' },
      text: 'At the Brand',
    });
  });

  it('becomes a direct message with what is attached', () => {
    const person = { id: '3001', name: 'Ana Example' };
    expect(directMessage(direct!, person, viewer)).toMatchObject({
      conversation: { remoteKey: 'dm:3001', type: 'dm', other: { displayName: 'Ana Example' } },
      own: false,
      media: [
        { kind: 'image', url: 'https://scontent.example/d.jpg', alt: 'door.jpg' },
        { kind: 'video', url: 'https://scontent.example/c.jpg', alt: 'clip.mp4' },
        { kind: 'other', url: 'https://cdn.example/bill.pdf', alt: 'bill.pdf' },
      ],
    });
    expect(personOf(directKey('3001'))).toBe('3001');
    expect([personOf('2001_9001'), personOf('dm:')]).toEqual([undefined, undefined]);
  });
});
