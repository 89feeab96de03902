import { afterEach, describe, expect, it } from 'vitest';
import type { App } from '../fakes/app';
import { multiSteps, openMultiStep, type MultiStep } from '../fakes/multi-step';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
const opened = async (kind: MultiStep) => {
  const world = await openMultiStep(kind, 1);
  open.push(world.close);
  return world;
};
/** Networks that give no way to see what was sent: there the person is asked. */
const cannotLook: readonly string[] = ['telegram'];

/** A life that nothing ends: how many requests it takes, and which of them others see. */
async function wholeLife(kind: MultiStep) {
  const world = await opened(kind);
  const { app, account } = await world.connected();
  const visible: number[] = [];
  let before = 0;
  const post = await world.publish(app, account, ({ at, sent }) => {
    const there = world.times().reduce((sum, times) => sum + times, 0);
    if (sent && there > before) visible.push(at);
    before = there;
  });
  expect((await app.settled(post)).state).toBe('published');
  expect(world.times()).toEqual(kind.texts.map(() => 1));
  return { total: world.writes.length, visible };
}

/** A life that is cut off at one request, before or after it has arrived, and one that begins where it ended. */
async function twoLives(kind: MultiStep, cut: { readonly at: number; readonly arrived: boolean }) {
  const world = await opened(kind);
  const { app: first, account } = await world.connected();
  let left: ReturnType<App['kill']> | undefined;
  const post = await world.publish(first, account, ({ at, sent }) => {
    if (left || at !== cut.at || sent !== cut.arrived) return true;
    left = first.kill();
    return false;
  });
  await first.passUntil(() => left !== undefined);
  await first.stop();
  const before = world.writes.length;
  const app = await world.start(left);
  let end = await app.settled(post);
  if (end.state === 'missed') {
    // It took longer than a post may be late; the person wants it all the same.
    expect(world.times()).toEqual(kind.texts.map(() => 0));
    await app.ask('calendar.decideMissed', { id: post.id, decision: { kind: 'publish_now' } });
    end = await app.settled(post);
  }
  return { end, again: world.writes.slice(before), times: world.times() };
}

describe.each(multiSteps.map((kind) => [`${kind.id}: ${kind.what}`, kind] as const))(
  'a program that is killed in the middle of publishing on %s',
  (_name, kind) => {
    it('goes on at the stored step: everything is there once', async () => {
      const { total, visible } = await wholeLife(kind);
      expect(visible).toHaveLength(kind.texts.length);
      for (let at = 1; at <= total; at += 1) {
        const isVisible = visible.includes(at);
        // Before a hidden step it is as after the one before.
        for (const arrived of isVisible ? [false, true] : [true]) {
          const { end, again, times } = await twoLives(kind, { at, arrived });
          const where = `request ${at} of ${total}, ${arrived ? 'arrived' : 'not sent'}`;
          if (isVisible && cannotLook.includes(kind.id)) {
            expect(end.state, where).toBe('needs_check');
            expect(times, where).toEqual([arrived ? 1 : 0]);
            continue;
          }
          expect(end.state, where).toBe('published');
          expect(times, where).toEqual(kind.texts.map(() => 1));
          // Of what came before the last thing that others see nothing is done anew; one question may be asked.
          const left = total - at + (arrived ? 0 : 1);
          if (at === visible.at(-1)) expect(again.length, where).toBeLessThanOrEqual(left + 1);
        }
      }
    }, 240_000);
  },
);
