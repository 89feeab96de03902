/**
 * npm run package: an unpacked app in dist/ for this system, from the Electron that start uses.
 * Arguments go to electron-builder, for example `-- --linux deb`.
 */
import { readFileSync } from 'node:fs';
import { buildApp, buildReady } from './lib/build.mjs';
import { command } from './lib/command.mjs';
import { writeFileAtomic } from './lib/files.mjs';
import { inProject } from './lib/paths.mjs';
import { packageBin, run } from './lib/process.mjs';
import { setUp } from './lib/setup.mjs';
import { step } from './lib/steps.mjs';

const PLATFORM_FLAGS = { linux: '--linux', darwin: '--mac', win32: '--win' };

await command(async (args) => {
  const { runtime, env } = await setUp();
  await step('Build', buildReady, () => buildApp(env));
  const fallback = runtime.kind === 'fallback';
  if (fallback)
    process.stderr.write('This package carries the fallback runtime: to try out here, not to ship.\n');
  const target = args.length > 0 ? args : [PLATFORM_FLAGS[process.platform], 'dir'];
  const builder = [packageBin('electron-builder', 'cli.js'), ...target, `--config=${configFor(runtime)}`];
  const { code } = await run(process.execPath, builder, { env });
  return code ?? 1;
});

/** electron-builder.json with the runtime at hand. */
function configFor(runtime) {
  const config = JSON.parse(readFileSync(inProject('electron-builder.json'), 'utf8'));
  // A binary compiled here for an old Node-API serves the fallback runtime only.
  const files =
    runtime.kind === 'fallback' ? config.files : [...config.files, '!node_modules/better-sqlite3/build'];
  const path = inProject('node_modules', '.tmp', 'electron-builder.json');
  const effective = { ...config, files, electronDist: runtime.dist, electronVersion: runtime.version };
  writeFileAtomic(path, JSON.stringify(effective, null, 2));
  return path;
}
