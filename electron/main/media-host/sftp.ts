import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type Client from 'ssh2-sftp-client';
import { AppError } from '@shared/domain/errors';
import type { SftpConfig } from '@shared/domain/media-host';
import { below, HostError, reading, type HostAdapter } from './host';

type SftpDeps = {
  readonly config: SftpConfig;
  readonly secrets: {
    readonly password?: string;
    readonly privateKey?: string;
    readonly passphrase?: string;
  };
  /** Present while a test runs that may learn the server's key; without it only the known key is accepted. */
  readonly onHostKey?: (fingerprint: string) => void;
};

const SIGN_IN_MS = 20_000;
/** A web server runs as somebody else and reads what it serves. */
const READABLE_BY_ALL = 0o644;

/** A folder reached by SFTP that a web server shows under a public address. Every call is a connection of its own. */
export function createSftpHost(deps: SftpDeps): HostAdapter {
  const { config } = deps;
  const pathOf = (key: string): string => below(config.folder, key);

  return {
    put: (key, content, signal) =>
      connected(deps, signal, async (client) => {
        if ((await client.exists(config.folder)) === false) await client.mkdir(config.folder, true);
        const { parts, failure } = reading(content);
        const options = { writeStreamOptions: { mode: READABLE_BY_ALL } };
        await client
          .put(Readable.from(parts, { objectMode: false }), pathOf(key), options)
          .catch((error: unknown) => {
            throw failure() ?? error;
          });
      }),
    url: (key) => Promise.resolve(below(config.publicUrl, key)),
    remove: (key, signal) =>
      connected(deps, signal, async (client) => {
        if ((await client.exists(pathOf(key))) !== false) await client.delete(pathOf(key), true);
      }),
  };
}

async function connected(
  deps: SftpDeps,
  signal: AbortSignal,
  work: (client: Client) => Promise<unknown>,
): Promise<void> {
  signal.throwIfAborted();
  // Without callbacks of its own the library writes to the console when a connection ends.
  const quiet = (): void => undefined;
  // Loaded by whoever uploads by SFTP, not by every start.
  const { default: SftpClient } = await import('ssh2-sftp-client');
  const client = new SftpClient('candor', { error: quiet, end: quiet, close: quiet });
  const refusal: { problem?: HostError } = {};
  const stop = (): void => void client.end().catch(quiet);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect(optionsOf(deps, refusal));
    await work(client);
  } catch (error) {
    signal.throwIfAborted();
    throw refusal.problem ?? hostErrorOf(error);
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end().catch(quiet);
  }
}

function optionsOf(
  { config, secrets, onHostKey }: SftpDeps,
  refusal: { problem?: HostError },
): Client.ConnectOptions {
  const { privateKey, passphrase, password } = secrets;
  return {
    host: config.host,
    port: config.port,
    username: config.user,
    readyTimeout: SIGN_IN_MS,
    ...(privateKey ? { privateKey, ...(passphrase && { passphrase }) } : { password: password ?? '' }),
    hostVerifier: (key: Buffer): boolean => {
      const fingerprint = fingerprintOf(key);
      if (config.hostKey === null && onHostKey) onHostKey(fingerprint);
      else if (config.hostKey === null) refusal.problem = new HostError('host_key_unknown', fingerprint);
      else if (config.hostKey !== fingerprint)
        refusal.problem = new HostError('host_key_changed', fingerprint);
      return refusal.problem === undefined;
    },
  };
}

/** As OpenSSH shows it, so that it can be compared with what the server's owner sees. */
const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

const NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|EPIPE|ECONNABORTED/;

/** The library gives its reasons in words; they carry paths of the server, so they are not passed on. */
function hostErrorOf(error: unknown): HostError | AppError {
  if (error instanceof HostError || error instanceof AppError) return error;
  const { message, code } = error as { readonly message?: string; readonly code?: unknown };
  const named = typeof code === 'string' ? code : '';
  const words = `${named} ${message ?? ''}`;
  const known = NETWORK.exec(words)?.[0];
  if (known) return new HostError('unreachable', known);
  if (/authentication methods failed/i.test(words)) return new HostError('sign_in');
  if (/parse privateKey|passphrase|unsupported key/i.test(words)) return new HostError('key_unreadable');
  if (/timed out/i.test(words)) return new HostError('timeout');
  if (/permission denied|EACCES/i.test(words)) return new HostError('permission');
  if (/no such file|ENOENT|bad path/i.test(words)) return new HostError('not_found');
  if (/no space|quota|ENOSPC/i.test(words)) return new HostError('full');
  return new HostError('unexpected', named === '' ? null : named.slice(0, 60));
}
