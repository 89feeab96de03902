import type { Database } from './database';
import { slotNames, type Actor, type ContentClass, type SlotName } from './entry-parts';
import { readEntry, type EntryType, type LogEntry } from './entry-types';
import { hex } from './hashes';
import type { Head } from './head-file';
import { createTotals, type Totals, type TotalsQuery } from './totals';

/** Reading the log: works on any connection, also a read-only one in a worker. Times are UTC ms. */
export type EntryQuery = {
  readonly types?: readonly EntryType[];
  readonly actors?: readonly Actor['kind'][];
  readonly account?: string;
  readonly from?: number;
  readonly to?: number;
  /** Words in the texts that are still kept. */
  readonly text?: string;
  /** Keyset: entries with a lower sequence number. */
  readonly before?: number;
  readonly limit?: number;
};
export type EntryRow = {
  readonly seq: number;
  readonly hash: string;
  readonly id: string;
  readonly ts: string;
  readonly type: EntryType;
  readonly entry: LogEntry;
  /** The beginning of the text that says most about the entry. */
  readonly excerpt?: string;
};
export type EntryPage = { readonly items: readonly EntryRow[]; readonly next?: number };

/** `erased` covers erasure and retention; `missing` means that neither is recorded, so the log was tampered with. */
export type OpenedSlot = {
  readonly cls: ContentClass;
  readonly subj?: string;
  readonly state: 'open' | 'erased' | 'not_stored' | 'missing';
  readonly text?: string;
};
export type EntryView = EntryRow & { readonly slots: Partial<Record<SlotName, OpenedSlot>> };

export type LogReader = {
  readonly entries: (query: EntryQuery) => EntryPage;
  readonly entry: (seq: number) => EntryView | undefined;
  readonly byId: (id: string) => EntryView | undefined;
  /** The whole chain that an entry belongs to, in the order it happened. */
  readonly related: (seq: number) => readonly EntryView[];
  readonly totals: (query: TotalsQuery) => Totals;
  readonly head: () => Head;
};

type EntryRecord = { readonly seq: number; readonly hash: Buffer; readonly entry: string };
type ContentRecord = {
  readonly slot: SlotName;
  readonly cls: ContentClass;
  readonly subj: string | null;
  readonly body: string;
};

const PAGE = 50;
const PAGE_MAX = 500;
const EXCERPT = 160;
/** Order in which a row's excerpt is looked for. */
const EXCERPT_SLOTS = ['final', 'output', 'note', 'disclosure_text', 'input_message', 'prompt'] as const;
const CHAIN_MAX = 200;

const SELECT = 'SELECT e.seq, l.hash, e.entry FROM ai_log_entry e JOIN ai_log l ON l.seq = e.seq';
/**
 * Walks the matches from the newest, so that a common word costs no more than a page. Row numbers of contents rise
 * with the sequence. Trigrams need three characters; shorter words are looked for in the latest texts only.
 */
const SELECT_INDEXED = `SELECT e.seq, l.hash, e.entry FROM ai_log_search s CROSS JOIN ai_log_content c ON c.id = s.rowid
  JOIN ai_log_entry e ON e.seq = c.seq JOIN ai_log l ON l.seq = e.seq WHERE ai_log_search MATCH @match`;
const SELECT_SCANNED = `SELECT e.seq, l.hash, e.entry FROM ai_log_content c
  JOIN ai_log_entry e ON e.seq = c.seq JOIN ai_log l ON l.seq = e.seq
  WHERE c.id > (SELECT COALESCE(MAX(id), 0) - 20000 FROM ai_log_content) AND instr(lower(c.body), lower(@match)) > 0`;

/** Walks the log by sequence, from the last entry of the period: times alone would have to be sorted. */
const WITHIN_PERIOD = `+e.ts >= @from AND +e.ts < @to
  AND e.seq <= (SELECT MAX(seq) FROM ai_log_entry WHERE ts >= @from AND ts < @to)
  AND e.seq >= (SELECT MIN(seq) FROM ai_log_entry WHERE ts >= @from AND ts < @to)`;

type Params = Record<string, string | number>;

function pageSql(query: EntryQuery): { readonly sql: string; readonly params: Params } {
  const params: Params = { before: query.before ?? Number.MAX_SAFE_INTEGER };
  const where = ['e.seq < @before'];
  if (query.types && query.types.length > 0) {
    where.push('e.type IN (SELECT value FROM json_each(@types))');
    params['types'] = JSON.stringify(query.types);
  }
  if (query.actors && query.actors.length > 0) {
    where.push("e.entry ->> '$.actor.kind' IN (SELECT value FROM json_each(@actors))");
    params['actors'] = JSON.stringify(query.actors);
  }
  if (query.account !== undefined) {
    where.push('e.acct = @account');
    params['account'] = query.account;
  }
  if (query.from !== undefined || query.to !== undefined) {
    where.push(WITHIN_PERIOD);
    params['from'] = query.from === undefined ? '' : new Date(query.from).toISOString();
    params['to'] = query.to === undefined ? '~' : new Date(query.to).toISOString();
  }
  const text = query.text?.trim();
  if (!text) return { sql: `${SELECT} WHERE ${where.join(' AND ')} ORDER BY e.seq DESC`, params };
  const indexed = [...text].length >= 3;
  params['match'] = indexed ? `"${text.replaceAll('"', '""')}"` : text;
  const select = indexed ? SELECT_INDEXED : SELECT_SCANNED;
  return {
    sql: `${select} AND ${where.join(' AND ')} ORDER BY ${indexed ? 's.rowid' : 'c.id'} DESC`,
    params,
  };
}

