import type { Worker, WorkerOptions } from 'node:worker_threads';
import { appError } from '@shared/domain/errors';
import type { VerifyResult } from './verify';
import type { VerifyJob } from './verify-job';
import type { VerifyMessage } from './verify-worker';

export type RunVerifyOptions = {
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
};

/** Verifies in a thread so that the window never waits. Rejects with AppError `cancelled` or `log_broken` when it could not finish. */
export function runVerifyInWorker(
  createWorker: (options: WorkerOptions) => Worker,
  job: VerifyJob,
  { onProgress, signal }: RunVerifyOptions = {},
): Promise<VerifyResult> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(appError('cancelled'));
      return;
    }
    const worker = createWorker({ workerData: job });
    const cancel = (): void => {
      reject(appError('cancelled'));
      void worker.terminate();
    };
    signal?.addEventListener('abort', cancel, { once: true });
    worker.on('message', (message: VerifyMessage) => {
      if (message.kind === 'progress') onProgress?.(message.done, message.total);
      else resolve(message.result);
    });
    worker.on('error', (error) => reject(appError('log_broken', { detail: error.message }, error)));
    worker.on('exit', (exitCode) => {
      signal?.removeEventListener('abort', cancel);
      reject(appError('log_broken', { detail: `verification ended with code ${exitCode}` }));
    });
  });
}
