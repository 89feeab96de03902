import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composer } from '@shared/ipc/composer';
import type { ParsedInput } from '@shared/ipc/contract';
import type { Progress } from '@shared/ipc/common';
import { createMediaIntake } from '../../electron/main/services/media-intake';
import { openStore, type OpenStore } from '../unit/media/store';
import { mp4 } from '../unit/media/videos';

let open: OpenStore;
let chosen: readonly string[] = [];
let intake: ReturnType<typeof createMediaIntake>;
beforeAll(() => {
  open = openStore();
  intake = createMediaIntake({ media: open.store, chooseFiles: () => Promise.resolve(chosen) });
});
afterAll(() => open.close());

const parts: Progress[] = [];
const stream = () => ({
  signal: new AbortController().signal,
  part: (part: Progress): void => void parts.push(part),
});
const incoming = (): readonly string[] => {
  const folder = join(open.folder, 'incoming');
  return existsSync(folder) ? readdirSync(folder) : [];
};
type Part = Extract<ParsedInput<'composer.addMedia'>['source'], { kind: 'part' }>;
const add = (source: ParsedInput<'composer.addMedia'>['source']) => intake.addMedia({ source }, stream());

const partsOf = (bytes: Uint8Array, length: number, name = 'dropped.mp4'): Part[] => {
  const upload = randomUUID();
  const count = Math.ceil(bytes.byteLength / length);
  return Array.from({ length: count }, (_, index) => ({
    kind: 'part',
    upload,
    name,
    size: bytes.byteLength,
    from: index * length,
    bytes: bytes.slice(index * length, (index + 1) * length),
    last: index === count - 1,
  }));
};

describe('a file that the window hands over in parts', () => {
  it('is the file that was dropped once the last part is there', async () => {
    const bytes = mp4({ payload: 900_000, seed: 40 });
    const answers = [];
    for (const part of partsOf(bytes, 200_000)) answers.push(await add(part));
    const [media] = answers.pop() ?? [];
    expect(answers).toEqual([[], [], [], []]);
    expect(media).toMatchObject({
      name: 'dropped.mp4',
      mime: 'video/mp4',
      bytes: bytes.byteLength,
      seconds: 3,
    });
    expect(composer['composer.addMedia'].output.parse([media])).toEqual([media]);
    expect(incoming()).toEqual([]);
  });

  it('may be several at the same time', async () => {
    const one = partsOf(mp4({ payload: 50_000, seed: 41 }), 20_000, 'one.mp4');
    const two = partsOf(mp4({ payload: 50_000, seed: 42 }), 20_000, 'two.mp4');
    const names: string[] = [];
    for (const [index, part] of one.entries())
      names.push(...[...(await add(part)), ...(await add(two[index]!))].map((item) => item.name));
    expect(names).toEqual(['one.mp4', 'two.mp4']);
  });

  it('with a part left out or one too many is refused, and nothing of it stays', async () => {
    const [first, second, third] = partsOf(mp4({ payload: 50_000, seed: 43 }), 20_000) as [Part, Part, Part];
    await add(first);
    await expect(add(third)).rejects.toMatchObject({ kind: 'invalid_input' });
    await add(first);
    await expect(add({ ...second, last: true })).rejects.toMatchObject({ kind: 'invalid_input' });
    await expect(add({ ...first, upload: randomUUID(), size: 10 })).rejects.toMatchObject({
      kind: 'invalid_input',
    });
    expect(incoming()).toEqual([]);
  });

  it('that says it is too large is refused with its first part', async () => {
    const [first] = partsOf(mp4(), 2_000) as [Part];
    await expect(add({ ...first, size: 4 * 1024 ** 3 })).rejects.toMatchObject({
      info: { kind: 'media_rejected', params: { reason: 'too_large', max: 1024 } },
    });
    expect(incoming()).toEqual([]);
  });

  it('that turns out to be no video is refused with the reason', async () => {
    const words = partsOf(Buffer.from('words '.repeat(1_000)), 4_000);
    await add(words[0]!);
    await expect(add(words[1]!)).rejects.toMatchObject({ info: { params: { reason: 'not_video' } } });
    expect(incoming()).toEqual([]);
  });

  it('that nobody finished does not fill the disk', async () => {
    for (let count = 0; count < 20; count += 1) await add(partsOf(mp4({ payload: 9_000 }), 2_000)[0]!);
    expect(incoming().length).toBeLessThanOrEqual(8);
    await open.store.forgetStaging();
    expect(incoming()).toEqual([]);
  });
});

describe('files chosen in the system’s dialog', () => {
  it('come in one after the other, with progress', async () => {
    chosen = ['a.mp4', 'b.mov'].map((name, index) => {
      const path = join(open.dir, name);
      writeFileSync(path, mp4({ brand: index === 0 ? 'isom' : 'qt  ', seed: 50 + index }));
      return path;
    });
    parts.length = 0;
    const added = await add({ kind: 'choose' });
    expect(added.map(({ name, mime }) => [name, mime])).toEqual([
      ['a.mp4', 'video/mp4'],
      ['b.mov', 'video/quicktime'],
    ]);
    expect(parts).toEqual([
      { done: 0, total: 2, label: 'a.mp4' },
      { done: 1, total: 2, label: 'b.mov' },
      { done: 2, total: 2 },
    ]);
  });

  it('are not taken in once the person has stopped it', async () => {
    const control = new AbortController();
    control.abort();
    const stopped = intake.addMedia({ source: { kind: 'choose' } }, { ...stream(), signal: control.signal });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });
});
