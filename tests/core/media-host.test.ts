import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaHostConfig, mediaHostProblems, type MediaHostConfig } from '@shared/domain/media-host';
import { mediaHost, type MediaHostTest } from '@shared/ipc/media-host';
import { createHostedMediaRepository } from '../../electron/main/db/repositories/hosted-media';
import { createMediaHostRepository } from '../../electron/main/db/repositories/media-host';
import { HostError, type HostAdapter } from '../../electron/main/media-host/host';
import { NetworkError } from '../../electron/main/networks/errors';
import type { Http } from '../../electron/main/ports';
import { createMediaHosts } from '../../electron/main/services/media-host';
import { hostFailure } from '../../electron/main/services/media-host-errors';
import { isPrivate } from '../../electron/main/services/media-host-test';
import { createManualClock, createRecordingLogger, createSecretStore } from '../fakes/ports';
import { openStore, type OpenStore } from '../unit/media/store';
import { mp4 } from '../unit/media/videos';

const DAY = 86_400_000;
const SECRET = 'a-very-secret-word';
const webdav: MediaHostConfig = {
  kind: 'webdav',
  url: 'https://files.example/dav',
  user: 'brand',
  publicUrl: 'https://files.example/public',
};
const s3: MediaHostConfig = {
  kind: 's3',
  endpoint: 'https://s3.example',
  region: 'eu-central-1',
  bucket: 'media',
  prefix: '',
  pathStyle: true,
  accessKeyId: 'AKID',
  hours: 6,
};

/** A host in memory whose calls can be made to fail. */
function createMemoryHost() {
  const files = new Map<string, { readonly mime: string; readonly bytes: Uint8Array }>();
  const fails: { put?: HostError; remove?: HostError } = {};
  const calls: string[] = [];
  const adapter = (at: string): HostAdapter => ({
    put: async (key, content) => {
      calls.push(`put ${at}`);
      if (fails.put) throw fails.put;
      files.set(key, { mime: content.mime, bytes: await content.read(0, content.bytes) });
    },
    url: async (key) => `${at}/${key}?signature=${SECRET}`,
    remove: async (key) => {
      calls.push(`remove ${at}`);
      if (fails.remove) throw fails.remove;
      files.delete(key);
    },
  });
  return { files, fails, calls, adapter };
}

let world: OpenStore;
let memory: ReturnType<typeof createMemoryHost>;
let clock: ReturnType<typeof createManualClock>;
let log: ReturnType<typeof createRecordingLogger>;
let served: (url: string) => Response;
let changes: number;
beforeEach(() => {
  world = openStore();
  memory = createMemoryHost();
  clock = createManualClock();
  log = createRecordingLogger();
  changes = 0;
  served = (url) => {
    const file = memory.files.get(new URL(url).pathname.split('/').at(-1) ?? '');
    if (!file) return new Response(null, { status: 404 });
    return new Response(Buffer.from(file.bytes), { headers: { 'content-type': file.mime } });
  };
});
afterEach(() => world.close());

const http: Http = async (input) => served(input instanceof Request ? input.url : String(new URL(input)));
const open = () =>
  createMediaHosts({
    hosts: createMediaHostRepository(world.db),
    hosted: createHostedMediaRepository(world.db),
    secrets: createSecretStore(),
    media: world.store,
    makeHost: (config) =>
      memory.adapter(
        config.kind === 'webdav' ? config.publicUrl : config.kind === 's3' ? config.endpoint : '',
      ),
    http,
    clock,
    log,
    onChanged: () => (changes += 1),
  });
const saved = (config: MediaHostConfig = webdav) => {
  const service = open();
  service.save({ config, secrets: { password: SECRET, secretAccessKey: SECRET }, forgetHostKey: false });
  return service;
};
const rows = (table: 'hosted_media' | 'media_host') =>
  world.db.raw.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[];
const video = () => world.store.add(mp4({ seed: changes + 60 }), 'clip.mp4');
const results = (test: MediaHostTest) => test.steps.map(({ step, state, problem }) => [step, state, problem]);

