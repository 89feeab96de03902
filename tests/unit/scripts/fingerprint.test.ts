import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileHash, fingerprint, treeHash } from '../../../scripts/lib/fingerprint.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candor-fingerprint-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('fingerprint', () => {
  it('does not depend on the order of its inputs', () => {
    expect(fingerprint({ a: 1, b: 2 })).toBe(fingerprint({ b: 2, a: 1 }));
  });

  it('tells apart inputs that would be equal when joined', () => {
    expect(fingerprint({ a: 'bc' })).not.toBe(fingerprint({ ab: 'c' }));
  });

  it('changes when one input changes', () => {
    expect(fingerprint({ node: '20' })).not.toBe(fingerprint({ node: '22' }));
  });
});

describe('treeHash', () => {
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const hash = (): string => treeHash([join(folder, 'src')], folder);

  it('is the same for the same names and bytes in another place', () => {
    write('src/a.ts', 'a');
    const other = mkdtempSync(join(tmpdir(), 'candor-fingerprint-'));
    mkdirSync(join(other, 'src'));
    writeFileSync(join(other, 'src', 'a.ts'), 'a');
    expect(treeHash([join(other, 'src')], other)).toBe(hash());
    rmSync(other, { recursive: true });
  });

  it('changes with a byte, a name, a new file and a removed one', () => {
    write('src/a.ts', 'a');
    const seen = [hash()];
    write('src/a.ts', 'b');
    seen.push(hash());
    write('src/deep/c.ts', 'c');
    seen.push(hash());
    rmSync(join(folder, 'src', 'a.ts'));
    seen.push(hash());
    write('src/deep/d.ts', 'c');
    rmSync(join(folder, 'src', 'deep', 'c.ts'));
    seen.push(hash());
    expect(new Set(seen).size).toBe(5);
  });

  it('takes a missing root as an input of its own', () => {
    expect(hash()).toBe(hash());
    expect(fileHash(join(folder, 'none'))).toBe('missing');
  });
});
