import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import { openDb, type OpenDbDeps } from '../../electron/main/db/open';
import { migrations, type Migration } from '../../electron/main/db/migrations';
import { createManualClock, createRecordingLogger, createTempDir } from '../fakes/ports';

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((clean) => clean()));

function workspace(): OpenDbDeps & { dir: string } {
  const dir = createTempDir('candor-migrate');
  cleanups.push(dir.remove);
  return {
    dir: dir.path,
    file: join(dir.path, 'candor.db'),
    backupsDir: join(dir.path, 'backups'),
    clock: createManualClock(),
    log: createRecordingLogger(),
  };
}

const next: Migration = {
  version: migrations.length + 1,
  name: 'next',
  sql: "CREATE TABLE next_thing(id TEXT PRIMARY KEY) STRICT; INSERT INTO setting(key, value) VALUES('from_next', '1');",
};
const tablesOf = (file: string): { version: number; tables: string[] } => {
  const raw = new Database(file, { readonly: true });
  try {
    return {
      version: raw.pragma('user_version', { simple: true }) as number,
      tables: raw.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all(),
    };
  } finally {
    raw.close();
  }
};

describe('migrations', () => {
  it.each(migrations.map((migration) => [migration.version, migration.name]))(
    'step %i (%s) applies on the step before it',
    (version) => {
      const deps = workspace();
      const before = migrations.slice(0, Number(version) - 1);
      openDb({ ...deps, migrations: before }).close();
      const db = openDb({ ...deps, migrations: migrations.slice(0, Number(version)) });
      expect(db.raw.pragma('user_version', { simple: true })).toBe(version);
      expect(db.raw.pragma('integrity_check', { simple: true })).toBe('ok');
      db.close();
    },
  );

  it('keep a copy of the file before the first step, and none for a new file', () => {
    const deps = workspace();
    const old = openDb(deps);
    old.raw.exec("INSERT INTO setting(key, value) VALUES('mine', '1')");
    old.close();
    expect(existsSync(deps.backupsDir)).toBe(false);
    openDb({ ...deps, migrations: [...migrations, next] }).close();
    const copies = readdirSync(deps.backupsDir);
    expect(copies).toEqual([`candor-2026-11-20T090000000Z-before-migration-v${migrations.length}.db`]);
    const copy = tablesOf(join(deps.backupsDir, copies[0]!));
    expect(copy.version).toBe(migrations.length);
    expect(copy.tables).not.toContain('next_thing');
  });

  it('undo a step that fails and leave its number, so that the next start tries again', () => {
    const deps = workspace();
    openDb(deps).close();
    const broken = { ...next, sql: `${next.sql} SELECT no_such_function();` };
    expect(() => openDb({ ...deps, migrations: [...migrations, broken] })).toThrow(
      expect.objectContaining({ kind: 'database' }),
    );
    expect(tablesOf(deps.file)).toMatchObject({ version: migrations.length });
    expect(tablesOf(deps.file).tables).not.toContain('next_thing');
    openDb({ ...deps, migrations: [...migrations, next] }).close();
    expect(tablesOf(deps.file).tables).toContain('next_thing');
  });

  it('refuse a step that leaves a reference to nothing', () => {
    const deps = workspace();
    openDb(deps).close();
    const dangling = {
      ...next,
      sql: "INSERT INTO account_secret(account_id, cipher, updated_at) VALUES('nobody', x'00', 0);",
    };
    expect(() => openDb({ ...deps, migrations: [...migrations, dangling] })).toThrow(/broken references/);
  });

  it('stop at a file of a newer version with a plain message and leave it as it is', () => {
    const deps = workspace();
    openDb({ ...deps, migrations: [...migrations, next] }).close();
    const before = readFileSync(deps.file);
    expect(() => openDb(deps)).toThrow(/written by a newer version of Candor/);
    expect(readFileSync(deps.file).equals(before)).toBe(true);
  });

  it('refuse a list whose numbers do not rise by one', () => {
    const deps = workspace();
    expect(() => openDb({ ...deps, migrations: [migrations[0]!, { ...next, version: 3 }] })).toThrow(
      /expected 2/,
    );
  });

  it('survive being killed half-way: the next start finishes the work', async () => {
    const deps = workspace();
    openDb(deps).close();
    const signal = await killedWhileMigrating(deps.dir, deps.file);
    expect(signal).toBe('SIGKILL');
    expect(tablesOf(deps.file)).toMatchObject({ version: migrations.length });
    const db = openDb({ ...deps, migrations: [...migrations, next] });
    expect(db.raw.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.raw.prepare("SELECT value FROM setting WHERE key = 'from_next'").pluck().get()).toBe('1');
    db.close();
  });
});

/** Runs the real runner in another process, which is killed in the middle of a step. */
async function killedWhileMigrating(dir: string, file: string): Promise<NodeJS.Signals | null> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const outDir = join(root, 'node_modules', '.tmp', `migrate-kill-${process.pid}`);
  const entry = join(outDir, 'entry.ts');
  const step = {
    ...next,
    sql: `${next.sql} WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
          INSERT INTO setting(key, value) SELECT 'row' || i, hex(randomblob(200)) FROM n; SELECT kill_now();`,
  };
  mkdirSync(outDir, { recursive: true });
  writeFileSync(
    entry,
    `import Database from 'better-sqlite3';
     import { migrate } from '${root}/electron/main/db/migrate';
     import { migrations } from '${root}/electron/main/db/migrations';
     const raw = new Database(${JSON.stringify(file)});
     raw.pragma('journal_mode = WAL');
     raw.function('kill_now', () => { process.kill(process.pid, 'SIGKILL'); return 0; });
     const log = { debug() {}, info() {}, warn() {}, error() {} };
     migrate({ raw, file: ${JSON.stringify(file)}, backupsDir: ${JSON.stringify(join(dir, 'backups'))}, log,
       clock: { now: () => Date.now(), monotonic: () => 0, after: () => () => undefined },
       migrations: [...migrations, ${JSON.stringify(step)}] });`,
  );
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': join(root, 'shared') } },
    build: {
      outDir,
      emptyOutDir: false,
      ssr: entry,
      target: 'node20.18',
      rollupOptions: { output: { entryFileNames: 'entry.mjs' } },
    },
  });
  const child = spawn(process.execPath, [join(outDir, 'entry.mjs')], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (_code, signal) => resolve(signal));
  });
}
