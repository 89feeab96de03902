import { existsSync, readdirSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appError } from '@shared/domain/errors';
import { fileAddress } from '@shared/domain/file-address';
import type { AccountId } from '@shared/domain/ids';
import {
  createRemotePictures,
  type RemotePicturesDeps,
} from '../../../electron/main/services/remote-pictures';
import { createManualClock, createRecordingLogger, createTempDir, systemClock } from '../../fakes/ports';
import { until } from '../../fakes/until';

const account = 'a1' as AccountId;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PUBLIC = 'https://cdn.example.com/a.png';

let dir: ReturnType<typeof createTempDir>;
let stored: Map<string, unknown>;
const stops: (() => Promise<void> | void)[] = [];

beforeEach(() => {
  dir = createTempDir();
  stored = new Map();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  dir.remove();
});

/** A picture server on loopback that counts what it is asked. */
async function serve(answer: RequestListener) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  stops.push(
    () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, seen };
}

function open(override: Partial<RemotePicturesDeps> = {}) {
  const pictures = createRemotePictures({
    http: fetch,
    lookup: () => Promise.resolve(['93.184.215.14']),
    clock: systemClock,
    log: createRecordingLogger(),
    paths: { data: dir.path },
    store: {
      read: (key) => stored.get(key),
      write: (key, value) => void stored.set(key, value),
      remove: (key) => void stored.delete(key),
    },
    wanted: () => true,
    serviceOf: () => 'http://localhost:2583',
    openerOf: () => undefined,
    ...override,
  });
  stops.push(pictures.close);
  return {
    ...pictures,
    /** As the page asks: by the address that the view gave it. */
    show: (remote: string, asked = false) => {
      const address = pictures.address(remote, account);
      return address === null
        ? Promise.resolve(undefined)
        : pictures.file(address.replace('app://remote/', ''), asked);
    },
  };
}
const sending =
  (type: string, body: Buffer | string): RequestListener =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': type }).end(body);
const kept = () => {
  const folder = join(dir.path, 'remote-images');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('a picture that lies on a server', () => {
  test('is fetched once, kept, and shown without a connection by the next run under the same name', async () => {
    const server = await serve(sending('image/png', PNG));
    const first = open();
    const address = first.address(`${server.origin}/a.png`, account);
    expect(address).toMatch(/^app:\/\/remote\/[0-9a-f]{64}$/);
    const [one, two] = await Promise.all([
      first.show(`${server.origin}/a.png`),
      first.show(`${server.origin}/a.png`),
    ]);
    expect(one).toMatchObject({ mime: 'image/png' });
    expect(two).toEqual(one);
    expect(server.seen).toEqual(['/a.png']);
    const offline = open({ http: () => Promise.reject(new TypeError('offline')) });
    expect(offline.address(`${server.origin}/a.png`, account)).toBe(address);
    expect(await offline.show(`${server.origin}/a.png`)).toEqual(one);
  });

  test('is asked for without cookies and without following anybody, over https', async () => {
    const calls: [unknown, RequestInit | undefined][] = [];
    const pictures = open({
      http: (input, init) => {
        calls.push([input, init]);
        return Promise.resolve(new Response(PNG, { headers: { 'content-type': 'image/png' } }));
      },
    });
    expect(await pictures.show(PUBLIC)).toMatchObject({ mime: 'image/png' });
    expect(calls).toEqual([[PUBLIC, expect.objectContaining({ credentials: 'omit', redirect: 'manual' })]]);
  });

  test('is shown with the type that its bytes have, whatever picture the server calls it', async () => {
    const server = await serve(sending('image/jpeg', PNG));
    expect(await open().show(`${server.origin}/a`)).toMatchObject({ mime: 'image/png' });
  });

  test.each([
    ['a page', sending('text/html', '<script>alert(1)</script>')],
    ['SVG', sending('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['SVG that is called a PNG', sending('image/png', '<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a picture that is called a page', sending('text/html', PNG)],
    ['more than 5 MB, announced', sending('image/png', Buffer.concat([PNG, Buffer.alloc(6 * 1024 * 1024)]))],
    [
      'a redirect to another place',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/x.png' }).end(),
    ],
    ['nothing', (_request, response) => response.writeHead(404, { 'content-type': 'image/png' }).end(PNG)],
  ] satisfies [string, RequestListener][])(
    '%s is not shown, kept or asked for again',
    async (_name, answer) => {
      const server = await serve(answer);
      const pictures = open();
      expect(await pictures.show(`${server.origin}/a`)).toBeUndefined();
      expect(await pictures.show(`${server.origin}/a`)).toBeUndefined();
      expect(server.seen).toEqual(['/a']);
      expect(kept()).toEqual([]);
    },
  );

  test('an endless one is broken off at 5 MB', async () => {
    let sent = 0;
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' });
      response.write(PNG);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024))) sent += 64 * 1024;
      };
      response.on('drain', more);
      more();
    });
    expect(await open().show(`${server.origin}/endless`)).toBeUndefined();
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    expect(kept()).toEqual([]);
  });

  test('a server that keeps silent is left after ten seconds, and asked again when the picture is shown again', async () => {
    let answers = false;
    const server = await serve((_request, response) => {
      if (answers) response.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
    });
    const clock = createManualClock();
    const pictures = open({ clock });
    const shown = pictures.show(`${server.origin}/slow`);
    await until(() => Promise.resolve(server.seen.length === 1));
    clock.advance(10_000);
    expect(await shown).toBeUndefined();
    answers = true;
    expect(await pictures.show(`${server.origin}/slow`)).toBeDefined();
  });
});

