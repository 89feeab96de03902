import { join } from 'node:path';
import { openDb, type Db, type OpenDbDeps } from '../../electron/main/db/open';
import { createRecordingLogger, createTempDir, systemClock } from './ports';

export type TestDb = { readonly db: Db; readonly dir: string; readonly remove: () => void };

/** A real workspace file in a temporary folder, fully migrated. Call `remove` at the end. */
export function createTestDb(override: Partial<OpenDbDeps> = {}): TestDb {
  const dir = createTempDir('candor-db');
  const db = openDb({
    file: join(dir.path, 'candor.db'),
    backupsDir: join(dir.path, 'backups'),
    clock: systemClock,
    log: createRecordingLogger(),
    ...override,
  });
  return {
    db,
    dir: dir.path,
    remove: () => {
      db.close();
      dir.remove();
    },
  };
}
