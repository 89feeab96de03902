import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTempDir } from '../../fakes/ports';
import { freePort } from '../free-port';
import { ensureNginx } from './set-up.mjs';

/** nginx with a folder that takes files by WebDAV under one address and shows them to everybody under another. */
export type WebdavServer = {
  readonly url: string;
  readonly publicUrl: string;
  readonly user: string;
  readonly password: string;
  /** Names of the files there. */
  readonly files: () => readonly string[];
  readonly stop: () => Promise<void>;
};

const READY_MS = 10_000;
const USER = 'brand';
const PASSWORD = 'pass phrase ü';

/** Starts it in an empty folder of its own, or says why that is not possible here. */
export async function startWebdav(): Promise<WebdavServer | { readonly missing: string }> {
  const found: { program?: string; missing?: string } = await ensureNginx();
  if (found.program === undefined) return { missing: found.missing ?? 'nginx is not there' };
  const dir = createTempDir('candor-webdav');
  const at = (...parts: readonly string[]): string => join(dir.path, ...parts);
  for (const name of ['files', 'temp', 'uploads']) mkdirSync(at(name));
  // Run by root, its workers are somebody else.
  for (const name of ['.', 'files', 'temp', 'uploads']) chmodSync(at(name), 0o777);
  const port = await freePort();
  writeFileSync(at('users'), `${USER}:{PLAIN}${PASSWORD}\n`);
  writeFileSync(at('nginx.conf'), configuration(dir.path, port));
  const child = spawn(found.program, ['-p', dir.path, '-c', at('nginx.conf'), '-e', at('error.log')], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    dir.remove();
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + READY_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    if (
      await fetch(`${url}/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
    ) {
      const files = () => (existsSync(at('files', 'media')) ? readdirSync(at('files', 'media')) : []);
      return {
        url: `${url}/dav/media`,
        publicUrl: `${url}/public/media`,
        user: USER,
        password: PASSWORD,
        files,
        stop,
      };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  return { missing: 'nginx did not start' };
}

const configuration = (root: string, port: number): string => `
daemon off;
pid ${root}/nginx.pid;
error_log ${root}/error.log;
events {}
http {
  access_log off;
  types { image/png png; image/jpeg jpg; video/mp4 mp4; }
  default_type application/octet-stream;
  client_body_temp_path ${root}/uploads;
  proxy_temp_path ${root}/temp; fastcgi_temp_path ${root}/temp; uwsgi_temp_path ${root}/temp; scgi_temp_path ${root}/temp;
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 64m;
    location = /ready { return 200; }
    location /dav/ {
      alias ${root}/files/;
      auth_basic "files";
      auth_basic_user_file ${root}/users;
      dav_methods PUT DELETE MKCOL;
      dav_access all:rw;
      limit_except PUT DELETE MKCOL { deny all; }
    }
    location /public/ { alias ${root}/files/; }
  }
}
`;
