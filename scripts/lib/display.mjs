/** A display for Electron: the one that is there, or an Xvfb of our own that ends with us. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit, SetupError } from './process.mjs';

export const isHeadless = (env = process.env, platform = process.platform) =>
  platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY;

/** Returns { env, stop }. Does nothing where a display exists. */
export async function ensureDisplay() {
  if (!isHeadless()) return { env: {}, stop: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'candor-display-'));
  const authority = join(folder, 'authority');
  writeFileSync(authority, authorityEntry(randomBytes(16)), { mode: 0o600 });
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-auth', authority],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const stop = () => {
    server.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  atExit(stop);
  const number = await displayNumber(server);
  // It must not keep this process alive; atExit ends it.
  server.stdio[3].destroy();
  server.unref();
  return { env: { DISPLAY: `:${number}`, XAUTHORITY: authority }, stop };
}

/** Xvfb picks a free number itself and writes it when it is ready to serve. */
function displayNumber(server) {
  return new Promise((resolve, reject) => {
    const fail = (why) =>
      reject(
        new SetupError(
          `Xvfb did not start (${why}).`,
          'apt-get install -y xvfb, or start this on a desktop.',
        ),
      );
    let text = '';
    server.once('error', (error) => fail(error.code));
    server.once('exit', (code) => fail(`exit ${code}`));
    server.stdio[3].on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.trim());
    });
  });
}

/** One MIT-MAGIC-COOKIE-1 entry for any address, in the format of Xau(3). */
export function authorityEntry(cookie) {
  const FAMILY_WILD = 0xffff;
  const field = (bytes) => Buffer.concat([short(bytes.length), bytes]);
  return Buffer.concat([
    short(FAMILY_WILD),
    field(Buffer.alloc(0)),
    field(Buffer.alloc(0)),
    field(Buffer.from('MIT-MAGIC-COOKIE-1')),
    field(cookie),
  ]);
}

function short(value) {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}
