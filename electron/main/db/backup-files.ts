import Database from 'better-sqlite3';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { appError } from '@shared/domain/errors';
import { backupName, parseBackupName, type BackupReason } from './backup-names';
import type { Integrity } from './integrity';
import { userVersion } from './migrate';
import { migrations } from './migrations';
import type { Db } from './open';

export type BackupFile = {
  readonly name: string;
  readonly at: number;
  readonly bytes: number;
  readonly reason: BackupReason;
};
export type BackupFiles = ReturnType<typeof createBackupFiles>;

/** Pages copied between two breaths of the main thread: about 4 MB. */
const PAGES = 1_000;
const stagedPath = (file: string): string => `${file}.restore`;

/** Whole copies of the workspace in one folder. */
export function createBackupFiles(deps: {
  readonly db: Db;
  readonly folder: string;
  /** Reads the whole of a file in a worker thread. */
  readonly check: (file: string) => Promise<Integrity>;
}) {
  const { db, folder } = deps;
  const assertWhole = async (file: string): Promise<void> => {
    if ((await deps.check(file)) !== 'ok') throw appError('database', { detail: 'the backup is damaged' });
  };
  const list = (): readonly BackupFile[] => listBackups(folder);
  return {
    /** Newest first. */
    list,
    /** Copies the open database while it is in use. The name appears only when the copy is whole. */
    create: async (reason: BackupReason, at: number): Promise<BackupFile> => {
      mkdirSync(folder, { recursive: true });
      const name = backupName(reason, at);
      const part = join(folder, `${name}.part`);
      try {
        await db.raw.backup(part, { progress: () => PAGES });
        makeSingleFile(part);
        await assertWhole(part);
        await rename(part, join(folder, name));
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
      return { name, at, reason, bytes: statSync(join(folder, name)).size };
    },
    remove: (name: string): void => rmSync(join(folder, basename(name)), { force: true }),
    /** Names beyond the number to keep per reason, oldest ones. Reasons that are not named are kept. */
    surplus: (keep: Partial<Record<BackupReason, number>>): readonly string[] =>
      Object.entries(keep).flatMap(([reason, count]) =>
        list()
          .filter((file) => file.reason === reason)
          .slice(count)
          .map(({ name }) => name),
      ),
    /** Prepares a backup to take the place of the workspace at the next start. Throws when it is damaged. */
    stage: async (name: string): Promise<void> => {
      if (!parseBackupName(name)) throw appError('invalid_input', { field: 'name' });
      const staged = stagedPath(db.file);
      const part = `${staged}.part`;
      await copyFile(join(folder, name), part);
      try {
        makeSingleFile(part);
        await assertWhole(part);
        assertKnown(part);
        await rename(part, staged);
      } finally {
        await rm(part, { force: true });
      }
    },
  };
}

/**
 * Before the workspace is opened: puts a staged backup in its place and keeps what was there as a backup.
 * Killed at any point it is done again at the next start; the staged file goes last.
 */
export function applyStagedRestore(file: string, folder: string, now: number): boolean {
  const staged = stagedPath(file);
  if (!existsSync(staged)) return false;
  mkdirSync(folder, { recursive: true });
  if (existsSync(file)) {
    foldInLog(file);
    const kept = join(folder, backupName('before_restore', now));
    copyFileSync(file, `${kept}.part`);
    renameSync(`${kept}.part`, kept);
  }
  for (const suffix of ['-wal', '-shm', '.in-use']) rmSync(`${file}${suffix}`, { force: true });
  renameSync(staged, file);
  return true;
}

function listBackups(folder: string): readonly BackupFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const parsed = parseBackupName(name);
      return parsed ? [{ name, ...parsed, bytes: statSync(join(folder, name)).size }] : [];
    })
    .sort((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1));
}

/** What a run that ended badly left in the write-ahead log belongs into the copy. A damaged file is copied as it is. */
function foldInLog(file: string): void {
  let raw: Database.Database | undefined;
  try {
    raw = new Database(file);
    raw.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
  } finally {
    raw?.close();
  }
}

/** Out of WAL mode: a backup is one file, also while it is read. */
function makeSingleFile(file: string): void {
  let raw: Database.Database | undefined;
  try {
    raw = new Database(file);
    raw.pragma('journal_mode = DELETE');
  } catch (error) {
    throw appError('database', { detail: 'the backup is damaged' }, error);
  } finally {
    raw?.close();
  }
}

/** A backup of a newer version of Candor would stop the next start. */
function assertKnown(file: string): void {
  const raw = new Database(file, { readonly: true });
  try {
    const version = userVersion(raw);
    if (version === 0 || version > migrations.length) {
      throw appError('conflict', {
        params: { file: version, app: migrations.length },
        detail: 'the backup is of another version of Candor',
      });
    }
  } finally {
    raw.close();
  }
}
