import { afterEach, describe, expect, it } from 'vitest';
import type { MissedPolicy } from '@shared/domain/states';
import { nothingChosen, reopen, startWorld } from '../fakes/engine';
import { refusal, timeout } from '../fakes/fake-network';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});

/** Schedules a post, closes the app, and opens it again `late` after the post was due. */
async function missed(policy: MissedPolicy, late: number, dueIn = 10 * MINUTE) {
  const before = startWorld();
  const draft = before.compose(['Hello']);
  before.engine.services.composer.save({
    id: draft.id,
    base: draft.base,
    variants: [{ accountId: before.account.id, override: null, ...nothingChosen }],
    missedPolicy: policy,
  });
  const dueAt = before.clock.now() + dueIn;
  const post = await before.schedule(draft, dueAt);
  await before.close();
  before.clock.advance(dueIn + late);
  const world = reopen(before);
  open.push(world);
  world.engine.start();
  await world.pass(5_000);
  return { world, post, dueAt };
}

describe('a post that was due while the app was closed', () => {
  it('by less than a minute is published as if nothing had happened', async () => {
    const { world, post } = await missed({ kind: 'ask' }, 30_000);
    expect(world.variant(post).state).toBe('published');
  });

  it('is listed and not published when its policy is to ask', async () => {
    const { world, post } = await missed({ kind: 'ask' }, 2 * HOUR);
    expect(world.network.requests).toHaveLength(0);
    expect(world.engine.services.calendar.missed()).toMatchObject([
      { post: { id: post.id, state: 'missed' }, policy: { kind: 'ask' } },
    ]);
    expect(world.jobs()).toHaveLength(0);
  });

  it('can then be published now, with the permission it had', async () => {
    const { world, post } = await missed({ kind: 'ask' }, 2 * HOUR);
    world.engine.services.calendar.decideMissed({ id: post.id, decision: { kind: 'publish_now' } });
    await world.pass(5_000);
    expect(world.network.effects).toHaveLength(1);
    expect(world.engine.services.calendar.missed()).toHaveLength(0);
    expect(world.entries('human.decision')).toHaveLength(1);
  });

  it('can then be moved, and is published at its new time', async () => {
    const { world, post } = await missed({ kind: 'ask' }, 2 * HOUR);
    const dueAt = world.clock.now() + HOUR;
    world.engine.services.calendar.decideMissed({
      id: post.id,
      decision: { kind: 'move', dueAt, zone: 'Europe/Berlin' },
    });
    await world.pass(30 * MINUTE, MINUTE);
    expect(world.network.effects).toHaveLength(0);
    await world.pass(HOUR, 10_000);
    expect(world.network.effects).toMatchObject([{ at: dueAt }]);
  });

  it('can then be skipped: it is a draft again, without permission', async () => {
    const { world, post } = await missed({ kind: 'ask' }, 2 * HOUR);
    world.engine.services.calendar.decideMissed({ id: post.id, decision: { kind: 'skip' } });
    expect(world.engine.services.composer.get({ id: post.id })).toMatchObject({
      dueAt: null,
      variants: [{ state: 'draft' }],
    });
    const at = { id: post.id, dueAt: world.clock.now() + HOUR, zone: 'UTC', approvals: [] };
    expect(() => world.engine.services.calendar.move(at, world.person)).toThrow('approval_missing');
  });

  it('is published when it is less late than its policy allows, and asked about otherwise', async () => {
    const soon = await missed({ kind: 'publish_if_less_than', minutes: 30 }, 20 * MINUTE);
    expect(soon.world.variant(soon.post).state).toBe('published');
    const late = await missed({ kind: 'publish_if_less_than', minutes: 30 }, 31 * MINUTE);
    expect(late.world.variant(late.post).state).toBe('missed');
  });

  it('goes to the next free slot of its zone, or is skipped, by its policy', async () => {
    const slot = await missed({ kind: 'next_free_slot' }, 2 * HOUR);
    const { dueAt } = slot.world.engine.services.composer.get({ id: slot.post.id });
    expect(new Date(dueAt!).toLocaleString('en-GB', { timeZone: 'Europe/Berlin' })).toBe(
      '20/11/2026, 13:00:00',
    );
    expect(slot.world.variant(slot.post).state).toBe('scheduled');
    const skip = await missed({ kind: 'skip' }, 2 * HOUR);
    expect(skip.world.variant(skip.post).state).toBe('draft');
    expect(skip.world.network.requests).toHaveLength(0);
  });
});

