import { moveByDays, moveToDate, snapTo } from '@shared/domain/wall-time';

export const calendarViews = ['month', 'week', 'day', 'list'] as const;
export type CalendarViewName = (typeof calendarViews)[number];
export const SNAP_MINUTES = 15;
const MINUTE = 60_000;

export type MoveKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';
const isMoveKey = (key: string): key is MoveKey => /^Arrow(Left|Right|Up|Down)$/.test(key);

/**
 * Where Alt and an arrow take a post: left and right a day, up and down a week in the month, a quarter of an hour
 * elsewhere. Days keep the time of day; null for another key.
 */
export function moveByKey(dueAt: number, zone: string, view: CalendarViewName, key: string): number | null {
  if (!isMoveKey(key)) return null;
  const forward = key === 'ArrowRight' || key === 'ArrowDown';
  const sign = forward ? 1 : -1;
  if (key === 'ArrowLeft' || key === 'ArrowRight') return moveByDays(dueAt, zone, sign);
  if (view === 'month') return moveByDays(dueAt, zone, 7 * sign);
  return snapTo(dueAt + sign * SNAP_MINUTES * MINUTE, zone, SNAP_MINUTES);
}

/** Where a drop puts a post: on a day it keeps its time, on a time of day it takes that, on a quarter of an hour. */
export function moveByDrop(
  dueAt: number,
  zone: string,
  target: { readonly date: string } | { readonly instant: number },
): number {
  return 'date' in target ? moveToDate(dueAt, zone, target.date) : snapTo(target.instant, zone, SNAP_MINUTES);
}

/** Why a post cannot be moved to an instant; null when it can. */
export function moveProblem(
  post: { readonly movable: boolean },
  dueAt: number,
  now: number,
): 'not_movable' | 'past' | null {
  if (!post.movable) return 'not_movable';
  return dueAt <= now ? 'past' : null;
}
