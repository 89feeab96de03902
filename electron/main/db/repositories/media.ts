import { eq, inArray } from 'drizzle-orm';
import type { MediaId } from '@shared/domain/ids';
import type { Db } from '../open';
import { media } from '../schema';

export type MediaRow = typeof media.$inferSelect;
export type MediaRepository = ReturnType<typeof createMediaRepository>;

export function createMediaRepository(db: Db) {
  return {
    insert: (row: MediaRow): void => {
      db.orm.insert(media).values(row).run();
    },
    get: (id: MediaId): MediaRow | undefined => db.orm.select().from(media).where(eq(media.id, id)).get(),
    /** In no order; unknown ids are left out. */
    list: (ids: readonly MediaId[]): readonly MediaRow[] =>
      ids.length === 0
        ? []
        : db.orm
            .select()
            .from(media)
            .where(inArray(media.id, [...ids]))
            .all(),
    setAlt: (id: MediaId, alt: string): void => {
      db.orm.update(media).set({ alt }).where(eq(media.id, id)).run();
    },
  };
}