describe('a post that was due', () => {
  it('while the machine slept is treated the same on resume', async () => {
    const world = startWorld();
    open.push(world);
    const post = await world.schedule(world.compose(['Hello']), world.clock.now() + 10 * MINUTE);
    world.clock.jumpTo(world.clock.now() + 3 * HOUR);
    world.system.resume();
    await world.pass(5_000);
    expect(world.variant(post).state).toBe('missed');
    expect(world.network.requests).toHaveLength(0);
  });

  it('while there was no connection is treated the same when it is back', async () => {
    const world = startWorld();
    open.push(world);
    const post = await world.schedule(world.compose(['Hello']), world.clock.now() + 10 * MINUTE);
    world.system.setOnline(false);
    await world.pass(2 * HOUR, MINUTE);
    world.system.setOnline(true);
    await world.pass(5_000);
    expect(world.variant(post).state).toBe('missed');
  });

  it('before the app was closed in the middle of trying is not published days later without asking', async () => {
    for (const when of ['refused', 'unanswered'] as const) {
      const before = startWorld();
      const post = await before.schedule(before.compose(['Hello']), before.clock.now() + 10 * MINUTE);
      before.network.failNext({ when: 'before', error: when === 'refused' ? refusal('server') : timeout() });
      await before.pass(10 * MINUTE, 10_000);
      expect(before.network.requests).toHaveLength(1);
      await before.close();
      before.clock.advance(24 * HOUR);
      const world = reopen(before);
      open.push(world);
      world.engine.start();
      await world.pass(MINUTE);
      expect(world.variant(post).state).toBe('missed');
      expect(before.network.requests).toHaveLength(1);
      world.engine.services.calendar.decideMissed({ id: post.id, decision: { kind: 'publish_now' } });
      await world.pass(MINUTE);
      expect(world.variant(post).state).toBe('published');
      expect(before.network.effects).toHaveLength(1);
    }
  });

  it('and had arrived before the app was closed counts as published', async () => {
    const before = startWorld();
    const post = await before.schedule(before.compose(['Hello']), before.clock.now() + 10 * MINUTE);
    before.network.failNext({ when: 'after', error: timeout() });
    await before.pass(10 * MINUTE, 10_000);
    await before.close();
    before.clock.advance(24 * HOUR);
    const world = reopen(before);
    open.push(world);
    world.engine.start();
    await world.pass(MINUTE);
    expect(world.variant(post).state).toBe('published');
    expect(before.network.effects).toHaveLength(1);
  });

  it('without a connection for longer than its policy allows is not published when it returns', async () => {
    const world = startWorld();
    open.push(world);
    const draft = world.compose(['Hello']);
    const missedPolicy = { kind: 'publish_if_less_than', minutes: 30 } as const;
    world.engine.services.composer.save({
      id: draft.id,
      base: draft.base,
      variants: [{ accountId: world.account.id, override: null, ...nothingChosen }],
      missedPolicy,
    });
    const post = await world.schedule(draft, world.clock.now() + 10 * MINUTE);
    world.system.setOnline(false);
    await world.pass(2 * HOUR, MINUTE);
    expect(world.variant(post).state).toBe('scheduled');
    world.system.setOnline(true);
    await world.pass(5_000);
    expect(world.variant(post).state).toBe('missed');
    expect(world.network.requests).toHaveLength(0);
  });

  it('while a rate limit held its account is published when the limit ends', async () => {
    const world = startWorld();
    open.push(world);
    const post = await world.schedule(world.compose(['Hello']), world.clock.now() + 10 * MINUTE);
    world.accounts.putRate(world.account.id, {
      bucket: 'write',
      max: 1,
      remaining: 0,
      resetAt: world.clock.now() + HOUR,
    });
    await world.pass(2 * HOUR, MINUTE);
    expect(world.variant(post).state).toBe('published');
  });

  it('in the hour that summer time repeats is published at the instant that was meant', async () => {
    const world = startWorld();
    open.push(world);
    world.clock.jumpTo(Date.UTC(2027, 9, 31, 0, 20));
    // 02:30 in Berlin comes twice that night: 00:30 UTC and 01:30 UTC.
    const first = await world.schedule(world.compose(['first']), Date.UTC(2027, 9, 31, 0, 30));
    const second = await world.schedule(world.compose(['second']), Date.UTC(2027, 9, 31, 1, 30));
    await world.pass(2 * HOUR, 10_000);
    expect(world.network.effects.map(({ text, at }) => [text, new Date(at).toISOString()])).toEqual([
      ['first', '2027-10-31T00:30:00.000Z'],
      ['second', '2027-10-31T01:30:00.000Z'],
    ]);
    expect([world.variant(first).state, world.variant(second).state]).toEqual(['published', 'published']);
  });
});
