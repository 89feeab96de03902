import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildFolder, readText, whenWritten, writeFileAtomic } from '../../../scripts/lib/files.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candor-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('buildFolder', () => {
  const target = (): string => join(folder, 'cache', 'thing');

  it('leaves nothing behind when the work fails, so that the next run starts afresh', async () => {
    const build = async (staging: string): Promise<void> => {
      writeFileSync(join(staging, 'half'), '');
      throw new Error('killed');
    };
    await expect(buildFolder(target(), build)).rejects.toThrow('killed');
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  it('keeps what another process finished first', async () => {
    await buildFolder(target(), (staging: string) => {
      writeFileSync(join(staging, 'from'), 'second');
      mkdirSync(target());
      writeFileSync(join(target(), 'from'), 'first');
    });
    expect(readFileSync(join(target(), 'from'), 'utf8')).toBe('first');
    expect(readdirSync(join(folder, 'cache'))).toEqual(['thing']);
  });

  it('removes what a killed run left hours ago, and not what a running one is making', async () => {
    const old = join(folder, 'cache', '.staging-old');
    const young = join(folder, 'cache', '.staging-young');
    mkdirSync(old, { recursive: true });
    mkdirSync(young);
    const hoursAgo = new Date(Date.now() - 12 * 60 * 60 * 1000);
    utimesSync(old, hoursAgo, hoursAgo);
    await buildFolder(target(), () => undefined);
    expect([existsSync(old), existsSync(young), existsSync(target())]).toEqual([false, true, true]);
  });
});

describe('single files', () => {
  it('are replaced in one move and read as null when absent', () => {
    const path = join(folder, 'deep', 'stamp');
    expect(readText(path)).toBeNull();
    writeFileAtomic(path, 'one');
    writeFileAtomic(path, 'two');
    expect(readText(path)).toBe('two');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['stamp']);
  });

  it('are reported once they have content', async () => {
    const path = join(folder, 'shots', 'first.png');
    const written = new Promise<void>((resolve) => whenWritten(path, resolve));
    writeFileSync(path, 'png');
    await written;
  });
});
