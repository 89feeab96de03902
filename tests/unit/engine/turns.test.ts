import { setImmediate as breathe } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { turn } from '../../../electron/main/networks/turns';

describe('turns', () => {
  it('lets one piece of work run in every round of the event loop, what is begun before what is new', async () => {
    const ran: string[] = [];
    const rounds: number[] = [];
    const work = (name: string, rank: 'finish' | 'begin') =>
      turn(rank).then(() => {
        ran.push(name);
      });
    const all = Promise.all([
      work('a', 'begin'),
      work('b', 'begin'),
      work('c', 'finish'),
      work('d', 'finish'),
    ]);
    for (let round = 0; ran.length < 4 && round < 20; round += 1) {
      await breathe();
      rounds.push(ran.length);
    }
    await all;
    expect(ran).toEqual(['c', 'd', 'a', 'b']);
    rounds.forEach((count, at) => expect(count - (rounds[at - 1] ?? 0)).toBeLessThanOrEqual(1));
  });

  it('come again after nobody wanted one for a while', async () => {
    await turn('begin');
    await breathe();
    await breathe();
    await expect(turn('finish')).resolves.toBeUndefined();
  });
});
