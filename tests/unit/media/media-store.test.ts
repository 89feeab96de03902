import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '@shared/domain/errors';
import { openStore, type OpenStore } from './store';
import { mp4, webm } from './videos';

let open: OpenStore;
beforeAll(() => {
  open = openStore();
});
afterAll(() => open.close());

const write = (name: string, bytes: Uint8Array | string): string => {
  const path = join(open.dir, name);
  writeFileSync(path, bytes);
  return path;
};
const failure = async (work: Promise<unknown>): Promise<AppError['info']> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error.info;
  throw new Error(`it did not fail as an AppError: ${String(error)}`);
};
const incoming = (): readonly string[] => {
  const folder = join(open.folder, 'incoming');
  return existsSync(folder) ? readdirSync(folder) : [];
};
const picture = async (type: 'png' | 'jpeg'): Promise<Uint8Array> => {
  const pixels = Transformer.fromRgbaPixels(new Uint8Array(16 * 8 * 4).fill(200), 16, 8);
  return type === 'png' ? pixels.png() : pixels.jpeg();
};

describe('a video in the media store', () => {
  it.each([
    ['mp4', mp4({ seed: 1 }), 'video/mp4', 640, 360, 3],
    ['mov', mp4({ brand: 'qt  ', seed: 2 }), 'video/quicktime', 640, 360, 3],
    ['webm', webm(), 'video/webm', 320, 240, 2],
  ])('is known by what is in it: %s', async (ending, bytes, mime, width, height, seconds) => {
    const media = await open.store.addFile(write(`clip.${ending}`, bytes), `clip.${ending}`);
    expect(media).toMatchObject({ mime, width, height, seconds, bytes: bytes.byteLength });
    expect(media.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(open.store.list([media.id])).toEqual([media]);
  });

  it('is taken for what it is whatever its name says', async () => {
    const media = await open.store.addFile(write('holiday.jpg', mp4({ seed: 3 })), 'holiday.jpg');
    expect(media.mime).toBe('video/mp4');
  });

  it('held upright by a phone is as high as it is shown', async () => {
    const media = await open.store.add(mp4({ turned: true, seed: 4 }), 'upright.mp4');
    expect([media.width, media.height]).toEqual([360, 640]);
  });

  it('tells how much of it has been copied, and leaves nothing behind when that is cancelled', async () => {
    const path = write('long.mp4', mp4({ payload: 5_000_000, seed: 5 }));
    const seen: number[] = [];
    await open.store.addFile(path, 'long.mp4', { onBytes: (done) => void seen.push(done) });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)).toBe(readFileSync(path).byteLength);

    const control = new AbortController();
    const cancelled = open.store.addFile(path, 'long.mp4', {
      signal: control.signal,
      onBytes: () => control.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(incoming()).toEqual([]);
  });

  it('is read in parts', async () => {
    const bytes = mp4({ payload: 3_000_000, seed: 6 });
    const media = await open.store.addFile(write('parts.mp4', bytes), 'parts.mp4');
    const file = await open.store.open(media.id);
    expect(file).toMatchObject({ mime: 'video/mp4', bytes: bytes.byteLength, width: 640, seconds: 3 });
    const first = await file.read(0, 1_000_000);
    const rest = await file.read(1_000_000, 10_000_000);
    expect(Buffer.concat([first, rest]).equals(Buffer.from(bytes))).toBe(true);
    expect((await file.read(bytes.byteLength, 10)).byteLength).toBe(0);
  });

  it('that changed on the disk is not read, even between two parts', async () => {
    const media = await open.store.add(mp4({ payload: 9_000, seed: 7 }), 'changed.mp4');
    const path = open.store.file(media.id)!.path;
    const before = readFileSync(path);
    const file = await open.store.open(media.id);
    expect((await file.read(0, 100)).byteLength).toBe(100);
    const other = Buffer.from(before);
    other[before.length - 1] = 99;
    writeFileSync(path, other);
    expect(await failure(file.read(100, 100))).toMatchObject({
      kind: 'media_rejected',
      detail: 'the file changed on the disk',
    });
    expect((await failure((await open.store.open(media.id)).read(0, 1))).kind).toBe('media_rejected');
    writeFileSync(path, before);
    expect((await file.read(100, 100)).byteLength).toBe(100);
  });

  it('is not loaded whole', async () => {
    const media = await open.store.add(mp4({ seed: 8 }), 'whole.mp4');
    expect((await failure(open.store.load(media.id, null))).kind).toBe('media_rejected');
  });

  it('whose file is gone says so', async () => {
    const media = await open.store.add(mp4({ seed: 9 }), 'gone.mp4');
    const path = open.store.file(media.id)!.path;
    const bytes = readFileSync(path);
    truncateSync(path, 0);
    expect((await failure((await open.store.open(media.id)).read(0, 1))).kind).toBe('media_rejected');
    writeFileSync(path, bytes);
  });
});

describe('what is refused, and why', () => {
  it.each([
    ['a video that ends too early', 'cut.mp4', () => mp4().subarray(0, 3_000), 'truncated'],
    ['a video cut off in its index', 'index.mp4', () => mp4().subarray(0, 400), 'truncated'],
    ['a WebM that ends too early', 'cut.webm', () => webm().subarray(0, 1_000), 'truncated'],
    ['text named as a video', 'words.mp4', () => Buffer.from('only words '.repeat(50)), 'not_video'],
    ['a container that networks do not take', 'film.mkv', () => webm({ docType: 'matroska' }), 'video_type'],
    ['an empty file', 'empty.mp4', () => new Uint8Array(), 'empty'],
    ['text', 'notes.txt', () => Buffer.from('notes'), 'not_media'],
  ])('%s', async (_, name, bytes, reason) => {
    const before = open.db.raw.prepare('SELECT count(*) AS n FROM media').get();
    const info = await failure(open.store.addFile(write(name, bytes()), name));
    expect(info).toMatchObject({ kind: 'media_rejected', params: { reason } });
    expect((await failure(open.store.add(bytes(), name))).params).toMatchObject({ reason });
    expect(open.db.raw.prepare('SELECT count(*) AS n FROM media').get()).toEqual(before);
    expect(incoming()).toEqual([]);
  });

  it('a file of 4 GB, before anything of it is read', async () => {
    const path = write('huge.mp4', mp4());
    truncateSync(path, 4 * 1024 ** 3);
    const info = await failure(
      open.store.addFile(path, 'huge.mp4', { onBytes: () => expect.unreachable('it was read') }),
    );
    expect(info).toMatchObject({ kind: 'media_rejected', params: { reason: 'too_large', max: 1024 } });
    truncateSync(path, 0);
  });

  it('an image of more than 60 MB', async () => {
    const path = write('huge.png', await picture('png'));
    truncateSync(path, 61 * 1024 ** 2);
    expect((await failure(open.store.addFile(path, 'huge.png'))).params).toMatchObject({
      reason: 'too_large',
      max: 60,
    });
  });
});

describe('an image in the media store', () => {
  it('stays an image and has no length, a GIF too', async () => {
    const gif = Buffer.from('R0lGODlhAQABAPAAAAAAAAAAACwAAAAAAQABAAACAkQBADs=', 'base64');
    for (const [name, bytes, mime] of [
      ['dot.gif', gif, 'image/gif'],
      ['grey.png', await picture('png'), 'image/png'],
    ] as const) {
      const media = await open.store.addFile(write(name, bytes), name);
      expect(media).toMatchObject({ mime, seconds: null });
      expect((await open.store.load(media.id, null)).bytes.byteLength).toBe(bytes.byteLength);
    }
  });

  it('that is a GIF leaves as it is where the network takes it, and is refused where not', async () => {
    const gif = Buffer.from('R0lGODlhAQABAPAAAAAAAAAAACwAAAAAAQABAAACAkQBADs=', 'base64');
    const media = await open.store.add(gif, 'dot.gif');
    const taken = await open.store.load(media.id, { maxBytes: 1_000, mime: ['image/gif', 'image/png'] });
    expect(Buffer.from(taken.bytes).equals(gif)).toBe(true);
    const refused = await failure(open.store.load(media.id, { maxBytes: 1_000, mime: ['image/jpeg'] }));
    expect(refused.kind).toBe('media_rejected');
  });
});

describe('copies for people', () => {
  it('have the names that people know, in order, with an ending that says what they are', async () => {
    const clip = await open.store.add(mp4({ seed: 20 }), 'a/b: clip?.mp4');
    const pasted = await open.store.add(await picture('jpeg'), 'image');
    const paths = await open.store.copyOut([clip.id, pasted.id], join(open.dir, 'out'));
    expect(paths.map((path) => path.slice(open.dir.length + 5))).toEqual(['1 b_ clip_.mp4', '2 image.jpg']);
    expect(createHash('sha256').update(readFileSync(paths[0]!)).digest('hex')).toBe(clip.sha256);
    writeFileSync(paths[0]!, 'the person writes over it');
    expect((await (await open.store.open(clip.id)).read(0, 8)).byteLength).toBe(8);
  });
});
