import { describe, expect, it } from 'vitest';
import type { NetworkError } from '../../electron/main/networks/errors';
import { api, type ApiCall } from '../../electron/main/networks/x/client';
import { refusalOf } from '../../electron/main/networks/x/refusals';
import { nothing } from '../../electron/main/networks/x/wire';
import { hurriedClock } from './context';

const type = (name: string) => ({ type: `https://api.twitter.com/2/problems/${name}` });
const POST = '/2/tweets';

describe('what X refuses', () => {
  it.each([
    [402, { title: 'CreditsDepleted' }, POST, 'quota_exhausted', 'no'],
    [429, type('usage-capped'), POST, 'quota_exhausted', 'no'],
    [403, { ...type('client-forbidden'), reason: 'client-not-enrolled' }, POST, 'quota_exhausted', 'no'],
    [403, { detail: 'The account has run out of credits.' }, POST, 'quota_exhausted', 'no'],
    [429, { title: 'Too Many Requests' }, POST, 'rate_limited', 'no'],
    [
      403,
      { detail: 'You are not allowed to create a Tweet with duplicate content.' },
      POST,
      'duplicate',
      'maybe',
    ],
    [
      403,
      {
        detail:
          'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
      },
      POST,
      'policy_blocked',
      'no',
    ],
    [
      403,
      { detail: 'You attempted to reply to a Tweet that is deleted or not visible to you.' },
      POST,
      'gone',
      'no',
    ],
    [
      403,
      { detail: 'You do not have permission to DM one or more participants.' },
      '/2/dm_conversations/with/1/messages',
      'policy_blocked',
      'no',
    ],
    [403, type('oauth1-permissions'), POST, 'permission', 'no'],
    [403, { ...type('about:blank'), title: 'Forbidden' }, POST, 'permission', 'no'],
    [403, { detail: 'Your Tweet text is too long.' }, POST, 'validation', 'no'],
    [400, { message: 'Your media IDs are invalid.' }, POST, 'media_rejected', 'no'],
    [400, { message: 'segment_index: is required' }, '/2/media/upload/1/append', 'media_rejected', 'no'],
    [400, type('invalid-request'), POST, 'validation', 'no'],
    [401, { title: 'Unauthorized' }, POST, 'auth_expired', 'no'],
    [404, type('resource-not-found'), POST, 'gone', 'no'],
    [500, type('internal-error'), POST, 'ambiguous', 'maybe'],
    [503, {}, POST, 'ambiguous', 'maybe'],
    [504, {}, POST, 'ambiguous', 'maybe'],
  ] as const)('%d %o at %s is %s, sent: %s', (status, told, path, kind, sent) => {
    expect(refusalOf(status, told, path, 'write')).toMatchObject({ kind, sent });
  });

  it('takes a failure of reading for an ill server, and a success for none', () => {
    expect(refusalOf(503, {}, '/2/tweets', 'read')).toEqual({ kind: 'server', sent: 'no' });
    expect(refusalOf(200, {}, '/2/tweets', 'read')).toBeNull();
  });
});

describe('one request to X', () => {
  const clock = hurriedClock(100);
  const write: ApiCall = {
    method: 'POST',
    path: '/2/tweets',
    effect: 'write',
    bucket: 'write:posts',
    json: {},
  };
  const read: ApiCall = {
    method: 'GET',
    path: '/2/users/1000000000000000001/mentions',
    effect: 'read',
    bucket: 'read:mentions',
  };
  const token = 'not-for-anybody-s-eyes';
  const send = (call: ApiCall, answer: Response, schema: Parameters<typeof api>[3] = nothing) => {
    const deps = { http: async () => answer, clock, signal: new AbortController().signal };
    const target = { api: 'https://api.example', authorize: () => `Bearer ${token}`, secrets: [token] };
    return api(deps, target, call, schema).catch((error: unknown) => error as NetworkError);
  };
  const json = (body: unknown, status: number, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify(body), { status, headers });

  it('says when to try again, from the headers of X', async () => {
    const reset = Math.ceil(Date.now() / 1000) + 600;
    const headers = {
      'x-rate-limit-limit': '100',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(reset),
    };
    const error = await send(write, json({ title: 'Too Many Requests' }, 429, headers));
    expect(error).toMatchObject({ info: { kind: 'rate_limited', retryAt: reset * 1000 }, sent: 'no' });
    const poor = await send(write, json({ title: 'CreditsDepleted' }, 402, headers));
    expect((poor as NetworkError).info.retryAt).toBeUndefined();
  });

  it('names the endpoint without its ids, and repeats no secret', async () => {
    const error = (await send(read, json({ detail: `no (${token})`, status: 403 }, 403))) as NetworkError;
    expect(error.info.detail).toBe('GET /2/users/:id/mentions: 403 no ([secret])');
  });

  it('takes an accepted write with an unreadable answer for out, and a page of a proxy for no answer', async () => {
    const { created } = await import('../../electron/main/networks/x/wire');
    expect(await send(write, json({ data: {} }, 201), created)).toMatchObject({
      kind: 'ambiguous',
      sent: 'yes',
    });
    expect(await send(read, new Response('<html>', { status: 200 }), created)).toMatchObject({
      kind: 'protocol',
    });
    const errors = [{ type: 'https://api.x.com/2/problems/resource-not-found', title: 'Not Found Error' }];
    expect(await send(read, json({ errors }, 200), created)).toMatchObject({ kind: 'gone', sent: 'no' });
  });
});
