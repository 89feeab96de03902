import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readItems } from '../../electron/main/networks/answers';
import type { NetworkError } from '../../electron/main/networks/errors';
import {
  graph,
  graphAll,
  graphTime,
  nestedList,
  type GraphCall,
  type GraphTarget,
} from '../../electron/main/networks/graph';
import { uploadRest } from '../../electron/main/networks/graph-upload';
import { createBrake, ratesOf } from '../../electron/main/networks/graph-usage';
import type { MediaFile, RateInfo } from '../../electron/main/networks/network';
import { hurriedClock } from './context';

const clock = hurriedClock(1);
const TOKEN = 'EAAB0123456789abcdefghijklmnop';
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

type Seen = { method: string; url: URL; headers: IncomingMessage['headers']; body: string };

async function serve(answer: (seen: Seen, response: ServerResponse) => void) {
  const calls: Seen[] = [];
  let url = '';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const seen = {
        method: request.method ?? '',
        url: new URL(request.url ?? '/', url),
        headers: request.headers,
        body,
      };
      calls.push(seen);
      answer(seen, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url, calls };
}

const deps = { http: fetch, clock, signal: new AbortController().signal };
const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) =>
  void response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body));
const read: GraphCall = { method: 'GET', path: '/1234_56/comments', effect: 'read' };
const write: GraphCall = {
  method: 'POST',
  path: '/1234/feed',
  effect: 'write',
  form: { message: 'private words' },
};
const errorOf = async (work: Promise<unknown>): Promise<NetworkError> =>
  (await work.then(
    () => new Error('it went through'),
    (error: unknown) => error,
  )) as NetworkError;

async function failing(call: GraphCall, status: number, error: object, target: Partial<GraphTarget> = {}) {
  const { url } = await serve((_, response) => json(response, status, { error }));
  return errorOf(graph(deps, { base: `${url}/v26.0`, token: TOKEN, ...target }, call, z.unknown()));
}

