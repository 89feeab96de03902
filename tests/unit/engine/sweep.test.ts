import { describe, expect, it } from 'vitest';
import { createSweep } from '../../../electron/main/scheduler/sweep';
import { createManualClock, createSystemEvents } from '../../fakes/ports';

describe('the sweep', () => {
  it('comes back at once for what became due while it was looking', () => {
    const clock = createManualClock();
    const due = clock.now() + 3;
    const looks: number[] = [];
    const sweep = createSweep({
      clock,
      system: createSystemEvents(),
      run: () => {
        looks.push(clock.now());
        // the look takes as long as the due instant is away
        if (looks.length === 1) clock.advance(5);
      },
      catchUp: () => undefined,
      nextDueAfter: (at) => (due > at ? due : null),
      onClockJump: () => undefined,
    });
    sweep.start();
    clock.advance(100);
    expect(looks).toHaveLength(2);
    sweep.stop();
  });
});
