import { closeSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Zip, ZipDeflate } from 'fflate';

const CHUNK = 1 << 18;
/** Lets the window breathe between two pieces of work. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Packs a folder of plain files under its name. Writes as it goes, so that size does not matter. */
export async function zipFolder(
  folder: string,
  name: string,
  target: string,
  signal?: AbortSignal,
  onFile?: (done: number, total: number) => void,
): Promise<void> {
  const handle = openSync(target, 'wx', 0o644);
  try {
    const zip = new Zip((error, chunk) => {
      if (error) throw error;
      for (let at = 0; at < chunk.length;) at += writeSync(handle, chunk, at);
    });
    const files = readdirSync(folder).sort();
    for (const [index, file] of files.entries()) {
      const entry = new ZipDeflate(`${name}/${file}`, { level: 6 });
      zip.add(entry);
      const bytes = readFileSync(join(folder, file));
      for (let at = 0; at === 0 || at < bytes.length; at += CHUNK) {
        signal?.throwIfAborted();
        entry.push(bytes.subarray(at, at + CHUNK), at + CHUNK >= bytes.length);
        await breathe();
      }
      onFile?.(index + 1, files.length);
    }
    zip.end();
  } finally {
    closeSync(handle);
  }
}
