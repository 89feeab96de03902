/**
 * better-sqlite3 asks for Node-API 10. On a runtime with an older one its prebuilt binary crashes
 * without a message, so there it is compiled from the package's own source with the experimental
 * Node-API instead, which older runtimes have and newer ones still accept. The result serves Node
 * and Electron alike, is cached outside the checkout, and is for development and tests only.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileHash } from './fingerprint.mjs';
import { buildFolder } from './files.mjs';
import { inCache, inProject } from './paths.mjs';
import { npmCommand, runOrFail, SetupError } from './process.mjs';

export const REQUIRED_NAPI = 10;
const RECIPE = 1;
const BINARY = 'better_sqlite3.node';
const moduleFolder = () => inProject('node_modules', 'better-sqlite3');
const placedBinary = () => join(moduleFolder(), 'build', 'Release', BINARY);

/** True when a runtime with this `process.versions.napi` cannot load the prebuilt binary. */
export const needsOwnBuild = (napi) => Number(napi) < REQUIRED_NAPI;

/** Replaces the one define that asks for Node-API 10. */
export function patchBindingGyp(text) {
  const asked = "'NAPI_VERSION=10'";
  if (!text.includes(asked)) {
    throw new SetupError(
      `better-sqlite3's binding.gyp no longer contains ${asked}.`,
      'Adapt patchBindingGyp in scripts/lib/native-module.mjs to this version of better-sqlite3.',
    );
  }
  return text.replace(asked, "'NAPI_EXPERIMENTAL', 'NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT'");
}

export function cachedBinary() {
  const { version } = JSON.parse(readFileSync(join(moduleFolder(), 'package.json'), 'utf8'));
  const libc =
    process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime ? '-musl' : '';
  const key = `${version}-r${RECIPE}-${process.platform}${libc}-${process.arch}`;
  return inCache('better-sqlite3', key, BINARY);
}

/** What placing the module depends on; unchanged means nothing to do. */
export function nativeModuleState(napiVersions) {
  const own = napiVersions.some(needsOwnBuild);
  const wanted = own ? fileHash(cachedBinary()) : 'missing';
  const placed = fileHash(placedBinary());
  return { own, current: wanted === placed && (!own || wanted !== 'missing') };
}

/** Brings node_modules/better-sqlite3 into the state the given runtimes need. */
export async function ensureNativeModule(napiVersions) {
  const { own, current } = nativeModuleState(napiVersions);
  if (current) return;
  if (!own) {
    rmSync(join(moduleFolder(), 'build'), { recursive: true, force: true });
    return;
  }
  const binary = cachedBinary();
  if (!existsSync(binary)) await buildFolder(dirname(binary), compileInto);
  place(binary);
}

function place(binary) {
  mkdirSync(dirname(placedBinary()), { recursive: true });
  const temporary = `${placedBinary()}.${process.pid}.tmp`;
  copyFileSync(binary, temporary);
  renameSync(temporary, placedBinary());
}

async function compileInto(staging) {
  const source = join(staging, 'source');
  cpSync(moduleFolder(), source, {
    recursive: true,
    filter: (path) => !/[\\/](build|prebuilds)$/.test(path),
  });
  const addonApi = dirname(
    createRequire(join(moduleFolder(), 'package.json')).resolve('node-addon-api/package.json'),
  );
  cpSync(addonApi, join(source, 'node_modules', 'node-addon-api'), { recursive: true });
  const gyp = join(source, 'binding.gyp');
  writeFileSync(gyp, patchBindingGyp(readFileSync(gyp, 'utf8')));
  await runOrFail(
    'Compiling better-sqlite3',
    'Install a C++ compiler, make and Python 3 (Debian: apt-get install -y build-essential python3), or use Node 22.14 or newer with the current Electron, where nothing is compiled.',
    process.execPath,
    [nodeGyp(), 'rebuild', '--release', '--force_build=1', ...headersArgument()],
    { cwd: source, log: 'better-sqlite3-build' },
  );
  const built = join(staging, BINARY);
  renameSync(join(source, 'build', 'Release', BINARY), built);
  rmSync(source, { recursive: true, force: true });
  proveItLoads(built);
}

/** Node's own headers where the installation carries them; otherwise node-gyp fetches them. */
function headersArgument() {
  const prefix = join(dirname(process.execPath), process.platform === 'win32' ? '.' : '..');
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

function nodeGyp() {
  const [, args] = npmCommand([]);
  const npmRoot = args[0] ? join(dirname(args[0]), '..') : npmRootFromPath();
  const script = join(npmRoot, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  if (existsSync(script)) return script;
  throw new SetupError(
    `npm's own node-gyp was not found at ${script}.`,
    'Start this through npm (npm start, npm test).',
  );
}

function npmRootFromPath() {
  const result = spawnSync('npm', ['root', '--global'], { encoding: 'utf8' });
  return join(result.stdout?.trim() ?? '', 'npm');
}

/** In a process of its own, because a wrong binary ends the process instead of throwing. */
function proveItLoads(binary) {
  const code =
    'const D = require(process.argv[1]); const d = new D(":memory:", { nativeBinding: process.argv[2] });' +
    'd.exec("create virtual table t using fts5(x)"); if (d.prepare("select 41 + 1 as n").get().n !== 42) process.exit(1);';
  const result = spawnSync(process.execPath, ['-e', code, moduleFolder(), binary], { encoding: 'utf8' });
  if (result.status === 0) return;
  throw new SetupError(
    `The compiled better-sqlite3 does not load (${result.signal ?? result.stderr.trim()}).`,
    `Delete ${dirname(cachedBinary())} and start again; if it persists, use Node 22.14 or newer.`,
  );
}
