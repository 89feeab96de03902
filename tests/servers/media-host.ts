import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { MediaHostConfig, MediaHostSecrets } from '@shared/domain/media-host';
import { createHostedMediaRepository } from '../../electron/main/db/repositories/hosted-media';
import { createMediaHostRepository } from '../../electron/main/db/repositories/media-host';
import { hostMaker } from '../../electron/main/media-host/adapters';
import type { Http } from '../../electron/main/ports';
import { createMediaHosts } from '../../electron/main/services/media-host';
import { createRecordingLogger, createSecretStore, systemClock } from '../fakes/ports';
import { openStore } from '../unit/media/store';
import { mp4 } from '../unit/media/videos';

const MB = 1024 * 1024;

/** The service as the app wires it, on a real workspace file, in front of a real server. */
export function openHosts(http: Http = (input, init) => fetch(input, init)) {
  const world = openStore();
  const requested: string[] = [];
  const clock = { ...systemClock, now: () => Date.now() + late };
  let late = 0;
  const log = createRecordingLogger();
  const seen: Http = (input, init) => {
    requested.push(new URL(input instanceof Request ? input.url : input).host);
    return http(input, init);
  };
  const hosted = createHostedMediaRepository(world.db);
  const service = createMediaHosts({
    hosts: createMediaHostRepository(world.db),
    hosted,
    secrets: createSecretStore(),
    media: world.store,
    makeHost: hostMaker({ http: seen, clock }),
    http: seen,
    clock,
    log,
    onChanged: () => undefined,
  });
  return {
    ...world,
    service,
    log,
    requested,
    /** Keys of what is known to lie on the host. */
    leftovers: () => hosted.until(Number.MAX_SAFE_INTEGER).map(({ key }) => key),
    /** What lies there was put there that much earlier. */
    age: (days: number): void =>
      void world.db.raw.prepare('UPDATE hosted_media SET created_at = created_at - ?').run(days * 86_400_000),
    passDays: (days: number): void => void (late += days * 86_400_000),
    save: (config: MediaHostConfig, secrets: MediaHostSecrets) =>
      service.save({ config, secrets, forgetHostKey: false }),
    /** Rows and log lines as text: no secret may be found in them. */
    written: () =>
      JSON.stringify([log.lines, world.db.raw.prepare('SELECT id, kind, config FROM media_host').all()]),
  };
}
export type Hosts = ReturnType<typeof openHosts>;

export const steps = (test: Awaited<ReturnType<Hosts['service']['test']>>) =>
  test.steps.map(({ step, state, problem }) => [step, state, problem]);
export const allWell = [
  ['put', 'ok', null],
  ['fetch', 'ok', null],
  ['remove', 'ok', null],
];

type Setup = {
  readonly hosts: () => Hosts;
  readonly good: () => { readonly config: MediaHostConfig; readonly secrets: MediaHostSecrets };
  /** A secret that stands in nothing that is written. */
  readonly secret: () => string;
};

/** What every kind of host does, against its real server. */
export function mediaHostSuite({ hosts, good, secret }: Setup): void {
  it('passes its test, which leaves nothing there', async () => {
    const { service, save, leftovers } = hosts();
    const view = save(good().config, good().secrets);
    expect(JSON.stringify(view)).not.toContain(secret());
    const result = await service.test();
    expect(steps(result)).toEqual(allWell);
    expect(result.privateAddress).toBe(true);
    expect(leftovers()).toEqual([]);
  });

  it('shows a video to networks under a name that nobody can guess, and removes it afterwards', async () => {
    const { service, store, leftovers } = hosts();
    const bytes = mp4({ payload: 40 * MB, seed: 5 });
    const media = await store.add(bytes, 'a private name.mp4');
    const host = service.forImages(null)!;
    const there = await host.put(media.id);
    const again = await host.put(media.id);
    expect(there.key).not.toBe(again.key);
    expect(there.key).toMatch(/^[\w-]{32}\.mp4$/);
    expect(leftovers()).toEqual([there.key, again.key]);

    const answer = await fetch(there.url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);

    await host.remove(there.key);
    await host.remove(there.key);
    expect((await fetch(there.url)).status).toBe(404);
    await host.remove(again.key);
    expect(leftovers()).toEqual([]);
  });

  it('finds what a crash left there a day later, and not before', async () => {
    const { service, store, leftovers, age } = hosts();
    const media = await store.add(mp4({ seed: 6 }), 'left.mp4');
    const there = await service.forImages(null)!.put(media.id);
    age(0.99);
    await service.sweep();
    expect(leftovers()).toEqual([there.key]);
    age(0.02);
    await service.sweep();
    expect(leftovers()).toEqual([]);
    expect((await fetch(there.url)).status).toBe(404);
  });

  it('removes what lies on the host before, when another is chosen meanwhile', async () => {
    const { service, store, save, leftovers, db } = hosts();
    const media = await store.add(mp4({ seed: 7 }), 'old.mp4');
    const there = await service.forImages(null)!.put(media.id);
    save({ kind: 'webdav', url: 'https://127.0.0.1:1/x', user: 'u', publicUrl: 'https://127.0.0.1:1/x' }, {});
    await service.forImages(null)!.remove(there.key);
    expect(leftovers()).toEqual([]);
    expect((await fetch(there.url)).status).toBe(404);
    await service.sweep();
    expect(db.raw.prepare('SELECT kind FROM media_host').all()).toEqual([{ kind: 'webdav' }]);
    save(good().config, good().secrets);
    await service.test();
  });

  it('does not put there what is no longer what was taken in, and says that it is the file', async () => {
    const { service, store, leftovers, db } = hosts();
    const media = await store.add(mp4({ payload: 20 * MB, seed: 8 }), 'changed.mp4');
    const { path } = store.file(media.id)!;
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = 99;
    writeFileSync(path, bytes);
    const error = await service
      .forImages(null)!
      .put(media.id)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'media_rejected', message: 'the file changed on the disk' });
    db.raw.prepare('UPDATE hosted_media SET created_at = 0').run();
    await service.sweep();
    expect(leftovers()).toEqual([]);
  });

  it('keeps the secret in nothing that is written', () => {
    expect(hosts().written()).not.toContain(secret());
  });
}
