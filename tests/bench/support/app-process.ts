import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { createCore, type Core } from '../../../electron/main/core';
import type { Input, MethodName, Output } from '@shared/ipc/contract';
import type { Paths } from '../../../electron/main/ports';
import { createSockets } from '../../../electron/main/shell/sockets';
import { createAllowingPages } from '../../fakes/allowing-pages';
import { createPorts, createSecretStore, systemClock } from '../../fakes/ports';
import { until } from '../../fakes/until';
import { watchTurns } from './turns';
import type { ServedAccount } from './servers-process';
import { answerParent } from './worker-process';

/** The core and nothing else in a process of plain Node, whose memory and turns are those of the app. */
export type AppAsk = {
  readonly start: { readonly folder: string; readonly accounts: readonly ServedAccount[] };
  /** Connects the account; resolves after its first sync. */
  readonly connect: ServedAccount;
  /** Begins to watch turns and memory. */
  readonly watch: Record<string, never>;
  /** Asks every network at once, and ends the watch when all have answered. */
  readonly sync: Record<string, never>;
  /** What is used once nothing is done. */
  readonly rest: Record<string, never>;
  readonly stop: Record<string, never>;
};
export type AppAnswer = {
  readonly start: null;
  readonly connect: { readonly problem: string | null };
  readonly watch: null;
  readonly sync: {
    readonly seconds: number;
    readonly longestMs: number;
    readonly peakMb: number;
    /** What is there now, by network. */
    readonly messages: Readonly<Record<string, number>>;
  };
  readonly rest: { readonly rssMb: number; readonly heapMb: number };
  readonly stop: { readonly errors: readonly string[] };
};

const MB = 1024 * 1024;
const SAMPLE_MS = 50;
const REST_MS = 1_000;
/** Any 32 bytes: a second process has to open what the first has stored. */
const KEY = new Uint8Array(32).fill(7);
const collect = (globalThis as { gc?: () => void }).gc;
let core: Core;
let paths: Paths;
let lines: readonly { readonly level: string; readonly message: string }[] = [];
let turns: (() => number) | undefined;
let sampler: NodeJS.Timeout | undefined;
let peak = 0;

async function ask<Name extends MethodName>(method: Name, input: Input<Name>): Promise<Output<Name>> {
  const stream = `s-${Math.random()}`;
  const answer = await core.invoke({ method, input, stream }, { userGesture: true }, () => undefined);
  if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  return answer.value as Output<Name>;
}
const COUNT = `SELECT network, COUNT(*) AS count FROM message JOIN account ON account.id = account_id
  WHERE direction = 'incoming' GROUP BY network`;
/** Messages that came in, by network, as they lie on the disk. */
function messages(): Readonly<Record<string, number>> {
  const file = new Database(join(paths.data, 'workspace.sqlite'), { readonly: true });
  const rows = file.prepare<[], { network: string; count: number }>(COUNT).all();
  file.close();
  return Object.fromEntries(rows.map(({ network, count }) => [network, count]));
}
const isQuiet = async (): Promise<boolean> =>
  (await ask('accounts.list', {})).every(({ health }) => health !== 'syncing');

answerParent<AppAsk, AppAnswer>({
  start: async ({ folder, accounts }) => {
    const endpoints = Object.fromEntries(
      accounts.flatMap(({ id, endpoints: at }) => (at ? [[id, at] as const] : [])),
    );
    const ports = createPorts(folder, {
      clock: systemClock,
      http: fetch,
      sockets: createSockets(() => Promise.resolve(true)),
      secrets: createSecretStore(KEY),
      signIn: createAllowingPages(),
      endpoints,
    });
    ({ paths } = ports);
    lines = ports.log.lines;
    core = createCore(ports);
    await core.start();
    return null;
  },
  connect: async ({ id, signIn, remoteId }) => {
    const result = await ask('accounts.connect', { network: id, ...signIn });
    const [account] =
      result.state === 'connected'
        ? result.accounts
        : await ask('accounts.choose', { token: result.token, remoteIds: [remoteId ?? ''] });
    await ask('accounts.sync', { accountId: account!.id });
    const now = (await ask('accounts.list', {})).find((one) => one.id === account!.id);
    return { problem: now?.problem ? JSON.stringify(now.problem) : null };
  },
  watch: async () => {
    peak = 0;
    sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS);
    turns = watchTurns();
    return null;
  },
  sync: async () => {
    const begun = performance.now();
    await ask('accounts.sync', {});
    const seconds = (performance.now() - begun) / 1_000;
    clearInterval(sampler);
    const longestMs = turns?.() ?? 0;
    return { seconds, longestMs, peakMb: peak / MB, messages: messages() };
  },
  rest: async () => {
    await until(isQuiet, 60_000);
    await pause(REST_MS);
    collect?.();
    await pause(REST_MS);
    collect?.();
    const { rss, heapUsed } = process.memoryUsage();
    return { rssMb: rss / MB, heapMb: heapUsed / MB };
  },
  stop: async () => {
    await core.stop();
    return { errors: lines.filter(({ level }) => level === 'error').map(({ message }) => message) };
  },
});
