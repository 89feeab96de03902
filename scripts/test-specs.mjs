/**
 * npm run test:specs -- --specs DIR: runs the tests of the networks while every request of the connectors is written
 * down, then checks each against the networks' published specifications in DIR (x.json, mastodon.json, discord.json,
 * telegram.json, meta/*.json). Prints each deviation with the test that made it; exits 1 if there is one.
 */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { command } from './lib/command.mjs';
import { inProject } from './lib/paths.mjs';
import { SetupError } from './lib/process.mjs';
import { summaryLine } from './lib/results.mjs';
import { setUp } from './lib/setup.mjs';
import { PHASES, specsFolder } from './lib/test-phases.mjs';

await command(async (args) => {
  const { values } = parseArgs({ args, options: { specs: { type: 'string' } } });
  const given = values.specs === undefined ? {} : { CANDOR_SPECS_DIR: resolve(values.specs) };
  if (specsFolder({ ...process.env, ...given }) === null)
    throw new SetupError(
      'No folder of specifications is known.',
      'Give one that exists: npm run test:specs -- --specs ../shared/specs',
    );
  const { env } = await setUp({ tests: true });
  const reports = inProject('node_modules', '.tmp', 'reports');
  mkdirSync(reports, { recursive: true });
  const counts = await PHASES.specs({ env: { ...env, ...given }, reports, args: [], anew: true });
  process.stdout.write(`\n${summaryLine(counts)}\n`);
  return counts.failed === 0 ? 0 : 1;
});
