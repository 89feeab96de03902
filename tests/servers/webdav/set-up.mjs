/** Debian's nginx, whose core speaks WebDAV's PUT and DELETE, unpacked into the cache outside the checkout. */
import { existsSync } from 'node:fs';
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
const PROGRAM = ['root', 'usr', 'sbin', 'nginx'];

/** The program's path, or the reason why it cannot be had or run here. */
export async function ensureNginx() {
  const release = debianRelease();
  const folder = inCache('test-servers', `nginx-${release}-${LAYOUT}-${process.arch}`);
  const program = join(folder, ...PROGRAM);
  try {
    if (!existsSync(folder)) {
      const mirror = debianMirror();
      if (!mirror || !release) return { missing: NO_DEBIAN };
      await buildFolder(folder, (staging) => {
        unpackDebian(staging, { mirror, release, packages: ['nginx'] });
        if (!existsSync(join(staging, ...PROGRAM)))
          throw new Error('the package has another layout than expected');
      });
    }
    checkLibraries(program);
    return { program };
  } catch (error) {
    return { missing: `nginx could not be fetched: ${lastWords(error)}` };
  }
}