describe('where pictures are fetched from', () => {
  const fetched: unknown[] = [];
  const http: typeof fetch = (input) => {
    fetched.push(input);
    return Promise.resolve(new Response(PNG, { headers: { 'content-type': 'image/png' } }));
  };
  beforeEach(() => void fetched.splice(0));

  test.each([
    'http://cdn.example.com/a.png',
    'https://user:secret@cdn.example.com/a.png',
    'https://10.0.0.1/a.png',
    'https://192.168.1.1/a.png',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f.1/a.png',
    'https://[fe80::1]/a.png',
    'https://[fd00::1]/a.png',
    'https://[::ffff:10.0.0.1]/a.png',
    'https://printer/a.png',
    'https://nas.local/a.png',
    'http://127.0.0.1:9200/a.png',
    'http://localhost/a.png',
    'file:///etc/passwd',
    'data:image/png;base64,AAAA',
    'app://candor/index.html',
    'javascript:alert(1)',
    'not an address',
  ])('never from %s', (remote) => {
    expect(open({ http, serviceOf: () => 'https://bsky.social' }).address(remote, account)).toBeNull();
  });

  test('from this machine only for accounts whose own server is on it', () => {
    const pictures = open({ serviceOf: (id) => (id === account ? 'http://localhost:2583' : undefined) });
    expect(pictures.address('http://localhost:2584/a.png', account)).toMatch(/^app:\/\/remote\//);
    expect(pictures.address('http://localhost:2584/a.png', 'other' as AccountId)).toBeNull();
  });

  test('not from a public name that points into a private network', async () => {
    const pictures = open({ http, lookup: () => Promise.resolve(['93.184.215.14', '10.1.2.3']) });
    expect(await pictures.show(PUBLIC)).toBeUndefined();
    expect(fetched).toEqual([]);
  });

  test('where a proxy resolves names, the name alone decides', async () => {
    const pictures = open({ http, lookup: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await pictures.show(PUBLIC)).toBeDefined();
  });

  test('media of this device keep their address, and an id that no view was made with leads nowhere', async () => {
    const pictures = open({ http });
    expect(pictures.address('app://media/m-1', account)).toBe('app://media/m-1');
    for (const id of ['f'.repeat(64), '../settings', '', `${'f'.repeat(64)}.png`])
      expect(await pictures.file(id, true)).toBeUndefined();
    expect(fetched).toEqual([]);
  });

  test('nowhere while fetching is off, but for the one that the person asks for', async () => {
    const pictures = open({ http, wanted: () => false });
    expect(await pictures.show(PUBLIC)).toBeUndefined();
    expect(fetched).toEqual([]);
    expect(await pictures.show(PUBLIC, true)).toBeDefined();
    expect(await pictures.show(PUBLIC)).toBeDefined();
    expect(fetched).toEqual([PUBLIC]);
  });
});

describe('a picture that only its network can open', () => {
  const SECRET = 'bot123:secret';
  const file = fileAddress('AgACAgIAAxkBAAM');
  const asBytes = sending('application/octet-stream', PNG);
  /** A network that gives another address every time, as one whose addresses pass does. */
  const network = (origin: string) => {
    const opened: string[] = [];
    return {
      opened,
      openerOf: () => (name: string) => {
        opened.push(name);
        return Promise.resolve(`${origin}/${SECRET}/${opened.length}`);
      },
    };
  };

  test('is opened when it is fetched, and shown by the next run without a connection under the same name', async () => {
    const server = await serve(asBytes);
    const { opened, openerOf } = network(server.origin);
    const first = open({ openerOf });
    const address = first.address(file, account);
    expect(address).toMatch(/^app:\/\/remote\/[0-9a-f]{64}$/);
    expect(first.address(file, 'other' as AccountId)).not.toBe(address);
    expect(opened).toEqual([]);
    const shown = await first.show(file);
    expect(shown).toMatchObject({ mime: 'image/png' });
    expect(opened).toEqual(['AgACAgIAAxkBAAM']);
    const offline = open({ openerOf: () => () => Promise.reject(appError('offline')) });
    expect(offline.address(file, account)).toBe(address);
    expect(await offline.show(file)).toEqual(shown);
  });

  test('is no picture of an account that is gone, or whose network opens none', async () => {
    expect(open().address(file, account)).toBeNull();
    const server = await serve(asBytes);
    let isThere = true;
    const { opened, openerOf } = network(server.origin);
    const pictures = open({ openerOf: () => (isThere ? openerOf() : undefined) });
    const id = pictures.address(file, account)!.replace('app://remote/', '');
    isThere = false;
    expect(await pictures.file(id, true)).toBeUndefined();
    expect([opened, server.seen]).toEqual([[], []]);
  });

  test('is not opened while fetching is off, but for the person who asks', async () => {
    const server = await serve(asBytes);
    const { opened, openerOf } = network(server.origin);
    const pictures = open({ openerOf, wanted: () => false });
    expect(await pictures.show(file)).toBeUndefined();
    expect(opened).toEqual([]);
    expect(await pictures.show(file, true)).toBeDefined();
  });

  test('is opened anew when it is gone from where it was', async () => {
    const server = await serve((request, response) => {
      if (request.url?.endsWith('/1')) response.writeHead(404).end();
      else asBytes(request, response);
    });
    const pictures = open(network(server.origin));
    expect(await pictures.show(file)).toBeUndefined();
    expect(await pictures.show(file)).toBeDefined();
    expect(server.seen).toEqual([`/${SECRET}/1`, `/${SECRET}/2`]);
  });

  test('is asked for once in a run where the network never gives it, and again after what may pass', async () => {
    const asked: string[] = [];
    const failing = (kind: 'media_rejected' | 'rate_limited') =>
      open({
        openerOf: () => () => {
          asked.push(kind);
          return Promise.reject(appError(kind));
        },
      });
    for (const kind of ['media_rejected', 'rate_limited'] as const) {
      const pictures = failing(kind);
      for (let times = 0; times < 2; times += 1) expect(await pictures.show(file)).toBeUndefined();
    }
    expect(asked).toEqual(['media_rejected', 'rate_limited', 'rate_limited']);
  });

  test.each([
    ['what is no picture', sending('image/png', '<script>alert(1)</script>')],
    ['SVG', sending('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['more than 5 MB', sending('image/png', Buffer.concat([PNG, Buffer.alloc(6 * 1024 * 1024)]))],
    [
      'a redirect',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/x.png' }).end(),
    ],
  ] satisfies [string, RequestListener][])('%s is not shown or kept here either', async (_name, answer) => {
    const server = await serve(answer);
    expect(await open(network(server.origin)).show(file)).toBeUndefined();
    expect(server.seen).toHaveLength(1);
    expect(kept()).toEqual([]);
  });

  test('is fetched from public hosts, and from this machine only where the account’s server is on it', async () => {
    const server = await serve(asBytes);
    const away = { serviceOf: () => 'https://api.example.com' };
    for (const origin of [server.origin, 'http://cdn.example.com', 'https://192.168.1.1', 'file:///etc'])
      expect(await open({ ...network(origin), ...away }).show(file)).toBeUndefined();
    expect(server.seen).toEqual([]);
    const asked: [unknown, RequestInit | undefined][] = [];
    const http: typeof fetch = (input, init) => {
      asked.push([input, init]);
      return Promise.resolve(new Response(PNG));
    };
    expect(await open({ ...network('https://api.example.com'), ...away, http }).show(file)).toBeDefined();
    expect(asked).toEqual([
      [
        `https://api.example.com/${SECRET}/1`,
        expect.objectContaining({ credentials: 'omit', redirect: 'manual', cache: 'no-store' }),
      ],
    ]);
  });

  test('leaves its address in no line of the log, whatever goes wrong', async () => {
    const log = createRecordingLogger();
    const lost: typeof fetch = (input) =>
      Promise.reject(new TypeError(`fetch of ${new Request(input).url} failed`));
    for (const http of [lost, fetch]) {
      const server = await serve((_request, response) => response.writeHead(404).end());
      expect(await open({ ...network(server.origin), http, log }).show(file)).toBeUndefined();
    }
    expect(await open({ ...network('http://10.0.0.1'), log }).show(file)).toBeUndefined();
    expect(log.lines).toHaveLength(3);
    expect(JSON.stringify(log.lines)).not.toMatch(/secret|AgAC/);
  });
});

describe('what is kept', () => {
  test('stays within its bound; what was not shown for longest goes first, also over runs', async () => {
    const server = await serve(sending('image/png', PNG));
    const clock = createManualClock();
    const bound = { clock, maxBytes: PNG.byteLength * 2 };
    const pictures = open(bound);
    for (const name of ['a', 'b', 'a']) {
      clock.advance(1_000);
      await pictures.show(`${server.origin}/${name}`);
    }
    const next = open(bound);
    await next.show(`${server.origin}/c`);
    expect(kept()).toHaveLength(2);
    await next.show(`${server.origin}/a`);
    expect(server.seen).toEqual(['/a', '/b', '/c']);
    await next.show(`${server.origin}/b`);
    expect(server.seen).toEqual(['/a', '/b', '/c', '/b']);
  });

  test('is gone when it is cleared', async () => {
    const server = await serve(sending('image/png', PNG));
    const pictures = open();
    await pictures.show(`${server.origin}/a`);
    expect(kept()).toHaveLength(1);
    await pictures.clear();
    expect(kept()).toEqual([]);
    expect(await pictures.show(`${server.origin}/a`)).toBeDefined();
  });
});
