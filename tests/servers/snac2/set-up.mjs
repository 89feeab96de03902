/**
 * Debian's snac2, a small server with Mastodon's API, unpacked into the cache outside the checkout. Nothing is
 * installed; the system's own mirror and keys are used.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFolder } from '../../../scripts/lib/files.mjs';
import { inCache } from '../../../scripts/lib/paths.mjs';

/** The number rises when the layout below changes. */
const RELEASE = 'trixie-backports';
const LAYOUT = 1;
const PACKAGE = 'snac2';
const MINUTES = 60_000;

/** The program's path, or the reason why it cannot be had or run here. */
export async function ensureSnac() {
  const folder = inCache('test-servers', `snac2-${RELEASE}-${LAYOUT}-${process.arch}`);
  const program = join(folder, 'root', 'usr', 'bin', 'snac');
  try {
    if (!existsSync(folder)) {
      const mirror = debianMirror();
      if (!mirror) return { missing: 'this is no Debian whose packages can be reached' };
      await buildFolder(folder, (staging) => unpack(staging, mirror));
    }
    // Prints its usage and fails; a library that is not there shows itself here.
    execFileSync('ldd', [program], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('not found'))
      .forEach((line) => {
        throw new Error(`a library is missing: ${line.trim()}`);
      });
    return { program };
  } catch (error) {
    const words = String(error.stderr || error.message)
      .trim()
      .split('\n')
      .at(-1);
    return { missing: `snac2 could not be fetched: ${words}` };
  }
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
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const apt = (...args) =>
    execFileSync('apt-get', [...flags, '-q', ...args], {
      cwd: staging,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 5 * MINUTES,
    });
  apt('update');
  apt('download', PACKAGE);
  for (const name of readdirSync(staging).filter((file) => file.endsWith('.deb')))
    execFileSync('dpkg-deb', ['-x', at(name), at('root')], { timeout: MINUTES });
  if (!existsSync(at('root', 'usr', 'bin', 'snac')))
    throw new Error('the package has another layout than expected');
}
