import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebdavConfig } from '@shared/domain/media-host';
import { NetworkError } from '../../../electron/main/networks/errors';
import { mp4 } from '../../unit/media/videos';
import { mediaHostSuite, openHosts, steps, type Hosts } from '../media-host';
import { startWebdav, type WebdavServer } from './server';

const started = await startWebdav();
if ('missing' in started) console.log(`the media host by WebDAV is left out: ${started.missing}`);

describe.skipIf('missing' in started)('a media host that speaks WebDAV, against nginx', () => {
  const server = started as WebdavServer;
  let hosts: Hosts;
  beforeAll(() => {
    hosts = openHosts();
  });
  afterAll(async () => {
    await hosts.close();
    await server.stop();
  });

  const config = (override: Partial<WebdavConfig> = {}): WebdavConfig => ({
    kind: 'webdav',
    url: server.url,
    user: server.user,
    publicUrl: server.publicUrl,
    ...override,
  });
  const problemsOf = async (override: Partial<WebdavConfig>, password = server.password) => {
    hosts.save(config(override), { password });
    return steps(await hosts.service.test());
  };
  const skipped = [
    ['fetch', 'skipped', null],
    ['remove', 'skipped', null],
  ];

  mediaHostSuite({
    hosts: () => hosts,
    good: () => ({ config: config(), secrets: { password: server.password } }),
    secret: () => server.password,
  });

  it('leaves no file in the folder that it made', () => expect(server.files()).toEqual([]));

  it('says which of the three does not work', async () => {
    expect(await problemsOf({}, 'wrong')).toEqual([['put', 'failed', 'sign_in'], ...skipped]);
    expect(await problemsOf({ url: 'http://127.0.0.1:1/dav' })).toEqual([
      ['put', 'failed', 'unreachable'],
      ...skipped,
    ]);
    const notPublic = [
      ['put', 'ok', null],
      ['fetch', 'failed', 'not_public'],
      ['remove', 'ok', null],
    ];
    expect(await problemsOf({ publicUrl: server.url })).toEqual(notPublic);
    expect(await problemsOf({ publicUrl: `${server.publicUrl}/elsewhere` })).toEqual([
      ['put', 'ok', null],
      ['fetch', 'failed', 'not_found'],
      ['remove', 'ok', null],
    ]);
    expect(server.files()).toEqual([]);
  });

  it('refuses a file that the server finds too large, as an error that waits for a smaller one', async () => {
    hosts.save(config(), { password: server.password });
    const media = await hosts.store.add(mp4({ payload: 70 * 1024 * 1024 }), 'large.mp4');
    const error = await hosts.service
      .forImages(null)!
      .put(media.id)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ sent: 'no', info: { field: 'mediaHost' } });
    expect(['media_rejected', 'server']).toContain((error as NetworkError).kind);
  });
});
