import { dateIn, moveByDays, timeIn, wallTime } from '@shared/domain/wall-time';

export type SnoozeChoice = { readonly id: 'later' | 'tomorrow' | 'next_week'; readonly at: number };

const HOUR = 3_600_000;
const MORNING = '09:00';

/** Later today (in three hours, while that is still today), tomorrow and next Monday at nine, by the clock in `zone`. */
export function snoozeChoices(now: number, zone: string): readonly SnoozeChoice[] {
  const later = now + 3 * HOUR;
  const choices: SnoozeChoice[] = [];
  if (dateIn(later, zone) === dateIn(now, zone)) choices.push({ id: 'later', at: later });
  choices.push({ id: 'tomorrow', at: morningIn(now, zone, 1) });
  choices.push({ id: 'next_week', at: morningIn(now, zone, daysToNextWeek(now, zone)) });
  return choices;
}

function morningIn(now: number, zone: string, days: number): number {
  const then = moveByDays(now, zone, days);
  return wallTime(dateIn(then, zone), MORNING, zone)?.instant ?? then;
}

/** Days to next Monday; from a Sunday that is eight, because tomorrow is a choice of its own. */
function daysToNextWeek(now: number, zone: string): number {
  const weekday = new Date(`${dateIn(now, zone)}T00:00:00Z`).getUTCDay();
  return weekday === 0 ? 8 : 8 - weekday;
}

/** The fields of the picker, filled with tomorrow's morning. */
export function pickerStart(now: number, zone: string): { readonly date: string; readonly time: string } {
  const at = morningIn(now, zone, 1);
  return { date: dateIn(at, zone), time: timeIn(at, zone) };
}
