import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failureOf, rules } from '../../electron/main/networks/youtube/failures';
import {
  channelMetrics,
  isVideo,
  metricsOf,
  toMessage,
  toOrigin,
} from '../../electron/main/networks/youtube/mapping';
import { createQuota, nextPacificMidnight } from '../../electron/main/networks/youtube/quota';
import { nextByte } from '../../electron/main/networks/youtube/uploads';
import { channel, comment, thread, video } from '../../electron/main/networks/youtube/wire';

/** Answers in the shapes of the documentation. */
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/youtube/comments.json', import.meta.url), 'utf8'),
) as { threads: unknown[]; videos: unknown[] };
const viewer = { id: 'UCown0000000000000000001', web: 'https://www.youtube.com' };

describe('what YouTube answers', () => {
  const film = video.parse(fixture.videos[0]);
  const origin = toOrigin(film, viewer.web);
  const first = thread.parse(fixture.threads[0]);
  const place = { thread: first.id, video: first.snippet.videoId ?? undefined, origin };

  it('becomes the video on top, with its widest picture', () => {
    expect(origin).toMatchObject({
      remoteId: 'vid00000001',
      text: 'Our film\n\nAll about it',
      author: { remoteId: viewer.id, displayName: 'Brand' },
      createdAt: Date.UTC(2026, 10, 19, 8),
      url: 'https://www.youtube.com/watch?v=vid00000001',
      media: [{ kind: 'video', url: 'https://media.example/large.jpg', alt: 'Our film' }],
    });
  });

  it('becomes messages of one thread, with text as text and what an answer needs', () => {
    expect(toMessage(first.snippet.topLevelComment, place, viewer)).toMatchObject({
      remoteId: first.id,
      own: false,
      text: 'Auch <b>sonntags</b> & nachts?',
      createdAt: Date.UTC(2026, 10, 20, 9),
      author: { remoteId: 'UCana0000000000000000007', handle: 'ana', displayName: '@ana' },
      ref: { thread: first.id, video: 'vid00000001' },
      parentRemoteId: 'vid00000001',
      url: `https://www.youtube.com/watch?v=vid00000001&lc=${first.id}`,
    });
    const [reply, strange] = first.replies!.comments;
    expect(toMessage(comment.parse(reply), place, viewer)).toMatchObject({
      own: true,
      text: 'Ja.',
      parentRemoteId: first.id,
    });
    expect(comment.safeParse(strange).success).toBe(false);
    expect(thread.safeParse(fixture.threads[1]).success).toBe(false);
  });

  it('gives the numbers that it has and none that it has not', () => {
    expect(metricsOf(film)).toEqual({ views: 120, likes: 0 });
    expect(metricsOf(video.parse({ id: 'x' }))).toEqual({});
    expect(
      channelMetrics(channel.parse({ id: 'x', statistics: { viewCount: 'many', videoCount: '3' } })),
    ).toEqual({
      posts: 3,
    });
  });

  it('tells videos and comments apart by their ids, and how far an upload is', () => {
    expect(['dQw4w9WgXcQ', 'UgxTop000000000000001', 'UgxTop000000000000001.9'].map(isVideo)).toEqual([
      true,
      false,
      false,
    ]);
    const at = (range?: string) => nextByte({ headers: new Headers(range === undefined ? {} : { range }) });
    expect([at(), at('bytes=0-99'), at('nonsense')]).toEqual([0, 100, 0]);
  });
});

describe('midnight in California', () => {
  it.each([
    ['in winter', '2026-11-25T12:00:00Z', '2026-11-26T08:00:00Z'],
    ['in summer', '2026-07-01T12:00:00Z', '2026-07-02T07:00:00Z'],
    ['half a second before it', '2026-11-26T07:59:59.500Z', '2026-11-26T08:00:00Z'],
    ['at the very moment', '2026-11-26T08:00:00Z', '2026-11-27T08:00:00Z'],
    ['on the evening before the clocks go forward', '2026-03-08T04:00:00Z', '2026-03-08T08:00:00Z'],
    ['in the hour before the clocks go forward', '2026-03-08T09:30:00Z', '2026-03-09T07:00:00Z'],
    ['in the hour after the clocks went forward', '2026-03-08T10:30:00Z', '2026-03-09T07:00:00Z'],
    ['on the evening before the clocks go back', '2026-11-01T04:00:00Z', '2026-11-01T07:00:00Z'],
    ['in the hour before the clocks go back', '2026-11-01T08:30:00Z', '2026-11-02T08:00:00Z'],
    ['in the hour that comes twice', '2026-11-01T09:30:00Z', '2026-11-02T08:00:00Z'],
    ['across a year’s end', '2027-01-01T02:00:00Z', '2027-01-01T08:00:00Z'],
  ])('is found %s', (_when, now, midnight) => {
    expect(new Date(nextPacificMidnight(Date.parse(now))).toISOString()).toBe(
      new Date(midnight).toISOString(),
    );
  });

  it('begins the count of units anew, per project, and only YouTube says that none are left', () => {
    const quota = createQuota();
    const now = Date.UTC(2026, 10, 25, 12);
    expect(quota.spend('a', 'units', 50, now)).toEqual({
      bucket: 'write:units',
      limit: 10_000,
      remaining: 9950,
      resetAt: Date.UTC(2026, 10, 26, 8),
    });
    expect(quota.spend('b', 'units', 1, now).remaining).toBe(9999);
    expect(quota.spend('a', 'uploads', 1, now)).toMatchObject({ bucket: 'uploads', remaining: 99 });
    expect(quota.spend('a', 'units', 20_000, now).remaining).toBe(1);
    expect(quota.exhausted('units', now).remaining).toBe(0);
    expect(quota.spend('a', 'units', 1, Date.UTC(2026, 10, 26, 8)).remaining).toBe(9999);
  });
});

