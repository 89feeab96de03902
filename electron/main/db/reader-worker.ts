import Database from 'better-sqlite3';
import { parentPort, workerData } from 'node:worker_threads';

/** Thread entry for reads of the whole file over a connection that cannot write. */
export type ReaderJob = { readonly kind: 'integrity'; readonly file: string };
export type ReaderAnswer = { readonly kind: 'integrity'; readonly problems: readonly string[] };

const job = workerData as ReaderJob;
parentPort?.postMessage({ kind: 'integrity', problems: findProblems(job.file) } satisfies ReaderAnswer);

/** Everything that SQLite finds wrong with the file: pages, indexes, references, full-text indexes. */
function findProblems(file: string): readonly string[] {
  let raw: Database.Database | undefined;
  try {
    raw = new Database(file, { readonly: true, fileMustExist: true });
    raw.pragma('trusted_schema = OFF');
    const found = raw.prepare<[], string>('PRAGMA integrity_check(20)').pluck().all();
    const references = raw.pragma('foreign_key_check') as readonly { readonly table: string }[];
    return [
      ...found.filter((line) => line !== 'ok'),
      ...references.slice(0, 20).map(({ table }) => `a row of ${table} refers to nothing`),
    ];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    raw?.close();
  }
}
