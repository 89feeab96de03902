import { describe, expect, it } from 'vitest';
import { graphFailure } from '../../electron/main/networks/graph-errors';
import {
  containerHealth,
  publishingErrors,
  threadsErrors,
} from '../../electron/main/networks/threads/errors';

describe('errors of Threads', () => {
  const failure = (code: number, subcode: number | undefined, rows = threadsErrors) =>
    graphFailure({
      answer: { status: 400, headers: new Headers(), text: '' },
      body: { error: { code, error_subcode: subcode } },
      effect: 'write',
      name: 'POST',
      secrets: [],
      rows,
      now: 0,
    });

  it.each([
    [24, 4279009, 'gone'],
    [190, 463, 'auth_revoked'],
    [190, 458, 'auth_revoked'],
    [10, undefined, 'permission'],
    [100, undefined, 'validation'],
    [100, 33, 'gone'],
    [4, undefined, 'rate_limited'],
    [613, undefined, 'rate_limited'],
  ] as const)('calls %s/%s %s', (code, subcode, kind) => {
    expect(failure(code, subcode)).toMatchObject({ kind, sent: 'no' });
  });

  it('takes a container that does not exist yet for one to wait for', () => {
    expect(failure(24, 4279009, publishingErrors)).toMatchObject({ kind: 'media_pending', sent: 'no' });
  });

  it.each([
    ['FINISHED', undefined, 'ready'],
    ['IN_PROGRESS', undefined, 'working'],
    ['PUBLISHED', undefined, 'published'],
    ['EXPIRED', undefined, 'expired'],
    ['ERROR', 'FAILED_DOWNLOADING_VIDEO', 'failed'],
    ['ERROR', 'FAILED_PROCESSING_VIDEO', 'failed'],
    ['ERROR', 'INVALID_ASPEC_RATIO', 'refused'],
    ['ERROR', 'UNKNOWN', 'failed'],
    ['ERROR', null, 'failed'],
  ] as const)('takes a container in state %s (%s) for %s', (status, problem, health) => {
    expect(containerHealth(status, problem)).toBe(health);
  });
});
