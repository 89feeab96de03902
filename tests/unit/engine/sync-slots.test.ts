import { expect, it } from 'vitest';
import { createSyncSlots } from '../../../electron/main/services/sync-slots';

/** Work that lasts until it is ended by hand. */
function held() {
  let end = (): void => undefined;
  const state = { begun: false, end: () => end() };
  const work = (): Promise<void> => {
    state.begun = true;
    return new Promise((resolve) => (end = resolve));
  };
  return { state, work };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const signal = () => new AbortController().signal;
const begun = (all: readonly ReturnType<typeof held>[]) => all.map(({ state }) => state.begun);

it('runs so many at once and the others when there is room, those that somebody asked for first', async () => {
  const slots = createSyncSlots(2);
  const works = [held(), held(), held(), held()];
  const runs = works.map(({ work }, at) => slots.run(at === 3 ? 'asked' : 'timed', signal(), work));
  await settled();
  expect(begun(works)).toEqual([true, true, false, false]);
  works[0]!.state.end();
  await runs[0];
  await settled();
  expect(begun(works)).toEqual([true, true, false, true]);
  works[3]!.state.end();
  await runs[3];
  await settled();
  expect(begun(works)).toEqual([true, true, true, true]);
});

it('gives the place of what failed to the next, and hands the failure on', async () => {
  const slots = createSyncSlots(1);
  const failing = slots.run('timed', signal(), () => Promise.reject(new Error('broken')));
  const next = held();
  const second = slots.run('timed', signal(), next.work);
  await expect(failing).rejects.toThrow('broken');
  await settled();
  expect(next.state.begun).toBe(true);
  next.state.end();
  await second;
});

it('lets go at once of what is told to stop while it waits, and never runs it', async () => {
  const slots = createSyncSlots(1);
  const first = held();
  const running = slots.run('timed', signal(), first.work);
  const control = new AbortController();
  const waiting = held();
  const stopped = slots.run('timed', control.signal, waiting.work);
  const third = held();
  const last = slots.run('timed', signal(), third.work);
  control.abort();
  await stopped;
  first.state.end();
  await running;
  await settled();
  expect(begun([waiting, third])).toEqual([false, true]);
  third.state.end();
  await last;
  await slots.run('timed', control.signal, waiting.work);
  expect(waiting.state.begun).toBe(false);
});

it('moves what waits in front when somebody asks for it, and knows what has begun', async () => {
  const slots = createSyncSlots(1);
  const [first, second, third] = [held(), held(), held()];
  const [one, two, three] = [signal(), signal(), signal()];
  const runs = [
    slots.run('timed', one, first.work),
    slots.run('timed', two, second.work),
    slots.run('timed', three, third.work),
  ];
  await settled();
  expect(slots.isWaiting(one, 'asked')).toBe(false);
  expect(slots.isWaiting(two, 'timed')).toBe(true);
  expect(slots.isWaiting(three, 'asked')).toBe(true);
  first.state.end();
  await settled();
  expect(begun([second, third])).toEqual([false, true]);
  third.state.end();
  await settled();
  second.state.end();
  await Promise.all(runs);
});
