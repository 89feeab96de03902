import Database from 'better-sqlite3';
import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyStagedRestore, createBackupFiles } from '../../electron/main/db/backup-files';
import { checkIntegrity } from '../../electron/main/db/integrity';
import { openDb, type Db } from '../../electron/main/db/open';
import { createSettingsStore } from '../../electron/main/db/repositories/settings';
import createReader from '../../electron/main/db/reader-worker?nodeWorker';
import { createBackupsService } from '../../electron/main/services/backups';
import { createPorts, createTempDir, systemClock, type FakePorts, type TempDir } from '../fakes/ports';

const DAY = 86_400_000;
let dir: TempDir;
let db: Db;
let ports: FakePorts;

const file = () => join(ports.paths.data, 'candor.db');
const open = () =>
  openDb({ file: file(), backupsDir: ports.paths.backups, clock: systemClock, log: ports.log });
const service = () =>
  createBackupsService({
    files: createBackupFiles({
      db,
      folder: ports.paths.backups,
      check: (path) => checkIntegrity(createReader, { file: path, log: ports.log }),
    }),
    shell: ports.shell,
    clock: ports.clock,
    events: { emit: () => undefined },
    log: ports.log,
  });
const write = (value: string) => createSettingsStore(db).write('mine', value);
const read = () => createSettingsStore(db).read('mine');
/** What the start does before and while it opens the workspace. */
const restart = () => {
  if (db.raw.open) db.close();
  applyStagedRestore(file(), ports.paths.backups, ports.clock.now());
  db = open();
};

beforeEach(() => {
  dir = createTempDir();
  ports = createPorts(dir.path);
  db = open();
});
afterEach(() => {
  db.close();
  dir.remove();
});

describe('backups', () => {
  it('are whole copies, made while the workspace is in use, and listed newest first', async () => {
    write('first');
    const made = await service().createBackup();
    ports.clock.advance(1_000);
    write('second');
    await service().createBackup();
    expect(
      service()
        .backups()
        .map(({ at, reason }) => [at, reason]),
    ).toEqual([
      [made.at + 1_000, 'manual'],
      [made.at, 'manual'],
    ]);
    const copy = new Database(join(ports.paths.backups, made.name), { readonly: true });
    expect(copy.prepare("SELECT value FROM setting WHERE key = 'mine'").pluck().get()).toBe('"first"');
    copy.close();
    expect(made.bytes).toBeGreaterThan(10_000);
    expect(readdirSync(ports.paths.backups).filter((name) => !name.endsWith('.db'))).toEqual([]);
  });

  it('are made once a day and seven of them kept; those made by hand stay', async () => {
    const backups = service();
    await backups.createBackup();
    for (let day = 0; day < 10; day++) {
      await backups.daily();
      await backups.daily();
      ports.clock.advance(DAY);
    }
    const reasons = backups.backups().map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason === 'daily')).toHaveLength(7);
    expect(reasons.filter((reason) => reason === 'manual')).toHaveLength(1);
  });

  it('leave nothing behind when the copy cannot be completed, and say why', async () => {
    const failing = createBackupFiles({
      db,
      folder: ports.paths.backups,
      check: () => Promise.resolve('damaged' as const),
    });
    await expect(failing.create('manual', 1)).rejects.toMatchObject({ kind: 'database' });
    expect(readdirSync(ports.paths.backups)).toEqual([]);
  });

  it('are restored at the next start, and what was there is kept as a backup first', async () => {
    const restarted = vi.spyOn(ports.shell, 'restart');
    write('good');
    const { name } = await service().createBackup();
    write('bad');
    ports.clock.advance(1_000);
    await service().restoreBackup({ name });
    expect(restarted).toHaveBeenCalledOnce();
    restarted.mockRestore();
    expect(read()).toBe('bad');
    restart();
    expect(read()).toBe('good');
    const kept = service()
      .backups()
      .find(({ reason }) => reason === 'before_restore');
    await service().restoreBackup({ name: kept!.name });
    restart();
    expect(read()).toBe('bad');
  });

  it('keep what a crashed run had only in its write-ahead log', async () => {
    const { name } = await service().createBackup();
    write('only in the log');
    await service().restoreBackup({ name });
    // The process dies here: its files stay as they are.
    for (const suffix of ['', '-wal']) copyFileSync(`${file()}${suffix}`, join(dir.path, `crash${suffix}`));
    db.close();
    for (const suffix of ['', '-wal']) copyFileSync(join(dir.path, `crash${suffix}`), `${file()}${suffix}`);
    restart();
    expect(read()).toBeUndefined();
    const kept = service()
      .backups()
      .find(({ reason }) => reason === 'before_restore');
    const copy = new Database(join(ports.paths.backups, kept!.name), { readonly: true });
    expect(copy.prepare("SELECT value FROM setting WHERE key = 'mine'").pluck().get()).toBe(
      '"only in the log"',
    );
    copy.close();
  });

  it('that are damaged, of a newer version or not ours are refused, and today’s data stays', async () => {
    write('today');
    const backups = service();
    const { name } = await backups.createBackup();
    truncateSync(join(ports.paths.backups, name), 40_000);
    await expect(backups.restoreBackup({ name })).rejects.toMatchObject({ kind: 'database' });

    ports.clock.advance(1_000);
    const newer = await backups.createBackup();
    const raw = new Database(join(ports.paths.backups, newer.name));
    raw.pragma('user_version = 999');
    raw.close();
    await expect(backups.restoreBackup({ name: newer.name })).rejects.toMatchObject({ kind: 'conflict' });

    writeFileSync(join(dir.path, 'data', 'candor-2026-01-01T000000000Z-manual.db'), 'x');
    await expect(
      backups.restoreBackup({ name: '../data/candor-2026-01-01T000000000Z-manual.db' }),
    ).rejects.toMatchObject({ kind: 'not_found' });
    restart();
    expect(read()).toBe('today');
  });
});

describe('the integrity check', () => {
  it('finds nothing in a workspace that is whole', async () => {
    write('x');
    expect(await checkIntegrity(createReader, { file: file(), log: ports.log })).toBe('ok');
  });

  it('finds a page that was overwritten, and says what is wrong', async () => {
    for (let at = 0; at < 3_000; at++) createSettingsStore(db).write(`key ${at}`, 'x'.repeat(50));
    db.close();
    const bytes = readFileSync(file());
    bytes.fill(0x5a, bytes.length - 40_000, bytes.length - 20_000);
    writeFileSync(file(), bytes);
    expect(await checkIntegrity(createReader, { file: file(), log: ports.log })).toBe('damaged');
    expect(ports.log.lines.some(({ message }) => message === 'integrity check')).toBe(true);
    db = openDb({
      file: join(dir.path, 'fresh.db'),
      backupsDir: dir.path,
      clock: systemClock,
      log: ports.log,
    });
  });
});
