import { basename, extname, join } from 'node:path';
import { readFile, rm } from 'node:fs/promises';
import { appError, toErrorInfo } from '@shared/domain/errors';
import { uuidv7, type MediaId } from '@shared/domain/ids';
import type { Media } from '@shared/ipc/composer';
import type { ImageLimit } from '@shared/domain/network';
import type { MediaRepository, MediaRow } from '../db/repositories/media';
import type { MediaBytes, MediaFile } from '../networks/network';
import type { Clock, Paths } from '../ports';
import {
  createOriginals,
  diskError,
  hashFile,
  headOf,
  looksLikeVideo,
  sha256Of,
  writeWhole,
  type Progress,
} from './media-files';
import type { Images } from './media-images';
import type { MediaRefusal } from './media-messages';
import type { Videos } from './media-videos';

type MediaStoreDeps = {
  readonly repository: MediaRepository;
  readonly images: Images;
  readonly videos: Videos;
  readonly paths: Pick<Paths, 'data'>;
  readonly clock: Clock;
};

const MB = 1024 * 1024;
/** Larger files are refused before they are read. */
const MAX_IMAGE_BYTES = 60 * MB;
export const MAX_VIDEO_BYTES = 1024 * MB;
const IMAGE = /^image\/(jpeg|png|webp|gif|avif|bmp|tiff)$/;

export type MediaStore = ReturnType<typeof createMediaStore>;

