import type { Clock } from '../ports';
import type { Database } from './database';
import { contentClasses, structuralTypes, type ContentClass } from './entry-parts';
import { createHolds, ENTRY_IS_HELD, type Holds } from './holds';
import type { TransparencyLog } from './log';
import { truncateWal } from './wal';

export type RetentionPolicy = {
  readonly days: Readonly<Record<ContentClass, number>>;
  readonly entryMonths: number;
};
export const defaultRetention: RetentionPolicy = {
  days: { own: 190, third_party: 90, identity: 90 },
  entryMonths: 24,
};
export type PruneResult = {
  readonly slots: number;
  readonly entries: number;
  readonly held: number;
  readonly walTruncated: boolean;
};
export type Retention = {
  /** What a prune would remove now. */
  readonly preview: () => Omit<PruneResult, 'walTruncated'>;
  /** Declares first, then removes in small steps so that the window never waits. Safe to kill: the next run goes on. */
  readonly prune: () => Promise<PruneResult>;
  readonly holds: Holds;
};

const DAY_MS = 86_400_000;
const STEP = 100;

const GONE_SLOT = `c.seq <= MAX(
    COALESCE((SELECT MAX(upto_seq) FROM ai_log_content_prune p WHERE p.cls = c.cls), 0),
    COALESCE((SELECT MAX(upto_seq) FROM ai_log_prune), 0))`;
const KEPT_TYPES = `e.type IN (SELECT value FROM json_each('${JSON.stringify(structuralTypes)}'))`;

type Plan = {
  readonly slotsUpTo: Partial<Record<ContentClass, number>>;
  readonly entriesUpTo: number | undefined;
  readonly counts: { readonly slots: number; readonly entries: number; readonly held: number };
};

function monthsBefore(now: number, months: number): number {
  const date = new Date(now);
  date.setUTCMonth(date.getUTCMonth() - months);
  return date.getTime();
}

export function createRetention(deps: {
  readonly log: TransparencyLog;
  readonly db: Database;
  readonly clock: Clock;
  readonly policy: () => RetentionPolicy;
}): Retention {
  const { log, db, clock, policy } = deps;
  // Up to the first young entry: a clock that once ran ahead delays pruning, one that ran behind cannot cause it.
  const lastBefore = db.prepare<{ ts: string; head: number }, { readonly seq: number }>(
    'SELECT COALESCE((SELECT MIN(seq) FROM ai_log_entry WHERE ts >= @ts), @head + 1) - 1 AS seq',
  );
  const slotCount = db.prepare<{ cls: string; upto: number; held: number }, { readonly n: number }>(
    `SELECT count(*) AS n FROM ai_log_content c JOIN ai_log_entry e ON e.seq = c.seq
     WHERE c.cls = @cls AND c.seq <= @upto AND ${ENTRY_IS_HELD} = @held`,
  );
  const entryCount = db.prepare<{ upto: number; held: number }, { readonly n: number }>(
    `SELECT count(*) AS n FROM ai_log_entry e WHERE e.seq <= @upto AND NOT ${KEPT_TYPES} AND ${ENTRY_IS_HELD} = @held`,
  );
  const declareSlots = db.prepare(
    'INSERT INTO ai_log_content_prune (cls, upto_seq, by_seq) VALUES (?, ?, ?)',
  );
  const declareEntries = db.prepare('INSERT INTO ai_log_prune (upto_seq, by_seq) VALUES (?, ?)');
  const removeSlots = db.prepare(
    `DELETE FROM ai_log_content WHERE id IN (
       SELECT c.id FROM ai_log_content c JOIN ai_log_entry e ON e.seq = c.seq WHERE ${GONE_SLOT} AND NOT ${ENTRY_IS_HELD} LIMIT ${STEP})`,
  );
  const removeEntries = db.prepare(
    `DELETE FROM ai_log_entry WHERE seq IN (
       SELECT e.seq FROM ai_log_entry e WHERE e.seq <= (SELECT MAX(upto_seq) FROM ai_log_prune)
         AND NOT ${KEPT_TYPES} AND NOT ${ENTRY_IS_HELD} LIMIT ${STEP})`,
  );
  const forgetPruned = db.prepare('DELETE FROM ai_log_about WHERE seq NOT IN (SELECT seq FROM ai_log_entry)');

  const before = (ms: number): number =>
    lastBefore.get({ ts: new Date(ms).toISOString(), head: log.head().seq })?.seq ?? 0;

  const plan = (): Plan => {
    const { days, entryMonths } = policy();
    const now = clock.now();
    const entryLimit = before(monthsBefore(now, entryMonths));
    const entries = entryCount.get({ upto: entryLimit, held: 0 })?.n ?? 0;
    const slotsUpTo: Partial<Record<ContentClass, number>> = {};
    let slots = 0;
    let held = entryCount.get({ upto: entryLimit, held: 1 })?.n ?? 0;
    for (const cls of contentClasses) {
      const upto = Math.max(before(now - days[cls] * DAY_MS), entryLimit);
      const going = slotCount.get({ cls, upto, held: 0 })?.n ?? 0;
      held += slotCount.get({ cls, upto, held: 1 })?.n ?? 0;
      slots += going;
      if (going > 0) slotsUpTo[cls] = upto;
    }
    return { slotsUpTo, entriesUpTo: entries > 0 ? entryLimit : undefined, counts: { slots, entries, held } };
  };

  const declare = ({ slotsUpTo, entriesUpTo, counts }: Plan): void =>
    log.durably(() => {
      const { seq } = log.append({
        type: 'retention.prune',
        actor: { kind: 'system', ref: 'retention' },
        ...(Object.keys(slotsUpTo).length > 0 ? { slots_upto: slotsUpTo } : {}),
        ...(entriesUpTo === undefined ? {} : { entries_upto: entriesUpTo }),
        counts,
      });
      for (const cls of contentClasses) {
        const upto = slotsUpTo[cls];
        if (upto !== undefined && !isDeclared(cls, upto)) declareSlots.run(cls, upto, seq);
      }
      if (entriesUpTo !== undefined && !isDeclared('entries', entriesUpTo))
        declareEntries.run(entriesUpTo, seq);
    });

  /** A hold that was lifted may leave rows under a limit that is declared already. */
  const isDeclared = (what: ContentClass | 'entries', upto: number): boolean =>
    what === 'entries'
      ? db.prepare('SELECT 1 FROM ai_log_prune WHERE upto_seq = ?').get(upto) !== undefined
      : db.prepare('SELECT 1 FROM ai_log_content_prune WHERE cls = ? AND upto_seq = ?').get(what, upto) !==
        undefined;

  const inSteps = async (step: () => number): Promise<void> => {
    while (log.durably(step) === STEP) await new Promise((resolve) => setImmediate(resolve));
  };

  return {
    preview: () => plan().counts,
    prune: async () => {
      const planned = plan();
      const { slots, entries } = planned.counts;
      if (slots + entries > 0) declare(planned);
      await inSteps(() => removeSlots.run().changes);
      await inSteps(() => removeEntries.run().changes);
      if (entries > 0) forgetPruned.run();
      return { ...planned.counts, walTruncated: slots + entries > 0 && truncateWal(db) };
    },
    holds: createHolds({ log, db, clock }),
  };
}
