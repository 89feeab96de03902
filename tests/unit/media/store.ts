import { createMediaRepository } from '../../../electron/main/db/repositories/media';
import { createImages } from '../../../electron/main/services/media-images';
import { createMediaStore } from '../../../electron/main/services/media-store';
import createVideoWorker from '../../../electron/main/services/media-video-worker?nodeWorker';
import { createVideos } from '../../../electron/main/services/media-videos';
import createImageWorker from '../../../electron/main/services/media-worker?nodeWorker';
import { createTestDb } from '../../fakes/db';
import { createPaths, systemClock } from '../../fakes/ports';

/** The store as the app has it: a real file, real workers. */
export function openStore() {
  const test = createTestDb();
  const rows = createMediaRepository(test.db);
  const paths = createPaths(test.dir);
  const store = createMediaStore({
    repository: rows,
    images: createImages(createImageWorker),
    videos: createVideos(createVideoWorker),
    paths,
    clock: systemClock,
  });
  return {
    ...test,
    rows,
    store,
    folder: `${paths.data}/media`,
    close: async () => {
      await store.close();
      test.remove();
    },
  };
}
export type OpenStore = ReturnType<typeof openStore>;
