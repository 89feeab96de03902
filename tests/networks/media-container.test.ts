import { beforeEach, expect, it } from 'vitest';
import { prepareContainer, type ContainerHealth } from '../../electron/main/networks/media-container';
import type { StepResult } from '../../electron/main/networks/network';
import { createManualClock } from '../fakes/ports';

const PATIENCE_MS = 300_000;
let clock: ReturnType<typeof createManualClock>;
let health: Record<string, ContainerHealth>;
let made: string[];
let filled: string[];
beforeEach(() => {
  clock = createManualClock();
  health = {};
  made = [];
  filled = [];
});

/** One look of the engine at the step, with what the last one left. */
async function look(before?: StepResult): Promise<StepResult> {
  const make = async (): Promise<string> => {
    made.push(`container ${made.length + 1}`);
    return made.at(-1)!;
  };
  return prepareContainer(before?.output, make, {
    clock,
    api: {
      look: async (id) => ({ health: health[id] ?? 'working' }),
      publish: () => Promise.reject(new Error('nothing is published here')),
    },
    pace: { pollMs: [1_000], patienceMs: PATIENCE_MS, tries: 2 },
    fill: async (id) => void filled.push(id),
  });
}

it('sends the file into the container it has stored before', async () => {
  const begun = await look();
  expect(filled).toEqual([]);
  await look(begun);
  expect([made, filled]).toEqual([['container 1'], ['container 1']]);
});

it('gives a container up that failed before it had the whole file, and sends the file into another', async () => {
  const begun = await look();
  health['container 1'] = 'failed';
  const replaced = await look(begun);
  await look(replaced);
  expect([made, filled]).toEqual([['container 1', 'container 2'], ['container 2']]);
});

it('sends the file into the last one it may make whatever that says, and makes another much later', async () => {
  const begun = await look();
  health = { 'container 1': 'failed', 'container 2': 'failed' };
  const replaced = await look(begun);
  await look(replaced);
  expect([made, filled]).toEqual([['container 1', 'container 2'], ['container 2']]);
  clock.advance(2 * PATIENCE_MS + 1);
  await look(replaced);
  expect(made).toEqual(['container 1', 'container 2', 'container 3']);
});