describe('the media host that a person sets up', () => {
  it('is not there at first, and accounts are looked at again when that changes', () => {
    const service = open();
    expect(service.get()).toBeNull();
    expect(service.forImages(null)).toBeNull();
    service.save({ config: webdav, secrets: { password: SECRET }, forgetHostKey: false });
    expect(service.forImages(null)).not.toBeNull();
    expect(service.get()).toEqual({ config: webdav, stored: ['password'] });
    service.remove();
    expect(service.get()).toBeNull();
    expect(changes).toBe(2);
    expect(rows('media_host')).toEqual([]);
  });

  it('keeps its secrets as ciphertext only, in no row, log line, view or error', async () => {
    const service = saved();
    memory.fails.put = new HostError('sign_in', 'status 401');
    const error = await service
      .forImages(null)!
      .put((await video()).id)
      .catch((thrown: unknown) => thrown as NetworkError);
    const { cipher, ...inTheClear } = rows('media_host')[0]!;
    expect(Buffer.from(cipher as Buffer).includes(SECRET)).toBe(false);
    const told = [inTheClear, rows('hosted_media'), log.lines, service.get(), (error as NetworkError).info];
    expect(JSON.stringify(told)).not.toContain(SECRET);
  });

  it('keeps a secret that is not typed again, and removes one that is emptied', () => {
    const service = saved();
    const input = { config: { ...webdav, publicUrl: 'https://cdn.example' }, forgetHostKey: false };
    expect(service.save({ ...input, secrets: {} }).stored).toEqual(['password']);
    expect(service.save({ ...input, secrets: { password: '' } }).stored).toEqual([]);
  });

  it('writes down where a file goes before it goes there', async () => {
    const service = saved();
    let known = 0;
    const before = memory.adapter;
    memory.adapter = (at) => ({
      ...before(at),
      put: async () => {
        known = rows('hosted_media').length;
        throw new HostError('unreachable', 'ECONNRESET');
      },
    });
    await expect(service.forImages(null)!.put((await video()).id)).rejects.toThrow();
    expect(known).toBe(1);
    expect(rows('hosted_media')).toHaveLength(1);
  });

  it('gets images fitted to the limits of the network that fetches them', async () => {
    const service = saved(s3);
    const picture = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
      'base64',
    );
    const media = await world.store.add(picture, 'dot.png');
    const host = service.forImages({ maxBytes: 100_000, mime: ['image/jpeg'] })!;
    const { key, url } = await host.put(media.id);
    expect(key).toMatch(/\.jpg$/);
    expect(url).toContain(key);
    expect(memory.files.get(key)?.mime).toBe('image/jpeg');
    await host.remove(key);
    expect(memory.files.size).toBe(0);
  });
});

describe('what stays on a media host', () => {
  it('is tried again every day until it is gone; publishing does not fail for it', async () => {
    const service = saved();
    const host = service.forImages(null)!;
    const { key } = await host.put((await video()).id);
    memory.fails.remove = new HostError('unreachable', 'ETIMEDOUT');
    await host.remove(key);
    expect(rows('hosted_media')).toHaveLength(1);
    clock.advance(DAY + 1);
    await service.sweep();
    expect(rows('hosted_media')).toHaveLength(1);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'warn']);
    memory.fails.remove = undefined;
    await service.sweep();
    expect(rows('hosted_media')).toEqual([]);
    expect(memory.files.size).toBe(0);
  });

  it('is asked for once only while the host cannot be reached', async () => {
    const service = saved();
    const host = service.forImages(null)!;
    for (let count = 0; count < 3; count += 1) await host.put((await video()).id);
    memory.fails.remove = new HostError('unreachable');
    clock.advance(DAY + 1);
    memory.calls.length = 0;
    await service.sweep();
    expect(memory.calls).toEqual(['remove https://files.example/public']);
  });

  it('is removed from where it lies after the person has chosen another host, and then that one is forgotten', async () => {
    const service = saved();
    await service.forImages(null)!.put((await video()).id);
    service.save({ config: s3, secrets: { secretAccessKey: SECRET }, forgetHostKey: false });
    expect(rows('media_host').map(({ kind }) => kind)).toEqual(['webdav', 's3']);
    clock.advance(DAY + 1);
    memory.calls.length = 0;
    await service.sweep();
    expect(memory.calls).toEqual(['remove https://files.example/public']);
    expect(rows('media_host').map(({ kind }) => kind)).toEqual(['s3']);
  });
});

