/**
 * Who may import whom, as data. The first layer whose `files` matches a file owns it. `may` lists the
 * paths it may import (a path covers everything below it), `mayTypes` those of which it may import
 * types only, because the values are injected by electron/main/core.ts. `door` says where to go instead.
 * `private: true` layers have folders of their own below them that must not know each other.
 * A layer may always import itself. `node` stands for Node's own modules.
 */
const DOMAIN = 'shared/domain';
const MAIN = 'electron/main';

export const layers = [
  {
    name: 'shared/domain',
    files: `${DOMAIN}/`,
    may: [],
    packages: ['zod', 'temporal-polyfill', 'rrule-temporal', 'twitter-text'],
    door: 'shared/domain holds pure rules: pass what it needs as an argument.',
  },
  {
    name: 'shared/ipc',
    files: 'shared/ipc/',
    may: [DOMAIN],
    packages: ['zod'],
    door: 'shared/ipc is the contract: only zod and shared/domain.',
  },
  {
    name: 'electron/preload',
    files: 'electron/preload/',
    may: ['shared/ipc/channels'],
    mayTypes: ['shared/ipc'],
    packages: ['electron'],
    door: 'The preload is two functions over the channel names: add an IPC method to shared/ipc instead.',
  },
  {
    name: 'main/shell',
    files: `${MAIN}/shell/`,
    may: [`${MAIN}/ports`, `${MAIN}/ipc/sender`, 'shared/ipc', DOMAIN, 'resources'],
    mayTypes: [`${MAIN}/core`],
    packages: ['electron', 'electron-log', 'ws', 'zod', 'node'],
    door: 'The shell implements ports and moves messages: put the work behind an IPC method or a port.',
  },
  {
    name: 'main/ipc',
    files: `${MAIN}/ipc/`,
    may: ['shared', `${MAIN}/ports`],
    mayTypes: [`${MAIN}/services`],
    packages: ['zod', 'node'],
    door: 'A handler calls one service function: put the work into electron/main/services.',
  },
  {
    name: 'main/services',
    files: `${MAIN}/services/`,
    may: [
      DOMAIN,
      `${MAIN}/ports`,
      `${MAIN}/transparency`,
      `${MAIN}/ai`,
      `${MAIN}/networks/errors`,
      `${MAIN}/networks/network`,
      `${MAIN}/networks/registry`,
      `${MAIN}/networks/write-fence`,
    ],
    mayTypes: ['shared/ipc', `${MAIN}/db`, `${MAIN}/networks`, `${MAIN}/media-host`],
    packages: 'any',
    door: 'A service takes repositories, networks and ports as dependencies: add it to deps and wire it in core.ts.',
  },
  {
    name: 'main/networks/<network>',
    files: new RegExp(`^${MAIN}/networks/[^/]+/`),
    may: [DOMAIN, `${MAIN}/ports`, new RegExp(`^${MAIN}/networks/(?!registry)[^/]+$`), 'resources'],
    packages: 'any',
    private: true,
    door: 'A network knows shared/domain and the files beside registry.ts, nothing else: what it needs is passed in.',
  },
  {
    name: 'main/networks/registry',
    files: `${MAIN}/networks/registry.ts`,
    may: [DOMAIN, `${MAIN}/ports`, `${MAIN}/networks`],
    packages: ['node'],
    door: 'The registry lists the networks.',
  },
  {
    name: 'main/networks',
    files: `${MAIN}/networks/`,
    may: [DOMAIN, `${MAIN}/ports`, new RegExp(`^${MAIN}/networks/[^/]+$`)],
    packages: 'any',
    door: 'What all networks share knows no single network: declare a capability instead.',
  },
  {
    name: 'main/ai',
    files: `${MAIN}/ai/`,
    may: [DOMAIN, `${MAIN}/ports`, 'resources'],
    mayTypes: [`${MAIN}/transparency`],
    packages: 'any',
    door: 'The AI side has no way to the database or to a network: what it needs, the log too, is injected.',
  },
  {
    name: 'main/media-host',
    files: `${MAIN}/media-host/`,
    may: [DOMAIN, `${MAIN}/ports`],
    packages: 'any',
    door: 'An adapter puts files on a server and takes them away: what it needs is passed in.',
  },
  {
    name: 'main/transparency',
    files: `${MAIN}/transparency/`,
    // Its own migration: verification compares the triggers in the file with what the migration says.
    may: [DOMAIN, `${MAIN}/ports`, 'resources', `${MAIN}/db/migrations/0001-transparency-log.sql`],
    mayTypes: [`${MAIN}/db`],
    packages: 'any',
    door: 'The log takes its repository as a dependency: wire it in core.ts.',
  },
  {
    name: 'main/scheduler',
    files: `${MAIN}/scheduler/`,
    may: [DOMAIN, `${MAIN}/ports`, `${MAIN}/networks/errors`, `${MAIN}/networks/network`],
    mayTypes: [`${MAIN}/db`, `${MAIN}/services`, `${MAIN}/networks`],
    packages: 'any',
    door: 'A job calls what it is given: add it to deps and wire it in core.ts.',
  },
  {
    name: 'main/db',
    files: `${MAIN}/db/`,
    may: [DOMAIN],
    mayTypes: [`${MAIN}/ports`],
    packages: ['better-sqlite3', 'drizzle-orm', 'zod', 'node'],
    door: 'The database side knows rows and shared/domain: let a service combine it with the rest.',
  },
  {
    name: 'main/ports',
    files: `${MAIN}/ports.ts`,
    may: [DOMAIN],
    packages: [],
    door: 'Ports are types.',
  },
  {
    name: 'main/index',
    files: `${MAIN}/index.ts`,
    may: [`${MAIN}/shell`, `${MAIN}/core`, `${MAIN}/ports`],
    packages: ['node'],
    door: 'The entry reads like a table of contents: put the work into electron/main/shell.',
  },
  {
    name: 'main (composition root)',
    files: `${MAIN}/`,
    may: [MAIN, 'shared', 'resources'],
    packages: 'any',
    door: 'The core knows no Electron: take a port.',
  },
  {
    name: 'renderer/features/<feature>',
    files: /^renderer\/src\/features\/[^/]+\//,
    may: [/^renderer\/src\/(?!features\/)/, 'shared'],
    packages: 'any',
    private: true,
    door: 'A feature does not know another: share through renderer/src/ui, through shared/domain, or by a route.',
  },
  {
    name: 'renderer/ui',
    files: 'renderer/src/ui/',
    may: [DOMAIN, 'renderer/src/text', 'renderer/src/styles'],
    packages: 'any',
    door: 'A ui component gets data by props and says what happened by events.',
  },
  {
    name: 'renderer/bridge',
    files: 'renderer/src/bridge/',
    may: ['shared'],
    packages: 'any',
    door: 'The bridge knows the contract in shared/ipc and nothing of the views.',
  },
  {
    name: 'renderer/text',
    files: 'renderer/src/text/',
    may: [DOMAIN],
    packages: 'any',
    door: 'Texts are data.',
  },
  {
    name: 'renderer',
    files: 'renderer/',
    may: ['renderer', 'shared', 'resources'],
    packages: 'any',
    door: 'The page reaches everything else through renderer/src/bridge.',
  },
];

