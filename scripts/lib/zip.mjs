/** Unpacks a zip archive with Node alone, because a bare machine has no unzip. Zip64 is not handled. */
import { createReadStream, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_SIZE = 22;
const LOCAL_HEADER_SIZE = 30;

/** Parses the central directory: [{ name, method, compressedSize, mode, headerOffset }]. */
export function parseCentralDirectory(directory) {
  const entries = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === ENTRY_SIGNATURE;) {
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      mode: (directory.readUInt32LE(at + 38) >>> 16) & 0o777,
      headerOffset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** `rename(name)` gives the path below `target`, or null to leave the entry out. Reports bytes read. */
export async function unzip(archive, target, rename = (name) => name, onProgress = () => {}) {
  const file = await open(archive, 'r');
  try {
    const { size } = await file.stat();
    const wanted = (await readDirectory(file, size)).map((entry) => ({ ...entry, to: rename(entry.name) }));
    let done = 0;
    for (const entry of wanted) {
      if (entry.to !== null && !entry.name.endsWith('/')) await extract(file, archive, entry, target);
      done += entry.compressedSize;
      onProgress(done / size);
    }
  } finally {
    await file.close();
  }
}

async function readDirectory(file, size) {
  const tailLength = Math.min(size, END_SIZE + 0xffff);
  const tail = await readAt(file, size - tailLength, tailLength);
  for (let at = tail.length - END_SIZE; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    return parseCentralDirectory(await readAt(file, tail.readUInt32LE(at + 16), tail.readUInt32LE(at + 12)));
  }
  throw new Error('Not a zip archive: the end of its directory is missing.');
}

async function extract(file, archive, entry, target) {
  const path = resolve(target, entry.to);
  if (!path.startsWith(resolve(target) + sep)) throw new Error(`Zip entry leaves its folder: ${entry.name}`);
  if (entry.method !== 0 && entry.method !== 8)
    throw new Error(`Zip method ${entry.method} of ${entry.name} is not handled.`);
  const header = await readAt(file, entry.headerOffset, LOCAL_HEADER_SIZE);
  const start = entry.headerOffset + LOCAL_HEADER_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28);
  mkdirSync(dirname(path), { recursive: true });
  const mode = entry.mode || 0o644;
  if (entry.compressedSize === 0) {
    writeFileSync(path, '', { mode });
    return;
  }
  const output = createWriteStream(path, { mode });
  const input = createReadStream(archive, { start, end: start + entry.compressedSize - 1 });
  await pipeline(input, entry.method === 8 ? createInflateRaw() : new PassThrough(), output);
}

async function readAt(file, position, length) {
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, position);
  return buffer;
}
