import { afterEach, describe, expect, it } from 'vitest';
import type { Post } from '@shared/ipc/composer';
import type { Capabilities } from '@shared/domain/network';
import { reopen, startWorld, type StartedWorld } from '../fakes/engine';
import { capabilities } from '../fakes/inbox';

const HOUR = 3_600_000;
const no = { ok: false, why: 'media-host', note: 'Set up a media host.' } as const;
const needsHost: Capabilities = {
  ...capabilities,
  publish: { ...capabilities.publish, textOnly: no, images: no },
};
const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});
function start(): StartedWorld {
  const world = startWorld({ capabilities: needsHost, profileUrl: 'https://net.example/brand' });
  open.push(world);
  return world;
}
const byHand = (world: Pick<StartedWorld, 'engine' | 'compose' | 'account'>): Post => {
  const post = world.compose(['A picture of a cup']);
  return world.engine.services.composer.save({
    id: post.id,
    base: post.base,
    variants: [{ accountId: world.account.id, override: null, options: {}, remind: true }],
  });
};
const stateOf = (world: Pick<StartedWorld, 'engine'>, { id }: Post) =>
  world.engine.services.composer.get({ id }).variants[0]?.state;

describe('a post that its person publishes by hand', () => {
  it('is told once at its time, and nothing goes to the network', async () => {
    const world = start();
    const post = byHand(world);
    await world.schedule(post, world.clock.now() + HOUR);
    expect(stateOf(world, post)).toBe('scheduled');
    await world.pass(HOUR + 60_000, 60_000);
    expect(world.notifier.shown).toMatchObject([
      { route: `/compose/${post.id}`, body: 'A picture of a cup' },
    ]);
    expect(stateOf(world, post)).toBe('needs_check');
    expect(world.network.requests).toEqual([]);
    expect(world.jobs()).toEqual([]);
    await world.pass(HOUR, 60_000);
    expect(world.notifier.shown).toHaveLength(1);
  });

  it('can be moved and taken off the calendar, and is told at its new time', async () => {
    const world = start();
    const post = byHand(world);
    await world.schedule(post, world.clock.now() + HOUR);
    world.engine.services.calendar.move(
      { id: post.id, dueAt: world.clock.now() + 3 * HOUR, zone: 'UTC', approvals: [] },
      { userGesture: true },
    );
    await world.pass(2 * HOUR, 10 * 60_000);
    expect(world.notifier.shown).toEqual([]);
    await world.pass(2 * HOUR, 10 * 60_000);
    expect(world.notifier.shown).toHaveLength(1);
    const other = byHand(world);
    await world.schedule(other, world.clock.now() + HOUR);
    world.engine.services.composer.unschedule({ id: other.id });
    await world.pass(2 * HOUR, 10 * 60_000);
    expect(world.notifier.shown).toHaveLength(1);
  });

  it('that was due while the app was closed is told at the next start', async () => {
    const world = startWorld({ capabilities: needsHost });
    const post = byHand(world);
    await world.schedule(post, world.clock.now() + HOUR);
    await world.close();
    world.clock.advance(5 * HOUR);
    const again = reopen(world);
    open.push(again);
    again.engine.start();
    expect(stateOf(again, post)).toBe('needs_check');
    expect(again.notifier.shown).toHaveLength(1);
  });

  it('is published or a draft again, as its person says, and only once they were told', async () => {
    const world = start();
    const { byHand: hand } = world.engine.services;
    const post = byHand(world);
    const variantId = post.variants[0]!.id;
    await world.schedule(post, world.clock.now() + HOUR);
    await expect(hand.settle({ variantId, published: true })).rejects.toMatchObject({ kind: 'conflict' });
    await world.pass(HOUR + 60_000, 60_000);
    await hand.settle({ variantId, published: true });
    expect(stateOf(world, post)).toBe('published');
    const other = byHand(world);
    await world.publishNow(other);
    expect(stateOf(world, other)).toBe('needs_check');
    await hand.settle({ variantId: other.variants[0]!.id, published: false });
    expect(stateOf(world, other)).toBe('draft');
  });

  it('is brought back with its time when its deletion is undone', async () => {
    const world = start();
    const { composer } = world.engine.services;
    const post = byHand(world);
    await world.schedule(post, world.clock.now() + HOUR);
    composer.delete({ id: post.id, deleted: true });
    composer.delete({ id: post.id, deleted: false });
    expect(stateOf(world, post)).toBe('scheduled');
  });
});
