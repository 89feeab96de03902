import { and, eq, sql } from 'drizzle-orm';
import { uuidv7, type AuthorId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { Db } from '../open';
import { author } from '../schema';

export type IncomingAuthor = {
  readonly remoteId: string;
  readonly handle: string;
  readonly displayName: string;
  readonly avatarUrl?: string;
};

/** The id of an author as the network knows them; their name and picture follow what the network says now. */
export function createAuthorUpsert(
  db: Db,
): (network: NetworkId, who: IncomingAuthor, now: number) => AuthorId {
  const find = db.named(
    'authors.find',
    db.orm
      .select()
      .from(author)
      .where(
        and(eq(author.network, sql.placeholder('network')), eq(author.remoteId, sql.placeholder('remoteId'))),
      )
      .prepare(),
  );
  return (network, who, now) => {
    const now_ = { handle: who.handle, displayName: who.displayName, avatarUrl: who.avatarUrl ?? null };
    const known = find.get({ network, remoteId: who.remoteId });
    if (!known) {
      const id = uuidv7<AuthorId>(now);
      db.orm
        .insert(author)
        .values({ id, network, remoteId: who.remoteId, firstSeenAt: now, ...now_ })
        .run();
      return id;
    }
    const same =
      known.handle === now_.handle &&
      known.displayName === now_.displayName &&
      known.avatarUrl === now_.avatarUrl;
    if (!same) db.orm.update(author).set(now_).where(eq(author.id, known.id)).run();
    return known.id;
  };
}
