/** Brings a fresh clone on a bare machine to the point where the app can be built and run. */
import { existsSync } from 'node:fs';
import { isHeadless } from './display.mjs';
import { describeRuntime, ensureRuntime, readyRuntime, runtimeEnvironment } from './electron-runtime.mjs';
import { cachedBinary, ensureNativeModule, nativeModuleState, needsOwnBuild } from './native-module.mjs';
import { installPackagesFromLock, packagesReady } from './packages.mjs';
import { SetupError } from './process.mjs';
import { step } from './steps.mjs';
import { installCommand, installPackages, isRoot, missingPackages, usesApt } from './system-packages.mjs';

const MINIMUM_NODE = [20, 19];

/** Returns { runtime, env }: the Electron to run, and the environment in which children find it. */
export async function setUp({ tests = false } = {}) {
  checkNode(process.versions.node);
  await step('npm packages', packagesReady, installPackagesFromLock);
  await step(
    'Electron',
    () => readyRuntime() !== null,
    async (progress) => {
      await ensureRuntime(progress);
    },
  );
  const runtime = readyRuntime();
  const napiVersions = [process.versions.napi, runtime.napi];
  await installSystemPackages(napiVersions, tests);
  await step(
    'better-sqlite3',
    () => nativeModuleState(napiVersions).current,
    async (progress) => {
      progress('this runtime needs its own build, 1 to 4 minutes once');
      await ensureNativeModule(napiVersions);
    },
  );
  process.stderr.write(`Runtime: ${describeRuntime(runtime)}\n`);
  return { runtime, env: { ...process.env, ...runtimeEnvironment(runtime) } };
}

export function checkNode(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  throw new SetupError(
    `Node ${version} is too old.`,
    `Install Node ${MINIMUM_NODE.join('.')} or newer from https://nodejs.org.`,
  );
}

async function installSystemPackages(napiVersions, tests) {
  if (!usesApt()) return;
  const compile = napiVersions.some(needsOwnBuild) && !existsSync(cachedBinary());
  const missing = missingPackages({ headless: isHeadless(), compile, tests });
  const nothing = missing.required.length + missing.optional.length === 0;
  if (!isRoot() && missing.required.length === 0 && !nothing) {
    process.stderr.write(`Not installed, needed by some tests: sudo ${installCommand(missing.optional)}\n`);
    return;
  }
  await step(
    'System packages',
    () => nothing,
    (progress) => installPackages(missing, progress),
  );
}
