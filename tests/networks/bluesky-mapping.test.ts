import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { postTime, toMedia, toMessage } from '../../electron/main/networks/bluesky/mapping';
import {
  findService,
  normaliseIdentifier,
  serviceOrigin,
} from '../../electron/main/networks/bluesky/identity';
import { defaultEndpoints } from '../../electron/main/networks/bluesky/endpoints';
import { measure } from '../../electron/main/networks/bluesky/rich-text';
import { placeOf, type KnownPosts } from '../../electron/main/networks/bluesky/threads';
import { nextTid } from '../../electron/main/networks/bluesky/tid';
import { notification, postView } from '../../electron/main/networks/bluesky/wire';
import type { Http } from '../../electron/main/ports';
import { hurriedClock } from './context';

/** Answers of a real server, with identities and addresses replaced. */
const recorded = JSON.parse(
  readFileSync(new URL('fixtures/bluesky/thread-mention-quote.json', import.meta.url), 'utf8'),
) as { notifications: { notifications: unknown[] }; posts: { posts: unknown[] } };
const OWN = 'did:plc:ownownownownownownownown';
const WEB = 'https://bsky.app';
const notifications = recorded.notifications.notifications.map((one) => notification.parse(one));
const known: KnownPosts = new Map(
  recorded.posts.posts.map((one) => postView.parse(one)).map((post) => [post.uri, post]),
);
const placed = (text: string) => {
  const post = [...known.values()].find(({ record }) => record.text === text)!;
  const place = placeOf(post, known, OWN, WEB)!;
  return { ...place, message: toMessage(post, place.conversation, OWN, WEB, false) };
};
const uriOf = (text: string) => [...known.values()].find(({ record }) => record.text === text)!.uri;

describe('what a real Bluesky server answers', () => {
  it('is read whole, and a reply that also mentions us arrives once, as a mention', () => {
    expect(notifications.map(({ reason, record }) => [reason, record.text]).sort()).toEqual([
      ['mention', 'Thanks @brand'],
      ['mention', 'That is @brand'],
      ['quote', 'Quoting them'],
      ['reply', 'At what time?'],
    ]);
  });

  it('becomes a conversation below the very post that was answered', () => {
    const { conversation, context, message } = placed('Thanks @brand');
    expect(conversation).toMatchObject({ type: 'comment', remoteKey: uriOf('At what time?') });
    expect(conversation.origin?.text).toBe('And on Tuesday.');
    expect(context.map(({ record }) => record.text)).toEqual(['At what time?', 'At nine.']);
    expect(message).toMatchObject({
      own: false,
      parentRemoteId: uriOf('At nine.'),
      author: { handle: 'ana.test' },
    });
    expect(message.ref).toMatchObject({ rootUri: uriOf('We open on Monday.') });
    expect(message.url).toMatch(/^https:\/\/bsky\.app\/profile\/ana\.test\/post\/\w+$/);
  });

  it('keeps the thread of somebody else together, with its pictures', () => {
    const { conversation, context } = placed('That is @brand');
    expect(conversation).toEqual({ type: 'mention', remoteKey: uriOf('Look what I found') });
    expect(toMedia(context[0]!.embed)).toEqual([
      { kind: 'image', url: expect.stringContaining('https://'), alt: 'A mug' },
    ]);
  });

  it('shows a quote with the post that it quotes and the link beside it', () => {
    const { conversation, message } = placed('Quoting them');
    expect(conversation).toMatchObject({
      type: 'mention',
      remoteKey: uriOf('Quoting them'),
      origin: { text: 'We open on Monday.' },
    });
    expect(message.media).toEqual([{ kind: 'other', url: 'https://example.com/mugs', alt: 'Mugs' }]);
  });

  it('makes no conversation of a thread that is all our own', () => {
    const own = [...known.values()].find(({ record }) => record.text === 'And on Tuesday.')!;
    expect(placeOf(own, known, OWN, WEB)).toBeUndefined();
  });
});

describe('times, keys and lengths', () => {
  it('trusts the time that a client wrote only near the time at which the network saw the post', () => {
    const seen = '2026-03-01T12:00:00.000Z';
    expect(postTime('2026-03-01T11:59:00.000Z', seen)).toBe(Date.parse('2026-03-01T11:59:00.000Z'));
    for (const written of ['2030-01-01T00:00:00Z', '1970-01-01T00:00:00Z', 'yesterday'])
      expect(postTime(written, seen)).toBe(Date.parse(seen));
  });

  it('makes record keys that rise, even when the clock stands still or steps back', () => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    const keys = [now, now, now - 5_000, now + 1].map(nextTid);
    expect([...keys].sort()).toEqual(keys);
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^[234567a-z]{13}$/);
  });

  it('counts what people see, and bytes', () => {
    expect(measure('👩‍👩‍👧é')).toEqual({ graphemes: 2, bytes: 20 });
  });
});

describe('finding the server of a person', () => {
  const answering =
    (documents: Readonly<Record<string, unknown>>): Http =>
    (input) => {
      const url = input as string;
      const found = Object.entries(documents).find(([start]) => url.startsWith(start));
      return Promise.resolve(
        new Response(found ? JSON.stringify(found[1]) : '{"error":"InvalidRequest"}', {
          status: found ? 200 : 400,
        }),
      );
    };
  const find = (identifier: string, service: string) => {
    const pds = { id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: service };
    const http = answering({
      'https://public.api.bsky.app/xrpc/com.atproto.identity.resolveHandle?handle=ana.example': {
        did: 'did:plc:ana',
      },
      'https://plc.directory/did%3Aplc%3Aana': { id: 'did:plc:ana', service: [pds] },
      'https://ana.example/.well-known/did.json': { id: 'did:web:ana.example', service: [pds] },
    });
    return findService(
      { http, clock: hurriedClock(1), signal: new AbortController().signal },
      identifier,
      defaultEndpoints,
    );
  };

  it('goes by handle or DID to the own server, and for shared servers to the entryway', async () => {
    expect(await find('ana.example', 'https://pds.ana.example/')).toBe('https://pds.ana.example');
    expect(await find('did:web:ana.example', 'https://pds.ana.example')).toBe('https://pds.ana.example');
    expect(await find('ana.example', 'https://morel.us-east.host.bsky.network')).toBe('https://bsky.social');
    expect(await find('ana@example.com', '')).toBe('https://bsky.social');
    await expect(find('nobody.example', '')).rejects.toMatchObject({
      info: { kind: 'not_found', field: 'identifier' },
    });
  });

  it('understands how people write their names and servers', () => {
    expect(normaliseIdentifier(' @Ana ', defaultEndpoints)).toBe('ana.bsky.social');
    expect(normaliseIdentifier('ana@example.com', defaultEndpoints)).toBe('ana@example.com');
    expect(serviceOrigin('pds.example.com/xrpc/')).toBe('https://pds.example.com');
    expect(serviceOrigin('http://127.0.0.1:2583')).toBe('http://127.0.0.1:2583');
  });
});
