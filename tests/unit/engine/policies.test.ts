import { describe, expect, it } from 'vitest';
import { closestDraft, contributionOf } from '@shared/domain/contribution';
import { disclosedText, withoutDisclosure } from '@shared/domain/disclosed-text';
import type { ErrorKind } from '@shared/domain/errors';
import { defaultSlots, nextFreeSlot } from '@shared/domain/slots';
import { NetworkError } from '../../../electron/main/networks/errors';
import { worksWithoutInternet } from '../../../electron/main/scheduler/reachability';
import { backoff, MAX_BACKOFF_MS, verdictOf } from '../../../electron/main/scheduler/retry-policy';
import { dueAge } from '../../../electron/main/services/metric-snapshots';

const HOUR = 3_600_000;
const failure = (kind: ErrorKind, sent: 'no' | 'maybe' | 'yes' = 'no', retryAt?: number) => {
  const error = new NetworkError({ kind, ...(retryAt !== undefined && { retryAt }) }, sent);
  return { info: error.info, retry: error.retry, sent: error.sent };
};

describe('the retry policy', () => {
  it('never sends again what may be out', () => {
    for (const kind of ['server', 'offline', 'validation', 'rate_limited', 'ambiguous'] as const)
      expect(verdictOf(failure(kind, 'maybe'), 0, 0, 0).next).toBe('look');
    expect(verdictOf(failure('duplicate'), 0, 0, 0).next).toBe('look');
  });

  it('honours the time a network named, and otherwise waits longer each time up to a limit', () => {
    expect(verdictOf(failure('rate_limited', 'no', 50_000), 3, 1_000, 0)).toEqual({
      next: 'retry',
      at: 50_000,
    });
    const waits = [0, 1, 2, 5, 50].map((tries) => backoff(tries, 0));
    expect(waits).toEqual([1_000, 2_000, 4_000, 32_000, MAX_BACKOFF_MS / 2]);
    expect(backoff(2, 0.999)).toBeLessThanOrEqual(8_000);
  });

  it('asks the person for what only the person can change', () => {
    expect(verdictOf(failure('auth_revoked'), 0, 0, 0).next).toBe('pause_account');
    expect(verdictOf(failure('auth_expired'), 0, 0, 0).next).toBe('retry');
    expect(verdictOf(failure('auth_expired'), 2, 0, 0).next).toBe('pause_account');
    for (const kind of [
      'permission',
      'validation',
      'gone',
      'policy_blocked',
      'media_rejected',
      'unsupported',
      'protocol',
    ] as const)
      expect(verdictOf(failure(kind), 0, 0, 0).next).toBe('give_up');
  });

  it('waits for a connection without end, for an ill server for a day of tries', () => {
    expect(verdictOf(failure('offline'), 10_000, 0, 0).next).toBe('retry');
    expect(verdictOf(failure('server'), 23, 0, 0).next).toBe('retry');
    expect(verdictOf(failure('server'), 24, 0, 0).next).toBe('give_up');
  });
});

describe('the next free slot', () => {
  const berlin = (instant: number | null): string =>
    new Date(instant!).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' });

  it('is the next time of the queue that no post has taken', () => {
    const now = Date.UTC(2026, 10, 20, 9);
    expect(berlin(nextFreeSlot(defaultSlots, [], now, 'Europe/Berlin'))).toBe('2026-11-20 13:00:00');
    const taken = [Date.UTC(2026, 10, 20, 12, 5), Date.UTC(2026, 10, 20, 16)];
    expect(berlin(nextFreeSlot(defaultSlots, taken, now, 'Europe/Berlin'))).toBe('2026-11-21 09:00:00');
  });

  it('keeps its wall-clock time over both changes of summer time', () => {
    const after = (date: string) =>
      berlin(nextFreeSlot([{ time: '09:00' }], [], Date.parse(date), 'Europe/Berlin'));
    expect(after('2026-03-28T12:00Z')).toBe('2026-03-29 09:00:00');
    expect(after('2026-10-24T12:00Z')).toBe('2026-10-25 09:00:00');
  });

  it('at a time that the clock skips is the moment after the gap, and there is none in a full year', () => {
    expect(
      berlin(nextFreeSlot([{ time: '02:30' }], [], Date.parse('2026-03-28T12:00Z'), 'Europe/Berlin')),
    ).toBe('2026-03-29 03:30:00');
    expect(nextFreeSlot([], [], 0, 'UTC')).toBeNull();
  });
});

describe('the share of words kept from a draft', () => {
  it('tells verbatim, light, edited, rewritten and human apart', () => {
    const draft = 'one two three four five six seven eight nine ten';
    expect(contributionOf(draft, ` ${draft} \n`)).toEqual({
      class: 'verbatim',
      keptMilli: 1000,
      aiShareMilli: 1000,
    });
    expect(contributionOf(draft, 'One, two three four five six seven eight NINE').class).toBe('light');
    expect(contributionOf(draft, 'one two three four five and then something else').class).toBe('edited');
    expect(contributionOf(draft, 'one two and many more words than before here').class).toBe('rewritten');
    expect(contributionOf(draft, 'something else entirely').class).toBe('human');
  });

  it('counts words of languages without spaces and in any composition', () => {
    expect(contributionOf('今日は天気がいいです', '今日は天気がいいですね').aiShareMilli).toBeGreaterThan(
      500,
    );
    expect(contributionOf('Cafe\u0301 offen', 'café offen').aiShareMilli).toBe(1000);
  });

  it('takes the draft of the session that was kept most', () => {
    const best = closestDraft(
      [{ text: 'nothing alike' }, { text: 'we are open until six' }],
      'we are open until seven',
    );
    expect(best?.draft.text).toBe('we are open until six');
    expect(closestDraft([], 'x')).toBeUndefined();
  });
});

describe('small rules', () => {
  it('a declaration in the text can be told from the text', () => {
    const declared = { decision: 'text', basis: 'law', text: 'Made with AI' } as const;
    expect(disclosedText('News', declared)).toBe('News\n\nMade with AI');
    expect(withoutDisclosure('News\n\nMade with AI', declared)).toBe('News');
    expect(withoutDisclosure('News', declared)).toBeUndefined();
  });

  it('services on this machine work without internet', () => {
    expect(
      [
        'http://localhost:1',
        'http://127.0.0.1:2583',
        'http://[::1]:9',
        'practice:',
        'practice://local',
      ].every(worksWithoutInternet),
    ).toBe(true);
    expect(
      ['https://bsky.social', 'http://127.example.org', 'https://localhost.example'].some(
        worksWithoutInternet,
      ),
    ).toBe(false);
  });

  it('numbers of a post are kept at an hour, a day, three days and a week, or not at all', () => {
    expect(dueAge(0, [], 0.9 * HOUR)).toBeUndefined();
    expect(dueAge(0, [], 1.2 * HOUR)).toBe(HOUR);
    expect(dueAge(0, [1.1 * HOUR], 1.2 * HOUR)).toBeUndefined();
    expect(dueAge(0, [], 5 * HOUR)).toBeUndefined();
    expect(dueAge(0, [1.1 * HOUR], 25 * HOUR)).toBe(24 * HOUR);
  });
});
