import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { createTempDir } from '../../fakes/ports';
import { freePort } from '../free-port';
import { ensureSshd } from './set-up.mjs';

/** OpenSSH's own server with one person on it, and a web server that shows her folder. */
export type SftpServer = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Her key in OpenSSH's form, without a passphrase and with one. */
  readonly privateKey: string;
  readonly lockedKey: string;
  readonly passphrase: string;
  readonly folder: string;
  readonly publicUrl: string;
  /** As ssh-keygen shows it. */
  readonly fingerprint: () => string;
  readonly files: () => readonly string[];
  /** Another server answers at the same place: with a key of its own. */
  readonly changeHostKey: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type Paths = {
  readonly program: string;
  readonly keygen: string;
  readonly libraries: string;
  readonly wrapper: string;
};

const USER = 'tester';
const PASSWORD = 'correct horse';
const PASSPHRASE = 'battery staple';
/** The password as /etc/shadow keeps it (crypt, SHA-512). */
const SHADOW =
  '$6$candor$I6l2BfNMw9TpY/UlMAkM/wusVkKehZmDfyPmyeK1O8AoKxcjjzt6huB0QSPZI5fwBLjnh1DnN5mXiCF8IVkic1';
const NOBODY = 65_534;
const READY_MS = 10_000;

/** Starts both in an empty folder of their own, or says why that is not possible here. */
export async function startSftp(): Promise<SftpServer | { readonly missing: string }> {
  const found: Paths | { missing: string } = await ensureSshd();
  if ('missing' in found) return found;
  const dir = createTempDir('candor-sshd');
  const at = (...parts: readonly string[]): string => join(dir.path, ...parts);
  const port = await freePort();
  const id = prepare(found, dir.path, port);
  const newHostKey = (): void => {
    ['host', 'host.pub'].forEach((name) => rmSync(at(name), { force: true }));
    execFileSync(found.keygen, ['-q', '-t', 'ed25519', '-N', '', '-f', at('host')]);
    chownSync(at('host'), id.uid, id.gid);
  };
  newHostKey();
  const run = () => startSshd(dir.path, id, port);
  let sshd = await run();
  const web = createServer((request, response) => {
    const path = at('home', 'www', basename(request.url ?? ''));
    if (!existsSync(path)) response.writeHead(404).end();
    else
      response
        .writeHead(200, { 'content-type': path.endsWith('.png') ? 'image/png' : 'video/mp4' })
        .end(readFileSync(path));
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    await sshd?.stop();
    await new Promise((resolve) => web.close(resolve));
    dir.remove();
  };
  if (!sshd) {
    await stop();
    return { missing: 'the SSH server did not start' };
  }
  return {
    host: '127.0.0.1',
    port,
    user: USER,
    password: PASSWORD,
    privateKey: readFileSync(at('open'), 'utf8'),
    lockedKey: readFileSync(at('locked'), 'utf8'),
    passphrase: PASSPHRASE,
    folder: at('home', 'www'),
    publicUrl: `http://127.0.0.1:${(web.address() as AddressInfo).port}/media`,
    fingerprint: () =>
      /SHA256:\S+/.exec(
        execFileSync(found.keygen, ['-l', '-f', at('host.pub')], { encoding: 'utf8' }),
      )?.[0] ?? '',
    files: () => (existsSync(at('home', 'www')) ? readdirSync(at('home', 'www')) : []),
    changeHostKey: async () => {
      await sshd?.stop();
      newHostKey();
      sshd = await run();
    },
    stop,
  };
}

/**
 * Not as root: then it wants an account of the system. The wrapper gives it people of its own instead, who all are
 * whoever it runs as. The programs are copied, because that one may not look into a cache of somebody else.
 */
function prepare(paths: Paths, root: string, port: number): { readonly uid: number; readonly gid: number } {
  const at = (...parts: readonly string[]): string => join(root, ...parts);
  const uid = process.getuid?.() === 0 ? NOBODY : (process.getuid?.() ?? NOBODY);
  const gid = process.getuid?.() === 0 ? NOBODY : (process.getgid?.() ?? NOBODY);
  chmodSync(root, 0o755);
  for (const name of ['lib', 'home']) mkdirSync(at(name));
  cpSync(paths.program, at('sshd'));
  for (const name of readdirSync(paths.libraries).filter((file) => /^lib(wrap|nss_wrapper)\./.test(file)))
    cpSync(join(paths.libraries, name), at('lib', name), { dereference: true });
  for (const [name, phrase] of [
    ['open', ''],
    ['locked', PASSPHRASE],
  ] as const)
    execFileSync(paths.keygen, ['-q', '-t', 'ed25519', '-N', phrase, '-f', at(name)]);
  const keys = ['open.pub', 'locked.pub'].map((name) => readFileSync(at(name), 'utf8')).join('');
  const texts = {
    keys,
    passwd: `${USER}:x:${uid}:${gid}:Tester:${at('home')}:/bin/sh\n`,
    group: `${USER}:x:${gid}:\n`,
    shadow: `${USER}:${SHADOW}:19000:0:99999:7:::\n`,
    config: configuration(root, port),
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(at(name), text);
  for (const name of ['home', 'shadow']) chownSync(at(name), uid, gid);
  return { uid, gid };
}

const configuration = (root: string, port: number): string => `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${root}/host
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication yes
KbdInteractiveAuthentication no
AuthorizedKeysFile ${root}/keys
Subsystem sftp internal-sftp
ForceCommand internal-sftp
`;

async function startSshd(root: string, id: { readonly uid: number; readonly gid: number }, port: number) {
  const at = (...parts: readonly string[]): string => join(root, ...parts);
  const child = spawn(at('sshd'), ['-D', '-e', '-f', at('config')], {
    ...id,
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      LD_LIBRARY_PATH: at('lib'),
      LD_PRELOAD: at('lib', 'libnss_wrapper.so'),
      NSS_WRAPPER_PASSWD: at('passwd'),
      NSS_WRAPPER_GROUP: at('group'),
      NSS_WRAPPER_SHADOW: at('shadow'),
    },
  });
  const ended = new Promise<false>((resolve) => child.once('exit', () => resolve(false)));
  const listening = new Promise<true>((resolve) =>
    child.stderr.on('data', (said: Buffer) => {
      if (said.toString().includes(`port ${port}`)) resolve(true);
    }),
  );
  const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), READY_MS).unref());
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  if (await Promise.race([listening, ended, late])) return { stop };
  await stop();
  return undefined;
}
