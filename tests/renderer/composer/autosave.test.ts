import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appError } from '@shared/domain/errors';
import { createAutosave } from '@/features/composer/autosave';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('autosave', () => {
  it('saves once after a rest, however many changes came before', async () => {
    const save = vi.fn(async () => undefined);
    const autosave = createAutosave(save, 600);
    autosave.touch();
    autosave.touch();
    expect(autosave.status.value).toBe('unsaved');
    await vi.advanceTimersByTimeAsync(600);
    expect(save).toHaveBeenCalledTimes(1);
    expect(autosave.status.value).toBe('saved');
    expect(autosave.savedAt.value).not.toBeNull();
  });

  it('saves again what changed during a save, and never two at once', async () => {
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const save = vi.fn(async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => release.push(resolve));
      running -= 1;
    });
    const autosave = createAutosave(save, 10);
    autosave.touch();
    await vi.advanceTimersByTimeAsync(10);
    autosave.touch();
    const flushed = autosave.flush();
    release[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    release[1]?.();
    expect(await flushed).toBe(true);
    expect(save).toHaveBeenCalledTimes(2);
    expect(most).toBe(1);
  });

  it('keeps what could not be saved and says why, until a save works', async () => {
    const save = vi
      .fn<() => Promise<void>>()
      .mockRejectedValueOnce(appError('disk_full'))
      .mockResolvedValue();
    const autosave = createAutosave(save, 10);
    autosave.touch();
    expect(await autosave.flush()).toBe(false);
    expect(autosave.status.value).toBe('failed');
    expect(autosave.error.value?.kind).toBe('disk_full');
    expect(await autosave.flush()).toBe(true);
    expect(autosave.status.value).toBe('saved');
    expect(autosave.error.value).toBeNull();
  });
});
