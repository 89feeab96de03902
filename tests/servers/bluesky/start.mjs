/**
 * Starts a real Bluesky network on 127.0.0.1: PLC directory, PDS and AppView in one process, with PGlite as the
 * AppView's database and a small stand-in for the chat service, which no package offers (chat-service.mjs).
 *
 *   node tests/servers/bluesky/start.mjs
 *
 * Installs what it needs on first use, outside the checkout. When everything answers it prints one JSON line
 * (see README.md) and runs until it gets SIGTERM or until its parent is gone. Every start is empty.
 */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTestServer, testServerFolder } from '../../../scripts/lib/test-servers.mjs';
import { startChatService } from './chat-service.mjs';
import { startControl } from './control.mjs';
import { freePort, keepOnLoopback } from './loopback.mjs';
import { createPdsHost } from './pds-host.mjs';
import { keepQueriesWhole } from './whole-queries.mjs';

const PARENT_CHECK_MS = 1_000;

keepOnLoopback();
endWithParent();
if (!process.env.CANDOR_TEST_BLUESKY_DIR) await ensureTestServer('bluesky');
const installed = process.env.CANDOR_TEST_BLUESKY_DIR ?? testServerFolder('bluesky');
const require = createRequire(join(installed, 'package.json'));
const dataFolder = mkdtempSync(join(tmpdir(), 'candor-bluesky-'));
process.once('exit', () => rmSync(dataFolder, { recursive: true, force: true }));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, () => process.exit(0));

const network = await startNetwork();
const accounts = {};
for (const name of ['brand', 'ana', 'ben'])
  accounts[name] = await network.host.createAccount(`candor-${name}.test`);
const control = await startControl(network);
process.stdout.write(
  `${JSON.stringify({
    pds: network.host.url,
    plc: network.plc,
    appview: network.bsky.url.replace('localhost', '127.0.0.1'),
    chatDid: network.chat.did,
    control,
    pid: process.pid,
    accounts,
  })}\n`,
);

async function startNetwork() {
  const { TestPlc, TestBsky, TestPds, mockNetworkUtilities } = require('@atproto/dev-env');
  const [databaseUrl, plc, chat] = await Promise.all([
    startDatabase(),
    TestPlc.create({}),
    startChatService(),
  ]);
  const [pdsPort, bskyPort] = [await freePort(), await freePort()];
  const bsky = await TestBsky.create({
    port: bskyPort,
    plcUrl: plc.url,
    pdsPort,
    repoProvider: `ws://localhost:${pdsPort}`,
    dbPostgresSchema: 'appview_candor',
    dbPostgresUrl: databaseUrl,
    redisHost: 'not-used',
    publicUrl: `http://127.0.0.1:${bskyPort}`,
  });
  const host = createPdsHost({
    TestPds,
    mockNetworkUtilities,
    bsky,
    plcUrl: plc.url,
    port: pdsPort,
    dataFolder,
  });
  await host.start();
  return { host, bsky, chat, plc: plc.url.replace('localhost', '127.0.0.1') };
}

async function startDatabase() {
  const { PGlite } = require('@electric-sql/pglite');
  const { pg_trgm } = require('@electric-sql/pglite/contrib/pg_trgm');
  const { PGLiteSocketServer } = require('@electric-sql/pglite-socket');
  const db = keepQueriesWhole(await PGlite.create({ extensions: { pg_trgm } }));
  const port = await freePort();
  await new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 40 }).start();
  return `postgresql://postgres:${randomUUID()}@127.0.0.1:${port}/postgres`;
}

/** A runner that was killed leaves no server behind. */
function endWithParent() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK_MS).unref();
}
