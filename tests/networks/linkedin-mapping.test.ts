import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { usualVersion } from '../../electron/main/networks/linkedin/client';
import { failureOf, fieldOf, nextUtcMidnight } from '../../electron/main/networks/linkedin/failures';
import { fromLittleText, toLittleText } from '../../electron/main/networks/linkedin/little-text';
import { metricsOf, toMessage, toOrigin, urnOfComment } from '../../electron/main/networks/linkedin/mapping';
import { commentParts, complexKey, encoded, list } from '../../electron/main/networks/linkedin/urn';
import { comment, post } from '../../electron/main/networks/linkedin/wire';

/** Answers in the shapes of the documentation. */
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/linkedin/post-and-comments.json', import.meta.url), 'utf8'),
) as { posts: unknown[]; comments: unknown[] };
const own = { remoteId: 'urn:li:organization:5501', handle: 'shop', displayName: 'Shop' };
const ana = { remoteId: 'urn:li:person:Ana7', handle: 'ana', displayName: 'Ana' };
const viewer = { urn: own.remoteId, web: 'https://www.linkedin.com' };

describe('what LinkedIn answers', () => {
  const origin = toOrigin(post.parse(fixture.posts[0]), own, [], viewer.web);
  const [question, answer] = fixture.comments.map((one) => comment.parse(one));

  it('becomes the post on top, with its text as readers see it', () => {
    expect(origin).toMatchObject({
      remoteId: 'urn:li:share:7000000000000000001',
      text: 'We open (finally) in @Köln #candor #new _x_',
      createdAt: 1764057600500,
      url: 'https://www.linkedin.com/feed/update/urn:li:share:7000000000000000001/',
    });
    expect(post.safeParse(fixture.posts[1]).success).toBe(false);
  });

  it('becomes messages of one thread, with what an answer needs', () => {
    const top = 'urn:li:comment:(urn:li:activity:7000000000000000002,7000000000000000003)';
    expect(toMessage(question!, question!, origin, ana, viewer)).toMatchObject({
      remoteId: top,
      own: false,
      text: 'Auch <b>sonntags</b>?',
      conversation: { remoteKey: top, type: 'comment' },
      ref: { post: origin.remoteId, top },
      parentRemoteId: origin.remoteId,
      media: [{ kind: 'image', url: 'https://media.example/1.png', alt: '' }],
      url: expect.stringContaining('commentUrn=urn%3Ali%3Acomment%3A%28'),
    });
    expect(toMessage(answer!, question!, origin, own, viewer)).toMatchObject({
      remoteId: 'urn:li:comment:(urn:li:activity:7000000000000000002,7000000000000000004)',
      own: true,
      parentRemoteId: top,
    });
  });

  it('gives the numbers that it has and none that it has not', () => {
    expect(metricsOf({ impressionCount: 0, likeCount: 3, shareCount: null })).toEqual({
      impressions: 0,
      likes: 3,
    });
  });
});

describe('little text', () => {
  it('escapes exactly what is syntax, and comes back unchanged', () => {
    expect(toLittleText('a (b) #c @d_e')).toBe('a \\(b\\) \\#c \\@d\\_e');
    expect(toLittleText('Grüße, 100 % & "so" – https://x.org/?a=1!')).toBe(
      'Grüße, 100 % & "so" – https://x.org/?a=1!',
    );
    const everything = 'x | { } @ [ ] ( ) < > # \\ * _ ~ y';
    expect(fromLittleText(toLittleText(everything))).toBe(everything);
    expect(fromLittleText('{hashtag|\\#|a\\_b} @[Ana \\(x\\)](urn:li:person:1)')).toBe('#a_b @Ana (x)');
  });
});

describe('names of things', () => {
  it('are written as Rest.li wants them', () => {
    expect(encoded('urn:li:comment:(urn:li:activity:1,2)')).toBe(
      'urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A1%2C2%29',
    );
    expect(list(['urn:li:share:1', 'urn:li:share:2'])).toBe(
      'List(urn%3Ali%3Ashare%3A1,urn%3Ali%3Ashare%3A2)',
    );
    expect(complexKey({ actor: 'a:b', entity: '(c)' })).toBe('(actor:a%3Ab,entity:%28c%29)');
    expect(commentParts('urn:li:comment:(activity:1,2)')).toEqual({ thread: 'urn:li:activity:1', id: '2' });
    expect(commentParts('urn:li:share:1')).toBeUndefined();
    expect(urnOfComment(comment.parse(fixture.comments[1]), 'urn:li:share:9')).toContain(
      'activity:7000000000000000002,',
    );
  });
});

