import { addDays, dateIn, wallTime } from './wall-time';

/** A recurring time in a queue: a wall-clock time on every day, in the zone that the person meant. */
export type Slot = { readonly time: string };

/** The queue of an account whose times nobody has set. */
export const defaultSlots: readonly Slot[] = [{ time: '09:00' }, { time: '13:00' }, { time: '17:00' }];

/** Two posts closer than this stand in the same slot. */
const SLOT_WIDTH_MS = 15 * 60_000;
const HORIZON_DAYS = 366;

/**
 * The first slot after `after` that no post has taken. Resolved per date, so a change to or from summer time moves
 * nothing; a time that the clock skips on a date is the moment after the gap. Null when a year is full.
 */
export function nextFreeSlot(
  slots: readonly Slot[],
  taken: readonly number[],
  after: number,
  zone: string,
): number | null {
  const start = dateIn(after, zone);
  for (let day = 0; day <= HORIZON_DAYS; day += 1) {
    const date = addDays(start, day);
    const instants = slots
      .flatMap(({ time }) => wallTime(date, time, zone)?.instant ?? [])
      .sort((a, b) => a - b);
    const free = instants.find(
      (instant) => instant > after && taken.every((other) => Math.abs(other - instant) >= SLOT_WIDTH_MS),
    );
    if (free !== undefined) return free;
  }
  return null;
}
