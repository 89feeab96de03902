/**
 * Debian's snac2, a small server with Mastodon's API, unpacked into the cache outside the checkout. Nothing is
 * installed; the system's own mirror and keys are used.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  NO_DEBIAN,
  checkLibraries,
  debianMirror,
  lastWords,
  unpackDebian,
} from '../../../scripts/lib/debian-packages.mjs';
import { buildFolder } from '../../../scripts/lib/files.mjs';
import { inCache } from '../../../scripts/lib/paths.mjs';

/** The number rises when the layout below changes. */
const RELEASE = 'trixie-backports';
const LAYOUT = 1;
const PROGRAM = ['root', 'usr', 'bin', 'snac'];

/** The program's path, or the reason why it cannot be had or run here. */
export async function ensureSnac() {
  const folder = inCache('test-servers', `snac2-${RELEASE}-${LAYOUT}-${process.arch}`);
  const program = join(folder, ...PROGRAM);
  try {
    if (!existsSync(folder)) {
      const mirror = debianMirror();
      if (!mirror) return { missing: NO_DEBIAN };
      await buildFolder(folder, (staging) => {
        unpackDebian(staging, { mirror, release: RELEASE, packages: ['snac2'] });
        if (!existsSync(join(staging, ...PROGRAM)))
          throw new Error('the package has another layout than expected');
      });
    }
    checkLibraries(program);
    return { program };
  } catch (error) {
    return { missing: `snac2 could not be fetched: ${lastWords(error)}` };
  }
}
