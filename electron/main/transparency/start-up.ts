import type { Database } from './database';
import { readEntry } from './entry-types';
import type { Head, HeadFile, SavedHead } from './head-file';
import { hex } from './hashes';
import { readHead } from './reader';

/**
 * What the head file says about the database found at start. `tail_cut`: the end is missing, as after restoring a
 * backup. `other_history`: an entry that was there is another one now. `unchecked`: the store cannot open the file.
 */
export type StartUp = {
  readonly kind: 'new' | 'ok' | 'unchecked' | 'tail_cut' | 'other_history' | 'head_missing';
  readonly expected?: Head;
  readonly found: Head;
};
type Alarm = {
  readonly cause: 'tail_cut' | 'other_history' | 'head_missing';
  readonly expected?: Head;
  readonly found: Head;
};
export type StartInspection = {
  readonly startup: StartUp;
  /** The log in the database; undefined when there is none yet. */
  readonly logId: string | undefined;
  readonly alarm: Alarm | undefined;
  /** The Merkle frontier that may be continued. */
  readonly resume: SavedHead | undefined;
};

export function inspectStart(db: Database, remembered: ReturnType<HeadFile['read']>): StartInspection {
  const found = readHead(db)();
  const genesis = db.prepare<[], { entry: string }>('SELECT entry FROM ai_log_entry WHERE seq = 1').get();
  const logId = genesis && readEntry(genesis.entry).log;

  const calm = (kind: 'new' | 'ok' | 'unchecked', resume?: SavedHead): StartInspection => ({
    startup: { kind, found },
    logId,
    alarm: undefined,
    resume,
  });
  const alarm = (cause: Alarm['cause'], expected?: Head): StartInspection => {
    const facts = expected ? { expected, found } : { found };
    return { startup: { kind: cause, ...facts }, logId, alarm: { cause, ...facts }, resume: undefined };
  };

  if (remembered === 'none') return found.seq === 0 ? calm('new') : alarm('head_missing');
  if (remembered === 'unreadable') return calm('unchecked');
  if (remembered === 'damaged') return alarm('head_missing');
  const expected: Head = { seq: remembered.seq, hash: remembered.hash };
  if (found.seq === 0 || logId !== remembered.log) return alarm('other_history', expected);
  if (found.seq < expected.seq) return alarm('tail_cut', expected);
  const then = db
    .prepare<[number], { hash: Buffer }>('SELECT hash FROM ai_log WHERE seq = ?')
    .get(expected.seq);
  return then && hex(then.hash) === expected.hash ? calm('ok', remembered) : alarm('other_history', expected);
}
