import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holdBy, release, waitForOther } from '../../../scripts/lib/one-at-a-time.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candor-hold-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('waits for a process that outlived its parent, and says so once', async () => {
  const file = join(folder, 'npm');
  const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  holdBy(file, other.pid);
  let told = 0;
  await waitForOther(file, () => {
    told += 1;
    other.stdin.end();
  });
  expect(told).toBe(1);
});

it('goes on at once when nobody holds the file or its holder is dead', async () => {
  const file = join(folder, 'npm');
  const fail = (): never => expect.unreachable();
  await waitForOther(file, fail);
  const other = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => other.once('exit', resolve));
  holdBy(file, other.pid);
  await waitForOther(file, fail);
  release(file);
  await waitForOther(file, fail);
});
