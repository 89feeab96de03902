import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readItems } from '../../electron/main/networks/answers';
import {
  isDirectKey,
  metricsOf,
  otherOf,
  summonsOf,
  textOf,
  toDirectMessage,
  toMessage,
} from '../../electron/main/networks/x/mapping';
import { placeOf } from '../../electron/main/networks/x/threads';
import * as wire from '../../electron/main/networks/x/wire';

/** Answers in the shapes of the specification. */
const fixture = JSON.parse(readFileSync(new URL('fixtures/x/mentions.json', import.meta.url), 'utf8')) as {
  readonly new: unknown;
  readonly old: unknown;
  readonly direct: unknown;
};
const lines: string[] = [];
const warn = (message: string, fields?: object) => void lines.push(`${message} ${JSON.stringify(fields)}`);
const log = { debug: warn, info: warn, warn, error: warn };
const page = wire.page.parse(fixture.new);
const [mention] = readItems(wire.post, page.data, { log });
const [root] = readItems(wire.post, page.includes?.posts, { log });
const users = readItems(wire.user, page.includes?.users, { log });
const media = readItems(wire.media, page.includes?.media, { log });
const viewer = {
  id: '1000000000000000001',
  handle: 'brand',
  web: 'https://x.example',
  users: new Map(users.map((one) => [one.id, one])),
  media: new Map(media.map((one) => [one.media_key, one])),
};
const posts = new Map([root!, mention!].map((one) => [one.id, one]));
const ownPosts = new Set([root!.id]);

describe('what X answers', () => {
  it('becomes a message below our post, in the words of its author', () => {
    const place = placeOf(mention!, { posts, places: new Map(), viewer, ownPosts })!;
    expect(place.conversation).toMatchObject({
      type: 'comment',
      remoteKey: mention!.id,
      origin: {
        remoteId: root!.id,
        text: 'New opening hours',
        author: { handle: 'Brand', displayName: 'Brand' },
      },
    });
    expect(toMessage(mention!, place.conversation, viewer, ownPosts)).toMatchObject({
      text: 'Auch bei Schnee & Eis? <b> ist kein Fett https://weather.example/de?a=1&b=2',
      own: false,
      lang: 'de',
      createdAt: Date.parse('2025-11-16T09:00:03.000Z'),
      author: { handle: 'ana', displayName: 'Ana Núñez', avatarUrl: 'https://pbs.example/ana.jpg' },
      ref: { summons: 'mention', author: '1000000000000000002', conversation: root!.id },
      url: 'https://x.example/ana/status/1990000000000000003',
      parentRemoteId: root!.id,
      media: [
        { kind: 'image', url: 'https://pbs.example/1.jpg', alt: 'snow' },
        { kind: 'video', url: 'https://pbs.example/2.jpg', alt: '' },
      ],
    });
  });

  it('is read item by item: a strange one is left out and told without its words', () => {
    expect(readItems(wire.post, page.data, { log })).toHaveLength(1);
    expect(lines).toContain('an item of an unknown shape was left out {"at":"id"}');
    expect(lines.join()).not.toContain('nobody knows');
  });

  it('is understood in its older names, with long texts and earlier versions', () => {
    const post = wire.post.parse(fixture.old);
    expect(textOf(post)).toBe('the whole of a long text with https://long.example/ in it');
    expect(post).toMatchObject({
      versions: ['1990000000000000008'],
      quotes: [root!.id],
      conversationId: post.id,
      createdAt: wire.timeOfId(post.id),
    });
    expect(new Date(post.createdAt).getUTCFullYear()).toBe(2025);
    expect(metricsOf(post)).toEqual({ reposts: 3, likes: 1 });
  });

  it('tells why an answer is allowed, or that only X knows', () => {
    const quote = wire.post.parse(fixture.old);
    expect(summonsOf(quote, viewer, ownPosts)).toBe('quote');
    expect(summonsOf(quote, viewer, new Set())).toBe('unknown');
    expect(summonsOf({ ...quote, quotes: [] }, viewer, ownPosts)).toBe('none');
    expect(summonsOf(root!, viewer, ownPosts)).toBe('own');
  });

  it('becomes a direct message with the person on the other side', () => {
    const event = wire.directEvent.parse(fixture.direct);
    expect(toDirectMessage(event, viewer)).toMatchObject({
      text: 'Hello & see',
      own: false,
      createdAt: Date.parse('2025-11-16T10:00:00.000Z'),
      conversation: {
        type: 'dm',
        remoteKey: '1000000000000000001-1000000000000000002',
        other: { handle: 'ana' },
      },
      media: [{ kind: 'image', alt: 'snow' }],
    });
    expect(toDirectMessage({ ...event, event_type: 'ParticipantsJoin' }, viewer)).toBeUndefined();
    expect(toDirectMessage({ ...event, sender_id: viewer.id }, viewer)).toMatchObject({ own: true });
  });

  it('tells posts from conversations by their keys', () => {
    expect(otherOf('1-2', '1')).toBe('2');
    expect(otherOf('1-2', '2')).toBe('1');
    expect(otherOf('12', '1')).toBeUndefined();
    expect(['1-2', 'dm:7', '1990000000000000001'].map(isDirectKey)).toEqual([true, true, false]);
  });

  it('gives the counts that it knows and none that it does not', () => {
    expect(metricsOf(mention!)).toEqual({
      likes: 2,
      replies: 1,
      reposts: 0,
      quotes: 0,
      saves: 0,
      impressions: 77,
    });
    expect(metricsOf(root!)).toEqual({});
  });
});
