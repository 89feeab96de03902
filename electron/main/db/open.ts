import Database from 'better-sqlite3';
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { appError } from '@shared/domain/errors';
import type { Clock, Logger } from '../ports';
import { toDatabaseError } from './errors';
import { migrate } from './migrate';
import { migrations, type Migration } from './migrations';
import * as schema from './schema';
import { createStatements, type Statements } from './statements';

/** The workspace file: one read-write connection, owned by the core. Everything on it is synchronous. */
export type Db = Statements & {
  readonly raw: Database.Database;
  readonly orm: BetterSQLite3Database<typeof schema>;
  readonly file: string;
  /** The last run ended without `close`: the file wants an integrity check. */
  readonly uncleanEnd: boolean;
  /** All or nothing. Inside another transaction it is a savepoint of it. */
  readonly transaction: <T>(fn: () => T) => T;
  /**
   * A transaction that is on the disk when this returns (synchronous=FULL): attempts, log entries, approvals.
   * Throws inside a transaction that was not durable, because SQLite could not keep the promise there.
   */
  readonly durable: <T>(fn: () => T) => T;
  /**
   * For adding much: what SQLite moves while it grows its indexes is not wiped, which halves the writing. Not
   * for deletions: those leave nothing behind only outside of this.
   */
  readonly adding: <T>(fn: () => T) => T;
  /** Runs `fn` once the outermost open transaction is committed, at once when none is open; dropped on rollback. */
  readonly afterCommit: (fn: () => void) => void;
  /** Checkpoints the write-ahead log into the file and marks the end as clean. */
  readonly close: () => void;
};

export type OpenDbDeps = {
  readonly file: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the copy before a migration goes. */
  readonly backupsDir: string;
  readonly migrations?: readonly Migration[];
};

/** "Cndr": tells a Candor file from any other SQLite file. */
const APPLICATION_ID = 0x436e6472;

/** Opens (or creates) the workspace, migrated to what this version knows. Throws AppError `database`. */
export function openDb(deps: OpenDbDeps): Db {
  const { file, log } = deps;
  mkdirSync(dirname(file), { recursive: true });
  const marker = `${file}.in-use`;
  const uncleanEnd = existsSync(marker);
  const raw = openRaw(file);
  try {
    applyPragmas(raw);
    migrate({ raw, ...deps, migrations: deps.migrations ?? migrations });
    raw.pragma(`application_id = ${APPLICATION_ID}`);
    writeFileSync(marker, String(process.pid));
  } catch (error) {
    raw.close();
    throw toDatabaseError(error);
  }
  if (uncleanEnd) log.warn('the last run did not end cleanly');
  return {
    raw,
    orm: drizzle(raw, { schema }),
    file,
    uncleanEnd,
    ...createStatements({ raw, log, clock: deps.clock }),
    ...createTransactions(raw),
    adding: (fn) => {
      raw.pragma('secure_delete = FAST');
      try {
        return fn();
      } finally {
        raw.pragma('secure_delete = ON');
      }
    },
    close: () => {
      if (!raw.open) return;
      raw.pragma('optimize');
      raw.pragma('wal_checkpoint(TRUNCATE)');
      raw.close();
      rmSync(marker, { force: true });
    },
  };
}

/** A read-only connection to a workspace that is open elsewhere, for long reads in a worker thread. */
export function openReader(file: string): Database.Database {
  const raw = new Database(file, { readonly: true, fileMustExist: true });
  raw.pragma('trusted_schema = OFF');
  raw.pragma('query_only = ON');
  raw.pragma('busy_timeout = 5000');
  raw.pragma('mmap_size = 268435456');
  return raw;
}

function openRaw(file: string): Database.Database {
  const raw = new Database(file);
  try {
    const id = Number(raw.pragma('application_id', { simple: true }));
    if (id !== 0 && id !== APPLICATION_ID)
      throw appError('database', { detail: 'this file belongs to another application' });
    return raw;
  } catch (error) {
    raw.close();
    throw toDatabaseError(error);
  }
}

function applyPragmas(raw: Database.Database): void {
  // A restored file may come from anywhere: its schema may not call functions that are not harmless.
  raw.pragma('trusted_schema = OFF');
  raw.pragma('cell_size_check = ON');
  raw.pragma('journal_mode = WAL');
  raw.pragma('synchronous = NORMAL');
  // macOS answers fsync before the bytes are on the disk unless asked twice.
  raw.pragma('fullfsync = ON');
  raw.pragma('foreign_keys = ON');
  // What was deleted does not stay in free pages.
  raw.pragma('secure_delete = ON');
  raw.pragma('recursive_triggers = ON');
  raw.pragma('busy_timeout = 5000');
  raw.pragma('temp_store = MEMORY');
  // Reads go through the map below; this holds what transactions write.
  raw.pragma('cache_size = -8000');
  raw.pragma('mmap_size = 268435456');
  raw.pragma('journal_size_limit = 67108864');
  // The commit that fills the log moves it into the file: 1.6 MB at a time keep that under a frame or two.
  raw.pragma('wal_autocheckpoint = 400');
}

function createTransactions(raw: Database.Database): Pick<Db, 'transaction' | 'durable' | 'afterCommit'> {
  let isDurable = false;
  let hooks: (() => void)[] = [];
  const begin = raw.transaction((fn: () => unknown) => fn());

  const commit = <T>(fn: () => T): T => {
    try {
      return begin.immediate(fn) as T;
    } catch (error) {
      hooks = [];
      throw toDatabaseError(error);
    }
  };
  // Hooks may open transactions of their own: the list is handed over before the first one runs.
  const runHooks = (): void => {
    const committed = hooks;
    hooks = [];
    for (const hook of committed) hook();
  };
  const nested = <T>(fn: () => T): T => {
    const before = hooks.length;
    try {
      return begin(fn) as T;
    } catch (error) {
      hooks.length = before;
      throw error;
    }
  };

  const transaction = <T>(fn: () => T): T => {
    if (raw.inTransaction) return nested(fn);
    const result = commit(fn);
    runHooks();
    return result;
  };

  const durable = <T>(fn: () => T): T => {
    if (raw.inTransaction) {
      if (!isDurable)
        throw appError('internal', { detail: 'durable() inside a transaction that is not durable' });
      return nested(fn);
    }
    raw.pragma('synchronous = FULL');
    isDurable = true;
    let result: T;
    try {
      result = commit(fn);
    } finally {
      isDurable = false;
      raw.pragma('synchronous = NORMAL');
    }
    runHooks();
    return result;
  };

  const afterCommit = (fn: () => void): void => {
    if (raw.inTransaction) hooks.push(fn);
    else fn();
  };
  return { transaction, durable, afterCommit };
}
