import type { RateInfo } from '../network';
import { limits } from './capabilities';

/** Uploads have a quota of their own; everything else shares one. The engine holds writes for `write…` alone. */
export const buckets = { units: 'write:units', uploads: 'uploads' } as const;
export type Bucket = keyof typeof buckets;

type Day = { readonly resetAt: number; readonly used: Record<Bucket, number> };

export type Quota = {
  /** What a call has cost, and what is then left of the day as far as this device knows. */
  readonly spend: (project: string, bucket: Bucket, units: number, now: number) => RateInfo;
  /** The network itself says that nothing is left. */
  readonly exhausted: (bucket: Bucket, now: number) => RateInfo;
};

/**
 * YouTube tells no numbers: units are counted here, per project, since this device was started. An estimate, so that
 * it never says that nothing is left; only YouTube does.
 */
export function createQuota(): Quota {
  const days = new Map<string, Day>();
  const dayOf = (project: string, now: number): Day => {
    const known = days.get(project);
    if (known && known.resetAt > now) return known;
    const fresh: Day = { resetAt: nextPacificMidnight(now), used: { units: 0, uploads: 0 } };
    days.set(project, fresh);
    return fresh;
  };
  return {
    spend: (project, bucket, units, now) => {
      const { used, resetAt } = dayOf(project, now);
      used[bucket] += units;
      const limit = limits.quota[bucket];
      return { bucket: buckets[bucket], limit, remaining: Math.max(1, limit - used[bucket]), resetAt };
    },
    exhausted: (bucket, now) => ({
      bucket: buckets[bucket],
      limit: limits.quota[bucket],
      remaining: 0,
      resetAt: nextPacificMidnight(now),
    }),
  };
}

const clockIn = new Intl.DateTimeFormat('en-US', {
  timeZone: limits.quota.zone,
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});

/** The wall clock of the zone, as if it were UTC. */
function wallClock(at: number): number {
  const parts = Object.fromEntries(clockIn.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const DAY_MS = 24 * 60 * 60_000;

/** Days there last 23, 24 or 25 hours: the offset that counts is the one at midnight, not the one now. */
export function nextPacificMidnight(now: number): number {
  const midnight = (Math.floor(wallClock(now) / DAY_MS) + 1) * DAY_MS;
  const guess = midnight + (Math.floor(now / 1000) * 1000 - wallClock(now));
  return guess + (midnight - wallClock(guess));
}
