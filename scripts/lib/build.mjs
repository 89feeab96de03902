/** Builds main, preload and renderer with electron-vite when one of their sources changed. */
import { existsSync } from 'node:fs';
import { fileHash, fingerprint, treeHash } from './fingerprint.mjs';
import { inProject, projectRoot } from './paths.mjs';
import { packageBin, runOrFail } from './process.mjs';
import { isStamped, stamp, unstamp } from './stamps.mjs';

const STAMP = 'build';
const SOURCES = ['electron', 'renderer', 'shared', 'resources', 'electron.vite.config.ts', 'package.json'];

export const buildFingerprint = () =>
  fingerprint({
    sources: treeHash(
      SOURCES.map((path) => inProject(path)),
      projectRoot,
    ),
    lock: fileHash(inProject('package-lock.json')),
  });

export const buildReady = () =>
  existsSync(inProject('out', 'main', 'index.js')) && isStamped(STAMP, buildFingerprint());

export async function buildApp(env) {
  const current = buildFingerprint();
  unstamp(STAMP);
  await runOrFail(
    'Building the app',
    'Correct what the lines above name; npm run typecheck often says more.',
    process.execPath,
    [packageBin('electron-vite', 'bin/electron-vite.js'), 'build'],
    { env, log: 'build' },
  );
  stamp(STAMP, current);
}
