import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForNode } from '../fakes/node-bundle';
import { createTempDir } from '../fakes/ports';

const KILLS = 20;
const THREADS = 12;
const REPLIES = 8;
let bundle = '';
const cleanups: (() => void)[] = [];
beforeAll(async () => {
  bundle = await bundleForNode(fileURLToPath(new URL('./crash/engine-process.ts', import.meta.url)));
}, 120_000);
afterAll(() => cleanups.forEach((clean) => clean()));

/** Counts every write that arrives; some take a moment before they count, some before they are answered. */
async function startServer(): Promise<{
  server: Server;
  url: string;
  writes: { id: string; text: string }[];
}> {
  const writes: { id: string; text: string }[] = [];
  let turn = 0;
  const later = (work: () => void): void => {
    turn += 1;
    setTimeout(work, (turn * 7) % 23);
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const asked = JSON.parse(body) as { id: string; text: string };
      if (request.url === '/look')
        return response.end(JSON.stringify({ there: writes.some((item) => item.id === asked.id) }));
      later(() => {
        writes.push(asked);
        later(() => response.end('{}'));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, writes };
}

type Ended = { readonly out: string; readonly killed: boolean };
/** Runs the engine until it has nothing left to do, or kills it `killAfter` ms after it began to work. */
function runEngine(folder: string, url: string, mode: 'seed' | 'run', killAfter?: number): Promise<Ended> {
  const child = spawn(process.execPath, [bundle, folder, url, mode, String(THREADS), String(REPLIES)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  let killed = false;
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
    if (killAfter === undefined || !out.includes('started') || killed) return;
    killed = true;
    setTimeout(() => child.kill('SIGKILL'), killAfter);
  });
  return new Promise((resolve) =>
    child.once('close', (_code, signal) => resolve({ out, killed: signal === 'SIGKILL' })),
  );
}

describe('kill -9 while publishing', () => {
  it(`${KILLS} times at random points: everything arrives exactly once and nothing is lost`, async () => {
    const { server, url, writes } = await startServer();
    const dir = createTempDir('candor-crash');
    cleanups.push(() => server.close(), dir.remove);
    await runEngine(dir.path, url, 'seed');
    let kills = 0;
    let ended: Ended = { out: '', killed: true };
    // Lives too short to finish the work; after the last kill it may.
    for (let index = 0; index < KILLS && ended.killed; index += 1) {
      ended = await runEngine(dir.path, url, 'run', Math.random() * 35);
      if (ended.killed) kills += 1;
    }
    expect(kills).toBe(KILLS);
    ended = await runEngine(dir.path, url, 'run');
    expect(ended.out).toContain('done');
    const texts = writes.map((item) => item.text).sort();
    const posts = Array.from({ length: THREADS }, (_, index) => [
      `post ${index} a`,
      `post ${index} b`,
    ]).flat();
    const replies = Array.from({ length: REPLIES }, (_, index) => `reply ${index}`);
    const expected = [...posts, ...replies].sort();
    expect(texts).toEqual(expected);
    expect(JSON.parse(ended.out.slice(ended.out.indexOf('done ') + 5))).toEqual({
      states: [{ state: 'done', n: THREADS + REPLIES }],
      variants: [{ state: 'published', n: THREADS }],
      deliveries: [{ state: 'sent', n: REPLIES }],
      published: { n: THREADS + REPLIES },
    });
  }, 240_000);
});
