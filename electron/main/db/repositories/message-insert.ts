import { getTableColumns, sql } from 'drizzle-orm';
import { appError } from '@shared/domain/errors';
import type { Db } from '../open';
import { message } from '../schema';

export type NewMessage = Omit<typeof message.$inferInsert, 'seq'>;

/** Places per millisecond in the row number. 2^53 / 1024 lasts until the year 2248. */
const PER_MS = 1024;

const defaults = {
  remoteId: null,
  ref: null,
  authorId: null,
  lang: null,
  url: null,
  parentRemoteId: null,
  media: null,
  unread: false,
  context: false,
  liked: false,
  hidden: false,
  editedAt: null,
  deletedAt: null,
  sentFromHere: false,
  delivery: null,
  problem: null,
  jobId: null,
  origin: 'human',
  aiSeq: null,
} as const;

/**
 * Inserts a message under the next free row number of its millisecond: row numbers rise with `created_at`, so
 * the full-text index gives the newest hits first without sorting, however late a message was fetched.
 */
export function createMessageInsert(db: Db): (row: NewMessage) => void {
  const taken = db
    .prepare<[number, number], number | null>(
      'messages.seq',
      'SELECT MAX(seq) FROM message WHERE seq BETWEEN ? AND ?',
    )
    .pluck();
  const values = Object.fromEntries(
    Object.keys(getTableColumns(message)).map((key) => [key, sql.placeholder(key)]),
  );
  const insert = db.named(
    'messages.insert',
    db.orm
      .insert(message)
      .values(values as unknown as typeof message.$inferInsert)
      .prepare(),
  );

  const nextSeq = (createdAt: number): number => {
    for (let base = createdAt * PER_MS; ; base += PER_MS) {
      const seq = (taken.get(base, base + PER_MS - 1) ?? base - 1) + 1;
      if (seq < base + PER_MS) return seq;
    }
  };
  return (row) => {
    if (!Number.isSafeInteger(row.createdAt * PER_MS) || row.createdAt < 0) {
      throw appError('internal', { detail: 'the time of a message is out of range' });
    }
    insert.run({ ...defaults, ...row, seq: nextSeq(row.createdAt) });
  };
}
