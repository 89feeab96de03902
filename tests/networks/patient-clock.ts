import type { Clock } from '../../electron/main/ports';

export type PatientClock = Clock & {
  /** Whatever is waited for is over now. */
  readonly runOut: () => void;
};

/** A clock whose waits end when the test says so: how fast the machine is changes nothing. */
export function patientClock(now: () => number = Date.now): PatientClock {
  const waits = new Set<() => void>();
  return {
    now,
    monotonic: () => performance.now(),
    after: (_ms, fn) => {
      const end = () => {
        waits.delete(end);
        fn();
      };
      waits.add(end);
      return () => waits.delete(end);
    },
    runOut: () => [...waits].forEach((end) => end()),
  };
}
