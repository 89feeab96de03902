import { eq, lte } from 'drizzle-orm';
import type { Db } from '../open';
import { hostedMedia } from '../schema';

export type HostedMediaRow = typeof hostedMedia.$inferSelect;
export type HostedMediaRepository = ReturnType<typeof createHostedMediaRepository>;

/** What lies on media hosts. A row is on the disk before its file leaves, so that a crash leaves nothing behind unknown. */
export function createHostedMediaRepository(db: Db) {
  return {
    add: (row: HostedMediaRow): void => db.durable(() => void db.orm.insert(hostedMedia).values(row).run()),
    get: (key: string): HostedMediaRow | undefined =>
      db.orm.select().from(hostedMedia).where(eq(hostedMedia.key, key)).get(),
    remove: (key: string): void => void db.orm.delete(hostedMedia).where(eq(hostedMedia.key, key)).run(),
    /** Put there at `at` or before; oldest first. */
    until: (at: number): readonly HostedMediaRow[] =>
      db.orm
        .select()
        .from(hostedMedia)
        .where(lte(hostedMedia.createdAt, at))
        .orderBy(hostedMedia.createdAt)
        .all(),
  };
}
