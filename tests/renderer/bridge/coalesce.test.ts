import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { coalesce } from '@/bridge/coalesce';
import { deferred } from '../support/deferred';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a burst of events', () => {
  it('is answered at once, and once more for what came meanwhile', async () => {
    const first = deferred();
    const work = vi.fn(() => first.promise);
    const run = coalesce(work);
    for (let event = 0; event < 50; event++) run();
    expect(work).toHaveBeenCalledTimes(1);
    first.resolve();
    await vi.advanceTimersByTimeAsync(1000);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it('goes on after a failure', async () => {
    const report = vi.fn();
    vi.stubGlobal('reportError', report);
    const work = vi.fn().mockRejectedValueOnce(new Error('busy')).mockResolvedValue(undefined);
    const run = coalesce(work);
    run();
    await vi.advanceTimersByTimeAsync(1000);
    run();
    expect(work).toHaveBeenCalledTimes(2);
    expect(report).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });
});
