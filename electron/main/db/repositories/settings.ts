import { eq } from 'drizzle-orm';
import { appError } from '@shared/domain/errors';
import type { Db } from '../open';
import { setting } from '../schema';

export type SettingsStore = {
  /** The stored value, undefined when there is none. Whoever reads it checks its shape. */
  readonly read: (key: string) => unknown;
  readonly write: (key: string, value: unknown) => void;
  readonly remove: (key: string) => void;
};

/** JSON values by key: one row per owner (`settings`, `shell.…`, `ai.…`). */
export function createSettingsStore(db: Db): SettingsStore {
  return {
    read: (key) => {
      const row = db.orm.select().from(setting).where(eq(setting.key, key)).get();
      if (!row) return undefined;
      try {
        return JSON.parse(row.value) as unknown;
      } catch (error) {
        throw appError('database', { detail: `setting ${key} cannot be read` }, error);
      }
    },
    write: (key, value) => {
      const text = JSON.stringify(value);
      db.orm
        .insert(setting)
        .values({ key, value: text })
        .onConflictDoUpdate({ target: setting.key, set: { value: text } })
        .run();
    },
    remove: (key) => void db.orm.delete(setting).where(eq(setting.key, key)).run(),
  };
}
