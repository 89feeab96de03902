import type { VideoFacts, VideoWork } from './media-messages';
import { createWorkerPort, type MakeWorker } from './media-worker-port';

export type Videos = {
  /** Type, size and length of the file. Throws `media_rejected` with the reason why it is no video to publish. */
  readonly probe: (path: string) => Promise<VideoFacts>;
  readonly close: () => Promise<void>;
};

export function createVideos(makeWorker: MakeWorker): Videos {
  const port = createWorkerPort<VideoWork, VideoFacts>(makeWorker, 'video');
  return { probe: (path) => port.ask({ path }), close: port.close };
}
