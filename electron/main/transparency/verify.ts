import type { Database } from './database';
import { createEntryChecks } from './verify-entries';
import { createCheckpointChecks } from './verify-checkpoints';
import { LogDefect, type VerifyReason } from './verify-defect';
import type { VerifyExpectation } from './verify-job';
import { missingTriggers } from './schema-guard';
import { sameBytes, ZERO_HASH } from './hashes';
import { createFrontier } from './merkle';

export type VerifyCounts = {
  readonly entries: number;
  readonly pruned: number;
  readonly contents: number;
  /** Texts removed under an erasure or retention record. */
  readonly erased: number;
  readonly notStored: number;
  readonly checkpoints: number;
  readonly signed: number;
};

export type VerifyResult = {
  readonly ok: boolean;
  /** Entries in the spine. */
  readonly size: number;
  readonly firstBad?: number;
  readonly reason?: VerifyReason;
  /** For the developer: names of triggers, slots and hashes, never texts. */
  readonly detail?: string;
  readonly counts: VerifyCounts;
  readonly checkedAt: number;
};

export type VerifyOptions = VerifyExpectation & {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
};

export type SpineRow = {
  readonly seq: number;
  readonly hash: Buffer;
  readonly prev: Buffer;
  readonly ts: string | null;
  readonly type: string | null;
  readonly entry: string | null;
};

const SPINE = `SELECT l.seq, l.hash, l.prev, e.ts, e.type, e.entry
  FROM ai_log l LEFT JOIN ai_log_entry e ON e.seq = l.seq ORDER BY l.seq`;
const PROGRESS_EVERY = 2000;

/**
 * Checks everything that the log claims about itself: triggers, chain, entries, texts, removals, checkpoints, keys,
 * and what is known from outside. Streams, so it fits any size; run it in a worker on a read-only connection.
 */
export function verifyLog(db: Database, options: VerifyOptions = {}): VerifyResult {
  const now = options.now ?? Date.now;
  const entries = createEntryChecks(db, options.logId);
  const checkpoints = createCheckpointChecks(db);
  const counts = (): VerifyCounts => ({ ...entries.counts(), ...checkpoints.counts() });
  const frontier = createFrontier();
  try {
    // One snapshot for all statements, so that entries appended meanwhile are simply not seen.
    db.transaction(() => {
      walk(db, options, { entries, checkpoints, frontier });
    })();
    return { ok: true, size: frontier.size(), counts: counts(), checkedAt: now() };
  } catch (error) {
    if (!(error instanceof LogDefect)) throw error;
    const place = error.seq === undefined ? {} : { firstBad: error.seq };
    return {
      ok: false,
      size: frontier.size(),
      ...place,
      reason: error.reason,
      detail: error.message,
      counts: counts(),
      checkedAt: now(),
    };
  }
}

type Walk = {
  readonly entries: ReturnType<typeof createEntryChecks>;
  readonly checkpoints: ReturnType<typeof createCheckpointChecks>;
  readonly frontier: ReturnType<typeof createFrontier>;
};

function walk(db: Database, options: VerifyOptions, { entries, checkpoints, frontier }: Walk): void {
  const gone = missingTriggers(db);
  if (gone.length > 0) throw new LogDefect('triggers', undefined, `missing or changed: ${gone.join(', ')}`);
  const total = db.prepare<[], { n: number }>('SELECT COALESCE(MAX(seq), 0) AS n FROM ai_log').get()?.n ?? 0;
  entries.begin();
  let prev: Uint8Array = ZERO_HASH;
  let headSeen = options.head === undefined || options.head.seq === 0;
  for (const row of db.prepare<[], SpineRow>(SPINE).iterate()) {
    if (row.seq !== frontier.size() + 1)
      throw new LogDefect('gap', frontier.size() + 1, `next is ${row.seq}`);
    if (!sameBytes(row.prev, prev))
      throw new LogDefect('chain', row.seq, 'prev is not the hash of the entry before');
    const entry = entries.check(row);
    frontier.append(row.hash);
    if (entry) checkpoints.learnKey(entry);
    checkpoints.check(row.seq, frontier.root);
    prev = row.hash;
    if (row.seq === options.head?.seq) {
      if (row.hash.toString('hex') !== options.head.hash)
        throw new LogDefect('head', row.seq, 'another entry stood here');
      headSeen = true;
    }
    if (row.seq % PROGRESS_EVERY === 0) {
      options.signal?.throwIfAborted();
      options.onProgress?.(row.seq, total);
    }
  }
  if (!headSeen)
    throw new LogDefect('tail_cut', frontier.size() + 1, `entries up to ${options.head?.seq} existed`);
  entries.end();
  checkpoints.end(frontier.size(), options.key);
  options.onProgress?.(total, total);
}
