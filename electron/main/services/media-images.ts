import { appError } from '@shared/domain/errors';
import type { FitLimit, FittedImage, ImageFacts, ImageResult, ImageWork } from './media-messages';
import { createWorkerPort, type MakeWorker } from './media-worker-port';

export type Images = {
  readonly probe: (bytes: Uint8Array) => Promise<ImageFacts>;
  readonly fit: (bytes: Uint8Array, limit: FitLimit) => Promise<FittedImage>;
  readonly close: () => Promise<void>;
};

export function createImages(makeWorker: MakeWorker): Images {
  const port = createWorkerPort<ImageWork, ImageResult>(makeWorker, 'image');
  return {
    probe: async (bytes) => {
      const { facts } = await port.ask({ kind: 'probe', bytes });
      if (!facts) throw appError('internal', { detail: 'the image worker gave no facts' });
      return facts;
    },
    fit: async (bytes, limit) => {
      const { image } = await port.ask({ kind: 'fit', bytes, limit });
      if (!image) throw appError('internal', { detail: 'the image worker gave no image' });
      return image;
    },
    close: port.close,
  };
}
