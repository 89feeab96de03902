/** node_modules exactly as package-lock.json says. */
import { readText } from './files.mjs';
import { fileHash, fingerprint } from './fingerprint.mjs';
import { holdBy, release, waitForOther } from './one-at-a-time.mjs';
import { inCache, inProject, projectRoot } from './paths.mjs';
import { npmCommand, runOrFail } from './process.mjs';
import { isStamped, stamp } from './stamps.mjs';

const STAMP = 'packages';

const packagesFingerprint = () =>
  fingerprint({
    lock: fileHash(inProject('package-lock.json')),
    platform: `${process.platform}-${process.arch}`,
    node: process.versions.node.split('.')[0],
  });

export function packagesReady() {
  if (isStamped(STAMP, packagesFingerprint())) return true;
  // Somebody ran npm by hand: npm's own record says what it installed.
  if (
    !sameInstall(
      readText(inProject('package-lock.json')),
      readText(inProject('node_modules', '.package-lock.json')),
    )
  ) {
    return false;
  }
  stamp(STAMP, packagesFingerprint());
  return true;
}

/** True when everything npm recorded as installed is what the lock asks for, and nothing but optional packages is absent. */
export function sameInstall(lockText, installedText) {
  if (lockText === null || installedText === null) return false;
  const wanted = JSON.parse(lockText).packages;
  const installed = JSON.parse(installedText).packages;
  const names = new Set([...Object.keys(wanted), ...Object.keys(installed)]);
  names.delete('');
  return [...names].every((name) => {
    if (installed[name] === undefined)
      return wanted[name].optional === true || wanted[name].devOptional === true;
    return installed[name].version === wanted[name]?.version;
  });
}

/** Install scripts are not needed by anything here, so none of them runs. */
export async function installPackagesFromLock(progress) {
  const writer = inCache('locks', `npm-${fingerprint({ projectRoot }).slice(0, 12)}`);
  await waitForOther(writer, () => progress('another npm is still installing here, waiting for it'));
  if (packagesReady()) return;
  progress('npm ci, about 760 packages');
  const [command, args] = npmCommand([
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  await runOrFail(
    'Installing the npm packages',
    'Check that the npm registry can be reached (npm ping) and that 1 GB of disk space is free, then start again.',
    command,
    args,
    { log: 'npm-ci', onStart: (pid) => holdBy(writer, pid) },
  );
  release(writer);
  stamp(STAMP, packagesFingerprint());
}
