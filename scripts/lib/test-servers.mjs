/**
 * Real servers for the tests have dependency trees of their own. Each is installed once, outside the
 * checkout, into a folder named after the hash of its package files.
 */
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildFolder } from './files.mjs';
import { fileHash, fingerprint } from './fingerprint.mjs';
import { inCache, inProject } from './paths.mjs';
import { npmCommand, runOrFail } from './process.mjs';

const PACKAGE_FILES = ['package.json', 'package-lock.json'];
const source = (name, file) => inProject('tests', 'servers', name, file);

/** Names of the servers that have packages of their own. */
export function testServers() {
  const folder = inProject('tests', 'servers');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(source(name, 'package.json')));
}

export function testServerFolder(name) {
  const inputs = Object.fromEntries(PACKAGE_FILES.map((file) => [file, fileHash(source(name, file))]));
  const key = fingerprint({
    ...inputs,
    node: process.versions.modules,
    arch: `${process.platform}-${process.arch}`,
  });
  return inCache('test-servers', `${name}-${key.slice(0, 12)}`);
}

export const testServerReady = (name) => existsSync(testServerFolder(name));

/** Install scripts run here: these trees contain native modules that compile themselves. */
export async function ensureTestServer(name, progress = () => {}) {
  if (testServerReady(name)) return;
  progress('npm ci, some minutes once');
  await buildFolder(testServerFolder(name), async (staging) => {
    for (const file of PACKAGE_FILES) {
      if (existsSync(source(name, file))) cpSync(source(name, file), join(staging, file));
    }
    const locked = existsSync(source(name, 'package-lock.json'));
    const [command, args] = npmCommand([
      locked ? 'ci' : 'install',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]);
    await runOrFail(
      `Installing the test server ${name}`,
      'Check that the npm registry can be reached (npm ping) and that a C++ compiler is installed, then start again.',
      command,
      args,
      { cwd: staging, env: { ...process.env, ...headers() }, log: `test-server-${name}` },
    );
  });
}

/** Node's own headers, where the installation carries them, save a download while compiling. */
function headers() {
  const prefix = join(dirname(process.execPath), '..');
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? { npm_config_nodedir: prefix } : {};
}