describe('the test of a media host', () => {
  it('names the one of the three that failed', async () => {
    const service = saved();
    expect(results(await service.test())).toEqual([
      ['put', 'ok', null],
      ['fetch', 'ok', null],
      ['remove', 'ok', null],
    ]);
    memory.fails.remove = new HostError('permission', 'status 403');
    expect(results(await service.test())[2]).toEqual(['remove', 'failed', 'permission']);
    memory.fails.put = new HostError('full', 'status 507');
    expect(results(await service.test())).toEqual([
      ['put', 'failed', 'full'],
      ['fetch', 'skipped', null],
      ['remove', 'skipped', null],
    ]);
  });

  it.each([
    ['a page that wants a sign-in', () => new Response(null, { status: 403 }), 'not_public'],
    ['nothing', () => new Response(null, { status: 404 }), 'not_found'],
    ['another place', () => new Response(null, { status: 302 }), 'redirected'],
    [
      'a page about the file',
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      'wrong_bytes',
    ],
    ['a server with a problem', () => new Response(null, { status: 502 }), 'unexpected'],
  ])('fetches the picture as a network would and finds %s', async (_, answer, problem) => {
    const service = saved();
    served = answer;
    expect(results(await service.test())).toEqual([
      ['put', 'ok', null],
      ['fetch', 'failed', problem],
      ['remove', 'ok', null],
    ]);
  });

  it('wants the type that networks go by', async () => {
    const service = saved();
    const right = served;
    served = (url) => {
      const answer = right(url);
      return new Response(answer.body, { headers: { 'content-type': 'application/octet-stream' } });
    };
    const { steps } = await service.test();
    expect(steps[1]).toEqual({
      step: 'fetch',
      state: 'failed',
      problem: 'wrong_type',
      detail: 'application/octet-stream',
    });
  });

  it('never answers with the signed address, and within its contract', async () => {
    const result = await saved().test();
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(mediaHost['mediaHost.test'].output.parse(result)).toEqual(result);
    expect(result.privateAddress).toBe(false);
  });

  it.each([
    'localhost',
    '127.0.0.1',
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.9',
    '169.254.1.1',
    '[::1]',
    '[fd00::1]',
    'nas.local',
  ])('knows that no network reaches %s', (host) => expect(isPrivate(host)).toBe(true));
  it.each(['example.com', '8.8.8.8', '172.32.0.1', '[2001:db8::1]', 'local.example'])(
    'takes %s for public',
    (host) => expect(isPrivate(host)).toBe(false),
  );
});

describe('what a job is told', () => {
  it.each(mediaHostProblems)('of %s: nothing was sent to the network', (problem) => {
    const error = hostFailure(new HostError(problem, 'status 1'));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ sent: 'no', info: { field: 'mediaHost', params: { problem } } });
    expect(['server', 'permission', 'media_rejected']).toContain((error as NetworkError).kind);
  });

  it('that a file changed on the disk is an error of the file', async () => {
    const service = saved();
    await expect(service.forImages(null)!.put('0190b2c4-0000-7000-8000-000000000000')).rejects.toMatchObject({
      kind: 'not_found',
    });
  });
});

describe('addresses that are entered', () => {
  const check = (config: unknown) => mediaHostConfig.safeParse(config).success;
  it.each([
    ['https://files.example/dav/', true],
    ['http://127.0.0.1:8080/dav', true],
    ['http://files.example/dav', false],
    ['https://user:password@files.example/', false],
    ['https://files.example/?token=1', false],
    ['files.example', false],
  ])('%s', (url, good) => expect(check({ ...webdav, url })).toBe(good));

  it('keep a prefix within its bucket', () => {
    expect(mediaHostConfig.parse({ ...s3, prefix: '/a/b/' })).toMatchObject({ prefix: 'a/b' });
    expect(check({ ...s3, prefix: 'a/../..' })).toBe(false);
  });
});
