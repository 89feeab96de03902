import { afterAll, beforeAll, it } from 'vitest';
import { createTempDir } from '../fakes/ports';
import type { AppAnswer, AppAsk } from './support/app-process';
import { report } from './support/report';
import type { ServersAnswer, ServersAsk } from './support/servers-process';
import { startChild, type ChildProcess } from './support/worker-process';

const MESSAGES = 10_000;
const dir = createTempDir('candor-first-sync');
let servers: ChildProcess<ServersAsk, ServersAnswer>;
let app: ChildProcess<AppAsk, AppAnswer>;
beforeAll(async () => {
  servers = await startChild<ServersAsk, ServersAnswer>('./servers-process.ts');
  app = await startChild<AppAsk, AppAnswer>('./app-process.ts');
});
afterAll(async () => {
  await Promise.all([servers.end(), app.end()]);
  dir.remove();
});

it('brings in 10,000 messages of one account from a server without delay', async () => {
  const account = await servers.ask('openPlain', { messages: MESSAGES });
  await app.ask('start', { folder: dir.path, accounts: [account] });
  const begun = performance.now();
  await app.ask('connect', account);
  const seconds = (performance.now() - begun) / 1_000;
  const { mastodon = 0 } = (await app.ask('sync', {})).messages;
  report({
    name: 'messages of the first sync that are not there',
    value: MESSAGES - mastodon,
    unit: 'messages',
    limit: 0,
  });
  report({ name: 'first sync of 10,000 messages from a server', value: seconds, unit: 's', limit: 10 });
});
