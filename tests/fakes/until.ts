import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a condition of a real system that has no event to wait for; fails when it never holds. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline)
      throw new Error(`waited ${timeoutMs} ms in vain for ${holds.toString()}`);
    await pause(20);
  }
}
