import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForNode } from '../fakes/node-bundle';
import { createTempDir } from '../fakes/ports';

const KILLS = 20;
const THREADS = 25;
const REPLIES = 15;
let bundle = '';
const cleanups: (() => void)[] = [];
beforeAll(async () => {
  bundle = await bundleForNode(fileURLToPath(new URL('./crash/engine-process.ts', import.meta.url)));
}, 120_000);
afterAll(() => cleanups.forEach((clean) => clean()));

/** Counts every write that arrives; some take a moment before they count, some before they are answered. */
type Running = {
  server: Server;
  url: string;
  writes: { id: string; text: string }[];
  requests: EventEmitter;
};
async function startServer(): Promise<Running> {
  const writes: { id: string; text: string }[] = [];
  const requests = new EventEmitter();
  let turn = 0;
  const later = (work: () => void): void => {
    turn += 1;
    void setTimeout((turn * 7) % 23).then(work);
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const asked = JSON.parse(body) as { id: string; text: string };
      if (request.url === '/look') {
        response.end(JSON.stringify({ there: writes.some((item) => item.id === asked.id) }));
        return;
      }
      requests.emit('write');
      later(() => {
        writes.push(asked);
        later(() => response.end('{}'));
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, writes, requests };
}

type Ended = { readonly out: string; readonly killed: boolean };
type Kill = (run: { readonly started: Promise<void>; readonly firstWrite: Promise<void> }) => Promise<void>;
/** Before, during and after the first write of this life: what the next life finds is different each time. */
const killAfterStart: Kill = async ({ started }) => {
  await started;
  await setTimeout(Math.random() * 120);
};
const killAfterWrite: Kill = async ({ firstWrite }) => {
  await firstWrite;
  await setTimeout(Math.random() * 60);
};

/** Runs the engine until it has nothing left to do, or is killed. */
async function runEngine(server: Running, folder: string, mode: 'seed' | 'run', kill?: Kill): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [bundle, folder, server.url, mode, String(THREADS), String(REPLIES)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let out = '';
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const started = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
      if (out.includes('started')) resolve();
    });
  });
  const firstWrite = once(server.requests, 'write').then(() => undefined);
  void kill?.({ started, firstWrite }).then(() => child.kill('SIGKILL'));
  const [, signal] = await closed;
  return { out, killed: signal === 'SIGKILL' };
}

describe('kill -9 while publishing', () => {
  it(`${KILLS} times at random points: everything arrives exactly once and nothing is lost`, async () => {
    const server = await startServer();
    const { writes } = server;
    const dir = createTempDir('candor-crash');
    cleanups.push(() => server.server.close(), dir.remove);
    await runEngine(server, dir.path, 'seed');
    let kills = 0;
    let ended: Ended = { out: '', killed: true };
    // Lives too short to finish the work; after the last kill it may.
    for (let index = 0; index < KILLS && ended.killed; index += 1) {
      ended = await runEngine(server, dir.path, 'run', index % 4 === 0 ? killAfterStart : killAfterWrite);
      if (ended.killed) kills += 1;
    }
    expect(kills).toBe(KILLS);
    ended = await runEngine(server, dir.path, 'run');
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
