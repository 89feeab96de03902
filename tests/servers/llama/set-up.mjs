/**
 * Debian's llama-server, unpacked into the cache outside the checkout and run with its own libraries, so that the
 * system's packages stay as they are. Nothing is installed; the system's own mirror and keys are used.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildFolder } from '../../../scripts/lib/files.mjs';
import { inCache } from '../../../scripts/lib/paths.mjs';

/** Where llama.cpp entered Debian; the number rises when the layout below changes. */
const RELEASE = 'forky';
const LAYOUT = 1;
const PACKAGE = 'llama.cpp-tools';
const MINUTES = 60_000;

/** The folder that holds bin, lib and loader of the server, or the reason why it cannot be had here. */
export async function ensureLlama() {
  const folder = inCache('test-servers', `llama-${RELEASE}-${LAYOUT}-${process.arch}`);
  if (existsSync(folder)) return { folder };
  const mirror = debianMirror();
  if (!mirror) return { missing: 'this is no Debian whose packages can be reached' };
  try {
    await buildFolder(folder, (staging) => unpack(staging, mirror));
    return { folder };
  } catch (error) {
    return {
      missing: `llama-server could not be fetched: ${String(error.stderr || error.message)
        .trim()
        .split('\n')
        .at(-1)}`,
    };
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

function debianMirror() {
  if (process.platform !== 'linux') return undefined;
  try {
    const targets = execFileSync(
      'apt-get',
      ['indextargets', '--format', '$(REPO_URI)|$(COMPONENT)|$(CREATED_BY)|$(ORIGIN)|$(LABEL)'],
      { encoding: 'utf8' },
    );
    const main = targets.split('\n').map((line) => line.split('|'));
    return main.find(
      ([, component, created, origin, label]) =>
        component === 'main' && created === 'Packages' && origin === 'Debian' && label === 'Debian',
    )?.[0];
  } catch {
    // No apt here: the caller says so in its own words.
    return undefined;
  }
}

function unpack(staging, mirror) {
  const at = (...parts) => join(staging, ...parts);
  for (const name of ['lists/partial', 'cache/archives/partial', 'root'])
    mkdirSync(at(name), { recursive: true });
  writeFileSync(at('status'), '');
  writeFileSync(
    at('sources.list'),
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} ${RELEASE} main\n`,
  );
  const options = {
    'Dir::Etc::sourcelist': at('sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': at('lists'),
    'Dir::State::status': at('status'),
    'Dir::Cache': at('cache'),
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': '',
    'Debug::NoLocking': '1',
  };
  const apt = (...args) =>
    execFileSync(
      'apt-get',
      [...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]), '-q', ...args],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: 5 * MINUTES,
      },
    );
  apt('update');
  apt('--yes', '--no-install-recommends', '--download-only', 'install', PACKAGE);
  for (const name of readdirSync(at('cache', 'archives')).filter((file) => file.endsWith('.deb')))
    execFileSync('dpkg-deb', ['-x', at('cache', 'archives', name), at('root')], { timeout: MINUTES });
  llamaPaths(staging);
}

function find(root, accept, optional = false) {
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).find(
    (entry) => !entry.isDirectory() && accept(entry.name),
  );
  if (!found && !optional) throw new Error('the package has another layout than expected');
  return found && join(found.parentPath ?? found.path, found.name);
}