describe('the Graph API', () => {
  it('carries the token in a header, never in an address, and signs calls where there is an app secret', async () => {
    const { url, calls } = await serve((_, response) => json(response, 200, { id: '1' }));
    const target = { base: `${url}/v26.0`, token: TOKEN, appSecret: 'app-secret' };
    await graph(
      deps,
      target,
      { ...read, params: { fields: 'id,message', limit: 5, none: undefined } },
      z.unknown(),
    );
    await graph(deps, target, write, z.unknown());
    const [got, posted] = calls;
    expect(got!.url.pathname).toBe('/v26.0/1234_56/comments');
    expect([...got!.url.searchParams.keys()].sort()).toEqual(['appsecret_proof', 'fields', 'limit']);
    expect(new URLSearchParams(posted!.body).get('appsecret_proof')).toMatch(/^[0-9a-f]{64}$/);
    expect(posted!.url.search).toBe('');
    for (const { headers, url: seen } of calls) {
      expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
      expect(seen.href).not.toContain(TOKEN);
    }
  });

  it('sends forms, JSON and files as what they are', async () => {
    const { url, calls } = await serve((_, response) => json(response, 200, {}));
    const target = { base: url, token: TOKEN };
    const files = [
      { name: 'source', filename: 'a.png', mime: 'image/png', bytes: new Uint8Array([80, 78, 71]) },
    ];
    const multipart = { fields: { published: false, message: 'Grüße' }, files };
    await graph(deps, target, { method: 'POST', path: '/1/photos', effect: 'read', multipart }, z.unknown());
    await graph(deps, target, { ...write, form: undefined, json: { message: { text: 'Ä' } } }, z.unknown());
    await graph(deps, target, { ...write, form: { message: 'a&b=ü' } }, z.unknown());
    expect(calls[0]!.headers['content-type']).toMatch(/^multipart\/form-data; boundary=candor-/);
    expect(calls[0]!.body).toContain('name="published"\r\n\r\nfalse\r\n');
    expect(calls[0]!.body).toContain('name="message"\r\n\r\nGrüße\r\n');
    expect(calls[0]!.body).toContain('filename="a.png"\r\nContent-Type: image/png\r\n\r\nPNG\r\n');
    expect(JSON.parse(calls[1]!.body)).toEqual({ message: { text: 'Ä' } });
    expect(new URLSearchParams(calls[2]!.body).get('message')).toBe('a&b=ü');
  });

  it('follows cursors and never the address that Meta sends along', async () => {
    const { url, calls } = await serve((seen, response) => {
      const after = seen.url.searchParams.get('after');
      const page = Number(after ?? 0);
      const paging = {
        cursors: { after: String(page + 1) },
        next: `https://evil.example/?access_token=${TOKEN}`,
      };
      json(response, 200, { data: [{ id: page }], ...(page < 2 && { paging }) });
    });
    const target = { base: url, token: TOKEN };
    expect(await graphAll(deps, target, { path: '/1/feed' }, 10)).toEqual([{ id: 0 }, { id: 1 }, { id: 2 }]);
    expect(await graphAll(deps, target, { path: '/1/feed' }, 2)).toHaveLength(2);
    expect(calls.map((call) => call.url.searchParams.get('after'))).toEqual([null, '1', '2', null, '1']);
  });

  it('takes the last page for the last although it has a cursor, and no edge for an empty one', () => {
    expect(nestedList({ data: [1], paging: { cursors: { after: 'x' } } })).toEqual({ items: [1] });
    expect(nestedList(undefined)).toEqual({ items: [] });
  });

  it('leaves out what has an unknown shape and keeps the rest', () => {
    const strange: unknown[] = [];
    const schema = z.object({ id: z.string(), created_time: graphTime });
    const items = [
      { id: '1', created_time: '2026-11-25T08:00:00+0000' },
      { id: '2', created_time: 'once' },
      { id: '3', created_time: 1_764_057_600 },
    ];
    const found = readItems(schema, items, {
      log: { warn: (_message, fields) => void strange.push(fields) },
    });
    expect(found.map(({ created_time }) => created_time)).toEqual([
      Date.UTC(2026, 10, 25, 8),
      1_764_057_600_000,
    ]);
    expect(strange).toEqual([{ at: 'created_time' }]);
  });
});

