import { appError } from '@shared/domain/errors';
import type { Output, ParsedInput } from '@shared/ipc/contract';
import type { Backup } from '@shared/ipc/settings';
import type { AppEvent } from '@shared/ipc/events';
import type { BackupFiles } from '../db/backup-files';
import type { Clock, Logger, ShellControls } from '../ports';

export type BackupsDeps = {
  readonly files: BackupFiles;
  readonly shell: Pick<ShellControls, 'restart'>;
  readonly clock: Clock;
  readonly events: { readonly emit: (event: AppEvent) => void };
  readonly log: Logger;
};

const DAY_MS = 86_400_000;
/** Daily copies kept; those made by hand or before a change stay until a person removes them. */
const KEEP_DAILY = 7;
const KEEP_OTHER = 5;

export function createBackupsService({ files, shell, clock, events, log }: BackupsDeps) {
  const changed = (): void => events.emit({ type: 'settings.changed', ids: [] });
  const make = async (reason: Backup['reason']): Promise<Backup> => {
    const made = await files.create(reason, clock.now());
    for (const old of files.surplus({
      daily: KEEP_DAILY,
      before_migration: KEEP_OTHER,
      before_restore: KEEP_OTHER,
    })) {
      files.remove(old);
      log.info('old backup removed', { name: old });
    }
    changed();
    return made;
  };
  return {
    backups: (): Output<'settings.backups'> => files.list(),
    createBackup: (): Promise<Backup> => make('manual'),
    /** Swaps the file at the next start, which follows at once; today's data is kept first. */
    restoreBackup: async ({ name }: ParsedInput<'settings.restoreBackup'>): Promise<void> => {
      if (!files.list().some((known) => known.name === name)) throw appError('not_found', { field: 'name' });
      await files.stage(name);
      shell.restart();
    },
    /** For the maintenance timetable and the start: one copy a day, made when the newest is older than that. */
    daily: async (): Promise<void> => {
      const newest = files.list().find(({ reason }) => reason === 'daily');
      if (newest && clock.now() - newest.at < DAY_MS) return;
      await make('daily');
    },
  };
}