export function readHead(db: Database): () => Head {
  const statement = db.prepare<[], { seq: number; hash: Buffer }>(
    'SELECT seq, hash FROM ai_log ORDER BY seq DESC LIMIT 1',
  );
  return () => {
    const row = statement.get();
    return row ? { seq: row.seq, hash: hex(row.hash) } : { seq: 0, hash: '0'.repeat(64) };
  };
}

export function createLogReader(db: Database): LogReader {
  const bySeq = db.prepare<[number], EntryRecord>(`${SELECT} WHERE e.seq = ?`);
  const byId = db.prepare<[string], EntryRecord>(`${SELECT} WHERE e.id = ?`);
  const contents = db.prepare<[number], ContentRecord>(
    'SELECT slot, cls, subj, body FROM ai_log_content WHERE seq = ?',
  );
  const excerpts = db.prepare<[number], { slot: SlotName; head: string }>(
    `SELECT slot, substr(body, 1, ${EXCERPT}) AS head FROM ai_log_content WHERE seq = ?`,
  );
  const declared = db.prepare<{ seq: number; slot: string; cls: string }, { found: number }>(
    `SELECT EXISTS (SELECT 1 FROM ai_log_erasure WHERE seq = @seq AND slot = @slot)
      OR @seq <= COALESCE((SELECT MAX(upto_seq) FROM ai_log_content_prune WHERE cls = @cls), 0)
      OR @seq <= COALESCE((SELECT MAX(upto_seq) FROM ai_log_prune), 0) AS found`,
  );
  const linked = db.prepare<{ keys: string; max: number }, EntryRecord>(
    `${SELECT} WHERE e.seq IN (
       SELECT seq FROM ai_log_entry WHERE id IN (SELECT value FROM json_each(@keys))
       UNION SELECT seq FROM ai_log_entry WHERE ref_request IN (SELECT value FROM json_each(@keys))
       UNION SELECT seq FROM ai_log_entry WHERE ref_response IN (SELECT value FROM json_each(@keys))
       UNION SELECT seq FROM ai_log_entry WHERE ref_decision IN (SELECT value FROM json_each(@keys))
     ) ORDER BY e.seq LIMIT @max`,
  );

  const rowOf = (record: EntryRecord): EntryRow => {
    const entry = readEntry(record.entry);
    return { seq: record.seq, hash: hex(record.hash), id: entry.id, ts: entry.ts, type: entry.type, entry };
  };
  const withExcerpt = (row: EntryRow): EntryRow => {
    if (row.entry.content === undefined) return row;
    const heads = new Map(excerpts.all(row.seq).map(({ slot, head }) => [slot, head]));
    const slot = EXCERPT_SLOTS.find((name) => heads.has(name));
    return slot ? { ...row, excerpt: heads.get(slot) } : row;
  };
  const opened = (seq: number, entry: LogEntry): EntryView['slots'] => {
    const rows = new Map(contents.all(seq).map((row) => [row.slot, row]));
    const slots: Partial<Record<SlotName, OpenedSlot>> = {};
    for (const slot of slotNames) {
      const committed = entry.content?.[slot];
      if (!committed) continue;
      const row = rows.get(slot);
      if (row)
        slots[slot] = {
          cls: row.cls,
          state: 'open',
          text: row.body,
          ...(row.subj ? { subj: row.subj } : {}),
        };
      else if (committed.kept === false) slots[slot] = { cls: committed.cls, state: 'not_stored' };
      else
        slots[slot] = {
          cls: committed.cls,
          state: declared.get({ seq, slot, cls: committed.cls })?.found ? 'erased' : 'missing',
        };
    }
    return slots;
  };
  const viewOf = (record: EntryRecord | undefined): EntryView | undefined => {
    if (!record) return undefined;
    const row = withExcerpt(rowOf(record));
    return { ...row, slots: opened(row.seq, row.entry) };
  };

  const chainOf = (start: EntryRecord): readonly EntryRecord[] => {
    const keys = new Set<string>();
    const found = new Map<number, EntryRecord>([[start.seq, start]]);
    let fresh: readonly EntryRecord[] = [start];
    while (fresh.length > 0 && found.size < CHAIN_MAX) {
      for (const record of fresh) {
        const { id, ref } = readEntry(record.entry);
        [id, ref?.request, ref?.response, ref?.decision].forEach((key) => key && keys.add(key));
      }
      fresh = linked
        .all({ keys: JSON.stringify([...keys]), max: CHAIN_MAX })
        .filter((record) => !found.has(record.seq));
      fresh.forEach((record) => found.set(record.seq, record));
    }
    return [...found.values()].sort((a, b) => a.seq - b.seq);
  };

  return {
    entries: (query) => {
      const { sql, params } = pageSql(query);
      const limit = Math.min(Math.max(query.limit ?? PAGE, 1), PAGE_MAX);
      const records: EntryRecord[] = [];
      // An entry with two matching texts comes twice in a row.
      for (const record of db.prepare<Params, EntryRecord>(sql).iterate(params)) {
        if (records.at(-1)?.seq !== record.seq) records.push(record);
        if (records.length > limit) break;
      }
      const items = records.slice(0, limit).map((record) => withExcerpt(rowOf(record)));
      const last = items.at(-1);
      return records.length > limit && last ? { items, next: last.seq } : { items };
    },
    entry: (seq) => viewOf(bySeq.get(seq)),
    byId: (id) => viewOf(byId.get(id)),
    related: (seq) => {
      const start = bySeq.get(seq);
      return start ? chainOf(start).flatMap((record) => viewOf(record) ?? []) : [];
    },
    totals: createTotals(db),
    head: readHead(db),
  };
}
