import { and, eq, isNotNull, isNull, notExists } from 'drizzle-orm';
import type { MediaHostId } from '@shared/domain/ids';
import { mediaHostConfig, type MediaHostConfig } from '@shared/domain/media-host';
import { parseJson } from '../json';
import type { Db } from '../open';
import { hostedMedia, mediaHost } from '../schema';

export type MediaHostRow = {
  readonly id: MediaHostId;
  readonly config: MediaHostConfig;
  /** null: it needs no secret. */
  readonly cipher: Uint8Array | null;
};
export type MediaHostRepository = ReturnType<typeof createMediaHostRepository>;

/** One is in force at most; those before it are kept while something of ours still lies there. */
export function createMediaHostRepository(db: Db) {
  const { orm } = db;
  const inForce = isNull(mediaHost.retiredAt);
  const retire = (now: number): void =>
    void orm.update(mediaHost).set({ retiredAt: now }).where(inForce).run();
  return {
    current: (): MediaHostRow | undefined => {
      const row = orm.select().from(mediaHost).where(inForce).get();
      return row && toHost(row);
    },
    byId: (id: MediaHostId): MediaHostRow | undefined => {
      const row = orm.select().from(mediaHost).where(eq(mediaHost.id, id)).get();
      return row && toHost(row);
    },
    /** Takes the place of the one in force. */
    replace: (row: MediaHostRow, now: number): void =>
      db.durable(() => {
        retire(now);
        orm
          .insert(mediaHost)
          .values({ ...values(row), id: row.id, createdAt: now })
          .run();
      }),
    update: (row: MediaHostRow): void =>
      db.durable(() => void orm.update(mediaHost).set(values(row)).where(eq(mediaHost.id, row.id)).run()),
    retire: (now: number): void => db.durable(() => retire(now)),
    /** Forgets those of before where nothing of ours lies any more, with their secrets. */
    forgetUnused: (): void => {
      const used = orm.select().from(hostedMedia).where(eq(hostedMedia.hostId, mediaHost.id));
      orm
        .delete(mediaHost)
        .where(and(isNotNull(mediaHost.retiredAt), notExists(used)))
        .run();
    },
  };
}

const values = ({ config, cipher }: MediaHostRow) => ({
  kind: config.kind,
  config: JSON.stringify(config),
  cipher: cipher && Buffer.from(cipher),
});

const toHost = (row: typeof mediaHost.$inferSelect): MediaHostRow => ({
  id: row.id,
  config: parseJson(mediaHostConfig, row.config, 'media host'),
  cipher: row.cipher,
});
