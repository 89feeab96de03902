import { describe, expect, it } from 'vitest';
import { pollDelay } from '../../../electron/main/services/sync-delay';

const usual = {
  pollMs: { foreground: 30_000, background: 120_000 },
  foreground: true,
  failures: 0,
  quiet: 0,
  isLive: false,
  isExhausted: false,
  retryAt: undefined,
  heldUntil: 0,
  now: 1_000_000,
  random: 0.5,
};

describe('how long to wait before a network is asked again', () => {
  it('is what the network wants, by whether the window is in front', () => {
    expect(pollDelay(usual)).toBe(30_000);
    expect(pollDelay({ ...usual, foreground: false })).toBe(120_000);
  });
  it('grows while nothing happens, but never beyond the background', () => {
    expect(pollDelay({ ...usual, quiet: 9 })).toBe(30_000);
    expect(pollDelay({ ...usual, quiet: 10 })).toBe(60_000);
    expect(pollDelay({ ...usual, quiet: 500 })).toBe(120_000);
    expect(pollDelay({ ...usual, quiet: 500, foreground: false })).toBe(120_000);
  });
  it('is five minutes at least where the network tells by itself', () => {
    expect(pollDelay({ ...usual, isLive: true })).toBe(300_000);
  });
  it('grows with failures and ends where the network said so', () => {
    expect(pollDelay({ ...usual, failures: 1 })).toBe(11_250);
    expect(pollDelay({ ...usual, failures: 40 })).toBe(675_000);
    expect(pollDelay({ ...usual, failures: 1, retryAt: usual.now + 90_000 })).toBe(90_500);
    expect(pollDelay({ ...usual, failures: 1, retryAt: usual.now - 1 })).toBe(11_250);
  });
  it('is not over before the limit for reading is full again', () => {
    expect(pollDelay({ ...usual, heldUntil: usual.now + 700_000 })).toBe(700_500);
    expect(pollDelay({ ...usual, heldUntil: usual.now - 1 })).toBe(30_000);
    expect(pollDelay({ ...usual, heldUntil: usual.now + 5_000 })).toBe(30_000);
    expect(pollDelay({ ...usual, failures: 1, heldUntil: usual.now + 700_000 })).toBe(700_500);
  });
  it('is hours where credits are used up, unless the network says until when', () => {
    const exhausted = { ...usual, failures: 1, isExhausted: true };
    expect(pollDelay(exhausted)).toBe(6 * 3_600_000);
    expect(pollDelay({ ...exhausted, retryAt: usual.now + 60_000 })).toBe(60_500);
  });
  it('is long for an account that is gone', () => {
    expect(pollDelay({ ...usual, pollMs: null })).toBe(900_000);
  });
});
