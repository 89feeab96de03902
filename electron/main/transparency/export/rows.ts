import { isSlotName, type ContentClass, type SlotName } from '../entry-parts';
import { readEntry, type LogEntry } from '../entry-types';
import type { Database } from '../database';
import { hex } from '../hashes';
import { jcs } from '../jcs';

/** Texts of an entry that the record shows. */
export type OpenTexts = Partial<Record<SlotName, string>>;

/** One entry as the record has it. */
export type RecordRow = {
  readonly seq: number;
  readonly hash: string;
  /** Lines of entries.jsonl and content.jsonl. */
  readonly line: string;
  readonly openings: readonly string[];
  /** Absent for a stub. */
  readonly entry?: LogEntry;
  readonly texts: OpenTexts;
  /** Slots of a shown entry without a text here. */
  readonly missing: { readonly erased: number; readonly notStored: number; readonly withheld: number };
  readonly pruned: boolean;
};

type SpineRecord = {
  readonly seq: number;
  readonly hash: Buffer;
  readonly prev: Buffer;
  readonly ts: string | null;
  readonly type: string | null;
  readonly acct: string | null;
  readonly entry: string | null;
};
type ContentRecord = {
  readonly slot: string;
  readonly cls: ContentClass;
  readonly salt: Buffer;
  readonly body: string;
};

export type RowOptions = {
  readonly size: number;
  readonly shows: (row: {
    readonly type: string;
    readonly acct: string | null;
    readonly ts: string;
  }) => boolean;
  readonly opens: (cls: ContentClass) => boolean;
};

const NOTHING_MISSING = { erased: 0, notStored: 0, withheld: 0 };

/** Every entry from 1 to `size`, none skipped, in the order of the log. */
export function* recordRows(db: Database, options: RowOptions): Generator<RecordRow> {
  const spine = db.prepare<[number], SpineRecord>(
    `SELECT l.seq, l.hash, l.prev, e.ts, e.type, e.acct, e.entry FROM ai_log l LEFT JOIN ai_log_entry e ON e.seq = l.seq
     WHERE l.seq <= ? ORDER BY l.seq`,
  );
  const contents = db.prepare<[number], ContentRecord>(
    'SELECT slot, cls, salt, body FROM ai_log_content WHERE seq = ? ORDER BY slot',
  );
  for (const row of spine.iterate(options.size)) {
    const { seq, ts, type, acct, entry: text } = row;
    const hash = hex(row.hash);
    const shown = text !== null && ts !== null && type !== null && options.shows({ type, acct, ts });
    if (!shown) {
      const line = `${jcs({ hash, prev: hex(row.prev), stub: seq })}\n`;
      yield { seq, hash, line, openings: [], texts: {}, missing: NOTHING_MISSING, pruned: text === null };
      continue;
    }
    const entry = readEntry(text);
    const kept = entry.content === undefined ? [] : contents.all(seq);
    const opened = kept.filter(({ cls }) => options.opens(cls));
    yield {
      seq,
      hash,
      line: `${text}\n`,
      openings: opened.map(({ slot, salt, body }) => `${jcs({ seq, slot, salt: hex(salt), body })}\n`),
      entry,
      texts: Object.fromEntries(
        opened.filter(({ slot }) => isSlotName(slot)).map(({ slot, body }) => [slot, body]),
      ),
      missing: missingOf(entry, new Set(kept.map(({ slot }) => slot)), kept.length - opened.length),
      pruned: false,
    };
  }
}

function missingOf(entry: LogEntry, kept: ReadonlySet<string>, withheld: number): RecordRow['missing'] {
  const absent = Object.entries(entry.content ?? {}).filter(([slot]) => !kept.has(slot));
  const notStored = absent.filter(([, bound]) => bound.kept === false).length;
  return { notStored, erased: absent.length - notStored, withheld };
}
