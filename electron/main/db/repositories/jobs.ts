import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ErrorInfo } from '@shared/domain/errors';
import type { AccountId, ApprovalId, JobId } from '@shared/domain/ids';
import type { JobKind, JobState } from '@shared/domain/states';
import type { Db } from '../open';
import { job } from '../schema';

/** One step's result. `wait`: the network is still working on it and told how far it is. */
type SavedStep = {
  readonly state: 'done' | 'wait';
  readonly output: Readonly<Record<string, unknown>>;
  readonly remote?: RemoteRefRow;
};
export type RemoteRefRow = {
  readonly remoteId: string;
  readonly url?: string;
  readonly ref?: Readonly<Record<string, string>>;
};
/** How far a job is: results by step key, and how often looking for it told nothing. */
export type Progress = { readonly steps: Readonly<Record<string, SavedStep>>; readonly looks: number };
const noProgress: Progress = { steps: {}, looks: 0 };

/** A job; `Write` and `Step` are the networks' types, stored as JSON. */
export type JobRow<Write, Step> = {
  readonly id: JobId;
  readonly accountId: AccountId;
  readonly kind: JobKind;
  readonly subjectId: string;
  readonly lane: string;
  readonly state: JobState;
  readonly dueAt: number;
  readonly nextTryAt: number | null;
  readonly tries: number;
  readonly problem: ErrorInfo | null;
  readonly write: Write;
  readonly plan: readonly Step[];
  readonly progress: Progress;
  readonly approvalId: ApprovalId | null;
  readonly summary: string;
  readonly createdAt: number;
  readonly finishedAt: number | null;
};

type NewJobRow<Write, Step> = Pick<
  JobRow<Write, Step>,
  | 'id'
  | 'accountId'
  | 'kind'
  | 'subjectId'
  | 'lane'
  | 'dueAt'
  | 'write'
  | 'plan'
  | 'approvalId'
  | 'summary'
  | 'createdAt'
>;

type JobChange<Step = unknown> = {
  readonly plan?: readonly Step[];
  readonly state?: JobState;
  readonly dueAt?: number;
  readonly nextTryAt?: number | null;
  readonly tries?: number;
  readonly problem?: ErrorInfo | null;
  readonly progress?: Progress;
  readonly approvalId?: ApprovalId;
  readonly finishedAt?: number;
};

const open: JobState[] = ['queued', 'waiting', 'running', 'failed', 'unknown'];
const OPEN_SQL = `state NOT IN('done','discarded')`;
/** A due job whose lane is free: jobs of one lane run in the order in which they were made (rowid, not the clock). */
const RUNNABLE_SQL = `state IN('queued','waiting') AND COALESCE(next_try_at, due_at) <= ?
  AND NOT EXISTS (SELECT 1 FROM job earlier WHERE earlier.lane = job.lane AND earlier.rowid < job.rowid
    AND earlier.state NOT IN('done','discarded')
    AND (earlier.state IN('queued','waiting','running') OR (earlier.state = 'unknown' AND job.approval_id IS NOT NULL)))`;

type Stored = typeof job.$inferSelect;

export type JobRepository<Write, Step> = ReturnType<typeof createJobRepository<Write, Step>>;

