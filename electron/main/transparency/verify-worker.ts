import { parentPort, workerData } from 'node:worker_threads';
import SqliteDatabase from 'better-sqlite3';
import { verifyLog, type VerifyResult } from './verify';
import type { VerifyJob } from './verify-job';

/** Thread entry: verifies the log of one database file over a connection that cannot write. */
export type VerifyMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'result'; readonly result: VerifyResult };

const post = (message: VerifyMessage): void => parentPort?.postMessage(message);
const job = workerData as VerifyJob;
const db = new SqliteDatabase(job.file, { readonly: true, fileMustExist: true });
try {
  db.pragma('trusted_schema = OFF');
  const result = verifyLog(db, {
    ...job,
    onProgress: (done, total) => post({ kind: 'progress', done, total }),
  });
  post({ kind: 'result', result });
} finally {
  db.close();
}
