import type { Worker, WorkerOptions } from 'node:worker_threads';
import { appError } from '@shared/domain/errors';
import type { WorkerAnswer } from './media-messages';

export type MakeWorker = (options: WorkerOptions) => Worker;

type Waiting<Result> = {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
};

/**
 * A worker that answers one request with one result, started with the first. One that dies fails its requests; the
 * next request starts another. What the worker refuses is `media_rejected`, with the reason it gave.
 */
export function createWorkerPort<Work, Result>(makeWorker: MakeWorker, name: string) {
  let worker: Worker | undefined;
  let lastId = 0;
  const waiting = new Map<number, Waiting<Result>>();

  const failAll = (error: unknown): void => {
    worker = undefined;
    const lost = [...waiting.values()];
    waiting.clear();
    lost.forEach(({ reject }) => reject(appError('internal', { detail: `the ${name} worker ended` }, error)));
  };
  const start = (): Worker => {
    const made = makeWorker({});
    // A worker without work keeps no process alive.
    made.unref();
    made.on('message', (answer: WorkerAnswer<Result>) => {
      const item = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.ok) item?.resolve(answer.result);
      else {
        const { message, reason } = answer;
        item?.reject(appError('media_rejected', { detail: message, ...(reason && { params: { reason } }) }));
      }
    });
    made.on('error', failAll);
    made.on('exit', (code) => worker === made && failAll(new Error(`exit ${code}`)));
    return made;
  };

  return {
    ask: (work: Work): Promise<Result> =>
      new Promise((resolve, reject) => {
        worker ??= start();
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        worker.postMessage({ id: lastId, work });
      }),
    close: async (): Promise<void> => {
      const last = worker;
      worker = undefined;
      await last?.terminate();
    },
  };
}
