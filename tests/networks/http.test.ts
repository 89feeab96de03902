import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { NetworkError } from '../../electron/main/networks/errors';
import {
  rateOf,
  request,
  retryAtOf,
  safeDetail,
  statusError,
  type HttpRequest,
} from '../../electron/main/networks/http';
import type { Http } from '../../electron/main/ports';
import { hurriedClock } from './context';

const clock = hurriedClock(100);
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const deps = (http: Http = fetch, signal = new AbortController().signal) => ({ http, clock, signal });
const write = (url: string): HttpRequest => ({ url, method: 'POST', effect: 'write', body: '{}' });
const read = (url: string): HttpRequest => ({ url, method: 'GET', effect: 'read' });
const failing =
  (code: string, message = 'fetch failed'): Http =>
  () =>
    Promise.reject(new TypeError(message, { cause: Object.assign(new Error('detail'), { code }) }));
const endOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => {
      const { kind, sent, message } = error as NetworkError;
      return { kind, sent, message };
    },
  );

describe('a request to a network', () => {
  it.each([
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
    'CERT_HAS_EXPIRED',
  ])('was never sent when the connection ended with %s', async (code) => {
    expect(await endOf(request(deps(failing(code)), write('http://x/')))).toMatchObject({
      kind: 'offline',
      sent: 'no',
    });
  });

  it('knows the same failures by the names that Electron gives them', async () => {
    const http = failing('', 'net::ERR_NAME_NOT_RESOLVED');
    const electron: Http = () => Promise.reject(new Error('net::ERR_INTERNET_DISCONNECTED'));
    expect(await endOf(request(deps(electron), write('http://x/')))).toMatchObject({
      kind: 'offline',
      sent: 'no',
    });
    expect((await endOf(request(deps(http), read('http://x/?token=hush'))))?.message).not.toContain('hush');
  });

  it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE', 'ERR_CONNECTION_RESET'])(
    'may be out when the connection ended with %s',
    async (code) => {
      expect(await endOf(request(deps(failing(code)), write('http://x/')))).toMatchObject({
        kind: 'ambiguous',
        sent: 'maybe',
      });
      expect(await endOf(request(deps(failing(code)), read('http://x/')))).toMatchObject({
        kind: 'server',
        sent: 'no',
      });
    },
  );

  it('gives up on a server that says nothing', async () => {
    const url = await serve(() => undefined);
    expect(await endOf(request(deps(), { ...write(url), timeoutMs: 5_000 }))).toEqual({
      kind: 'ambiguous',
      sent: 'maybe',
      message: 'timeout',
    });
  });

  it('counts a write as out when its answer breaks off after a success', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      setImmediate(() => response.destroy());
    });
    expect(await endOf(request(deps(), write(url)))).toMatchObject({ kind: 'ambiguous', sent: 'yes' });
  });

  it('does not follow a redirect with the account’s token', async () => {
    const asked: string[] = [];
    const url = await serve((message, response) => {
      asked.push(message.url ?? '');
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect((await request(deps(), write(url))).status).toBe(307);
    expect(asked).toEqual(['/']);
  });

  it('says cancelled only where nothing can be out', async () => {
    const control = new AbortController();
    const url = await serve(() => control.abort());
    expect(await endOf(request(deps(fetch, control.signal), write(url)))).toMatchObject({
      kind: 'ambiguous',
      sent: 'maybe',
    });
    expect(await endOf(request(deps(fetch, control.signal), write(url)))).toMatchObject({
      kind: 'cancelled',
      sent: 'no',
    });
  });
});

describe('what an answer means', () => {
  it.each([
    [200, 'write', null],
    [429, 'write', { kind: 'rate_limited', sent: 'no' }],
    [401, 'write', { kind: 'auth_expired', sent: 'no' }],
    [403, 'read', { kind: 'permission', sent: 'no' }],
    [404, 'read', { kind: 'gone', sent: 'no' }],
    [413, 'write', { kind: 'media_rejected', sent: 'no' }],
    [422, 'write', { kind: 'validation', sent: 'no' }],
    [500, 'read', { kind: 'server', sent: 'no' }],
    [500, 'write', { kind: 'ambiguous', sent: 'maybe' }],
    [504, 'write', { kind: 'ambiguous', sent: 'maybe' }],
    [501, 'write', { kind: 'unsupported', sent: 'no' }],
    [302, 'write', { kind: 'protocol', sent: 'maybe' }],
  ] as const)('%i on a %s', (status, effect, meaning) => {
    expect(statusError(status, effect)).toEqual(meaning);
  });

  it('reads rate limits in every usual spelling', () => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    const reset = now / 1000 + 60;
    const bluesky = new Headers({
      'ratelimit-limit': '3000',
      'ratelimit-remaining': '2999',
      'ratelimit-reset': String(reset),
    });
    expect(rateOf(bluesky, 'read', now)).toEqual({
      bucket: 'read',
      limit: 3000,
      remaining: 2999,
      resetAt: now + 60_000,
    });
    const mastodon = new Headers({
      'x-ratelimit-limit': '300',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '2026-03-01T12:01:00Z',
    });
    expect(retryAtOf(mastodon, now)).toBe(now + 60_000);
    expect(retryAtOf(bluesky, now)).toBeUndefined();
    expect(rateOf(new Headers({ 'ratelimit-limit': '1' }), 'read', now)).toBeUndefined();
  });

  it('honours Retry-After as seconds and as a date', () => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    expect(retryAtOf(new Headers({ 'retry-after': '30' }), now)).toBe(now + 30_000);
    expect(retryAtOf(new Headers({ 'retry-after': 'Sun, 01 Mar 2026 12:00:45 GMT' }), now)).toBe(
      now + 45_000,
    );
    expect(retryAtOf(new Headers({ 'retry-after': 'soon' }), now)).toBeUndefined();
  });

  it('keeps a server’s words without anything that looks like a secret', () => {
    const words = 'Bad eyJhbGciOi.eyJzdWIi.c2ln and Bearer abc123 and abcd-efgh-ijkl-mnop and hunter22';
    expect(safeDetail(words, ['hunter22', ''])).toBe('Bad [secret] and [secret] and [secret] and [secret]');
    expect(safeDetail('x'.repeat(1_000), [])).toHaveLength(240);
  });

  it('takes a redirect for an answer that did nothing, also where the platform throws one', async () => {
    const http = () => Promise.reject(new Error('Redirect was cancelled'));
    const deps = { http, clock: hurriedClock(1), signal: new AbortController().signal };
    const write = { url: 'https://x.test', method: 'POST', effect: 'write' } as const;
    const error = await request(deps, write).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'protocol', sent: 'no' });
  });
});