describe('refusals', () => {
  const now = Date.UTC(2026, 10, 25, 13, 30);
  const of = (status: number, body: object, effect: 'read' | 'write' = 'write', headers = {}) =>
    failureOf({ status, headers: new Headers(headers), text: '' }, body, {
      name: 'POST /rest/posts',
      effect,
      version: '202609',
      secrets: ['token-of-somebody'],
      now,
    })!;

  it.each([
    [401, { code: 'EXPIRED_ACCESS_TOKEN' }, 'auth_expired', 'no'],
    [401, { serviceErrorCode: 65602 }, 'auth_expired', 'no'],
    [401, { code: 'REVOKED_ACCESS_TOKEN', serviceErrorCode: 65601 }, 'auth_revoked', 'no'],
    [401, { code: 'INVALID_ACCESS_TOKEN', serviceErrorCode: 65600 }, 'auth_revoked', 'no'],
    [400, { error: 'invalid_grant' }, 'auth_revoked', 'no'],
    [400, { error: 'invalid_redirect_uri' }, 'permission', 'no'],
    [403, { code: 'ACCESS_DENIED', serviceErrorCode: 100 }, 'permission', 'no'],
    [426, { code: 'NONEXISTENT_VERSION' }, 'unsupported', 'no'],
    [429, { message: 'Resource level throttle APPLICATION DAY limit' }, 'quota_exhausted', 'no'],
    [429, { message: 'Too many requests' }, 'rate_limited', 'no'],
    [422, { message: 'Content is a duplicate of urn:li:share:1' }, 'duplicate', 'no'],
    [400, { message: 'duplicate' }, 'duplicate', 'no'],
    [422, { message: 'ERROR :: /content :: media asset urn:li:image:1' }, 'media_rejected', 'no'],
    [422, { message: 'ERROR :: /commentary :: too long' }, 'validation', 'no'],
    [404, {}, 'gone', 'no'],
    [500, {}, 'ambiguous', 'maybe'],
    [503, {}, 'ambiguous', 'maybe'],
    [302, {}, 'protocol', 'maybe'],
  ] as const)('%i %o is %s', (status, body, kind, sent) => {
    const error = of(status, body);
    expect([error.kind, error.sent]).toEqual([kind, sent]);
  });

  it('carry when to try again, the version that is shut off, the field, and no secret', () => {
    expect(of(429, { message: 'DAY limit' }).info.retryAt).toBe(Date.UTC(2026, 10, 26));
    expect(of(429, {}).info.retryAt).toBe(now + 900_000);
    expect(of(429, {}, 'read', { 'retry-after': '7' }).info.retryAt).toBe(now + 7000);
    expect(of(500, {}, 'read').kind).toBe('server');
    expect(of(426, {}).info.params).toEqual({ version: '202609' });
    expect(fieldOf('ERROR :: /commentary :: text length')).toBe('text');
    expect(fieldOf('ERROR :: /visibility :: no')).toBe('visibility');
    expect(of(422, { message: 'ERROR :: /commentary :: token-of-somebody' }).info).toMatchObject({
      field: 'text',
      detail: expect.not.stringContaining('token-of-somebody'),
    });
  });

  it('know midnight and the usual version across a year’s end', () => {
    expect(nextUtcMidnight(Date.UTC(2026, 11, 31, 23, 59, 59))).toBe(Date.UTC(2027, 0, 1));
    expect(nextUtcMidnight(Date.UTC(2027, 0, 1))).toBe(Date.UTC(2027, 0, 2));
    expect(usualVersion(Date.UTC(2027, 1, 1))).toBe('202612');
    expect(usualVersion(Date.UTC(2026, 10, 25))).toBe('202609');
  });
});
