import { afterAll, beforeAll, it } from 'vitest';
import { bareWindow, candor, coldStart, type Interactive } from './support/electron';
import { createProfile, createUsedProfile, type Profile } from './support/profile';
import { median, report } from './support/report';

const MESSAGES = 100_000;
const ROUNDS = 7;

/** The inbox is there to work with: a row is in sight, and a key chooses it. */
const inbox: Interactive = {
  ready: '[role="listbox"] [role="option"]',
  press: { key: 'j', effect: '[role="option"][aria-selected="true"]' },
};
const nothing: Interactive = { ready: 'main' };

let used: Profile;
let bare: Profile;
beforeAll(async () => {
  used = await createUsedProfile(MESSAGES);
  bare = createProfile();
});
afterAll(() => {
  used.remove();
  bare.remove();
});

it('starts to an interactive inbox with 100,000 messages in at most 2.5 times the time of a bare window', async () => {
  // The first start of each fills what the runtime keeps between starts; a person's every other start has that.
  await coldStart(bareWindow, bare.folder, nothing);
  await coldStart(candor, used.folder, inbox);
  const rounds: { readonly bare: number; readonly candor: number; readonly rows: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const without = await coldStart(bareWindow, bare.folder, nothing);
    const start = await coldStart(candor, used.folder, inbox);
    rounds.push({ bare: without.visibleMs, candor: start.answeredMs, rows: start.visibleMs });
  }
  const value = median(rounds.map((round) => round.candor));
  const baseline = median(rounds.map((round) => round.bare));
  report({
    name: 'cold start to an interactive inbox with 100,000 messages, against a bare window',
    value,
    unit: 'ms',
    baseline,
    ratio: Math.round((value / baseline) * 100) / 100,
    limit: 2.5,
  });
});
