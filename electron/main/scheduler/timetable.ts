import { parentPort, workerData } from 'node:worker_threads';
import { schedule } from 'node-cron';
import type { Tick, TimetableData } from './timetable-data';

/**
 * node-cron for maintenance, in a worker thread in which the local zone is UTC.
 *
 * In a zone with summer time, node-cron 4.6 rounds with `setMilliseconds`, which in the repeated hour moves the clock
 * back by an hour: nothing runs for an hour and its timer spins. `process.env.TZ` cannot help, because a thread
 * shares the zone of its process. The methods of `Date` belong to the thread, though, so here they work in UTC.
 */
for (const part of ['Milliseconds', 'Seconds', 'Minutes', 'Hours', 'Date', 'Month', 'FullYear']) {
  useUtc(`get${part}`, `getUTC${part}`);
  useUtc(`set${part}`, `setUTC${part}`);
}
useUtc('getDay', 'getUTCDay');

function useUtc(local: string, utc: string): void {
  const method = Object.getOwnPropertyDescriptor(Date.prototype, utc);
  if (!method) throw new Error(`Date has no ${utc}`);
  Object.defineProperty(Date.prototype, local, method);
}

/** A blocked process or a short sleep delays a run by at most this; what is later waits for its next time. */
const TOLERANCE_MS = 30_000;

const port = parentPort;
if (!port) throw new Error('this file runs as a worker');
for (const { id, at } of (workerData as TimetableData).entries) {
  schedule(at, () => port.postMessage({ id } satisfies Tick), {
    name: id,
    timezone: 'Etc/UTC',
    missedExecutionTolerance: TOLERANCE_MS,
  });
}