/** Packages (and Node) that have one door each, whatever the layer. */
export const packageDoors = [
  {
    name: 'electron',
    only: [`${MAIN}/shell/`, 'electron/preload/'],
    door: 'Only electron/main/shell and electron/preload import electron: take a port from electron/main/ports.ts.',
  },
  {
    name: 'openai',
    only: [`${MAIN}/ai/gateway.ts`],
    door: 'Only electron/main/ai/gateway.ts talks to a model: call run-task.',
  },
  {
    name: 'better-sqlite3',
    // The verification thread opens the file itself: no connection crosses threads.
    only: [`${MAIN}/db/`, `${MAIN}/networks/practice/`, `${MAIN}/transparency/verify-worker.ts`],
    door: 'Only electron/main/db opens the database: add a method to a repository.',
  },
  {
    name: 'drizzle-orm',
    only: [`${MAIN}/db/`],
    door: 'Only electron/main/db builds statements: add a method to a repository.',
  },
  {
    name: 'node-cron',
    only: [`${MAIN}/scheduler/timetable.ts`],
    door: 'node-cron keeps the maintenance timetable only; due work is a job row that the sweep runs.',
  },
  { name: 'node', only: ['electron/main/'], door: 'shared, preload and renderer run without Node: use IPC.' },
];
