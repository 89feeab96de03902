/**
 * Debian packages unpacked into a folder of their own. Nothing is installed and nothing of the system changes; its
 * mirror and its keys are used, with package lists that live as long as the unpacking.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MINUTES = 60_000;

/** The mirror this system uses, or undefined where there is no Debian whose packages can be reached. */
export function debianMirror() {
  if (process.platform !== 'linux') return undefined;
  try {
    const targets = execFileSync(
      'apt-get',
      ['indextargets', '--format', '$(REPO_URI)|$(COMPONENT)|$(CREATED_BY)|$(ORIGIN)|$(LABEL)'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return targets
      .split('\n')
      .map((line) => line.split('|'))
      .find(
        ([, component, created, origin, label]) =>
          component === 'main' && created === 'Packages' && origin === 'Debian' && label === 'Debian',
      )?.[0];
  } catch {
    // No apt here: the caller says so in its own words.
    return undefined;
  }
}

/** The release this system runs (`bookworm`), whose programs find their libraries here. */
export function debianRelease() {
  try {
    return /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** Unpacks `packages` into `<staging>/root`, with all they need where `dependencies` is set. */
export function unpackDebian(staging, { mirror, release, packages, dependencies = false }) {
  const at = (...parts) => join(staging, ...parts);
  for (const name of ['lists/partial', 'cache/archives/partial', 'root'])
    mkdirSync(at(name), { recursive: true });
  writeFileSync(at('status'), '');
  writeFileSync(
    at('sources.list'),
    `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror} ${release} main\n`,
  );
  const apt = aptIn(staging);
  apt('update');
  if (dependencies) apt('--yes', '--no-install-recommends', '--download-only', 'install', ...packages);
  else apt('download', ...packages);
  const folder = dependencies ? at('cache', 'archives') : staging;
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.deb')))
    execFileSync('dpkg-deb', ['-x', join(folder, name), at('root')], { timeout: MINUTES });
}

function aptIn(staging) {
  const options = {
    'Dir::Etc::sourcelist': join(staging, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(staging, 'lists'),
    'Dir::State::status': join(staging, 'status'),
    'Dir::Cache': join(staging, 'cache'),
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': '',
    'Debug::NoLocking': '1',
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return (...args) =>
    execFileSync('apt-get', [...flags, '-q', ...args], {
      cwd: staging,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 5 * MINUTES,
    });
}

/** Throws where a library that the program needs is neither on this system nor in `libraries`. */
export function checkLibraries(program, libraries = []) {
  const env = libraries.length === 0 ? process.env : { ...process.env, LD_LIBRARY_PATH: libraries.join(':') };
  const missing = execFileSync('ldd', [program], { encoding: 'utf8', env })
    .split('\n')
    .find((line) => line.includes('not found'));
  if (missing) throw new Error(`a library is missing: ${missing.trim()}`);
}

/** The last line of what a command said when it failed: the reason, in its own words. */
export const lastWords = (error) =>
  String(error.stderr || error.message)
    .trim()
    .split('\n')
    .at(-1);

export const NO_DEBIAN = 'this is no Debian whose packages can be reached';
