/**
 * npm test: sets up what is missing and runs every check; a failing phase does not stop the later ones.
 * `unit`, `specs`, `e2e`, `servers`, `lint`, `typecheck` as first argument run that phase alone; further
 * arguments go to its runner.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { command } from './lib/command.mjs';
import { inProject } from './lib/paths.mjs';
import { add, NOTHING, summaryLine } from './lib/results.mjs';
import { setUp } from './lib/setup.mjs';
import { endDisplay, PHASES } from './lib/test-phases.mjs';

await command(async ([only, ...args]) => {
  const names = only === undefined ? Object.keys(PHASES) : [only];
  if (!names.every((name) => name in PHASES)) {
    process.stderr.write(`Unknown phase ${only}. There are: ${Object.keys(PHASES).join(', ')}\n`);
    return 2;
  }
  const { env } = await setUp({ tests: true });
  const reports = inProject('node_modules', '.tmp', 'reports');
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  let total = NOTHING;
  for (const name of names) {
    const started = Date.now();
    process.stderr.write(`\n=== ${name}\n`);
    const counts = await PHASES[name]({ env, reports, args });
    process.stderr.write(
      `=== ${name}: ${summaryLine(counts)} (${Math.round((Date.now() - started) / 1000)} s)\n`,
    );
    total = add(total, counts);
  }
  endDisplay();
  process.stdout.write(`\n${summaryLine(total)}\n`);
  return total.failed === 0 ? 0 : 1;
});
