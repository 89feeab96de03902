import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccountView } from '@shared/ipc/accounts';
import type { MediaView } from '@shared/ipc/inbox';
import { startApp, type App } from '../fakes/app';
import { openStandIn, type OpenStandIn } from '../fakes/stand-ins';
import { ANA } from '../servers/telegram/store';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const HOUR_MS = 60 * 60_000;

/** Every file below a folder, as it lies on the disk. */
const filesBelow = (folder: string): readonly Buffer[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path));

describe('pictures that people send to a Telegram bot', () => {
  let telegram: OpenStandIn<'telegram'>;
  let app: App;
  let account: AccountView;
  beforeEach(async () => {
    telegram = await openStandIn('telegram');
    app = await startApp({ standIns: [telegram] });
  });
  afterEach(async () => {
    await app.close();
    await telegram.close();
  });

  const send = (more: { readonly size?: number; readonly caption?: string } = {}) => {
    const { caption, ...facts } = more;
    const file = telegram.stub.files.add({ bytes: PNG, ...facts });
    // A size that Telegram does not tell is not known before the file is asked for.
    const photo = [{ file_id: file.file_id, file_unique_id: file.file_unique_id, width: 800, height: 600 }];
    telegram.stub.store.say(ANA, ANA, { extra: { photo, ...(caption !== undefined && { caption }) } });
    return file;
  };
  const connect = async (): Promise<MediaView> => {
    account = await app.connect(telegram);
    return shown();
  };
  const shown = async (): Promise<MediaView> => {
    const media = (await app.messages(account.id)).flatMap((message) => message.media);
    expect(media).toHaveLength(1);
    return media[0]!;
  };
  const fetchShown = ({ picture }: MediaView) =>
    app.core.remotePicture((picture ?? '').replace('app://remote/', ''), true);
  const asked = (method: string): number =>
    telegram.stub.calls.filter((call) => call.method === method).length;

  test('are shown, found and listed, and no trace of the token is left anywhere', async () => {
    const { file_id: file } = send();
    const media = await connect();
    expect(media).toEqual({
      kind: 'image',
      url: null,
      alt: 'photo',
      picture: expect.stringMatching(/^app:\/\/remote\/[0-9a-f]{64}$/),
    });
    const found = await fetchShown(media);
    expect(found?.mime).toBe('image/png');
    expect(readFileSync(found!.path).equals(PNG)).toBe(true);
    const [row] = await app.conversations(account.id);
    expect(row?.snippet).toBe('[photo]');
    const hits = await app.ask('inbox.search', { query: 'photo', filter: {} });
    expect(hits.items).toHaveLength(1);

    telegram.stub.break('server_error');
    send();
    await app.ask('accounts.sync', { accountId: account.id });
    const views = JSON.stringify([
      await app.messages(account.id),
      hits,
      row,
      await app.ask('accounts.list', {}),
    ]);
    expect(views).not.toContain(file);
    const lines = JSON.stringify(app.ports.log.lines);
    await app.stop();
    const { token } = telegram.stub;
    const disk = filesBelow(app.dir.path);
    expect(disk.some((bytes) => bytes.includes(file))).toBe(true);
    for (const secret of [token, token.slice(token.indexOf(':') + 1)]) {
      for (const bytes of disk) expect(bytes.includes(secret)).toBe(false);
      for (const text of [views, lines]) expect(text).not.toContain(secret);
    }
    expect(lines).not.toContain('/file/bot');
  });

  test('say their caption once, and are described by it', async () => {
    send({ caption: 'My cat' });
    const media = await connect();
    const [message] = await app.messages(account.id);
    expect([message?.text, media.alt]).toEqual(['My cat', 'My cat']);
  });

  test('stay for the next run, and are fetched from a new place when they are gone and the first has passed', async () => {
    send();
    const media = await connect();
    expect(await fetchShown(media)).toBeDefined();
    const restart = async (): Promise<void> => {
      await app.stop();
      const { dir, ports } = app;
      app = await startApp({ standIns: [telegram], dir, secrets: ports.secrets, clock: ports.clock });
      expect(await shown()).toEqual(media);
    };
    await restart();
    expect(await fetchShown(media)).toBeDefined();
    expect(telegram.stub.downloads).toHaveLength(1);
    rmSync(pictureFolder(), { recursive: true });
    telegram.stub.passTime(2 * HOUR_MS);
    await restart();
    expect(await fetchShown(media)).toBeDefined();
    expect(new Set(telegram.stub.downloads).size).toBe(2);
    for (const name of readdirSync(pictureFolder())) expect(name).toMatch(/^[0-9a-f]{64}\.png$/);
  });

  const pictureFolder = (): string => join(app.ports.paths.data, 'remote-images');

  test('that are too big are asked for once, and stand there as what cannot be shown', async () => {
    send({ size: 25 * 1024 * 1024 });
    const media = await connect();
    expect(await fetchShown(media)).toBeUndefined();
    expect(await fetchShown(media)).toBeUndefined();
    expect(asked('getFile')).toBe(1);
    expect(telegram.stub.downloads).toEqual([]);
    expect((await app.view(account.id)).problem).toBeNull();
  });

  test('can be fetched after the bot was given another token', async () => {
    send();
    const media = await connect();
    telegram.stub.replaceToken();
    expect(await fetchShown(media)).toBeUndefined();
    const { method, fields } = telegram.signIn;
    const again = { method, fields: { ...fields, token: telegram.stub.token }, accountId: account.id };
    await app.ask('accounts.connect', { network: 'telegram', ...again });
    expect(await shown()).toEqual(media);
    expect(await fetchShown(media)).toBeDefined();
  });

  test('go with their account, and nobody is asked for them afterwards', async () => {
    send();
    const media = await connect();
    expect(await fetchShown(media)).toBeDefined();
    const before = asked('getFile');
    await app.ask('accounts.remove', { accountId: account.id });
    expect(existsSync(pictureFolder())).toBe(false);
    expect(await fetchShown(media)).toBeUndefined();
    expect(asked('getFile')).toBe(before);
  });
});
