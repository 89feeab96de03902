import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Config } from '@shared/domain/media-host';
import { createS3Host } from '../../../electron/main/media-host/s3';
import type { Http } from '../../../electron/main/ports';
import { systemClock } from '../../fakes/ports';
import { mp4 } from '../../unit/media/videos';
import { mediaHostSuite, openHosts, steps, type Hosts } from '../media-host';
import { startS3, type S3Server } from './server';

let server: S3Server;
let hosts: Hosts;
beforeAll(async () => {
  server = await startS3();
  hosts = openHosts();
});
afterAll(async () => {
  await hosts.close();
  await server.stop();
});

const config = (override: Partial<S3Config> = {}): S3Config => ({
  kind: 's3',
  endpoint: server.url,
  region: server.region,
  bucket: server.bucket,
  prefix: 'candor/media',
  pathStyle: true,
  accessKeyId: server.accessKeyId,
  hours: 6,
  ...override,
});
const secrets = () => ({ secretAccessKey: server.secretAccessKey });
const problemsOf = async (override: Partial<S3Config>, secretAccessKey = server.secretAccessKey) => {
  hosts.save(config(override), { secretAccessKey });
  return steps(await hosts.service.test());
};
const skipped = [
  ['fetch', 'skipped', null],
  ['remove', 'skipped', null],
];

describe('a media host that speaks S3, against a real server that checks signatures', () => {
  mediaHostSuite({
    hosts: () => hosts,
    good: () => ({ config: config(), secrets: secrets() }),
    secret: () => server.secretAccessKey,
  });

  it('gives addresses that are good for as long as it says, and for that file only', async () => {
    hosts.save(config({ hours: 2 }), secrets());
    const media = await hosts.store.add(mp4({ seed: 9 }), 'signed.mp4');
    const host = hosts.service.forImages(null)!;
    const { key, url } = await host.put(media.id);
    const address = new URL(url);
    expect(address.searchParams.get('X-Amz-Expires')).toBe('7200');
    expect(address.pathname).toBe(`/${server.bucket}/candor/media/${key}`);
    const changed = new URL(url);
    changed.searchParams.set('X-Amz-Expires', '604800');
    expect((await fetch(changed)).status).toBe(403);
    expect((await fetch(`${address.origin}${address.pathname}`)).status).toBe(403);
    expect((await fetch(url)).status).toBe(200);

    const earlier = { ...systemClock, now: () => Date.now() - 3 * 3_600_000 };
    const old = createS3Host({
      http: fetch,
      clock: earlier,
      config: config({ hours: 2 }),
      secretAccessKey: server.secretAccessKey,
    });
    expect((await fetch(await old.url(key))).status).toBe(403);
    await host.remove(key);
  });

  it('says which part of the sign-in is wrong', async () => {
    expect(await problemsOf({}, 'wrong')).toEqual([['put', 'failed', 'sign_in'], ...skipped]);
    expect(await problemsOf({ accessKeyId: 'nobody' })).toEqual([['put', 'failed', 'sign_in'], ...skipped]);
    expect(await problemsOf({ region: 'us-east-1' })).toEqual([['put', 'failed', 'region'], ...skipped]);
    expect(await problemsOf({ bucket: 'another' })).toEqual([['put', 'failed', 'not_found'], ...skipped]);
    expect(await problemsOf({ endpoint: 'http://127.0.0.1:1' })).toEqual([
      ['put', 'failed', 'unreachable'],
      ...skipped,
    ]);
    hosts.passDays(1);
    expect(await problemsOf({})).toEqual([['put', 'failed', 'clock'], ...skipped]);
    hosts.passDays(-1);
  });

  it('forgets the secret that was typed for another place', () => {
    hosts.save(config(), secrets());
    expect(hosts.save(config({ hours: 3 }), {}).stored).toEqual(['secretAccessKey']);
    expect(hosts.save(config({ endpoint: 'https://elsewhere.example' }), {}).stored).toEqual([]);
  });

  it('asks no host but the one that was entered', () => {
    const own = new URL(server.url).host;
    expect(hosts.requested.filter((host) => host !== own && host !== '127.0.0.1:1')).toEqual([]);
  });

  it('reaches a bucket that stands in the host’s name', async () => {
    const { port } = new URL(server.url);
    const host = createS3Host({
      http: locally(Number(port)),
      clock: systemClock,
      config: config({ endpoint: `http://s3.localhost:${port}`, pathStyle: false }),
      secretAccessKey: server.secretAccessKey,
    });
    const bytes = Buffer.from('a small file');
    const content = { mime: 'image/png', bytes: bytes.length, read: async () => bytes };
    const { signal } = new AbortController();
    await host.put('vhost.png', content, signal);
    const url = await host.url('vhost.png');
    expect(new URL(url).hostname).toBe(`${server.bucket}.s3.localhost`);
    expect((await locally(Number(port))(url)).status).toBe(200);
    await host.remove('vhost.png', signal);
    expect((await locally(Number(port))(url)).status).toBe(404);
  });
});

/** Names below localhost are not resolved everywhere: the request goes to this machine with the name it was for. */
const locally =
  (port: number): Http =>
  async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return new Promise((resolve, reject) => {
      const headers = { ...(init.headers as Record<string, string>), host: url.host };
      const options = {
        host: '127.0.0.1',
        port,
        path: url.pathname + url.search,
        method: init.method,
        headers,
      };
      const sent = request(options, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const status = answer.statusCode ?? 0;
          resolve(new Response(status === 204 ? null : Buffer.concat(parts), { status }));
        });
      });
      sent.on('error', reject);
      sent.end(init.body);
    });
  };
