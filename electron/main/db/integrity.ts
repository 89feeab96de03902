import type { Worker, WorkerOptions } from 'node:worker_threads';
import { appError } from '@shared/domain/errors';
import type { Logger } from '../ports';
import type { ReaderAnswer, ReaderJob } from './reader-worker';

export type Integrity = 'ok' | 'damaged';

/** Checks the whole file in a worker thread; the window never waits for it. */
export function checkIntegrity(
  createWorker: (options: WorkerOptions) => Worker,
  deps: { readonly file: string; readonly log: Logger },
): Promise<Integrity> {
  return new Promise((resolve, reject) => {
    const worker = createWorker({ workerData: { kind: 'integrity', file: deps.file } satisfies ReaderJob });
    worker.once('message', ({ problems }: ReaderAnswer) => {
      for (const problem of problems) deps.log.error('integrity check', { problem });
      resolve(problems.length === 0 ? 'ok' : 'damaged');
    });
    worker.once('error', (error) => reject(appError('database', { detail: error.message }, error)));
    worker.once('exit', (code) =>
      reject(appError('database', { detail: `the integrity check ended with code ${code}` })),
    );
  });
}
