import type { Worker, WorkerOptions } from 'node:worker_threads';
import { appError } from '@shared/domain/errors';
import type { FitLimit, FittedImage, ImageAnswer, ImageFacts, ImageRequest } from './media-messages';

export type Images = {
  readonly probe: (bytes: Uint8Array) => Promise<ImageFacts>;
  readonly fit: (bytes: Uint8Array, limit: FitLimit) => Promise<FittedImage>;
  readonly close: () => Promise<void>;
};

type Waiting = {
  readonly resolve: (answer: Extract<ImageAnswer, { ok: true }>) => void;
  readonly reject: (error: Error) => void;
};

/** The image worker, started with the first image. A worker that dies fails its requests; the next starts another. */
export function createImages(makeWorker: (options: WorkerOptions) => Worker): Images {
  let worker: Worker | undefined;
  let lastId = 0;
  const waiting = new Map<number, Waiting>();

  const failAll = (error: unknown): void => {
    worker = undefined;
    const lost = [...waiting.values()];
    waiting.clear();
    lost.forEach(({ reject }) => reject(appError('internal', { detail: 'the image worker ended' }, error)));
  };
  const start = (): Worker => {
    const made = makeWorker({});
    // A worker without work keeps no process alive.
    made.unref();
    made.on('message', (answer: ImageAnswer) => {
      const item = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.ok) item?.resolve(answer);
      else item?.reject(appError('media_rejected', { detail: answer.message }));
    });
    made.on('error', failAll);
    made.on('exit', (code) => worker === made && failAll(new Error(`exit ${code}`)));
    return made;
  };
  const ask = (work: ImageRequest['work']): Promise<Extract<ImageAnswer, { ok: true }>> =>
    new Promise((resolve, reject) => {
      worker ??= start();
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      worker.postMessage({ id: lastId, work } satisfies ImageRequest);
    });

  return {
    probe: async (bytes) => {
      const { facts } = await ask({ kind: 'probe', bytes });
      if (!facts) throw appError('internal', { detail: 'the image worker gave no facts' });
      return facts;
    },
    fit: async (bytes, limit) => {
      const { image } = await ask({ kind: 'fit', bytes, limit });
      if (!image) throw appError('internal', { detail: 'the image worker gave no image' });
      return image;
    },
    close: async () => {
      const last = worker;
      worker = undefined;
      await last?.terminate();
    },
  };
}
