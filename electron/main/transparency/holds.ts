import { uuidv7 } from '@shared/domain/ids';
import type { Clock } from '../ports';
import type { Database } from './database';
import { configHash, type TransparencyLog } from './log';

/** A legal hold: nothing of this account or person is removed by retention or erasure while it stands. */
export type Hold = {
  readonly id: string;
  readonly scope: 'account' | 'subject';
  readonly ref: string;
  readonly since: number;
};

export type Holds = {
  readonly list: () => readonly Hold[];
  readonly isHeld: (scope: Hold['scope'], ref: string) => boolean;
  readonly place: (hold: {
    readonly scope: Hold['scope'];
    readonly ref: string;
    readonly by: string;
  }) => Hold;
  readonly lift: (id: string, by: string) => void;
};

/** For statements over ai_log_entry `e`: true where a hold covers the entry. */
export const ENTRY_IS_HELD = `(EXISTS (SELECT 1 FROM ai_log_hold h WHERE h.scope = 'account' AND h.ref = e.acct)
  OR EXISTS (SELECT 1 FROM ai_log_about a JOIN ai_log_hold h ON h.scope = 'subject' AND h.ref = a.subj WHERE a.seq = e.seq))`;

export function createHolds(deps: {
  readonly log: TransparencyLog;
  readonly db: Database;
  readonly clock: Clock;
}): Holds {
  const { log, db, clock } = deps;
  const all = db.prepare<[], Hold>('SELECT id, scope, ref, since FROM ai_log_hold ORDER BY since, id');
  const one = db.prepare<[string, string], Hold>(
    'SELECT id, scope, ref, since FROM ai_log_hold WHERE scope = ? AND ref = ?',
  );
  const insert = db.prepare(
    'INSERT INTO ai_log_hold (id, scope, ref, since) VALUES (@id, @scope, @ref, @since)',
  );
  const remove = db.prepare('DELETE FROM ai_log_hold WHERE id = ?');

  const declare = (by: string, change: () => void): void =>
    log.durably(() => {
      const before = configHash(all.all());
      change();
      const after = configHash(all.all());
      log.append({
        type: 'config.change',
        actor: { kind: 'human', ref: by },
        key: 'legal_hold',
        before_hash: before,
        after_hash: after,
      });
    });

  return {
    list: () => all.all(),
    isHeld: (scope, ref) => one.get(scope, ref) !== undefined,
    place: ({ scope, ref, by }) => {
      const known = one.get(scope, ref);
      if (known) return known;
      const now = clock.now();
      const hold: Hold = { id: uuidv7(now), scope, ref, since: now };
      declare(by, () => insert.run(hold));
      return hold;
    },
    lift: (id, by) => {
      if (all.all().some((hold) => hold.id === id)) declare(by, () => remove.run(id));
    },
  };
}
