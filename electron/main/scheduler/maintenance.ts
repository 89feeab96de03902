import type { Worker, WorkerOptions } from 'node:worker_threads';
import type { Logger } from '../ports';
import type { Tick, TimetableData } from './timetable-data';

export type MaintenanceTask = {
  readonly id: string;
  /** Cron expression, read in UTC. Never a due post: those are job rows that the sweep runs. */
  readonly at: string;
  readonly run: () => void | Promise<void>;
};

type MaintenanceDeps = {
  readonly makeWorker: (options: WorkerOptions) => Worker;
  readonly log: Logger;
  readonly tasks: readonly MaintenanceTask[];
};

/**
 * Runs maintenance when the timetable ticks. node-cron ticks in a worker thread of its own (timetable.ts says why); the
 * work itself happens here, one run of a task at a time.
 */
export function createMaintenance({ makeWorker, log, tasks }: MaintenanceDeps) {
  let worker: Worker | undefined;
  const running = new Map<string, Promise<void>>();

  const run = (task: MaintenanceTask): void => {
    if (running.has(task.id)) return;
    const work = (async () => task.run())()
      .catch((error: unknown) => {
        log.error('a maintenance task failed', {
          task: task.id,
          detail: error instanceof Error ? error.message : String(error),
        });
      })
      .finally(() => running.delete(task.id));
    running.set(task.id, work);
  };

  return {
    start: (): void => {
      const workerData: TimetableData = { entries: tasks.map(({ id, at }) => ({ id, at })) };
      worker = makeWorker({ workerData });
      worker.unref();
      worker.on('message', ({ id }: Tick) => {
        const task = tasks.find((item) => item.id === id);
        if (task) run(task);
      });
      worker.on('error', (error) => log.error('the timetable stopped', { detail: error.message }));
    },
    stop: async (): Promise<void> => {
      await worker?.terminate();
      worker = undefined;
      await Promise.all(running.values());
    },
  };
}
