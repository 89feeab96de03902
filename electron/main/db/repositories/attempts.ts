import { eq } from 'drizzle-orm';
import type { ErrorInfo } from '@shared/domain/errors';
import { uuidv7, type AttemptId, type JobId } from '@shared/domain/ids';
import type { Db } from '../open';
import { attempt } from '../schema';
import type { RemoteRefRow } from './jobs';

type AttemptRowState = 'sending' | 'done' | 'failed' | 'unknown';

export type AttemptRepository = ReturnType<typeof createAttemptRepository>;

/** One outside write each, on disk before the request (design.md 3.1). */
export function createAttemptRepository(db: Db, now: () => number) {
  const last = db.prepare<[JobId, string], { id: AttemptId; state: AttemptRowState }>(
    'attempt.last',
    'SELECT id, state FROM attempt WHERE job_id = ? AND step_key = ? ORDER BY rowid DESC LIMIT 1',
  );
  const lastOpen = db.prepare<[JobId], { id: AttemptId; stepKey: string }>(
    'attempt.lastOpen',
    `SELECT id, step_key AS stepKey FROM attempt WHERE job_id = ? AND state IN('sending','unknown') ORDER BY rowid DESC LIMIT 1`,
  );
  const any = db.prepare<[JobId], { n: number }>(
    'attempt.any',
    'SELECT COUNT(*) AS n FROM attempt WHERE job_id = ?',
  );
  const mayBeOut = db.prepare<[JobId], { n: number }>(
    'attempt.mayBeOut',
    `SELECT COUNT(*) AS n FROM attempt WHERE job_id = ? AND state <> 'failed'`,
  );
  const recover = db.prepare(
    'attempt.recover',
    `UPDATE attempt SET state = 'unknown', problem = '{"kind":"ambiguous"}' WHERE state = 'sending'`,
  );
  return {
    last: (jobId: JobId, stepKey: string) => last.get(jobId, stepKey),
    lastOpen: (jobId: JobId) => lastOpen.get(jobId),
    /** Some write of this job arrived, or may have. */
    mayBeOut: (jobId: JobId): boolean => (mayBeOut.get(jobId)?.n ?? 0) > 0,
    any: (jobId: JobId): boolean => (any.get(jobId)?.n ?? 0) > 0,
    begin: (row: {
      readonly jobId: JobId;
      readonly stepKey: string;
      readonly clientId?: string;
    }): AttemptId => {
      const id = uuidv7<AttemptId>(now());
      db.orm
        .insert(attempt)
        .values({ ...row, id, state: 'sending', startedAt: now() })
        .run();
      return id;
    },
    end: (
      id: AttemptId,
      end: {
        readonly state: Exclude<AttemptRowState, 'sending'>;
        readonly problem?: ErrorInfo;
        readonly remote?: RemoteRefRow;
      },
    ): void => {
      db.orm
        .update(attempt)
        .set({
          state: end.state,
          finishedAt: now(),
          problem: end.problem ? JSON.stringify(end.problem) : null,
          remote: end.remote ? JSON.stringify(end.remote) : null,
        })
        .where(eq(attempt.id, id))
        .run();
    },
    /** What was on its way when the app ended: nobody knows whether it arrived. */
    recover: (): number => recover.run().changes,
  };
}
