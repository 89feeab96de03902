import { afterEach, describe, expect, it } from 'vitest';
import { Transformer } from '@napi-rs/image';
import { AppError } from '@shared/domain/errors';
import { addAccount } from '../fakes/inbox';
import { nothingChosen, startWorld, type StartedWorld } from '../fakes/engine';
import { refusal, timeout } from '../fakes/fake-network';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const open: StartedWorld[] = [];
const start = (): StartedWorld => {
  const world = startWorld();
  open.push(world);
  return world;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});
const kindOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError) return error.kind;
    throw error;
  }
  return 'none';
};
const photo = async (width: number, height: number): Promise<Uint8Array> => {
  const pixels = new Uint8Array(width * height * 4).map((_, index) =>
    index % 4 === 3 ? 255 : (index >> 6) % 256,
  );
  return new Uint8Array(await Transformer.fromRgbaPixels(pixels, width, height).png());
};
const stream = () => ({ signal: new AbortController().signal, part: () => undefined });

describe('a scheduled post', () => {
  it('is published once at its time, with the log telling when it was meant to be', async () => {
    const world = start();
    const dueAt = world.clock.now() + 10 * MINUTE;
    const post = await world.schedule(world.compose(['Hello']), dueAt);
    expect(world.variant(post).state).toBe('scheduled');
    await world.pass(9 * MINUTE, 5_000);
    expect(world.network.requests).toHaveLength(0);
    await world.pass(2 * MINUTE);
    expect(world.network.effects).toMatchObject([{ text: 'Hello', at: dueAt }]);
    expect(world.variant(post)).toMatchObject({ state: 'published', url: 'https://fake.example/client-1' });
    expect(world.entries('publish')[0]?.entry).toMatchObject({
      scheduled_for: new Date(dueAt).toISOString(),
    });
  });

  it('keeps its approval when only its time changes', async () => {
    const world = start();
    const post = await world.schedule(world.compose(['Hello']), world.clock.now() + 10 * MINUTE);
    const moved = world.engine.services.calendar.move(
      { id: post.id, dueAt: world.clock.now() + HOUR, zone: 'Europe/Berlin', approvals: [] },
      world.person,
    );
    expect(moved).toMatchObject({ state: 'scheduled', movable: true });
    await world.pass(30 * MINUTE, 10_000);
    expect(world.network.requests).toHaveLength(0);
    await world.pass(HOUR, 10_000);
    expect(world.network.effects).toHaveLength(1);
    expect(world.entries('human.decision')).toHaveLength(1);
  });

  it('needs an approval to go onto the calendar, and a time that is not over', async () => {
    const world = start();
    const post = world.compose(['Hello']);
    const at = { id: post.id, dueAt: world.clock.now() + HOUR, zone: 'Europe/Berlin' };
    expect(
      await kindOf(() => world.engine.services.calendar.move({ ...at, approvals: [] }, world.person)),
    ).toBe('approval_missing');
    expect(await kindOf(async () => world.schedule(post, world.clock.now() - HOUR))).toBe('invalid_input');
    const approvals = await world.approvalsFor(post);
    expect(world.engine.services.calendar.move({ ...at, approvals }, world.person).state).toBe('scheduled');
  });

  it('taken off the calendar is not published, deleted and brought back it is', async () => {
    const world = start();
    const { composer } = world.engine.services;
    const off = await world.schedule(world.compose(['Off']), world.clock.now() + 10 * MINUTE);
    const back = await world.schedule(world.compose(['Back']), world.clock.now() + 10 * MINUTE);
    expect(composer.unschedule({ id: off.id }).variants[0]?.state).toBe('draft');
    composer.delete({ id: back.id, deleted: true });
    expect(world.jobs()).toHaveLength(0);
    composer.delete({ id: back.id, deleted: false });
    await world.pass(20 * MINUTE, 10_000);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['Back']);
  });

  it('goes to every account with its own text', async () => {
    const world = start();
    const second = addAccount(world.db, { handle: 'southwind.example' });
    const draft = world.compose(['Base'], [world.account.id, second.id]);
    const post = world.engine.services.composer.save({
      id: draft.id,
      base: draft.base,
      variants: [
        { accountId: world.account.id, override: null, ...nothingChosen },
        {
          accountId: second.id,
          override: { segments: [{ text: 'Own words', mediaIds: [] }] },
          ...nothingChosen,
        },
      ],
    });
    await world.schedule(post, world.clock.now() + MINUTE);
    await world.pass(2 * MINUTE);
    expect(world.network.effects.map((effect) => effect.text).sort()).toEqual(['Base', 'Own words']);
  });

  it('that is too long is refused with its field', async () => {
    const world = start();
    await expect(world.publishNow(world.compose(['ok', 'x'.repeat(301)]))).rejects.toMatchObject({
      info: { kind: 'validation', field: 'segments.1.text', params: { code: 'text_too_long' } },
    });
  });
});