describe('errors of the Graph API', () => {
  it.each([
    [1, undefined, 'ambiguous', 'maybe'],
    [2, undefined, 'ambiguous', 'maybe'],
    [4, undefined, 'rate_limited', 'no'],
    [17, undefined, 'rate_limited', 'no'],
    [32, undefined, 'rate_limited', 'no'],
    [341, undefined, 'rate_limited', 'no'],
    [613, undefined, 'rate_limited', 'no'],
    [80001, undefined, 'rate_limited', 'no'],
    [80002, undefined, 'rate_limited', 'no'],
    [190, undefined, 'auth_revoked', 'no'],
    [190, 458, 'auth_revoked', 'no'],
    [190, 459, 'auth_revoked', 'no'],
    [190, 460, 'auth_revoked', 'no'],
    [190, 463, 'auth_expired', 'no'],
    [190, 464, 'auth_revoked', 'no'],
    [190, 467, 'auth_expired', 'no'],
    [102, undefined, 'auth_revoked', 'no'],
    [3, undefined, 'permission', 'no'],
    [10, undefined, 'permission', 'no'],
    [200, undefined, 'permission', 'no'],
    [299, undefined, 'permission', 'no'],
    [100, undefined, 'validation', 'no'],
    [100, 33, 'gone', 'no'],
    [803, undefined, 'gone', 'no'],
    [368, undefined, 'policy_blocked', 'no'],
    [506, undefined, 'duplicate', 'no'],
  ] as const)('means code %s, subcode %s as %s to a write, sent: %s', async (code, subcode, kind, sent) => {
    const error = await failing(write, code < 3 ? 500 : 400, {
      code,
      error_subcode: subcode,
      message: 'words',
    });
    expect([error.kind, error.sent]).toEqual([kind, sent]);
    expect(error.info.params).toEqual({ code, ...(subcode !== undefined && { subcode }) });
  });

  it('believes "transient" against a vague code, and not against a limit', async () => {
    const vague = { code: 100, is_transient: true, message: 'words' };
    expect(await failing(write, 400, vague)).toMatchObject({ kind: 'ambiguous', sent: 'maybe' });
    expect(await failing(read, 400, vague)).toMatchObject({ kind: 'server', sent: 'no' });
    expect(await failing(write, 400, { code: 4, is_transient: true })).toMatchObject({
      kind: 'rate_limited',
    });
  });

  it('lets a network put its own lines in front', async () => {
    const errors = [{ code: 100, subcodes: [5], kind: 'media_rejected', field: 'segments.0.media' }] as const;
    const error = await failing(write, 400, { code: 100, error_subcode: 5 }, { errors });
    expect(error.info).toMatchObject({ kind: 'media_rejected', field: 'segments.0.media' });
  });

  it('sees an error that comes with status 200, and one without a body', async () => {
    expect(await failing(read, 200, { code: 190 })).toMatchObject({ kind: 'auth_revoked' });
    // It says neither that it was done nor that it was not.
    expect(await failing(write, 200, { code: 987_654 })).toMatchObject({ sent: 'maybe' });
    const { url } = await serve((_, response) => void response.writeHead(502).end('<html>'));
    const target = { base: url, token: TOKEN };
    expect(await errorOf(graph(deps, target, read, z.unknown()))).toMatchObject({
      kind: 'server',
      sent: 'no',
    });
    expect(await errorOf(graph(deps, target, write, z.unknown()))).toMatchObject({
      kind: 'ambiguous',
      sent: 'maybe',
    });
  });

  it('takes an accepted write with an unreadable answer for sent', async () => {
    const { url } = await serve((_, response) => json(response, 200, { ok: 1 }));
    const target = { base: url, token: TOKEN };
    const schema = z.object({ id: z.string() });
    expect(await errorOf(graph(deps, target, write, schema))).toMatchObject({
      kind: 'ambiguous',
      sent: 'yes',
    });
    expect(await errorOf(graph(deps, target, read, schema))).toMatchObject({ kind: 'protocol', sent: 'no' });
  });

  it('repeats no token, no secret and no id in its words', async () => {
    const message = `Malformed access token ${TOKEN} and app-secret, EAAC9876543210zyxwvutsrqponm of 77`;
    const error = await failing(read, 400, { code: 100, message }, { appSecret: 'app-secret' });
    expect(error.message).not.toMatch(/EAA|app-secret|1234/);
    expect(error.message).toContain('GET /:id/comments: 400 100');
  });

  it('says when to try again: as told, else in some minutes', async () => {
    const now = Date.now();
    const told = await serve((_, response) =>
      json(
        response,
        400,
        { error: { code: 32 } },
        {
          'x-business-use-case-usage': JSON.stringify({
            1: [{ type: 'pages', call_count: 101, total_time: 3, estimated_time_to_regain_access: 19 }],
          }),
        },
      ),
    );
    const error = await errorOf(graph(deps, { base: told.url, token: TOKEN }, read, z.unknown()));
    expect(error.info.retryAt).toBeGreaterThan(now + 18 * 60_000);
    expect((await failing(read, 400, { code: 4 })).info.retryAt).toBeGreaterThan(now);
  });
});

