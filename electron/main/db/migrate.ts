import type Database from 'better-sqlite3';
import { constants, copyFileSync, mkdirSync, renameSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appError } from '@shared/domain/errors';
import type { Clock, Logger } from '../ports';
import { backupName } from './backup-names';
import type { Migration } from './migrations';

export type MigrateDeps = {
  readonly raw: Database.Database;
  readonly file: string;
  readonly backupsDir: string;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Brings the file to the newest version this build knows. Each step and its number are one transaction, so a
 * process killed at any point leaves a file that the next start carries on from. Before the first step on a
 * file that holds data, a copy is kept. A file of a newer version is refused untouched.
 */
export function migrate(deps: MigrateDeps): {
  readonly from: number;
  readonly to: number;
  readonly backup?: string;
} {
  const { raw, migrations, log } = deps;
  assertRising(migrations);
  const from = userVersion(raw);
  const newest = migrations.at(-1)?.version ?? 0;
  if (from > newest) {
    throw appError('database', {
      params: { file: from, app: newest },
      detail: `This workspace was written by a newer version of Candor (schema ${from}, this version knows ${newest}). Install the newer version, or restore a backup.`,
    });
  }
  const steps = migrations.filter(({ version }) => version > from);
  if (steps.length === 0) return { from, to: from };
  const backup = from === 0 ? undefined : copyBefore(deps, from);
  // Rebuilding a table drops the one that others refer to; foreign_key_check proves the result instead.
  raw.pragma('foreign_keys = OFF');
  try {
    for (const step of steps) apply(raw, step);
  } finally {
    raw.pragma('foreign_keys = ON');
  }
  log.info('database migrated', { from, to: newest });
  return { from, to: newest, backup };
}

function apply(raw: Database.Database, step: Migration): void {
  raw
    .transaction(() => {
      raw.exec(step.sql);
      const broken = raw.pragma('foreign_key_check') as unknown[];
      if (broken.length > 0)
        throw appError('database', {
          detail: `migration ${step.name} leaves ${broken.length} broken references`,
        });
      raw.pragma(`user_version = ${step.version}`);
    })
    .immediate();
}

function copyBefore(deps: MigrateDeps, version: number): string {
  const { raw, file, backupsDir, clock } = deps;
  raw.pragma('wal_checkpoint(TRUNCATE)');
  mkdirSync(backupsDir, { recursive: true });
  assertSpace(backupsDir, statSync(file).size);
  const target = join(backupsDir, backupName('before_migration', clock.now(), `v${version}`));
  // The name appears only when the copy is whole.
  copyFileSync(file, `${target}.part`, constants.COPYFILE_FICLONE);
  renameSync(`${target}.part`, target);
  return target;
}

function assertSpace(directory: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < bytes)
    throw appError('disk_full', {
      params: { needed: bytes },
      detail: 'no space for the copy before migrating',
    });
}

function assertRising(migrations: readonly Migration[]): void {
  migrations.forEach(({ version, name }, index) => {
    if (version !== index + 1)
      throw appError('internal', {
        detail: `migration ${name} has number ${version}, expected ${index + 1}`,
      });
  });
}

export const userVersion = (raw: Database.Database): number =>
  Number(raw.pragma('user_version', { simple: true }));
