import type { Db } from '../db/open';
import { createMediaRepository } from '../db/repositories/media';
import { createEngine, type EngineDeps } from '../engine';
import type { Ports } from '../ports';
import createTimetableWorker from '../scheduler/timetable?nodeWorker';
import { createImages } from '../services/media-images';
import { createMediaStore } from '../services/media-store';
import createVideoWorker from '../services/media-video-worker?nodeWorker';
import { createVideos } from '../services/media-videos';
import createMediaWorker from '../services/media-worker?nodeWorker';

export const composeMedia = ({ paths, clock }: Ports, db: Db) =>
  createMediaStore({
    repository: createMediaRepository(db),
    images: createImages(createMediaWorker),
    videos: createVideos(createVideoWorker),
    paths,
    clock,
  });

/** What leaves this machine: jobs, the fence, posts, replies, the outbox. */
export const composeOutgoing = (
  ports: Ports,
  deps: Omit<EngineDeps, 'clock' | 'log' | 'system' | 'chooseFiles' | 'hands' | 'makeTimetableWorker'>,
) =>
  createEngine({
    ...deps,
    clock: ports.clock,
    log: ports.log,
    system: ports.system,
    chooseFiles: ports.shell.chooseFiles,
    hands: ports,
    makeTimetableWorker: createTimetableWorker,
  });
