import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '@shared/domain/errors';
import { uuidv7, type MediaId, type PostId, type VariantId } from '@shared/domain/ids';
import type { Capabilities } from '@shared/domain/network';
import { needsMediaHost } from '@shared/domain/reminder';
import { createReminders, type Reminder } from '../../electron/main/services/reminders';
import { createRecordingLogger, createRecordingNotifier } from '../fakes/ports';
import { openStore, type OpenStore } from '../unit/media/store';
import { mp4 } from '../unit/media/videos';

let world: OpenStore;
let notifier: ReturnType<typeof createRecordingNotifier>;
let log: ReturnType<typeof createRecordingLogger>;
let done: string[];
let refusePage: boolean;
const known = new Map<string, Reminder>();
beforeEach(() => {
  world = openStore();
  notifier = createRecordingNotifier();
  log = createRecordingLogger();
  done = [];
  refusePage = false;
  known.clear();
});
afterEach(() => world.close());

const data = () => join(world.dir, 'reminder-data');
const open = () =>
  createReminders({
    notifier,
    shell: {
      copyText: async (text) => void done.push(`copy ${text}`),
      showItemInFolder: (path) => void done.push(`show ${basename(path)}`),
    },
    links: {
      open: async (url) => {
        if (refusePage) throw appError('not_allowed', { field: 'url' });
        done.push(`open ${url}`);
      },
    },
    media: world.store,
    paths: { data: data() },
    log,
    reminder: (id) => known.get(id),
  });

async function remember(text: string, videos = 1, override: Partial<Reminder> = {}): Promise<VariantId> {
  const variantId = uuidv7<VariantId>(Date.now());
  const mediaIds: MediaId[] = [];
  for (let count = 0; count < videos; count += 1)
    mediaIds.push((await world.store.add(mp4({ seed: 70 + count }), `clip ${count}.mp4`)).id);
  known.set(variantId, {
    variantId,
    postId: uuidv7<PostId>(Date.now()),
    handle: '@northwind',
    networkName: 'Instagram',
    pageUrl: 'https://www.instagram.com/northwind/',
    segments: [
      { text, mediaIds },
      { text: 'A first comment', mediaIds: [] },
    ],
    ...override,
  });
  return variantId;
}

describe('a reminder to publish by hand', () => {
  it('is a notification at the time, and lays nothing out before it is pressed', async () => {
    const id = await remember('New roast\non Friday');
    open().due([id]);
    expect(notifier.shown).toMatchObject([
      {
        title: '@northwind on Instagram: time to publish',
        body: 'New roast on Friday A first comment',
        route: `/compose/${known.get(id)!.postId}`,
      },
    ]);
    expect(done).toEqual([]);
  });

  it('pressed, puts the text on the clipboard, shows the files and opens the page last', async () => {
    const id = await remember('New roast', 2);
    expect(await open().layOut(id)).toEqual({ textCopied: true, files: 2, pageOpened: true });
    expect(done).toEqual([
      'show 1 clip 0.mp4',
      'copy New roast\n\nA first comment',
      'open https://www.instagram.com/northwind/',
    ]);
    const folder = join(data(), 'reminders', id);
    expect(readdirSync(folder)).toEqual(['1 clip 0.mp4', '2 clip 1.mp4']);
    expect(readFileSync(join(folder, '2 clip 1.mp4')).equals(Buffer.from(mp4({ seed: 71 })))).toBe(true);
  });

  it('does the same from the notification', async () => {
    const id = await remember('Pressed');
    open().due([id]);
    notifier.shown[0]!.onOpen?.();
    await expect.poll(() => done).toContain('open https://www.instagram.com/northwind/');
  });

  it('goes on when one of the three does not work, and says which', async () => {
    refusePage = true;
    const id = await remember('New roast');
    expect(await open().layOut(id)).toEqual({ textCopied: true, files: 1, pageOpened: false });
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { what: 'page', kind: 'not_allowed' } }]);
    const lost = await remember('Gone', 0, { pageUrl: null });
    known.set(lost, { ...known.get(lost)!, segments: [{ text: '', mediaIds: ['gone' as MediaId] }] });
    expect(await open().layOut(lost)).toEqual({ textCopied: false, files: 0, pageOpened: false });
  });

  it('that is no longer wanted is not shown, and says so when it is pressed', async () => {
    const id = uuidv7<VariantId>(Date.now());
    const reminders = open();
    reminders.due([id]);
    expect(notifier.shown).toEqual([]);
    await expect(reminders.layOut(id)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('is one notification for many that are due together', async () => {
    const ids = [];
    for (let count = 0; count < 4; count += 1) ids.push(await remember('x', 0, { handle: `brand${count}` }));
    open().due(ids);
    expect(notifier.shown).toEqual([
      {
        title: '4 posts wait to be published by hand',
        body: '@brand0, @brand1, @brand2, @brand3',
        route: '/calendar',
      },
    ]);
  });

  it('takes its files away when the person is done, or at the next start', async () => {
    const reminders = open();
    const [first, second, third] = [await remember('1'), await remember('2'), await remember('3')];
    for (const id of [first, second, third]) await reminders.layOut(id);
    await reminders.finish(first);
    await reminders.tidy(new Set([third]));
    expect(readdirSync(join(data(), 'reminders'))).toEqual([third]);
    mkdirSync(join(data(), 'reminders', 'left'), { recursive: true });
    await reminders.tidy(new Set());
    expect(existsSync(join(data(), 'reminders', third))).toBe(false);
  });
});

describe('a post that only lacks a media host', () => {
  const missing = { ok: false, why: 'media-host', note: '' } as const;
  const publish = (images: object, video: object) =>
    ({ publish: { images, video } }) as unknown as Capabilities;
  const media = [
    { id: 'a' as MediaId, mime: 'image/png' },
    { id: 'b' as MediaId, mime: 'video/mp4' },
  ];
  const post = (...ids: readonly string[]) => ({ segments: [{ text: '', mediaIds: ids as MediaId[] }] });

  it.each([
    ['an image', post('a'), missing, { ok: true }, true],
    ['a video', post('b'), { ok: true }, missing, true],
    ['only text', post(), missing, missing, false],
    ['an image where only videos need one', post('a'), { ok: true }, missing, false],
    [
      'a video that the network does not take',
      post('b'),
      { ok: true },
      { ok: false, why: 'network', note: '' },
      false,
    ],
  ])('%s', (_, content, images, video, needs) =>
    expect(needsMediaHost(content, media, publish(images, video))).toBe(needs),
  );
});
