import type { Database } from './database';
import { contentClasses, type ContentClass } from './entry-parts';
import { readEntry, type LogEntry } from './entry-types';
import { commitment, hex, leafHash, sameBytes } from './hashes';
import type { SpineRow } from './verify';
import { LogDefect } from './verify-defect';

type ContentRow = {
  readonly seq: number;
  readonly slot: string;
  readonly cls: ContentClass;
  readonly subj: string | null;
  readonly salt: Buffer;
  readonly body: string;
};

/** What the erasure and retention entries of the log declare as removed. */
type Removals = {
  readonly slots: ReadonlySet<string>;
  readonly classUpTo: Readonly<Record<ContentClass, number>>;
  readonly entriesUpTo: number;
};

const slotKey = (seq: number, slot: string): string => `${seq}:${slot}`;

/** Read from entries, not from the helper tables: an entry is bound by its hash, which the walk checks later. */
function declaredRemovals(db: Database): Removals {
  const rows = db
    .prepare<[], { entry: string }>(
      "SELECT entry FROM ai_log_entry WHERE type IN ('erasure', 'retention.prune')",
    )
    .all();
  const slots = new Set<string>();
  const classUpTo: Record<ContentClass, number> = { own: 0, third_party: 0, identity: 0 };
  let entriesUpTo = 0;
  for (const { entry: text } of rows) {
    const entry = parseOrUndefined(text);
    if (entry?.type === 'erasure') entry.erases.forEach(({ seq, slot }) => slots.add(slotKey(seq, slot)));
    if (entry?.type !== 'retention.prune') continue;
    entriesUpTo = Math.max(entriesUpTo, entry.entries_upto ?? 0);
    for (const cls of contentClasses) classUpTo[cls] = Math.max(classUpTo[cls], entry.slots_upto?.[cls] ?? 0);
  }
  return { slots, classUpTo, entriesUpTo };
}

function parseOrUndefined(text: string): LogEntry | undefined {
  try {
    return readEntry(text);
  } catch {
    // Text that is no JSON cannot have the hash in the spine: the walk reports it with its place.
    return undefined;
  }
}

export type EntryChecks = {
  readonly begin: () => void;
  /** The entry, or undefined where a prune record removed it. */
  readonly check: (row: SpineRow) => LogEntry | undefined;
  readonly end: () => void;
  readonly counts: () => {
    entries: number;
    pruned: number;
    contents: number;
    erased: number;
    notStored: number;
  };
};

export function createEntryChecks(db: Database, logId: string | undefined): EntryChecks {
  const count = { entries: 0, pruned: 0, contents: 0, erased: 0, notStored: 0 };
  const contentsOf = db.prepare<[number], ContentRow>(
    'SELECT seq, slot, cls, subj, salt, body FROM ai_log_content WHERE seq = ?',
  );
  let removals: Removals = {
    slots: new Set(),
    classUpTo: { own: 0, third_party: 0, identity: 0 },
    entriesUpTo: 0,
  };
  let log = logId;

  const checkEnvelope = (row: SpineRow, entry: LogEntry): void => {
    log ??= entry.log;
    const placed =
      entry.seq === row.seq &&
      entry.prev === hex(row.prev) &&
      entry.ts === row.ts &&
      entry.type === row.type &&
      entry.log === log;
    if (!placed)
      throw new LogDefect('entry_misplaced', row.seq, 'the entry names another place, time, type or log');
  };

  const checkContent = (row: ContentRow, entry: LogEntry): void => {
    const bound = (entry.content as Readonly<Record<string, { commit: string; cls: string }>> | undefined)?.[
      row.slot
    ];
    if (!bound) throw new LogDefect('content_unbound', row.seq, `no commitment for slot ${row.slot}`);
    const same = bound.cls === row.cls && commitment(row.salt, row.body) === bound.commit;
    if (!same) throw new LogDefect('content_changed', row.seq, `slot ${row.slot}`);
  };

  const checkAbsent = (seq: number, entry: LogEntry, present: ReadonlySet<string>): void => {
    for (const [slot, bound] of Object.entries(entry.content ?? {})) {
      if (present.has(slot)) continue;
      if (bound.kept === false) count.notStored += 1;
      else if (seq <= removals.classUpTo[bound.cls] || removals.slots.has(slotKey(seq, slot)))
        count.erased += 1;
      else throw new LogDefect('content_missing', seq, `slot ${slot}`);
    }
  };

  return {
    begin: () => {
      removals = declaredRemovals(db);
    },
    check: (row) => {
      if (row.entry === null) {
        if (row.seq > removals.entriesUpTo)
          throw new LogDefect('entry_missing', row.seq, 'no prune record covers it');
        count.pruned += 1;
        return undefined;
      }
      if (!sameBytes(leafHash(row.entry), row.hash))
        throw new LogDefect('entry_changed', row.seq, 'hash differs');
      const entry = readEntry(row.entry);
      checkEnvelope(row, entry);
      count.entries += 1;
      if (entry.content === undefined) return entry;
      const contents = contentsOf.all(row.seq);
      contents.forEach((content) => checkContent(content, entry));
      count.contents += contents.length;
      checkAbsent(row.seq, entry, new Set(contents.map(({ slot }) => slot)));
      return entry;
    },
    end: () => {
      checkOrphans(db);
      checkRemovalRecords(db, removals);
    },
    counts: () => ({ ...count }),
  };
}

/** Rows that no entry of the spine speaks for. */
function checkOrphans(db: Database): void {
  const entry = db
    .prepare<[], { seq: number }>(
      'SELECT seq FROM ai_log_entry WHERE seq NOT IN (SELECT seq FROM ai_log) LIMIT 1',
    )
    .get();
  if (entry) throw new LogDefect('entry_misplaced', entry.seq, 'entry without a spine row');
  const content = db
    .prepare<[], { seq: number }>(
      `SELECT seq FROM ai_log_content c WHERE NOT EXISTS
        (SELECT 1 FROM ai_log_entry e WHERE e.seq = c.seq AND e.entry ->> '$.content' IS NOT NULL) ORDER BY seq LIMIT 1`,
    )
    .get();
  if (content)
    throw new LogDefect('content_unbound', content.seq, 'content without an entry that commits to it');
}

/** The records that open the triggers must themselves stand in the log. */
function checkRemovalRecords(db: Database, removals: Removals): void {
  for (const row of db
    .prepare<[], { seq: number; slot: string; by_seq: number }>(
      'SELECT seq, slot, by_seq FROM ai_log_erasure',
    )
    .iterate()) {
    if (!removals.slots.has(slotKey(row.seq, row.slot)))
      throw new LogDefect('removal_undeclared', row.by_seq, `erasure of ${row.slot} at ${row.seq}`);
  }
  for (const row of db
    .prepare<[], { upto_seq: number; by_seq: number }>('SELECT upto_seq, by_seq FROM ai_log_prune')
    .iterate()) {
    if (row.upto_seq > removals.entriesUpTo)
      throw new LogDefect('removal_undeclared', row.by_seq, `prune up to ${row.upto_seq}`);
  }
  const contentPrunes = db.prepare<[], { cls: ContentClass; upto_seq: number; by_seq: number }>(
    'SELECT cls, upto_seq, by_seq FROM ai_log_content_prune',
  );
  for (const row of contentPrunes.iterate()) {
    if (row.upto_seq > removals.classUpTo[row.cls])
      throw new LogDefect('removal_undeclared', row.by_seq, `prune of ${row.cls} up to ${row.upto_seq}`);
  }
}
