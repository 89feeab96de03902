import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaHostSecrets, SftpConfig } from '@shared/domain/media-host';
import { NetworkError } from '../../../electron/main/networks/errors';
import { mp4 } from '../../unit/media/videos';
import { allWell, mediaHostSuite, openHosts, steps, type Hosts } from '../media-host';
import { startSftp, type SftpServer } from './server';

const started = await startSftp();
if ('missing' in started) console.log(`the media host by SFTP is left out: ${started.missing}`);

describe.skipIf('missing' in started)('a media host that speaks SFTP, against OpenSSH', () => {
  const server = started as SftpServer;
  let hosts: Hosts;
  beforeAll(() => {
    hosts = openHosts();
  });
  afterAll(async () => {
    await hosts.close();
    await server.stop();
  });

  const config = (override: Partial<SftpConfig> = {}): SftpConfig => ({
    kind: 'sftp',
    host: server.host,
    port: server.port,
    user: server.user,
    folder: server.folder,
    publicUrl: server.publicUrl,
    hostKey: null,
    ...override,
  });
  const resultOf = async (override: Partial<SftpConfig>, secrets: MediaHostSecrets) => {
    hosts.save(config(override), secrets);
    return steps(await hosts.service.test());
  };
  const failed = (problem: string) => [
    ['put', 'failed', problem],
    ['fetch', 'skipped', null],
    ['remove', 'skipped', null],
  ];

  mediaHostSuite({
    hosts: () => hosts,
    good: () => ({ config: config(), secrets: { password: server.password } }),
    secret: () => server.password,
  });

  it('leaves no file in the folder that it made', () => expect(server.files()).toEqual([]));

  it('learns the server’s key with the first test that works, and shows it', async () => {
    hosts.service.remove();
    hosts.save(config(), { password: 'wrong' });
    expect((await hosts.service.test()).hostKey).toBeNull();
    hosts.save(config(), { password: server.password });
    const result = await hosts.service.test();
    expect(result.hostKey).toBe(server.fingerprint());
    expect(hosts.service.get()?.config).toMatchObject({ hostKey: server.fingerprint() });
    expect(hosts.save(config({ hostKey: 'SHA256:typed' }), {}).config).toMatchObject({
      hostKey: server.fingerprint(),
    });
  });

  it('sends nothing to a server whose key is another one, until the person says that it is right', async () => {
    const media = await hosts.store.add(mp4({ seed: 30 }), 'key.mp4');
    await server.changeHostKey();
    const error = await hosts.service
      .forImages(null)!
      .put(media.id)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ kind: 'permission', sent: 'no' });
    expect((error as NetworkError).info.params).toEqual({ problem: 'host_key_changed' });
    expect((error as NetworkError).info.detail).toContain(server.fingerprint());
    expect(steps(await hosts.service.test())).toEqual(failed('host_key_changed'));
    hosts.service.save({ config: config(), secrets: {}, forgetHostKey: true });
    expect(steps(await hosts.service.test())).toEqual(allWell);
    expect(hosts.service.get()?.config).toMatchObject({ hostKey: server.fingerprint() });
  });

  it('sends nothing before a test has learnt the server’s key', async () => {
    hosts.service.save({ config: config(), secrets: {}, forgetHostKey: true });
    const media = await hosts.store.add(mp4({ seed: 31 }), 'untested.mp4');
    const put = hosts.service.forImages(null)!.put(media.id);
    await expect(put).rejects.toMatchObject({ info: { params: { problem: 'host_key_unknown' } } });
    expect(server.files()).toEqual([]);
  });

  it('signs in with a key, and with one that has a passphrase', async () => {
    expect(await resultOf({}, { password: '', privateKey: server.privateKey })).toEqual(allWell);
    expect(await resultOf({}, { privateKey: server.lockedKey, passphrase: server.passphrase })).toEqual(
      allWell,
    );
    expect(await resultOf({}, { passphrase: 'wrong' })).toEqual(failed('key_unreadable'));
    expect(await resultOf({}, { privateKey: 'no key at all', passphrase: '' })).toEqual(
      failed('key_unreadable'),
    );
  });

  it('says which of the three does not work', async () => {
    const { password } = server;
    expect(await resultOf({}, { password: 'wrong', privateKey: '' })).toEqual(failed('sign_in'));
    expect(await resultOf({ port: 1 }, { password })).toEqual(failed('unreachable'));
    expect(await resultOf({ folder: '/etc/ssl' }, { password })).toEqual(failed('permission'));
    expect(await resultOf({ publicUrl: 'http://127.0.0.1:1/x' }, { password })).toEqual([
      ['put', 'ok', null],
      ['fetch', 'failed', 'unreachable'],
      ['remove', 'ok', null],
    ]);
    expect(server.files()).toEqual([]);
  });
});
