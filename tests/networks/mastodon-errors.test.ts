import { describe, expect, it } from 'vitest';
import type { ErrorKind } from '@shared/domain/errors';
import { z } from 'zod';
import { api, type ApiCall } from '../../electron/main/networks/mastodon/client';
import { errorTable } from '../../electron/main/networks/mastodon/errors';
import type { Sent } from '../../electron/main/networks/errors';
import { errorOf } from '../servers/mastodon/context';
import { hurriedClock } from './context';

const read: ApiCall = { method: 'GET', path: '/api/v1/notifications', effect: 'read' };
const write: ApiCall = { method: 'POST', path: '/api/v1/statuses', effect: 'write', json: {} };
const form = { body: new Uint8Array([1]), type: 'multipart/form-data; boundary=x' };
const upload: ApiCall = { method: 'POST', path: '/api/v2/media', effect: 'read', form };

/** Every row of the table, and what the status alone decides. */
const rows: readonly (readonly [number, string, ApiCall, ErrorKind, Sent])[] = [
  [401, 'The access token is invalid', write, 'auth_revoked', 'no'],
  [400, 'invalid_grant', read, 'auth_revoked', 'no'],
  [403, 'invalid_client', read, 'auth_revoked', 'no'],
  [422, '', read, 'auth_revoked', 'no'],
  [422, 'Cannot attach files that have not finished processing. Try again!', write, 'media_pending', 'no'],
  [422, 'Cannot attach a video to a post that already contains images', write, 'media_rejected', 'no'],
  [422, 'Validation failed: File content type is invalid', upload, 'media_rejected', 'no'],
  [405, '', write, 'unsupported', 'no'],
  [403, 'This action is outside the authorized scopes', write, 'permission', 'no'],
  [404, 'Record not found', read, 'gone', 'no'],
  [410, '', read, 'gone', 'no'],
  [422, 'Validation failed: Text character limit of 500 exceeded', write, 'validation', 'no'],
  [429, 'Too many requests', write, 'rate_limited', 'no'],
  [500, 'Oh no', write, 'ambiguous', 'maybe'],
  [503, '', write, 'ambiguous', 'maybe'],
  [503, 'Service Temporarily Unavailable', read, 'server', 'no'],
  [302, '', read, 'protocol', 'no'],
];

describe('errors of Mastodon', () => {
  it.each(rows)('calls %i "%s" by its name', async (status, error, call, kind, sent) => {
    const http = async () => new Response(JSON.stringify(error === '' ? {} : { error }), { status });
    const deps = { http, clock: hurriedClock(1), signal: new AbortController().signal };
    const thrown = await errorOf(
      api(deps, { service: 'http://127.0.0.1:1', token: 't0ken' }, call, z.unknown()),
    );
    expect(thrown).toMatchObject({ kind, sent });
  });

  it('has no row in its table that no case here proves', () => {
    const unproved = errorTable.filter(
      (row) =>
        !rows.some(
          ([status, error, call, kind]) =>
            status === row.status &&
            kind === row.kind &&
            (row.words?.test(error) ?? true) &&
            call !== undefined,
        ),
    );
    expect(unproved).toEqual([]);
  });

  it('names the field that the server’s words are about', async () => {
    const asked = async (error: string) => {
      const http = async () => Response.json({ error }, { status: 422 });
      const deps = { http, clock: hurriedClock(1), signal: new AbortController().signal };
      const target = { service: 'http://127.0.0.1:1' };
      return (await errorOf(api(deps, target, write, z.unknown()))).info.field;
    };
    expect(await asked('Validation failed: Text character limit of 500 exceeded')).toBe('text');
    expect(await asked('Validation failed: Quoted status is not allowed')).toBe('quoteUrl');
    expect(await asked('Validation failed: Poll options are too long')).toBeUndefined();
  });
});