describe('usage of the Graph API', () => {
  const headers = (app: object, page?: object) =>
    new Headers({
      'x-app-usage': JSON.stringify(app),
      ...(page && { 'x-page-usage': JSON.stringify(page) }),
    });

  it('tells the fullest allowance, with a brake for reading at 75 % and the end for writing at 100 %', () => {
    const at = (used: number) =>
      ratesOf(headers({ call_count: 10, total_time: used }, { call_count: 20 }), 0).map(
        ({ bucket, remaining }) => [bucket, remaining],
      );
    expect(at(50)).toEqual([
      ['write', 50],
      ['read', 25],
    ]);
    expect(at(75)).toEqual([
      ['write', 25],
      ['read', 0],
    ]);
    expect(at(120)).toEqual([
      ['write', 0],
      ['read', 0],
    ]);
    expect(ratesOf(new Headers({ 'x-app-usage': 'nonsense' }), 0)).toEqual([]);
  });

  it('brakes one account until the allowance comes back', () => {
    const brake = createBrake();
    const rate = (remaining: number): RateInfo => ({ bucket: 'read', limit: 75, remaining, resetAt: 1000 });
    brake.note('a', rate(0));
    expect([brake.isOn('a', 999), brake.isOn('a', 1000), brake.isOn('b', 0)]).toEqual([true, false, false]);
    brake.note('a', rate(3));
    expect(brake.isOn('a', 0)).toBe(false);
  });
});

describe('an upload to the upload host', () => {
  const bytes = Buffer.alloc(20 * 1024 * 1024, 7);
  const file: MediaFile = {
    mime: 'video/mp4',
    bytes: bytes.byteLength,
    width: 1,
    height: 1,
    seconds: 1,
    read: async (from, length) => bytes.subarray(from, from + length),
  };

  it('sends the whole file with its size', async () => {
    const { url, calls } = await serve((_, response) => json(response, 200, { success: true }));
    const schema = z.object({ success: z.literal(true) });
    const target = { base: url, token: TOKEN };
    await uploadRest(deps, target, { url: `${url}/upload/1`, host: url, file, offset: 0 }, schema);
    expect(calls[0]!.headers).toMatchObject({
      authorization: `OAuth ${TOKEN}`,
      offset: '0',
      file_size: String(bytes.byteLength),
    });
    expect(calls[0]!.body).toHaveLength(bytes.byteLength);
  });

  it('sends only what is missing, and reads no more of the file', async () => {
    const { url, calls } = await serve((_, response) => json(response, 200, { success: true }));
    const reads: number[] = [];
    const watched: MediaFile = {
      ...file,
      read: (from, length) => (reads.push(from), file.read(from, length)),
    };
    const upload = { url: `${url}/upload/1`, host: url, file: watched, offset: 7 };
    await uploadRest(deps, { base: url, token: TOKEN }, upload, z.unknown());
    expect(calls[0]!.headers).toMatchObject({ offset: '7', file_size: String(bytes.byteLength) });
    expect(calls[0]!.headers['content-length']).toBe(String(bytes.byteLength - 7));
    expect(Math.min(...reads)).toBe(7);
  });

  it.each([
    [412, 'OffsetInvalidError', true, 'server'],
    [400, 'OffsetInvalidError', false, 'server'],
    [400, 'PartialRequestError', false, 'server'],
    [400, 'ProcessingFailedError', true, 'server'],
    [400, 'ProcessingFailedError', false, 'validation'],
  ])('takes %i %s (retriable: %s) as %s', async (status, type, retriable, kind) => {
    const { url } = await serve((_, response) =>
      json(response, status, { debug_info: { type, retriable, message: TOKEN } }),
    );
    const upload = { url: `${url}/upload/1`, host: url, file, offset: 0 };
    const error = await errorOf(uploadRest(deps, { base: url, token: TOKEN }, upload, z.unknown()));
    expect(error).toMatchObject({ kind, sent: 'no' });
    expect(error.info.detail).not.toContain(TOKEN);
  });

  it('takes the token to no other host', async () => {
    const upload = {
      url: 'https://evil.example/upload',
      host: 'https://rupload.facebook.com',
      file,
      offset: 0,
    };
    const error = await errorOf(uploadRest(deps, { base: '', token: TOKEN }, upload, z.unknown()));
    expect(error).toMatchObject({ kind: 'protocol', sent: 'no' });
  });
});
