import type { Database } from './database';
import type { ContentClass, SlotName } from './entry-parts';

/** A text in the log by its place, for the tasks that remove texts. */
export type SlotPlace = { readonly seq: number; readonly slot: SlotName };
export type SlotRecord = SlotPlace & {
  readonly cls: ContentClass;
  readonly subj: string | null;
  readonly type: string;
  readonly ts: string;
  readonly excerpt: string;
};

const COLUMNS = `c.seq, c.slot, c.cls, c.subj, e.type, e.ts, substr(c.body, 1, 160) AS excerpt
  FROM ai_log_content c JOIN ai_log_entry e ON e.seq = c.seq`;

export type SlotRecords = {
  readonly ofEntry: (seq: number) => readonly SlotRecord[];
  readonly ofSubject: (subj: string) => readonly SlotRecord[];
  /** Texts that contain the words, newest first, at most 500. */
  readonly containing: (words: string) => readonly SlotRecord[];
  readonly entriesAbout: (subj: string) => readonly number[];
};

export function createSlotRecords(db: Database): SlotRecords {
  const ofEntry = db.prepare<[number], SlotRecord>(`SELECT ${COLUMNS} WHERE c.seq = ? ORDER BY c.slot`);
  const ofSubject = db.prepare<[string], SlotRecord>(
    `SELECT ${COLUMNS} WHERE c.subj = ? ORDER BY c.seq, c.slot`,
  );
  const matching = db.prepare<[string], SlotRecord>(
    `SELECT ${COLUMNS} WHERE c.id IN (SELECT rowid FROM ai_log_search WHERE ai_log_search MATCH ?) ORDER BY c.seq DESC LIMIT 500`,
  );
  const scanned = db.prepare<[string], SlotRecord>(
    `SELECT ${COLUMNS} WHERE instr(lower(c.body), lower(?)) > 0 ORDER BY c.seq DESC LIMIT 500`,
  );
  const about = db.prepare<[string], { readonly seq: number }>(
    'SELECT seq FROM ai_log_about WHERE subj = ? ORDER BY seq',
  );

  return {
    ofEntry: (seq) => ofEntry.all(seq),
    ofSubject: (subj) => ofSubject.all(subj),
    containing: (words) =>
      [...words].length >= 3 ? matching.all(`"${words.replaceAll('"', '""')}"`) : scanned.all(words),
    entriesAbout: (subj) => about.all(subj).map(({ seq }) => seq),
  };
}
