import type { Db } from '../db/open';
import { createMediaRepository } from '../db/repositories/media';
import { createEngine, type EngineDeps } from '../engine';
import type { Ports } from '../ports';
import createTimetableWorker from '../scheduler/timetable?nodeWorker';
import { createImages } from '../services/media-images';
import { createMediaStore } from '../services/media-store';
import createMediaWorker from '../services/media-worker?nodeWorker';

export const composeMedia = ({ paths, clock }: Ports, db: Db) =>
  createMediaStore({
    repository: createMediaRepository(db),
    images: createImages(createMediaWorker),
    paths,
    clock,
  });

/** What leaves this machine: jobs, the fence, posts, replies, the outbox. */
export const composeOutgoing = (
  ports: Ports,
  deps: Omit<EngineDeps, 'clock' | 'log' | 'system' | 'chooseFiles' | 'makeTimetableWorker'>,
) =>
  createEngine({
    ...deps,
    clock: ports.clock,
    log: ports.log,
    system: ports.system,
    chooseFiles: ports.shell.chooseFiles,
    makeTimetableWorker: createTimetableWorker,
  });