/** Originals by the hash of their bytes; what was made of them for a network lies beside them and can be made again. */
export function createMediaStore(deps: MediaStoreDeps) {
  const { repository, images, videos, clock } = deps;
  const root = join(deps.paths.data, 'media');
  const originals = createOriginals(root);
  const require = (id: string): MediaRow => {
    const row = repository.get(id as MediaId);
    if (!row) throw appError('not_found', { field: 'media' });
    return row;
  };

  const keep = (row: Omit<MediaRow, 'id' | 'alt' | 'createdAt'>): Media => {
    const now = clock.now();
    const kept: MediaRow = { ...row, id: uuidv7<MediaId>(now), alt: '', createdAt: now };
    repository.insert(kept);
    return toMedia(kept);
  };

  const addImage = async (bytes: Uint8Array, name: string): Promise<Media> => {
    refuseSize(bytes.byteLength, MAX_IMAGE_BYTES);
    const { mime, width, height } = await images.probe(bytes).catch((error: unknown) => {
      throw toErrorInfo(error).kind === 'media_rejected' ? refused('not_media', {}, error) : error;
    });
    if (!IMAGE.test(mime)) throw refused('not_media', { mime });
    const sha256 = sha256Of(bytes);
    await writeWhole(originals.pathOf(sha256), bytes);
    return keep({
      sha256,
      mime,
      bytes: bytes.byteLength,
      width,
      height,
      seconds: null,
      name: basename(name),
    });
  };

  /** `staged` lies in the store already and becomes the original, or is removed. */
  const keepVideo = async (staged: string, name: string, known: Hashed): Promise<Media> => {
    try {
      const facts = await videos.probe(staged);
      await originals.keep(staged, known.sha256);
      return keep({ ...known, ...facts, name: basename(name) });
    } catch (error) {
      await rm(staged, { force: true });
      throw diskError(error);
    }
  };

  const addVideo = async (path: string, name: string, progress: Progress): Promise<Media> => {
    const staged = await originals.staging();
    const known = await hashFile(path, staged, progress).catch(async (error: unknown) => {
      await rm(staged, { force: true });
      throw diskError(error);
    });
    return keepVideo(staged, name, known);
  };

  const fitted = async (row: MediaRow, limit: Pick<ImageLimit, 'maxBytes' | 'mime'>): Promise<MediaBytes> => {
    const key = sha256Of(Buffer.from(JSON.stringify([row.sha256, limit.maxBytes, [...limit.mime].sort()])));
    const file = join(root, 'fitted', key);
    const known = await readJson(`${file}.json`);
    const cached = known && (await readFile(file).catch(absent));
    if (known && cached && sha256Of(cached) === known.sha256) return { ...known, bytes: cached };
    const made = await images.fit(await originals.readAll(row.sha256), limit);
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
      if (!looksLikeVideo(bytes, name)) return addImage(bytes, name);
      refuseSize(bytes.byteLength, MAX_VIDEO_BYTES);
      const staged = await originals.staging();
      await writeWhole(staged, bytes);
      return keepVideo(staged, name, { sha256: sha256Of(bytes), bytes: bytes.byteLength });
    },
    /** The same for a file on the disk; a video is copied in parts and never lies in memory whole. */
    addFile: async (path: string, name: string, progress: Progress = {}): Promise<Media> => {
      const { head, size } = await headOf(path);
      const video = looksLikeVideo(head, name);
      refuseSize(size, video ? MAX_VIDEO_BYTES : MAX_IMAGE_BYTES);
      return video ? addVideo(path, name, progress) : addImage(await readFile(path), name);
    },
    /** Where a file that arrives in parts is put together, for `addFile`; what a crash left there is gone at the next start. */
    staging: originals.staging,
    forgetStaging: originals.forgetStaging,
    /** Bytes as a network takes them; null: as they are. Images only: a video is read in parts. */
    load: async (id: string, limit: Pick<ImageLimit, 'maxBytes' | 'mime'> | null): Promise<MediaBytes> => {
      const row = require(id);
      if (row.mime.startsWith('video/'))
        throw appError('media_rejected', { detail: 'a video is read in parts' });
      if (limit) return fitted(row, limit);
      return {
        bytes: await originals.readAll(row.sha256),
        mime: row.mime,
        width: row.width,
        height: row.height,
      };
    },
    /**
     * A file read in parts. Before the first part its bytes are compared with what was taken in, and again when the
     * file looks different on the disk since: the approved bytes or none.
     */
    open: (id: string): Promise<MediaFile> => {
      const { sha256, mime, bytes, width, height, seconds } = require(id);
      const read: MediaFile['read'] = (from, length) => originals.read(sha256, from, length);
      return Promise.resolve({ mime, bytes, width, height, seconds, read });
    },
    /** Where `app://media/<id>` finds its bytes. */
    file: (id: MediaId): { readonly path: string; readonly mime: string } | undefined => {
      const row = repository.get(id);
      return row && { path: originals.pathOf(row.sha256), mime: row.mime };
    },
    list: (ids: readonly MediaId[]): readonly Media[] => repository.list(ids).map(toMedia),
    /** Copies under the names that people know, numbered in order, for them to use elsewhere. Paths in that order. */
    copyOut: async (ids: readonly string[], folder: string): Promise<readonly string[]> => {
      const paths: string[] = [];
      for (const [index, id] of ids.entries()) {
        const row = require(id);
        const path = join(folder, `${index + 1} ${plainName(row)}`);
        await originals.copyOut(row.sha256, path);
        paths.push(path);
      }
      return paths;
    },
    close: async (): Promise<void> => {
      await Promise.all([images.close(), videos.close()]);
    },
  };
}

type Hashed = { readonly sha256: string; readonly bytes: number };

export const toMedia = (row: MediaRow): Media => ({
  id: row.id,
  sha256: row.sha256,
  url: `app://media/${row.id}`,
  mime: row.mime,
  bytes: row.bytes,
  width: row.width,
  height: row.height,
  seconds: row.seconds,
  alt: row.alt,
  name: row.name,
});

const refused = (reason: MediaRefusal, more: Record<string, string | number> = {}, cause?: unknown) =>
  appError('media_rejected', { detail: reason, params: { reason, ...more } }, cause);

function refuseSize(size: number, max: number): void {
  if (size === 0) throw refused('empty');
  if (size > max) throw refused('too_large', { max: Math.floor(max / MB) });
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'video/quicktime': '.mov',
  'image/tiff': '.tif',
};

/** A name that every file system takes; pasted images have none of their own. */
function plainName({ name, mime }: MediaRow): string {
  // eslint-disable-next-line no-control-regex -- they are what must not stand in a name
  const plain = name.replace(/[<>:"/\\|?*\u0000-\u001f]/g, '_').slice(-120);
  const extension = EXTENSIONS[mime] ?? `.${mime.split('/')[1]}`;
  return extname(plain) === '' ? `${plain}${extension}` : plain;
}

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
