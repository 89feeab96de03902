import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conversationView } from '@shared/ipc/inbox';
import { createCore } from '../../electron/main/core';
import { addAccount, incoming } from '../fakes/inbox';
import { createPorts, createTempDir, systemClock } from '../fakes/ports';
import { createWorkspace, type Workspace } from '../fakes/workspace';

const CDN = 'https://cdn.example.com';

describe('pictures in what the window gets', () => {
  let w: Workspace;
  beforeEach(() => {
    w = createWorkspace();
  });
  afterEach(() => w.close());

  const remoteOnly = (value: unknown): string[] =>
    [...JSON.stringify(value).matchAll(/"(?:avatarUrl|picture)":"([^"]*)"/gu)].map(([, address]) => address!);

  test('rows, messages, original posts, search and accounts name them by id and never by address', async () => {
    const account = addAccount(w.db, { network: 'bluesky', avatarUrl: `${CDN}/own.jpg` });
    const author = {
      remoteId: 'did:ada',
      handle: 'ada.example',
      displayName: 'Ada',
      avatarUrl: `${CDN}/ada.jpg`,
    };
    const media = [
      { kind: 'image', url: `${CDN}/mug.jpg`, alt: 'A mug' },
      { kind: 'image', url: 'http://192.168.1.1/x.jpg', alt: 'Not from there' },
      { kind: 'video', url: `${CDN}/film.m3u8`, alt: '' },
    ] as const;
    const origin = { remoteId: 'post', ref: {}, author, text: 'Our mugs', createdAt: w.clock.now(), media };
    const message = incoming('a', 'Where is my mug?', w.clock.now(), {
      author,
      media,
      conversation: { remoteKey: 'a', type: 'comment', origin },
    });
    w.writer.apply({
      accountId: account.id,
      network: 'bluesky',
      items: [message],
      now: w.clock.now(),
      historyBefore: 0,
    });

    const list = w.inbox.list({ filter: { view: 'open' }, after: null, limit: 10 });
    const { id } = list.items[0]!;
    const view = conversationView.parse(w.inbox.conversation({ id }));
    const found = await w.inbox.search({ query: 'mug', filter: {}, after: null });
    for (const shown of [list, view, found, w.inbox.rows({ ids: [id] }), w.accountsService.list()]) {
      const addresses = remoteOnly(shown);
      expect(addresses.length).toBeGreaterThan(0);
      for (const address of addresses) expect(address).toMatch(/^app:\/\/remote\/[0-9a-f]{64}$/);
    }
    for (const shown of [view.origin?.media, view.messages[0]?.media])
      expect(shown?.map(({ picture, url }) => [picture !== null, url])).toEqual(
        media.map(({ url }, at) => [at === 0, url]),
      );
  });

  test('the pictures on the disk go with the account', async () => {
    const account = addAccount(w.db);
    const folder = join(w.ports.paths.data, 'remote-images');
    mkdirSync(folder);
    writeFileSync(join(folder, `${'a'.repeat(64)}.png`), 'x');
    await w.accountsService.remove({ accountId: account.id });
    expect(readdirSync(w.ports.paths.data)).not.toContain('remote-images');
  });
});

test('the core has no picture for an id that no view was made with, and asks nobody for it', async () => {
  const dir = createTempDir();
  const asked: unknown[] = [];
  const core = createCore(
    createPorts(dir.path, {
      clock: systemClock,
      http: (input) => {
        asked.push(input);
        return Promise.resolve(new Response());
      },
    }),
  );
  for (const id of ['f'.repeat(64), '', '../candor.db', encodeURIComponent('https://cdn.example.com/a.png')])
    expect(await core.remotePicture(id, true)).toBeUndefined();
  expect(asked).toEqual([]);
  await core.stop();
  dir.remove();
});
