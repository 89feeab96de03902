/** Debian packages that Electron, the build and the tests need, and how to see that one is missing. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runOrFail, SetupError } from './process.mjs';

const DISPLAY = [{ name: 'xvfb', command: 'Xvfb' }];

const ELECTRON = [
  { name: 'libgtk-3-0', library: 'libgtk-3.so.0' },
  { name: 'libnss3', library: 'libnss3.so' },
  { name: 'libasound2', library: 'libasound.so.2' },
  { name: 'libgbm1', library: 'libgbm.so.1' },
  { name: 'libxss1', library: 'libXss.so.1' },
  { name: 'libnotify4', library: 'libnotify.so.4' },
  { name: 'libxtst6', library: 'libXtst.so.6' },
];

const COMPILER = [
  { name: 'g++', command: 'g++' },
  { name: 'make', command: 'make' },
  { name: 'python3', command: 'python3' },
];

/** Without these a screenshot of a machine without a desktop shows boxes for most scripts. */
const FONTS = [
  { name: 'fonts-noto-core', path: '/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf' },
  { name: 'fonts-noto-cjk', path: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc' },
  { name: 'fonts-noto-color-emoji', path: '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf' },
];

/** Tests that need one of these are skipped, with a line, where it is missing. */
const TEST_TOOLS = [
  { name: 'faketime', command: 'faketime' },
  { name: 'gnome-keyring', command: 'gnome-keyring-daemon' },
  { name: 'dbus', command: 'dbus-run-session' },
  { name: 'openssh-client', command: 'ssh-keygen' },
  { name: 'python3', command: 'python3' },
];

/** { required, optional } names of missing packages for what is about to be done. */
export function missingPackages({ headless, compile, tests }, machine = inspectMachine()) {
  const missing = (list) => list.filter((entry) => !isPresent(entry, machine)).map(({ name }) => name);
  const required = missing([...ELECTRON, ...(headless ? DISPLAY : []), ...(compile ? COMPILER : [])]);
  const optional = missing([...(headless ? FONTS : []), ...(tests ? TEST_TOOLS : [])]);
  return { required, optional: optional.filter((name) => !required.includes(name)) };
}

function isPresent({ library, command, path }, machine) {
  if (library) return machine.libraries.has(library);
  if (command) return machine.hasCommand(command);
  return machine.hasPath(path);
}

function inspectMachine() {
  const listed = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '';
  const folders = (process.env.PATH ?? '').split(delimiter);
  return {
    libraries: new Set([...listed.matchAll(/^\s+(\S+) \(/gm)].map(([, name]) => name)),
    hasCommand: (name) => folders.some((folder) => existsSync(join(folder, name))),
    hasPath: existsSync,
  };
}

export const usesApt = () => process.platform === 'linux' && existsSync('/usr/bin/apt-get');
export const isRoot = () => process.getuid?.() === 0;
export const installCommand = (names) => `apt-get install -y --no-install-recommends ${names.join(' ')}`;

/** Installs as root; otherwise names the command to type. */
export async function installPackages({ required, optional }, progress) {
  if (!isRoot()) {
    if (required.length === 0) return;
    throw new SetupError(
      `System packages are missing: ${required.join(', ')}.`,
      `sudo ${installCommand([...required, ...optional])}`,
    );
  }
  const wanted = [...required, ...optional];
  progress(`installing ${wanted.join(' ')}`);
  await apt(['update'], 'Reading the package lists');
  await apt(
    ['install', '-y', '--no-install-recommends', ...wanted.map(nameHere)],
    `Installing ${wanted.join(' ')}`,
  );
}

const apt = (args, what) =>
  runOrFail(
    what,
    'Check that the Debian mirror can be reached and that no other apt is running, then start again.',
    'apt-get',
    ['-o', 'DPkg::Lock::Timeout=180', '-q', ...args],
    { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, log: `apt-${args[0]}` },
  );

/** Since the change to 64-bit time some libraries have another name on newer releases. */
function nameHere(name) {
  const newer = `${name}t64`;
  return spawnSync('apt-cache', ['show', '--no-all-versions', newer], { stdio: 'ignore' }).status === 0
    ? newer
    : name;
}
