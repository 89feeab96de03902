/**
 * Debian's OpenSSH server, unpacked into the cache outside the checkout, with the library that gives it people of its
 * own, so that it can be signed in to without an account on this machine.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  NO_DEBIAN,
  checkLibraries,
  debianMirror,
  debianRelease,
  lastWords,
  unpackDebian,
} from '../../../scripts/lib/debian-packages.mjs';
import { buildFolder } from '../../../scripts/lib/files.mjs';
import { inCache } from '../../../scripts/lib/paths.mjs';

/** The number rises when the layout below changes. */
const LAYOUT = 1;
const PACKAGES = ['openssh-server', 'openssh-client', 'libwrap0', 'libnss-wrapper'];

/** Program, its own libraries and the wrapper's path, or the reason why it cannot be had or run here. */
export async function ensureSshd() {
  const release = debianRelease();
  const folder = inCache('test-servers', `sshd-${release}-${LAYOUT}-${process.arch}`);
  try {
    if (!existsSync(folder)) {
      const mirror = debianMirror();
      if (!mirror || !release) return { missing: NO_DEBIAN };
      await buildFolder(folder, (staging) => {
        unpackDebian(staging, { mirror, release, packages: PACKAGES });
        pathsIn(staging);
      });
    }
    const paths = pathsIn(folder);
    checkLibraries(paths.program, [paths.libraries]);
    return paths;
  } catch (error) {
    return { missing: `the SSH server could not be fetched: ${lastWords(error)}` };
  }
}

function pathsIn(folder) {
  const root = join(folder, 'root');
  const program = join(root, 'usr', 'sbin', 'sshd');
  const keygen = join(root, 'usr', 'bin', 'ssh-keygen');
  const wrapper = readdirSync(root, { recursive: true, withFileTypes: true }).find(
    (entry) => entry.name === 'libnss_wrapper.so',
  );
  if (!existsSync(program) || !existsSync(keygen) || !wrapper)
    throw new Error('the package has another layout than expected');
  const libraries = wrapper.parentPath ?? wrapper.path;
  return { program, keygen, libraries, wrapper: join(libraries, wrapper.name) };
}
