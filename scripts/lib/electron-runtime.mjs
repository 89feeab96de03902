/**
 * Decides which Electron runs: the one package.json names, and where its binary cannot be
 * downloaded, the fallback (Linux x64 only). The decision changes nothing in product code:
 * ELECTRON_OVERRIDE_DIST_PATH carries it to the electron package, electron-vite and Playwright.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  ensureFallbackElectron,
  FALLBACK_NAPI,
  FALLBACK_VERSION,
  fallbackFolder,
  fallbackSupported,
} from './fallback-electron.mjs';
import { readText, writeFileAtomic } from './files.mjs';
import { inCache, inProject } from './paths.mjs';
import { packageBin, run, SetupError } from './process.mjs';

const PROBE_LIMIT_MS = 8_000;
const DOWNLOAD_LIMIT_MS = 10 * 60_000;
const RETRY_AFTER_MS = 24 * 60 * 60_000;

const electronFolder = () => inProject('node_modules', 'electron');
export const wantedVersion = () =>
  JSON.parse(readFileSync(join(electronFolder(), 'package.json'), 'utf8')).version;
const failureFile = () => inCache('electron', `unavailable-${wantedVersion()}`);

const executableName = () =>
  ({ win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' })[process.platform] ?? 'electron';

/** The runtime that is ready to run now, or null: { kind, version, dist, executable, napi }. */
export function readyRuntime() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return describe('given by ELECTRON_OVERRIDE_DIST_PATH', override);
  const own = describe('from package.json', join(electronFolder(), 'dist'));
  if (own?.version === wantedVersion() && readText(join(electronFolder(), 'path.txt')) !== null) return own;
  return fallbackSupported() && failedRecently() ? describe('fallback', fallbackFolder()) : null;
}

function describe(kind, dist) {
  const executable = join(dist, executableName());
  const version = readText(join(dist, 'version'))?.trim().replace(/^v/, '');
  if (!version || !existsSync(executable)) return null;
  return { kind, version, dist, executable, napi: napiOf(version) };
}

/** Electron carries Node 22.14 (the first with Node-API 10) since 35; the fallback is older. */
const napiOf = (version) => (Number.parseInt(version, 10) >= 35 ? '10' : FALLBACK_NAPI);

/** Makes a runtime ready. `onProgress` gets a few words per stage. */
export async function ensureRuntime(onProgress = () => {}) {
  const ready = readyRuntime();
  if (ready) return ready;
  if (!failedRecently() || !fallbackSupported()) {
    onProgress(`downloading Electron ${wantedVersion()}`);
    const failure = await downloadOwn();
    if (failure === null) return readyRuntime();
    if (!fallbackSupported()) throw downloadError(failure);
    writeFileAtomic(failureFile(), failure);
  }
  await ensureFallbackElectron(onProgress);
  return readyRuntime();
}

/** One line for the person at the terminal. */
export function describeRuntime(runtime) {
  if (runtime.kind !== 'fallback') return `Electron ${runtime.version} (${runtime.kind})`;
  return `Electron ${FALLBACK_VERSION} (fallback for development and tests: the binary of Electron ${wantedVersion()} cannot be downloaded here)`;
}

/** Environment for every child that starts Electron. */
export const runtimeEnvironment = (runtime) => ({ ELECTRON_OVERRIDE_DIST_PATH: runtime.dist });

function failedRecently() {
  const file = failureFile();
  if (!existsSync(file)) return false;
  const { at } = JSON.parse(readFileSync(file, 'utf8'));
  return Date.now() - at < RETRY_AFTER_MS;
}

/** Null when the binary is in place, otherwise the reason as JSON for the failure file. */
async function downloadOwn() {
  const reason = (await probe()) ?? (await install());
  return reason === null ? null : JSON.stringify({ at: Date.now(), reason });
}

/** A mirror or proxy is somebody's decision, and only the downloader knows how to use it: no probe then. */
async function probe() {
  const configured = ['ELECTRON_MIRROR', 'npm_config_electron_mirror', 'HTTPS_PROXY', 'https_proxy'];
  if (configured.some((name) => process.env[name])) return null;
  const url = `https://github.com/electron/electron/releases/download/v${wantedVersion()}/SHASUMS256.txt`;
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
    return answer.ok ? null : `${url} answered ${answer.status}`;
  } catch (error) {
    return `${url}: ${error.cause?.code ?? error.name}`;
  }
}

async function install() {
  rmSync(join(electronFolder(), 'path.txt'), { force: true });
  const result = await run(process.execPath, [packageBin('electron', 'install.js')], {
    log: 'electron-download',
    timeout: DOWNLOAD_LIMIT_MS,
  });
  return result.code === 0 ? null : `see ${result.log}`;
}

function downloadError(failure) {
  return new SetupError(
    `Electron ${wantedVersion()} could not be downloaded (${JSON.parse(failure).reason}).`,
    'Check the connection to github.com, or set ELECTRON_MIRROR to a mirror of its releases, then start again.',
  );
}
