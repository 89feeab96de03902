import { it } from 'vitest';
import { addAccount } from '../fakes/inbox';
import { driver, openWorld } from '../fakes/engine';
import { createFakeNetwork } from '../fakes/fake-network';
import { systemClock } from '../fakes/ports';
import { until } from '../fakes/until';
import { quantile, report } from './support/report';

const RUNS = 200;
const ACCOUNTS = 9;
/** Far enough ahead that planning is over when the time comes. */
const AHEAD_MS = 250;

it('sends a post to nine accounts within a second of its time', async () => {
  const network = createFakeNetwork();
  const world = openWorld({ network, clock: systemClock });
  const accounts = Array.from({ length: ACCOUNTS }, (_, at) =>
    addAccount(world.db, { remoteId: `account-${at}` }),
  );
  const person = driver({ ...world, network, clock: systemClock }, accounts[0]!.id);
  world.engine.start();
  const late: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const before = network.effects.length;
    const post = person.compose(
      [`Run ${run}`],
      accounts.map(({ id }) => id),
    );
    const dueAt = systemClock.now() + AHEAD_MS;
    await person.schedule(post, dueAt);
    await until(async () => network.effects.length === before + ACCOUNTS);
    late.push(Math.max(...network.effects.slice(before).map(({ at }) => at - dueAt)));
  }
  report({
    name: 'posts that left more or less than once',
    value: Math.abs(network.effects.length - RUNS * ACCOUNTS),
    unit: 'posts',
    limit: 0,
  });
  report({
    name: 'the last of nine accounts after the time of the post, p99 of 200 runs',
    value: quantile(late, 0.99),
    unit: 'ms',
    limit: 1_000,
  });
  await world.close();
});
