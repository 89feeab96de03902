import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unzip } from '../../../scripts/lib/zip.mjs';

type Entry = {
  readonly name: string;
  readonly text: string;
  readonly mode?: number;
  readonly stored?: boolean;
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candor-zip-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A zip archive written by the book: local headers with data, central directory, end record. */
function zip(entries: readonly Entry[]): string {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, text, mode = 0o644, stored = false } of entries) {
    const data = stored ? Buffer.from(text) : deflateRawSync(Buffer.from(text));
    const method = stored ? 0 : 8;
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(method, 8);
    header.writeUInt16LE(name.length, 26);
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(method, 10);
    record.writeUInt32LE(data.length, 20);
    record.writeUInt16LE(name.length, 28);
    record.writeUInt32LE((mode << 16) >>> 0, 38);
    record.writeUInt32LE(offset, 42);
    local.push(header, Buffer.from(name), data);
    central.push(record, Buffer.from(name));
    offset += header.length + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  const path = join(folder, 'archive.zip');
  writeFileSync(path, Buffer.concat([...local, directory, end]));
  return path;
}

describe('unpacking an archive', () => {
  it('restores compressed, stored and empty files with their run bits', async () => {
    const archive = zip([
      { name: 'top/run', text: 'x'.repeat(5000), mode: 0o755 },
      { name: 'top/plain.txt', text: 'plain', stored: true },
      { name: 'top/empty', text: '', stored: true },
    ]);
    await unzip(archive, folder);
    expect(readFileSync(join(folder, 'top/run'), 'utf8')).toBe('x'.repeat(5000));
    expect(statSync(join(folder, 'top/run')).mode & 0o111).not.toBe(0);
    expect(readFileSync(join(folder, 'top/plain.txt'), 'utf8')).toBe('plain');
    expect(statSync(join(folder, 'top/empty')).size).toBe(0);
  });

  it('renames and leaves out what it is told to', async () => {
    const archive = zip([
      { name: 'A', text: 'a' },
      { name: 'B', text: 'b' },
    ]);
    await unzip(archive, join(folder, 'out'), (name: string) => (name === 'A' ? 'renamed' : null));
    expect(readFileSync(join(folder, 'out', 'renamed'), 'utf8')).toBe('a');
    expect(() => statSync(join(folder, 'out', 'B'))).toThrow();
  });

  it('refuses a name that leads out of the folder', async () => {
    await expect(unzip(zip([{ name: '../out', text: 'x' }]), join(folder, 'in'))).rejects.toThrow(/leaves/);
  });

  it('refuses a file that is no archive', async () => {
    const path = join(folder, 'not.zip');
    writeFileSync(path, 'nothing of the kind, and long enough to look into');
    await expect(unzip(path, folder)).rejects.toThrow(/Not a zip/);
  });
});
