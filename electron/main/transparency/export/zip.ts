import { closeSync, openSync, readdirSync, readSync, writeSync } from 'node:fs';
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
      await pushFile(join(folder, file), entry, signal);
      onFile?.(index + 1, files.length);
    }
    zip.end();
  } finally {
    closeSync(handle);
  }
}

async function pushFile(file: string, entry: ZipDeflate, signal: AbortSignal | undefined): Promise<void> {
  const source = openSync(file, 'r');
  try {
    for (let last = false; !last;) {
      signal?.throwIfAborted();
      const chunk = Buffer.alloc(CHUNK);
      const length = readSync(source, chunk);
      last = length < CHUNK;
      entry.push(chunk.subarray(0, length), last);
      await breathe();
    }
  } finally {
    closeSync(source);
  }
}
