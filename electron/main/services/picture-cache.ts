import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Logger } from '../ports';
import { pictureTypes, type Picture, type PictureType } from './picture-download';

export type PictureFile = { readonly path: string; readonly mime: string };
type Kept = { readonly type: PictureType; readonly bytes: number };

const NAME = /^([0-9a-f]{64})\.(\w+)$/u;

/** Pictures on the disk by id, within `maxBytes`; what was not shown for longest goes first. */
export function createPictureCache(deps: {
  readonly folder: string;
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly log: Logger;
}) {
  const { folder, clock } = deps;
  const pathOf = (id: string, type: PictureType): string => join(folder, `${id}.${type}`);
  const fileOf = (id: string, type: PictureType): PictureFile => ({
    path: pathOf(id, type),
    mime: `image/${type}`,
  });
  /** The order survives the run as the time of the file. */
  const stampUse = (path: string): Promise<void> => utimes(path, clock.now() / 1000, clock.now() / 1000);
  // In order of last use, oldest first: a Map keeps the order in which its keys came.
  let opened: Promise<Map<string, Kept>> | undefined;
  const index = (): Promise<Map<string, Kept>> => (opened ??= readFolder(folder));

  const prune = async (kept: Map<string, Kept>): Promise<void> => {
    let total = [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [id, { type, bytes }] of kept) {
      if (total <= deps.maxBytes) return;
      kept.delete(id);
      total -= bytes;
      await rm(pathOf(id, type), { force: true });
    }
  };

  return {
    get: async (id: string): Promise<PictureFile | undefined> => {
      const kept = await index();
      const found = kept.get(id);
      if (!found) return undefined;
      kept.delete(id);
      try {
        await stampUse(pathOf(id, found.type));
      } catch (error) {
        deps.log.debug('a kept picture is gone', { error: String(error) });
        return undefined;
      }
      kept.set(id, found);
      return fileOf(id, found.type);
    },
    put: async (id: string, { bytes, type }: Picture): Promise<PictureFile> => {
      const kept = await index();
      await mkdir(folder, { recursive: true });
      const part = join(folder, `${id}.part`);
      await writeFile(part, bytes);
      await stampUse(part);
      await rename(part, pathOf(id, type));
      kept.set(id, { type, bytes: bytes.byteLength });
      await prune(kept);
      return fileOf(id, type);
    },
    clear: async (): Promise<void> => {
      (await index()).clear();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function readFolder(folder: string): Promise<Map<string, Kept>> {
  await mkdir(folder, { recursive: true });
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const [, id, ending] = NAME.exec(name) ?? [];
      const type = pictureTypes.find((known) => known === ending);
      if (id !== undefined && type) {
        const { size, mtimeMs } = await stat(join(folder, name));
        return { id, type, bytes: size, usedAt: mtimeMs };
      }
      // what a run that ended in the middle of writing left
      await rm(join(folder, name), { recursive: true, force: true });
      return undefined;
    }),
  );
  const kept = found.filter((entry) => entry !== undefined).sort((a, b) => a.usedAt - b.usedAt);
  return new Map(kept.map(({ id, type, bytes }) => [id, { type, bytes }]));
}
