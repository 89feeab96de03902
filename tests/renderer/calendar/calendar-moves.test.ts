import { describe, expect, it } from 'vitest';
import { dateIn, timeIn } from '@shared/domain/wall-time';
import { moveByDrop, moveByKey, moveProblem } from '@/features/calendar/calendar-moves';

const berlin = 'Europe/Berlin';
const saturdayNine = Date.parse('2026-10-24T07:00:00Z');
const shown = (instant: number | null): string =>
  instant === null ? 'nowhere' : `${dateIn(instant, berlin)} ${timeIn(instant, berlin)}`;

describe('Alt and an arrow', () => {
  it('move a day and keep 09:00 over the end of summer time', () => {
    expect(shown(moveByKey(saturdayNine, berlin, 'month', 'ArrowRight'))).toBe('2026-10-25 09:00');
    expect(shown(moveByKey(saturdayNine, berlin, 'week', 'ArrowLeft'))).toBe('2026-10-23 09:00');
  });

  it('move a week in the month and a quarter of an hour elsewhere', () => {
    expect(shown(moveByKey(saturdayNine, berlin, 'month', 'ArrowDown'))).toBe('2026-10-31 09:00');
    expect(shown(moveByKey(saturdayNine, berlin, 'day', 'ArrowDown'))).toBe('2026-10-24 09:15');
    expect(shown(moveByKey(saturdayNine + 4 * 60_000, berlin, 'week', 'ArrowUp'))).toBe('2026-10-24 08:45');
  });

  it('ignore other keys', () => {
    expect(moveByKey(saturdayNine, berlin, 'month', 'Enter')).toBeNull();
  });
});

describe('a drop', () => {
  it('on a day of the month keeps the time', () => {
    expect(shown(moveByDrop(saturdayNine, berlin, { date: '2026-10-28' }))).toBe('2026-10-28 09:00');
  });

  it('on a time takes it, on a quarter of an hour', () => {
    const target = { instant: Date.parse('2026-10-28T13:08:00Z') };
    expect(shown(moveByDrop(saturdayNine, berlin, target))).toBe('2026-10-28 14:15');
  });
});

it('a post does not move into the past, nor when it is being published', () => {
  expect(moveProblem({ movable: true }, 999, 1000)).toBe('past');
  expect(moveProblem({ movable: false }, 2000, 1000)).toBe('not_movable');
  expect(moveProblem({ movable: true }, 2000, 1000)).toBeNull();
});
