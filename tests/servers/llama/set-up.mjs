/**
 * Debian's llama-server, unpacked into the cache outside the checkout and run with its own libraries, so that the
 * system's packages stay as they are. Nothing is installed; the system's own mirror and keys are used.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NO_DEBIAN, debianMirror, lastWords, unpackDebian } from '../../../scripts/lib/debian-packages.mjs';
import { buildFolder } from '../../../scripts/lib/files.mjs';
import { inCache } from '../../../scripts/lib/paths.mjs';

/** Where llama.cpp entered Debian; the number rises when the layout below changes. */
const RELEASE = 'forky';
const LAYOUT = 1;
const PACKAGE = 'llama.cpp-tools';

/** The folder that holds bin, lib and loader of the server, or the reason why it cannot be had here. */
export async function ensureLlama() {
  const folder = inCache('test-servers', `llama-${RELEASE}-${LAYOUT}-${process.arch}`);
  if (existsSync(folder)) return { folder };
  const mirror = debianMirror();
  if (!mirror) return { missing: NO_DEBIAN };
  try {
    await buildFolder(folder, (staging) => {
      unpackDebian(staging, { mirror, release: RELEASE, packages: [PACKAGE], dependencies: true });
      llamaPaths(staging);
    });
    return { folder };
  } catch (error) {
    return { missing: `llama-server could not be fetched: ${lastWords(error)}` };
  }
}

/** Paths inside an unpacked folder. */
export function llamaPaths(folder) {
  const root = join(folder, 'root');
  const loader = find(root, (name) => /^ld-linux-.*\.so\.\d$/.test(name));
  const lib = dirname(find(root, (name) => name === 'libllama.so.0'));
  const implementation = find(root, (name) => name === 'libllama-server-impl.so', true);
  return {
    loader,
    server: join(root, 'usr', 'bin', 'llama-server'),
    libraries: [lib, ...(implementation ? [dirname(implementation)] : [])],
    // It looks for the backend of this processor in the current folder.
    cwd: dirname(find(root, (name) => name.startsWith('libggml-cpu'))),
  };
}

function find(root, accept, optional = false) {
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).find(
    (entry) => !entry.isDirectory() && accept(entry.name),
  );
  if (!found && !optional) throw new Error('the package has another layout than expected');
  return found && join(found.parentPath ?? found.path, found.name);
}
