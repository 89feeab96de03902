import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { appError } from '@shared/domain/errors';
import type { ProviderId } from '@shared/domain/ids';
import type { Db } from '../open';
import { aiProvider } from '../schema';
import { createSettingsStore } from './settings';

const preset = z.enum(['openai', 'openrouter', 'ollama', 'lmstudio', 'llamacpp', 'custom']);

/** A configured server of models. `cipher` is the key as the operating system's store encrypted it. */
export type ProviderRow = {
  readonly id: ProviderId;
  readonly preset: z.infer<typeof preset>;
  readonly name: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly cipher: Uint8Array | null;
  readonly createdAt: number;
};
export type ProviderRepository = ReturnType<typeof createProviderRepository>;

const ACTIVE = 'ai.provider';
const STOPPED = 'ai.stopped';

/** Providers, which of them is in use, and whether a person stopped the AI. */
export function createProviderRepository(db: Db) {
  const settings = createSettingsStore(db);
  const get = (id: ProviderId): ProviderRow | undefined => {
    const row = db.orm.select().from(aiProvider).where(eq(aiProvider.id, id)).get();
    return row && toRow(row);
  };
  return {
    list: (): readonly ProviderRow[] =>
      db.orm
        .select()
        .from(aiProvider)
        .orderBy(asc(aiProvider.createdAt), asc(aiProvider.id))
        .all()
        .map(toRow),
    get,
    /** Throws `not_found`. */
    require: (id: ProviderId): ProviderRow => {
      const row = get(id);
      if (!row) throw appError('not_found', { field: 'id' });
      return row;
    },
    save: (row: ProviderRow): void => {
      const values = { ...row, cipher: row.cipher && Buffer.from(row.cipher) };
      const { id: _, createdAt: __, ...changes } = values;
      db.orm
        .insert(aiProvider)
        .values(values)
        .onConflictDoUpdate({ target: aiProvider.id, set: changes })
        .run();
    },
    remove: (id: ProviderId): void => void db.orm.delete(aiProvider).where(eq(aiProvider.id, id)).run(),
    activeId: (): string | null => {
      const stored = settings.read(ACTIVE);
      return typeof stored === 'string' ? stored : null;
    },
    setActive: (id: ProviderId | null): void => settings.write(ACTIVE, id),
    isStopped: (): boolean => settings.read(STOPPED) === true,
    setStopped: (stopped: boolean): void => settings.write(STOPPED, stopped),
    transaction: db.transaction,
  };
}

function toRow(row: typeof aiProvider.$inferSelect): ProviderRow {
  return { ...row, preset: preset.parse(row.preset) };
}
