import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTempDir } from '../fakes/ports';
import type { StandInId } from '../fakes/stand-ins';
import type { AppAnswer, AppAsk } from './support/app-process';
import { report } from './support/report';
import type { ServedAccount, ServersAnswer, ServersAsk } from './support/servers-process';
import { startChild, type ChildProcess } from './support/worker-process';

/** 30 accounts on 9 networks. */
const ACCOUNTS: Readonly<Record<StandInId, number>> = {
  mastodon: 5,
  facebook: 5,
  instagram: 4,
  x: 3,
  threads: 3,
  linkedin: 3,
  youtube: 3,
  telegram: 2,
  discord: 2,
};
const MESSAGES = 300;
const TOTAL = 30 * MESSAGES;

const dir = createTempDir('candor-load');
const children: { readonly end: () => Promise<void> }[] = [];
let servers: ChildProcess<ServersAsk, ServersAnswer>;
let accounts: readonly ServedAccount[];
async function startApp(): Promise<ChildProcess<AppAsk, AppAnswer>> {
  const app = await startChild<AppAsk, AppAnswer>('./app-process.ts', ['--expose-gc']);
  children.push(app);
  await app.ask('start', { folder: dir.path, accounts });
  return app;
}
const rounded = (value: number): number => Math.round(value * 10) / 10;
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

beforeAll(async () => {
  servers = await startChild<ServersAsk, ServersAnswer>('./servers-process.ts');
  children.push(servers);
  accounts = await servers.ask('open', { accounts: ACCOUNTS, messages: MESSAGES });
  const app = await startApp();
  for (const [at, account] of accounts.entries()) {
    await servers.ask('turn', { account: at });
    expect(await app.ask('connect', account), account.id).toEqual({ problem: null });
  }
  expect(sum(Object.values((await app.ask('sync', {})).messages))).toBe(TOTAL);
  await app.ask('stop', {});
});
afterAll(async () => {
  await Promise.all(children.map((child) => child.end()));
  dir.remove();
});

it('30 accounts on 9 networks sync at once without a stall, much memory, or a request too many', async () => {
  const app = await startApp();
  const idle = await app.ask('rest', {});
  await app.ask('watch', {});
  await servers.ask('receive', { messages: MESSAGES });
  const { seconds, longestMs, peakMb, messages } = await app.ask('sync', {});
  const after = await app.ask('rest', {});
  const { errors } = await app.ask('stop', {});
  const counts = await servers.ask('counts', {});
  const requests = Object.entries(counts).map(([id, { calls }]) => `${id} ${calls}`);
  console.info(JSON.stringify({ seconds: rounded(seconds), requests: requests.join(', '), idle, after }));
  const missing = 2 * TOTAL - sum(Object.values(messages));
  report({ name: 'messages that are not there', value: missing, unit: 'messages', limit: 0 });
  const refused = sum(Object.values(counts).map((one) => one.refused));
  report({ name: 'requests refused as too many, all networks', value: refused, unit: 'requests', limit: 0 });
  report({ name: 'lines of errors in the log', value: errors.length, unit: 'lines', limit: 0 });
  report({
    name: 'most memory while 30 accounts sync, against the idle app',
    value: rounded(peakMb),
    unit: 'MB',
    baseline: rounded(idle.rssMb),
    ratio: Math.round((peakMb / idle.rssMb) * 100) / 100,
    limit: 1.5,
  });
  report({ name: 'longest stall while 30 accounts sync', value: rounded(longestMs), unit: 'ms', limit: 50 });
});
