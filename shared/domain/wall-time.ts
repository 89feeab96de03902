import { Temporal } from 'temporal-polyfill';

/**
 * Wall-clock arithmetic on UTC instants (ms) in an IANA zone (design.md 3.7): what a person reads on the clock
 * stays the same when a post moves by days, whatever summer time does in between.
 */

const zoned = (instant: number, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);

/** `YYYY-MM-DD` as a clock in `zone` shows it. */
export const dateIn = (instant: number, zone: string): string =>
  zoned(instant, zone).toPlainDate().toString();

/** `HH:MM` as a clock in `zone` shows it. */
export const timeIn = (instant: number, zone: string): string =>
  zoned(instant, zone).toPlainTime().toString({ smallestUnit: 'minute' });

/**
 * The same time of day, `days` later or earlier. A time that does not exist on the new day (the clock jumps over
 * it) moves forward by the length of the jump; one that exists twice is the first of the two (RFC 5545, Temporal's
 * `compatible`).
 */
export const moveByDays = (instant: number, zone: string, days: number): number =>
  zoned(instant, zone).add({ days }).epochMilliseconds;

/** The same time of day on `date` (`YYYY-MM-DD`). */
export function moveToDate(instant: number, zone: string, date: string): number {
  const { year, month, day } = Temporal.PlainDate.from(date);
  return zoned(instant, zone).with({ year, month, day }).epochMilliseconds;
}

/** The nearest multiple of `minutes` past the hour as the clock in `zone` shows it. */
export function snapTo(instant: number, zone: string, minutes: number): number {
  return zoned(instant, zone).round({ smallestUnit: 'minute', roundingIncrement: minutes }).epochMilliseconds;
}

export type WallTime = {
  readonly instant: number;
  /** `skipped`: the clock never shows this time on that day; `repeated`: it shows it twice, the first is meant. */
  readonly note: 'exact' | 'skipped' | 'repeated';
};

/** The instant when a clock in `zone` shows `date` (`YYYY-MM-DD`) and `time` (`HH:MM`); null when they are not valid. */
export function wallTime(date: string, time: string, zone: string): WallTime | null {
  const plain = parsePlain(date, time);
  if (plain === null) return null;
  const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = plain.toZonedDateTime(zone, { disambiguation: 'later' });
  const instant = plain.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
  if (earlier.epochMilliseconds === later.epochMilliseconds) return { instant, note: 'exact' };
  const shown = later.toPlainDateTime().equals(plain);
  return { instant, note: shown ? 'repeated' : 'skipped' };
}

function parsePlain(date: string, time: string): Temporal.PlainDateTime | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{2}:\d{2}$/.test(time)) return null;
  try {
    return Temporal.PlainDateTime.from(`${date}T${time}`);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** By how many minutes the clock is put forward (positive) or back on `date`; 0 on an ordinary day. */
export function clockChange(date: string, zone: string): number {
  const start = Temporal.PlainDate.from(date).toZonedDateTime(zone);
  const next = start.add({ days: 1 });
  return (next.offsetNanoseconds - start.offsetNanoseconds) / 60_000_000_000;
}

/** Midnight at the start of `date` in `zone`. */
export const startOfDay = (date: string, zone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;

/** `date` plus `days`, both `YYYY-MM-DD`. */
export const addDays = (date: string, days: number): string =>
  Temporal.PlainDate.from(date).add({ days }).toString();

/** Hours and minutes that the clock of `zone` is ahead of UTC at `instant`, as `+01:00`. */
export const offsetAt = (instant: number, zone: string): string => zoned(instant, zone).offset;