export function createJobRepository<Write, Step>(db: Db) {
  type Row = JobRow<Write, Step>;
  const byId = db.named(
    'job.byId',
    db.orm
      .select()
      .from(job)
      .where(eq(job.id, sql.placeholder('id')))
      .prepare(),
  );
  const next = db.prepare<[AccountId, number], { id: JobId }>(
    'job.next',
    `SELECT id FROM job WHERE account_id = ? AND ${RUNNABLE_SQL} ORDER BY due_at, rowid LIMIT 1`,
  );
  const dueAccounts = db.prepare<[number], { accountId: AccountId }>(
    'job.dueAccounts',
    `SELECT DISTINCT account_id AS accountId FROM job
       WHERE state IN('queued','waiting') AND COALESCE(next_try_at, due_at) <= ?`,
  );
  const nextDue = db.prepare<[number], { at: number | null }>(
    'job.nextDue',
    `SELECT MIN(COALESCE(next_try_at, due_at)) AS at FROM job
       WHERE state IN('queued','waiting') AND COALESCE(next_try_at, due_at) > ?`,
  );
  const start = db.prepare<[JobId]>(
    'job.start',
    `UPDATE job SET state = 'running' WHERE id = ? AND state IN('queued','waiting')`,
  );
  const recover = db.prepare<[AccountId | null, AccountId | null]>(
    'job.recover',
    `UPDATE job SET state = 'waiting', next_try_at = NULL WHERE state = 'running' AND (? IS NULL OR account_id = ?)`,
  );
  const shift = db.prepare<[number, number]>(
    'job.shiftWaits',
    `UPDATE job SET next_try_at = MAX(0, next_try_at + ?) WHERE state = 'waiting' AND next_try_at > ?`,
  );
  const wake = db.prepare<[number, AccountId | null, AccountId | null]>(
    'job.wake',
    `UPDATE job SET next_try_at = ? WHERE state = 'waiting' AND next_try_at IS NOT NULL AND (? IS NULL OR account_id = ?)
       AND json_extract(problem, '$.kind') NOT IN('rate_limited','quota_exhausted','media_pending')`,
  );
  // What waits for its own time is planned, not waiting.
  const counts = db.prepare<[number], { waiting: number; person: number }>(
    'job.counts',
    `SELECT COALESCE(SUM(state IN('waiting','running') OR (state = 'queued' AND (due_at <= ? OR kind <> 'publish'))), 0) AS waiting,
            COALESCE(SUM(state IN('failed','unknown')), 0) AS person FROM job WHERE ${OPEN_SQL} AND kind <> 'mark_read'`,
  );
  const setAside = db.prepare<[string], { id: JobId }>(
    'job.setAside',
    `SELECT id FROM job WHERE subject_id = ? AND kind = 'publish' AND state = 'discarded' ORDER BY rowid DESC LIMIT 1`,
  );
  // Untried, or tried before the app was closed with nothing that may be out.
  const late = db.prepare<[number, number], { id: JobId }>(
    'job.late',
    `SELECT id FROM job WHERE state IN('queued','waiting') AND kind = 'publish' AND (
         (state = 'queued' AND next_try_at IS NULL AND tries = 0 AND due_at < ?)
         OR (state = 'waiting' AND due_at < ? AND NOT EXISTS (
           SELECT 1 FROM attempt WHERE attempt.job_id = job.id AND attempt.state <> 'failed')))
       ORDER BY due_at, rowid`,
  );

  const read = (row: Stored | undefined): Row | undefined => (row ? fromStored<Write, Step>(row) : undefined);
  const get = (id: JobId): Row | undefined => read(byId.get({ id }));

  return {
    insert: (row: NewJobRow<Write, Step>): void => {
      db.orm
        .insert(job)
        .values({
          ...row,
          write: JSON.stringify(row.write),
          plan: JSON.stringify(row.plan),
          checkpoint: JSON.stringify(noProgress),
        })
        .run();
    },
    get,
    change: (id: JobId, change: JobChange<Step>): void => {
      const { problem, progress, plan, ...rest } = change;
      db.orm
        .update(job)
        .set({
          ...rest,
          ...(problem !== undefined && { problem: problem && JSON.stringify(problem) }),
          ...(progress && { checkpoint: JSON.stringify(progress) }),
          ...(plan && { plan: JSON.stringify(plan) }),
        })
        .where(eq(job.id, id))
        .run();
    },
    /** Takes the job for running; false when something else had it or it is not open any more. */
    start: (id: JobId): boolean => start.run(id).changes === 1,
    /** The next job of the account whose turn it is. */
    next: (accountId: AccountId, now: number): Row | undefined => {
      const found = next.get(accountId, now);
      return found && get(found.id);
    },
    dueAccounts: (now: number): readonly AccountId[] => dueAccounts.all(now).map((row) => row.accountId),
    /** The next instant after `now` at which something is due. */
    nextDueAfter: (now: number): number | null => nextDue.get(now)?.at ?? null,
    /**
     * Publishing jobs of which nothing is out: those that nobody has tried and were due before `untried`, and those
     * that were tried in vain and were due before `tried`.
     */
    late: (before: { readonly untried: number; readonly tried: number }): readonly Row[] =>
      late.all(before.untried, before.tried).flatMap(({ id }) => get(id) ?? []),
    /** After an unclean end: what was running is due again; the fence looks before it sends. */
    recover: (accountId: AccountId | null): number => recover.run(accountId, accountId).changes,
    /** The wall clock moved by `by`: waits that were counted from it move along. */
    shiftWaits: (by: number, after: number): number => shift.run(by, after).changes,
    /** Waiting jobs are due at `now`, except those that wait for a time the network named. */
    wake: (now: number, accountId: AccountId | null): number => wake.run(now, accountId, accountId).changes,
    openList: (): readonly Row[] =>
      db.orm
        .select()
        .from(job)
        .where(sql`${job.state} NOT IN('done','discarded')`)
        .orderBy(job.createdAt)
        .all()
        .map((row) => fromStored<Write, Step>(row)),
    openOfSubject: (subjectId: string): readonly Row[] =>
      db.orm
        .select()
        .from(job)
        .where(and(eq(job.subjectId, subjectId), inArray(job.state, open)))
        .orderBy(job.createdAt)
        .all()
        .map((row) => fromStored<Write, Step>(row)),
    /** The newest job of a subject that was set aside: it can be taken up again while its approval stands. */
    setAside: (subjectId: string): Row | undefined => {
      const found = setAside.get(subjectId);
      return found && get(found.id);
    },
    counts: (now: number): { readonly waiting: number; readonly person: number } =>
      counts.get(now) ?? { waiting: 0, person: 0 },
  };
}

function fromStored<Write, Step>(row: Stored): JobRow<Write, Step> {
  const { write, plan, checkpoint, problem, ...rest } = row;
  return {
    ...rest,
    write: JSON.parse(write) as Write,
    plan: JSON.parse(plan) as readonly Step[],
    progress: { ...noProgress, ...(JSON.parse(checkpoint) as Partial<Progress>) },
    problem: problem === null ? null : (JSON.parse(problem) as ErrorInfo),
  };
}
