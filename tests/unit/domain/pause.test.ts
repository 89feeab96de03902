import { expect, it } from 'vitest';
import { aborted, pauseFor } from '@shared/domain/pause';
import { createManualClock } from '../../fakes/ports';

/** Whether a promise has resolved once everything that is due has run. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false;
  void promise.then(() => (over = true));
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}

it('pauses for as long as it is told', async () => {
  const clock = createManualClock();
  const pause = pauseFor(clock, 1_000, new AbortController().signal);
  clock.advance(999);
  expect(await isOver(pause)).toBe(false);
  clock.advance(1);
  expect(await isOver(pause)).toBe(true);
});

it('ends a pause at once when it is told to stop, and leaves no timer', async () => {
  const clock = createManualClock();
  const control = new AbortController();
  const pause = pauseFor(clock, 1_000, control.signal);
  expect(clock.pending()).toBe(1);
  control.abort();
  expect([await isOver(pause), clock.pending()]).toEqual([true, 0]);
});

it('neither pauses nor waits for an end that has come already', async () => {
  const clock = createManualClock();
  const signal = AbortSignal.abort();
  expect(await isOver(pauseFor(clock, 1_000, signal))).toBe(true);
  expect(clock.pending()).toBe(0);
  expect(await isOver(aborted(signal))).toBe(true);
});

it('waits for an end until it comes', async () => {
  const control = new AbortController();
  const end = aborted(control.signal);
  expect(await isOver(end)).toBe(false);
  control.abort();
  expect(await isOver(end)).toBe(true);
});
