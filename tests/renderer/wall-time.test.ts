import { describe, expect, it } from 'vitest';
import {
  clockChange,
  dateIn,
  moveByDays,
  moveToDate,
  offsetAt,
  snapTo,
  timeIn,
  wallTime,
} from '@shared/domain/wall-time';

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';
const utc = (iso: string): number => Date.parse(iso);

describe('moving a post by days', () => {
  it('keeps 09:00 across the end of summer time', () => {
    const before = utc('2026-10-24T07:00:00Z');
    const after = moveByDays(before, berlin, 1);
    expect(timeIn(before, berlin)).toBe('09:00');
    expect(timeIn(after, berlin)).toBe('09:00');
    expect(after).toBe(utc('2026-10-25T08:00:00Z'));
  });

  it('keeps 09:00 across the start of summer time, and back again', () => {
    const before = utc('2026-03-28T08:00:00Z');
    const after = moveByDays(before, berlin, 1);
    expect(after).toBe(utc('2026-03-29T07:00:00Z'));
    expect(moveByDays(after, berlin, -1)).toBe(before);
  });

  it('moves a time that the clock jumps over forward by the jump', () => {
    const before = utc('2026-03-07T07:30:00Z');
    expect(timeIn(before, newYork)).toBe('02:30');
    expect(timeIn(moveByDays(before, newYork, 1), newYork)).toBe('03:30');
  });

  it('keeps the time of day when dropped on another date of the month', () => {
    const moved = moveToDate(utc('2026-10-05T16:45:00Z'), berlin, '2026-10-30');
    expect([dateIn(moved, berlin), timeIn(moved, berlin)]).toEqual(['2026-10-30', '18:45']);
  });
});

describe('a time picked on the clock', () => {
  it('is the instant when a clock in that zone shows it', () => {
    expect(wallTime('2026-11-26', '09:00', berlin)).toEqual({
      instant: utc('2026-11-26T08:00:00Z'),
      note: 'exact',
    });
  });

  it('says when the clock never shows it', () => {
    expect(wallTime('2026-03-29', '02:30', berlin)).toEqual({
      instant: utc('2026-03-29T01:30:00Z'),
      note: 'skipped',
    });
  });

  it('says when the clock shows it twice and takes the first', () => {
    expect(wallTime('2026-10-25', '02:30', berlin)).toEqual({
      instant: utc('2026-10-25T00:30:00Z'),
      note: 'repeated',
    });
  });

  it('is refused when it is not a date or a time', () => {
    expect(wallTime('2026-02-30', '09:00', berlin)).toBeNull();
    expect(wallTime('2026-02-20', '25:00', berlin)).toBeNull();
    expect(wallTime('', '', berlin)).toBeNull();
  });
});

describe('the days of a clock change', () => {
  it('are known with their direction', () => {
    expect(clockChange('2026-03-29', berlin)).toBe(60);
    expect(clockChange('2026-10-25', berlin)).toBe(-60);
    expect(clockChange('2026-10-24', berlin)).toBe(0);
    expect(clockChange('2026-10-25', 'Asia/Tokyo')).toBe(0);
  });
});

it('snaps to quarter hours as the clock in the zone shows them', () => {
  const kathmandu = 'Asia/Kathmandu';
  const snapped = snapTo(utc('2026-11-22T09:02:00Z'), kathmandu, 15);
  expect(offsetAt(snapped, kathmandu)).toBe('+05:45');
  expect(timeIn(snapped, kathmandu)).toBe('14:45');
});
