import { describe, expect, it } from 'vitest';
import { snoozeChoices } from '@/features/inbox/snooze-times';

const ZONE = 'Europe/Berlin';
const at = (iso: string): number => Date.parse(iso);
const choices = (now: string): Record<string, string> =>
  Object.fromEntries(
    snoozeChoices(at(now), ZONE).map(({ id, at: time }) => [id, new Date(time).toISOString()]),
  );

describe('snooze choices', () => {
  it('are in three hours, tomorrow and Monday at nine by the clock of the zone', () => {
    expect(choices('2026-11-18T10:00:00+01:00')).toEqual({
      later: '2026-11-18T12:00:00.000Z',
      tomorrow: '2026-11-19T08:00:00.000Z',
      next_week: '2026-11-23T08:00:00.000Z',
    });
  });

  it('leave out "later today" when that would be tomorrow', () => {
    expect(choices('2026-11-18T22:30:00+01:00')).not.toHaveProperty('later');
  });

  it('stay at nine over the change of summer time', () => {
    // The clocks in Berlin go forward in the night to 29 March 2026.
    expect(choices('2026-03-28T12:00:00+01:00')['tomorrow']).toBe('2026-03-29T07:00:00.000Z');
  });

  it('mean the week after from a Sunday, because tomorrow is already Monday', () => {
    expect(choices('2026-11-22T10:00:00+01:00')).toMatchObject({
      tomorrow: '2026-11-23T08:00:00.000Z',
      next_week: '2026-11-30T08:00:00.000Z',
    });
  });
});
