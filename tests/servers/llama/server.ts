import { spawn } from 'node:child_process';
import { freePort } from '../free-port';
import { ensureLlama, llamaPaths } from './set-up.mjs';

/** A real llama-server: a model server that nobody wrote for these tests. */
export type LlamaServer = {
  readonly baseUrl: string;
  readonly key: string;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

const READY_MS = 30_000;
const KEY = 'sk-llama-local';

/** Starts it with the model at `gguf`, or says why that is not possible here. */
export async function startLlama(gguf: string): Promise<LlamaServer | { readonly missing: string }> {
  const found: { folder?: string; missing?: string } = await ensureLlama();
  if (found.folder === undefined) return { missing: found.missing ?? 'llama-server is not there' };
  const { loader, server, libraries, cwd } = llamaPaths(found.folder) as {
    loader: string;
    server: string;
    libraries: string[];
    cwd: string;
  };
  const port = await freePort();
  const options = [
    '--model',
    gguf,
    '--alias',
    'stories',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--api-key',
    KEY,
    '-c',
    '4096',
    '-np',
    '2',
    '--jinja',
  ];
  const child = spawn(loader, ['--library-path', libraries.join(':'), server, ...options], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (log += part.toString('utf8')));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const origin = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + READY_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    const health = await fetch(`${origin}/health`).catch(() => undefined);
    if (health?.ok) return { baseUrl: `${origin}/v1`, key: KEY, log: () => log, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  return { missing: `llama-server did not start: ${log.trim().split('\n').at(-1) ?? ''}` };
}