describe('a thread', () => {
  it('that stops in the middle goes on there, and may not be edited meanwhile', async () => {
    const world = start();
    const post = world.compose(['one', 'two', 'three']);
    let sent = 0;
    world.network.onRequest(() => {
      sent += 1;
      if (sent === 2) world.network.failNext({ when: 'before', error: refusal('permission') });
    });
    await world.publishNow(post);
    await world.pass(5_000);
    expect(world.variant(post)).toMatchObject({ state: 'failed', problem: { kind: 'permission' } });
    const edit = {
      id: post.id,
      base: { segments: [{ text: 'new', mediaIds: [] }] },
      variants: [{ accountId: world.account.id, override: null, ...nothingChosen }],
    };
    expect(await kindOf(() => world.engine.services.composer.save(edit))).toBe('conflict');
    world.engine.services.outbox.retry({ id: world.jobs()[0]!.id }, world.person);
    await world.pass(5_000);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['one', 'two', 'three']);
    expect(world.variant(post).state).toBe('published');
  });

  it('given up in the middle can be deleted from the network, last part first', async () => {
    const world = start();
    const { composer, outbox } = world.engine.services;
    const post = world.compose(['one', 'two']);
    let sent = 0;
    world.network.onRequest((step) => {
      if (step.key.startsWith('post') && ++sent === 2)
        world.network.failNext({ when: 'before', error: refusal('permission') });
    });
    await world.publishNow(post);
    await world.pass(5_000);
    outbox.discard({ id: world.jobs()[0]!.id });
    expect(world.variant(post).state).toBe('failed');
    composer.deletePublished({ variantId: world.variant(post).id });
    await world.pass(5_000);
    expect(world.variant(post)).toMatchObject({ state: 'draft', url: null });
    expect(world.entries('publish.reverted')).toHaveLength(1);
  });

  it('whose first part was found on the network is not begun again when the second is refused', async () => {
    const world = start();
    const post = world.compose(['one', 'two']);
    let sent = 0;
    world.network.onRequest(() => {
      sent += 1;
      if (sent === 1) world.network.failNext({ when: 'after', error: timeout() });
      if (sent === 2) world.network.failNext({ when: 'before', error: refusal('permission') });
    });
    await world.publishNow(post);
    await world.pass(MINUTE);
    expect(world.variant(post).state).toBe('failed');
    world.engine.services.outbox.retry({ id: world.jobs()[0]!.id }, world.person);
    await world.pass(MINUTE);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['one', 'two']);
  });

  it('whose second part may be out is asked about, not sent again', async () => {
    const world = start();
    const post = world.compose(['one', 'two']);
    let sent = 0;
    world.network.onRequest(() => {
      if (++sent === 2) world.network.failNext({ when: 'after', error: timeout() });
    });
    await world.publishNow(post);
    await world.pass(MINUTE);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['one', 'two']);
    expect(world.variant(post).state).toBe('published');
  });
});

describe('images', () => {
  it('are kept as they are, fitted to the network in a worker, and bound by the approval with their alt text', async () => {
    const world = start();
    const { composer } = world.engine.services;
    const original = await photo(900, 600);
    const [image] = await composer.addMedia(
      { source: { kind: 'bytes', name: 'a.png', bytes: new Uint8Array(original) } },
      stream(),
    );
    expect(image).toMatchObject({ mime: 'image/png', width: 900, height: 600, bytes: original.byteLength });
    const fitted = await world.media.load(image!.id, { maxBytes: 40_000, mime: ['image/jpeg'] });
    expect(fitted.mime).toBe('image/jpeg');
    expect(fitted.bytes.byteLength).toBeLessThanOrEqual(40_000);
    expect((await world.media.load(image!.id, null)).bytes).toHaveLength(original.byteLength);

    composer.setAlt({ id: image!.id, alt: 'A pattern' });
    const draft = composer.create({
      accountIds: [world.account.id],
      base: { segments: [{ text: 'Look', mediaIds: [image!.id] }] },
    });
    await world.schedule(draft, world.clock.now() + 10 * MINUTE);
    composer.setAlt({ id: image!.id, alt: 'Another pattern' });
    expect(world.variant(draft).state).toBe('awaiting_approval');
    await world.schedule(composer.get({ id: draft.id }), world.clock.now() + MINUTE);
    await world.pass(2 * MINUTE);
    expect(world.network.effects).toHaveLength(1);
  });

  it('that are none are refused', async () => {
    const world = start();
    const source = { kind: 'bytes', name: 'a.txt', bytes: new TextEncoder().encode('hello') } as const;
    await expect(world.engine.services.composer.addMedia({ source }, stream())).rejects.toMatchObject({
      kind: 'media_rejected',
    });
  });
});

describe('published posts', () => {
  it('stay on record as they were published when the base text changes', async () => {
    const world = start();
    const post = world.compose(['As published']);
    await world.publishNow(post);
    await world.pass(5_000);
    const saved = world.engine.services.composer.save({
      id: post.id,
      base: { segments: [{ text: 'Later', mediaIds: [] }] },
      variants: [{ accountId: world.account.id, override: null, ...nothingChosen }],
    });
    expect(saved.variants[0]).toMatchObject({
      state: 'published',
      override: { segments: [{ text: 'As published' }] },
    });
  });

  it('appear in their range, and what needs a person apart', async () => {
    const world = start();
    const { calendar } = world.engine.services;
    const from = world.clock.now();
    await world.publishNow(world.compose(['First line\nsecond']));
    world.network.failNext({ when: 'before', error: refusal('permission') });
    await world.pass(5_000);
    await world.schedule(world.compose(['Fine']), world.clock.now() + HOUR);
    const draft = world.compose(['Draft']);
    expect(calendar.range({ from, to: from + 2 * HOUR }).map((item) => [item.firstLine, item.state])).toEqual(
      [
        ['First line', 'failed'],
        ['Fine', 'scheduled'],
      ],
    );
    expect(calendar.range({ from, to: from + 2 * HOUR, states: ['failed'] })).toHaveLength(1);
    expect(calendar.needsYou().map((item) => item.firstLine)).toEqual(['First line']);
    expect(calendar.unscheduled().map((item) => item.id)).toEqual([draft.id]);
    expect(world.engine.nextPost()).toEqual({ at: world.clock.now() + HOUR - 0, firstLine: 'Fine' });
  });
});
