import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTempDir } from '../../fakes/ports';
import { freePort } from '../free-port';
import { ensureSnac } from './set-up.mjs';

/** A real small server with Mastodon's API, with two people on it. */
export type SnacServer = {
  readonly url: string;
  readonly tokens: { readonly brand: string; readonly ana: string };
  readonly stop: () => Promise<void>;
};

const READY_MS = 20_000;

/** Starts it in an empty folder of its own, or says why that is not possible here. */
export async function startSnac(): Promise<SnacServer | { readonly missing: string }> {
  const found: { program?: string; missing?: string } = await ensureSnac();
  const { program } = found;
  if (program === undefined) return { missing: found.missing ?? 'snac2 is not there' };
  const dir = createTempDir('candor-snac');
  const data = join(dir.path, 'data');
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  execFileSync(program, ['init', data], { input: `127.0.0.1\n${port}\n${host}\n\n\n`, stdio: 'pipe' });
  const settings = join(data, 'server.json');
  const plain = JSON.parse(readFileSync(settings, 'utf8')) as Record<string, unknown>;
  writeFileSync(settings, JSON.stringify({ ...plain, protocol: 'http', num_threads: 16 }));
  const passwords = Object.fromEntries(
    ['brand', 'ana'].map((name) => {
      const said = execFileSync(program, ['adduser', data, name], { encoding: 'utf8', stdio: 'pipe' });
      return [name, /password is (\S+)/.exec(said)?.[1] ?? ''];
    }),
  );
  const child = spawn(program, ['httpd', data], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    dir.remove();
  };
  const url = `http://${host}`;
  const tokenOf = async (login: string): Promise<string> => {
    const body = new URLSearchParams({ login, passwd: passwords[login] ?? '' });
    const answer = await fetch(`${url}/oauth/x-snac-get-token`, { method: 'POST', body });
    return (await answer.text()).trim();
  };
  const deadline = Date.now() + READY_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    const answer = await fetch(`${url}/api/v1/instance`).catch(() => undefined);
    if (answer?.ok)
      return { url, tokens: { brand: await tokenOf('brand'), ana: await tokenOf('ana') }, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  return { missing: 'snac2 did not start' };
}
