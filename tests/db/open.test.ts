import Database from 'better-sqlite3';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '@shared/domain/errors';
import { openDb } from '../../electron/main/db/open';
import { migrations } from '../../electron/main/db/migrations';
import { createTestDb, type TestDb } from '../fakes/db';
import { createManualClock, createRecordingLogger, createTempDir, systemClock } from '../fakes/ports';

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((clean) => clean()));

function open(): TestDb {
  const test = createTestDb();
  cleanups.push(test.remove);
  return test;
}

const setting = (db: TestDb['db'], key: string): unknown =>
  db.raw.prepare('SELECT value FROM setting WHERE key = ?').pluck().get(key);
const put = (db: TestDb['db'], key: string, value: string): void =>
  void db.raw.prepare('INSERT INTO setting(key, value) VALUES(?, ?)').run(key, value);

describe('the workspace connection', () => {
  it('runs with the pragmas that the guarantees rest on', () => {
    const { db } = open();
    const pragma = (name: string): unknown => db.raw.pragma(name, { simple: true });
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(1);
    expect(pragma('foreign_keys')).toBe(1);
    expect(pragma('secure_delete')).toBe(1);
    expect(pragma('trusted_schema')).toBe(0);
    expect(pragma('recursive_triggers')).toBe(1);
    expect(pragma('user_version')).toBe(migrations.length);
  });

  it('folds its write-ahead log in piece by piece, so that no single commit has to move much', () => {
    const { db } = open();
    for (let at = 0; at < 800; at++) put(db, `key ${at}`, 'x'.repeat(8_000));
    expect(statSync(`${db.file}-wal`).size).toBeLessThan(2_000_000);
  });

  it('commits durably with synchronous=FULL and goes back to NORMAL, also when the work throws', () => {
    const { db } = open();
    const inside = db.durable(() => db.raw.pragma('synchronous', { simple: true }));
    expect(inside).toBe(2);
    expect(() =>
      db.durable(() => {
        put(db, 'a', '1');
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(db.raw.pragma('synchronous', { simple: true })).toBe(1);
    expect(setting(db, 'a')).toBeUndefined();
  });

  it('refuses a durable promise inside a transaction that is not durable', () => {
    const { db } = open();
    expect(() => db.transaction(() => db.durable(() => undefined))).toThrow(AppError);
    expect(() => db.durable(() => db.durable(() => put(db, 'b', '1')))).not.toThrow();
    expect(setting(db, 'b')).toBe('1');
  });

  it('rolls an inner transaction back alone when its error is caught', () => {
    const { db } = open();
    db.transaction(() => {
      put(db, 'outer', '1');
      expect(() =>
        db.transaction(() => {
          put(db, 'inner', '1');
          throw new Error('inner fails');
        }),
      ).toThrow('inner fails');
    });
    expect([setting(db, 'outer'), setting(db, 'inner')]).toEqual(['1', undefined]);
  });

  it('runs what waits for the commit once, after it, and never after a rollback', () => {
    const { db } = open();
    const ran: string[] = [];
    db.transaction(() => {
      db.afterCommit(() => ran.push(db.raw.inTransaction ? 'too early' : 'outer'));
      db.transaction(() => db.afterCommit(() => ran.push('inner')));
      expect(ran).toEqual([]);
    });
    expect(() =>
      db.transaction(() => {
        db.afterCommit(() => ran.push('never'));
        throw new Error('rolled back');
      }),
    ).toThrow();
    db.afterCommit(() => ran.push('at once'));
    expect(ran).toEqual(['outer', 'inner', 'at once']);
  });

  it('says which kind of failure an error of SQLite is', () => {
    const { db } = open();
    put(db, 'twice', '1');
    expect(() => db.transaction(() => put(db, 'twice', '2'))).toThrow(
      expect.objectContaining({ kind: 'database' }),
    );
  });

  it('logs a statement that takes 40 ms or more under its name', () => {
    const log = createRecordingLogger();
    const clock = createManualClock();
    const test = createTestDb({ log, clock });
    cleanups.push(test.remove);
    test.db.raw.function('slowly', () => {
      clock.advance(41);
      return 1;
    });
    test.db.prepare('test.slow', 'SELECT slowly()').get();
    test.db.prepare('test.fast', 'SELECT 1').get();
    expect(log.lines.filter(({ message }) => message === 'slow query')).toEqual([
      { level: 'warn', message: 'slow query', fields: { name: 'test.slow', ms: 41 } },
    ]);
  });

  it('knows after a clean end that the end was clean, and after a crash that it was not', () => {
    const dir = createTempDir();
    cleanups.push(dir.remove);
    const deps = {
      file: join(dir.path, 'a.db'),
      backupsDir: dir.path,
      clock: systemClock,
      log: createRecordingLogger(),
    };
    const first = openDb(deps);
    expect(first.uncleanEnd).toBe(false);
    first.close();
    expect(existsSync(`${deps.file}-wal`)).toBe(false);
    const second = openDb(deps);
    expect(second.uncleanEnd).toBe(false);
    second.raw.close();
    const third = openDb(deps);
    expect(third.uncleanEnd).toBe(true);
    third.close();
  });

  it('refuses a file that is not a database, and one of another application, without changing them', () => {
    const dir = createTempDir();
    cleanups.push(dir.remove);
    const deps = { backupsDir: dir.path, clock: systemClock, log: createRecordingLogger() };
    const noise = join(dir.path, 'noise.db');
    writeFileSync(
      noise,
      'this is a text, and it is long enough to be read as a header of a database'.repeat(20),
    );
    expect(() => openDb({ ...deps, file: noise })).toThrow(expect.objectContaining({ kind: 'database' }));
    expect(readFileSync(noise, 'utf8')).toMatch(/^this is a text/);

    const other = join(dir.path, 'other.db');
    const raw = new Database(other);
    raw.pragma('application_id = 4711');
    raw.close();
    expect(() => openDb({ ...deps, file: other })).toThrow(expect.objectContaining({ kind: 'database' }));
    expect(readdirSync(dir.path).filter((name) => name.startsWith('other'))).toEqual(['other.db']);
  });
});
