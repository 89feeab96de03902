import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { appError } from '@shared/domain/errors';
import { uuidv7, type MediaId } from '@shared/domain/ids';
import type { Media } from '@shared/ipc/composer';
import type { ImageLimit } from '@shared/domain/network';
import type { MediaRepository, MediaRow } from '../db/repositories/media';
import type { MediaBytes } from '../networks/network';
import type { Clock, Paths } from '../ports';
import type { Images } from './media-images';

type MediaStoreDeps = {
  readonly repository: MediaRepository;
  readonly images: Images;
  readonly paths: Pick<Paths, 'data'>;
  readonly clock: Clock;
};

/** Larger files are refused before they are read. */
const MAX_FILE_BYTES = 60 * 1024 * 1024;
const IMAGE = /^image\/(jpeg|png|webp|gif|avif|bmp|tiff)$/;

export type MediaStore = ReturnType<typeof createMediaStore>;

/** Originals by the hash of their bytes; what was made of them for a network lies beside them and can be made again. */
export function createMediaStore(deps: MediaStoreDeps) {
  const { repository, images, clock } = deps;
  const root = join(deps.paths.data, 'media');
  const pathOf = (sha256: string): string => join(root, sha256.slice(0, 2), sha256);
  const require = (id: MediaId): MediaRow => {
    const row = repository.get(id);
    if (!row) throw appError('not_found', { field: 'media' });
    return row;
  };

  /** The approved bytes or none: a file that changed on the disk is not sent. */
  const readOriginal = async (row: MediaRow): Promise<Uint8Array> => {
    const bytes = await readFile(pathOf(row.sha256)).catch((error: unknown) => {
      throw appError('media_rejected', { detail: 'the file is missing' }, error);
    });
    if (sha256Of(bytes) !== row.sha256)
      throw appError('media_rejected', { detail: 'the file changed on the disk' });
    return bytes;
  };

  const fitted = async (row: MediaRow, limit: Pick<ImageLimit, 'maxBytes' | 'mime'>): Promise<MediaBytes> => {
    const key = sha256Of(Buffer.from(JSON.stringify([row.sha256, limit.maxBytes, [...limit.mime].sort()])));
    const file = join(root, 'fitted', key);
    const known = await readJson(`${file}.json`);
    const cached = known && (await readFile(file).catch(absent));
    if (known && cached && sha256Of(cached) === known.sha256) return { ...known, bytes: cached };
    const made = await images.fit(await readOriginal(row), limit);
    await writeWhole(file, made.bytes);
    const { mime, width, height } = made;
    await writeWhole(
      `${file}.json`,
      Buffer.from(JSON.stringify({ mime, width, height, sha256: sha256Of(made.bytes) })),
    );
    return made;
  };

  return {
    /** Takes a file in. The same bytes are kept once; every use has its own alt text. */
    add: async (bytes: Uint8Array, name: string): Promise<Media> => {
      if (bytes.byteLength > MAX_FILE_BYTES)
        throw appError('media_rejected', { params: { max: MAX_FILE_BYTES } });
      const facts = await images.probe(bytes);
      if (!IMAGE.test(facts.mime)) throw appError('media_rejected', { params: { mime: facts.mime } });
      const sha256 = sha256Of(bytes);
      await writeWhole(pathOf(sha256), bytes);
      const row: MediaRow = {
        id: uuidv7<MediaId>(clock.now()),
        sha256,
        mime: facts.mime,
        bytes: bytes.byteLength,
        width: facts.width,
        height: facts.height,
        alt: '',
        name: basename(name),
        createdAt: clock.now(),
      };
      repository.insert(row);
      return toMedia(row);
    },
    read: async (path: string): Promise<{ readonly bytes: Uint8Array; readonly name: string }> => {
      const { size } = await stat(path);
      if (size > MAX_FILE_BYTES) throw appError('media_rejected', { params: { max: MAX_FILE_BYTES } });
      return { bytes: await readFile(path), name: basename(path) };
    },
    /** Bytes as a network takes them; null: as they are. */
    load: async (id: string, limit: Pick<ImageLimit, 'maxBytes' | 'mime'> | null): Promise<MediaBytes> => {
      const row = require(id as MediaId);
      if (limit) return fitted(row, limit);
      return { bytes: await readOriginal(row), mime: row.mime, width: row.width, height: row.height };
    },
    /** Where `app://media/<id>` finds its bytes. */
    file: (id: MediaId): { readonly path: string; readonly mime: string } | undefined => {
      const row = repository.get(id);
      return row && { path: pathOf(row.sha256), mime: row.mime };
    },
    list: (ids: readonly MediaId[]): readonly Media[] => repository.list(ids).map(toMedia),
    close: images.close,
  };
}

export const toMedia = (row: MediaRow): Media => ({
  id: row.id,
  sha256: row.sha256,
  url: `app://media/${row.id}`,
  mime: row.mime,
  bytes: row.bytes,
  width: row.width,
  height: row.height,
  alt: row.alt,
  name: row.name,
});

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type Fitted = {
  readonly mime: string;
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
};

async function readJson(path: string): Promise<Fitted | undefined> {
  const text = await readFile(path, 'utf8').catch(absent);
  return text === undefined ? undefined : (JSON.parse(text) as Fitted);
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

/** A reader never sees half a file. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, bytes, { flush: true });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
