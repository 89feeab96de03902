import { describe, expect, it } from 'vitest';
import { graphFailure } from '../../electron/main/networks/graph-errors';
import {
  containerHealth,
  creatingErrors,
  instagramErrors,
} from '../../electron/main/networks/instagram/errors';

const failure = (
  code: number,
  subcode: number | undefined,
  effect: 'read' | 'write',
  rows = instagramErrors,
) =>
  graphFailure({
    answer: { status: 400, headers: new Headers(), text: '' },
    body: { error: { code, error_subcode: subcode, message: 'words' } },
    effect,
    name: 'POST /:id/media_publish',
    secrets: [],
    rows,
    now: 0,
  });

describe('errors of Instagram', () => {
  it.each([
    [9007, 2207027, 'media_pending'],
    [9, 2207042, 'quota_exhausted'],
    [1, 2207050, 'policy_blocked'],
    [1, 2207051, 'policy_blocked'],
    [36000, 2207004, 'media_rejected'],
    [36000, 2207005, 'media_rejected'],
    [36000, 2207009, 'media_rejected'],
    [36000, 2207026, 'media_rejected'],
    [36000, 2207028, 'media_rejected'],
    [36000, 2207010, 'validation'],
    [1, 2207001, 'media_rejected'],
    [1, 2207003, 'media_rejected'],
    [1, 2207008, 'media_rejected'],
    [1, 2207020, 'media_rejected'],
    [1, 2207032, 'media_rejected'],
    [1, 2207053, 'media_rejected'],
    [1, 2207082, 'media_rejected'],
    [10, 2534022, 'policy_blocked'],
    [10, 1893063, 'permission'],
    [10, undefined, 'permission'],
    [190, 460, 'auth_revoked'],
    [190, 463, 'auth_revoked'],
    [80002, undefined, 'rate_limited'],
    [4, undefined, 'rate_limited'],
    [368, undefined, 'policy_blocked'],
    [100, 33, 'gone'],
    [100, undefined, 'validation'],
  ] as const)('calls %s/%s %s, and is sure that nothing is out', (code, subcode, kind) => {
    const found = failure(code, subcode, 'write');
    expect(found?.kind).toBe(kind);
    expect(found?.sent).toBe('no');
  });

  it('tries again what failed in passing while a container is made', () => {
    for (const subcode of [2207001, 2207003, 2207008, 2207020, 2207032, 2207053, 2207082])
      expect(failure(1, subcode, 'read', creatingErrors)?.kind).toBe('server');
    expect(failure(1, 2207026, 'read', creatingErrors)?.kind).toBe('media_rejected');
    expect(failure(36000, 2207010, 'read', creatingErrors)?.info).toMatchObject({ field: 'segments.0.text' });
  });

  it.each([
    ['FINISHED', undefined, 'ready'],
    ['IN_PROGRESS', undefined, 'working'],
    ['PUBLISHED', undefined, 'published'],
    ['EXPIRED', undefined, 'expired'],
    ['ERROR', 'Error: Media upload has failed with error code 2207026', 'refused'],
    ['ERROR', 'Error: Media upload has failed with error code 2207053', 'failed'],
    ['ERROR', 'Error: Media upload has failed with error code 2207008', 'expired'],
    ['ERROR', undefined, 'failed'],
    ['SOMETHING_NEW', 'x', 'failed'],
  ] as const)('takes a container in state %s (%s) for %s', (code, status, health) => {
    expect(containerHealth(code, status)).toBe(health);
  });
});
