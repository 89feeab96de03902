import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bundleForNode } from '../fakes/node-bundle';

const library = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path));
if (!library)
  console.log(
    'skipped: libfaketime is not installed (Debian package faketime), the timetable was not run through a change of the clock',
  );

const run = promisify(execFile);
const RUN_MS = 13_000;

/** The timetable in a process of its own in Berlin, started at `start` (UTC) as libfaketime shows it. */
async function timetableAt(start: string): Promise<{ ticks: string[]; cpuMs: number; local: number }> {
  const bundle = await bundleForNode(
    fileURLToPath(new URL('./timetable/timetable-process.ts', import.meta.url)),
  );
  // As a distance from now: a local time of that night would be ambiguous.
  const seconds = Math.round((Date.parse(start) - Date.now()) / 1000);
  const { stdout } = await run(process.execPath, [bundle, String(RUN_MS)], {
    env: {
      ...process.env,
      TZ: 'Europe/Berlin',
      LD_PRELOAD: library,
      FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s`,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  });
  return JSON.parse(stdout) as { ticks: string[]; cpuMs: number; local: number };
}

describe.skipIf(!library)('the maintenance timetable in Europe/Berlin', () => {
  it('goes on through the hour that the end of summer time repeats, without spinning', async () => {
    const [summer, change] = await Promise.all([
      timetableAt('2026-07-01T10:59:54.000Z'),
      timetableAt('2026-10-25T00:59:54.000Z'),
    ]);
    expect(change.local).toBe(2);
    expect(change.ticks.length).toBeGreaterThanOrEqual(5);
    // Six seconds before the clock goes back from 03:00 to 02:00, and seven after.
    expect(change.ticks.filter((at) => at < '2026-10-25T01:00').length).toBeGreaterThanOrEqual(2);
    expect(change.ticks.filter((at) => at >= '2026-10-25T01:00').length).toBeGreaterThanOrEqual(2);
    expect(change.cpuMs).toBeLessThan(Math.max(600, summer.cpuMs * 3));
  }, 90_000);
});
