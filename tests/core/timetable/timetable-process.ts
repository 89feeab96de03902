import createTimetableWorker from '../../../electron/main/scheduler/timetable?nodeWorker';
import { createMaintenance } from '../../../electron/main/scheduler/maintenance';

/** Runs the maintenance timetable for a while and tells when it ticked and how much processor time that took. */
const forMs = Number(process.argv[2]);
const ticks: string[] = [];
const quiet = () => undefined;
const maintenance = createMaintenance({
  makeWorker: createTimetableWorker,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  tasks: [{ id: 'tick', at: '*/2 * * * * *', run: () => void ticks.push(new Date().toISOString()) }],
});
const before = process.cpuUsage();
maintenance.start();
setTimeout(() => {
  const { user, system } = process.cpuUsage(before);
  void maintenance.stop().then(() => {
    const local = new Date(Date.UTC(2026, 9, 25, 1, 30)).getHours();
    process.stdout.write(JSON.stringify({ ticks, cpuMs: (user + system) / 1000, local }));
    process.exit(0);
  });
}, forMs);
