import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { appError } from '@shared/domain/errors';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** As much as is in memory at a time. */
const CHUNK = 1024 * 1024;

export type Progress = { readonly signal?: AbortSignal; readonly onBytes?: (done: number) => void };

/** Hashes `source`, and copies it to `target` on the way where one is given. Whole and on the disk, or an error. */
export async function hashFile(
  source: string,
  target: string | null,
  { signal, onBytes }: Progress = {},
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  const from = await open(source);
  try {
    const to = target === null ? undefined : await open(target, 'wx');
    try {
      const chunk = new Uint8Array(CHUNK);
      let done = 0;
      for (;;) {
        signal?.throwIfAborted();
        const { bytesRead } = await from.read(chunk, 0, CHUNK, null);
        if (bytesRead === 0) break;
        const part = chunk.subarray(0, bytesRead);
        hash.update(part);
        await to?.writeFile(part);
        done += bytesRead;
        onBytes?.(done);
      }
      await to?.sync();
      return { sha256: hash.digest('hex'), bytes: done };
    } finally {
      await to?.close();
    }
  } finally {
    await from.close();
  }
}

/** Files by the hash of their bytes. What is read is what was approved: a file that changed on the disk is not. */
export function createOriginals(root: string) {
  const pathOf = (sha256: string): string => join(root, sha256.slice(0, 2), sha256);
  const incoming = join(root, 'incoming');
  /** How each file looked on the disk when its bytes were last found to be right. */
  const verified = new Map<string, string>();

  const opened = async (sha256: string) => {
    const file = await open(pathOf(sha256)).catch((error: unknown) => {
      throw appError('media_rejected', { detail: 'the file is missing' }, error);
    });
    const { ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
    return { file, look: [ino, size, mtimeNs, ctimeNs].join(':') };
  };

  const verify = async (sha256: string, look: string): Promise<void> => {
    if (verified.get(sha256) === look) return;
    verified.delete(sha256);
    if ((await hashFile(pathOf(sha256), null)).sha256 !== sha256)
      throw appError('media_rejected', { detail: 'the file changed on the disk' });
    verified.set(sha256, look);
  };

  return {
    pathOf,
    /** A place in the same file system, from where a finished file is moved in by its name alone. */
    staging: async (): Promise<string> => {
      await mkdir(incoming, { recursive: true });
      return join(incoming, `${randomUUID()}.part`);
    },
    /** What an earlier run left half taken in. */
    forgetStaging: (): Promise<void> => rm(incoming, { recursive: true, force: true }),
    keep: async (staged: string, sha256: string): Promise<void> => {
      await mkdir(dirname(pathOf(sha256)), { recursive: true });
      await rename(staged, pathOf(sha256));
    },
    read: async (sha256: string, from: number, length: number): Promise<Uint8Array> => {
      const { file, look } = await opened(sha256);
      try {
        await verify(sha256, look);
        const part = new Uint8Array(length);
        const { bytesRead } = await file.read(part, 0, length, from);
        return part.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    readAll: async (sha256: string): Promise<Uint8Array> => {
      const bytes = await readFile(pathOf(sha256)).catch((error: unknown) => {
        throw appError('media_rejected', { detail: 'the file is missing' }, error);
      });
      if (sha256Of(bytes) !== sha256)
        throw appError('media_rejected', { detail: 'the file changed on the disk' });
      return bytes;
    },
    /** A copy under a name that people know, for them to use as they like. Shares its bytes where the disk can. */
    copyOut: async (sha256: string, target: string): Promise<void> => {
      await mkdir(dirname(target), { recursive: true });
      await copyFile(pathOf(sha256), target, constants.COPYFILE_FICLONE);
    },
  };
}

/** A reader never sees half a file. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, bytes, { flush: true });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw diskError(error);
  }
}

export const diskError = (error: unknown): unknown =>
  error instanceof Error && 'code' in error && error.code === 'ENOSPC'
    ? appError('disk_full', {}, error)
    : error;

const HEAD = 16;
const VIDEO_NAMES = new Set(['.mp4', '.m4v', '.mov', '.webm']);
/** Files of the ISO family that are still images. */
const STILL_BRANDS = new Set(['avif', 'avis', 'mif1', 'msf1', 'heic', 'heix', 'hevc', 'heim']);
const QUICKTIME_STARTS = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

/** What the first bytes are; a name that promises a video is taken at its word, so that the refusal says why. */
export function looksLikeVideo(head: Uint8Array, name: string): boolean {
  const start = Buffer.from(head.subarray(0, HEAD));
  if (start.subarray(0, 4).equals(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]))) return true;
  const type = start.toString('latin1', 4, 8);
  if (type === 'ftyp') return !STILL_BRANDS.has(start.toString('latin1', 8, 12));
  return QUICKTIME_STARTS.has(type) || VIDEO_NAMES.has(extname(name).toLowerCase());
}

export async function headOf(path: string): Promise<{ readonly head: Uint8Array; readonly size: number }> {
  const { size } = await stat(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD), 0, HEAD, 0);
    return { head: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}