describe('refusals', () => {
  const now = Date.UTC(2026, 10, 25, 13, 30);
  const of = (status: number, reason: string, effect: 'read' | 'write' = 'write', message = 'words') =>
    failureOf(
      { status, headers: new Headers(), text: '' },
      { error: { code: status, message, errors: [{ reason, message, domain: 'x' }] } },
      { name: 'POST comments', effect, secrets: ['token-of-somebody'], now },
    )!;

  const rows = [
    [403, 'quotaExceeded', 'quota_exhausted'],
    [403, 'dailyLimitExceeded', 'quota_exhausted'],
    [400, 'uploadLimitExceeded', 'quota_exhausted'],
    [403, 'rateLimitExceeded', 'rate_limited'],
    [403, 'userRateLimitExceeded', 'rate_limited'],
    [401, 'authError', 'auth_expired'],
    [401, 'required', 'auth_revoked'],
    [401, 'youtubeSignupRequired', 'permission'],
    [403, 'insufficientPermissions', 'permission'],
    [403, 'forbidden', 'permission'],
    [403, 'accessNotConfigured', 'permission'],
    [400, 'ineligibleAccount', 'permission'],
    [403, 'commentsDisabled', 'policy_blocked'],
    [400, 'operationNotSupported', 'policy_blocked'],
    [400, 'processingFailure', 'policy_blocked'],
    [404, 'commentNotFound', 'gone'],
    [404, 'parentCommentNotFound', 'gone'],
    [404, 'videoNotFound', 'gone'],
    [404, 'channelNotFound', 'gone'],
    [400, 'commentTextRequired', 'validation'],
    [400, 'commentTextTooLong', 'validation'],
    [400, 'invalidTitle', 'validation'],
    [400, 'invalidDescription', 'validation'],
    [400, 'invalidVideoMetadata', 'validation'],
    [400, 'mediaBodyRequired', 'media_rejected'],
    [400, 'invalid_grant', 'auth_revoked'],
    [401, 'invalid_client', 'auth_revoked'],
    [401, 'unauthorized_client', 'auth_revoked'],
    [400, 'redirect_uri_mismatch', 'permission'],
  ] as const;
  it.each(rows)('%i %s is %s, and nothing was done', (status, reason, kind) => {
    const error = of(status, reason);
    expect([error.kind, error.sent]).toEqual([kind, 'no']);
  });
  it('have a row of this test each', () => {
    expect(rows.map(([, reason]) => reason).sort()).toEqual(Object.keys(rules).sort());
  });

  it('of an ill server leave open whether a write is out, whatever it says', () => {
    for (const reason of ['backendError', 'quotaExceeded', '']) {
      expect([of(503, reason).kind, of(503, reason).sent]).toEqual(['ambiguous', 'maybe']);
      expect(of(500, reason, 'read').kind).toBe('server');
    }
  });

  it('carry when to try again, the field, and no secret', () => {
    expect(of(403, 'quotaExceeded').info.retryAt).toBe(Date.UTC(2026, 10, 26, 8));
    expect(of(403, 'rateLimitExceeded').info.retryAt).toBe(now + 60_000);
    expect(of(400, 'uploadLimitExceeded').info.retryAt).toBe(now + 86_400_000);
    expect(of(400, 'invalidTitle').info.field).toBe('options.title');
    expect(of(400, 'commentTextTooLong').info.field).toBe('text');
    expect(of(403, 'forbidden', 'write', 'Bearer token-of-somebody').info.detail).not.toContain(
      'token-of-somebody',
    );
    const plain = failureOf(
      { status: 400, headers: new Headers(), text: '' },
      { error: 'invalid_grant', error_description: 'Token has been revoked.' },
      { name: 'POST token', effect: 'read', secrets: [], now },
    )!;
    expect(plain.info).toMatchObject({ kind: 'auth_revoked', detail: expect.stringContaining('revoked') });
  });
});
