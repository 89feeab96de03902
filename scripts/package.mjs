/**
 * npm run package: an unpacked app in dist/ for this system, from the Electron that start uses.
 * Arguments go to electron-builder, for example `-- --linux deb`.
 */
import { readFileSync } from 'node:fs';
import { buildApp, buildReady } from './lib/build.mjs';
import { command } from './lib/command.mjs';
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
  const builder = [
    packageBin('electron-builder', 'cli.js'),
    ...target,
    `--config=${inProject('electron-builder.json')}`,
    `--config.electronDist=${runtime.dist}`,
    `--config.electronVersion=${runtime.version}`,
    // A binary compiled here for an old Node-API serves the fallback runtime only.
    ...(fallback ? [] : withoutLocalBuild()),
  ];
  const { code } = await run(process.execPath, builder, { env });
  return code ?? 1;
});

function withoutLocalBuild() {
  const { files } = JSON.parse(readFileSync(inProject('electron-builder.json'), 'utf8'));
  const all = [...files, '!node_modules/better-sqlite3/build'];
  return all.map((pattern, index) => `--config.files.${index}=${pattern}`);
}
