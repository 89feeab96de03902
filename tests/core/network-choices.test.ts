import { afterEach, describe, expect, it } from 'vitest';
import { noDisclosure, type Disclosure } from '@shared/domain/content';
import type { Capabilities, PostOptions } from '@shared/domain/network';
import type { Write } from '../../electron/main/networks/network';
import { startWorld, type StartedWorld } from '../fakes/engine';
import { capabilities } from '../fakes/inbox';

const DAY = 86_400_000;
const yes = { ok: true } as const;
const rich: Capabilities = {
  ...capabilities,
  publish: {
    ...capabilities.publish,
    options: [{ id: 'visibility', kind: 'choice', values: ['public', 'private'], initial: 'public' }],
  },
  act: { ...capabilities.act, privateReply: yes, deleteOther: yes },
  privateReplyWindowMs: 7 * DAY,
  disclosure: { ai: 'post-flag', replyFlag: true },
};
const open: StartedWorld[] = [];
const start = (can = rich): StartedWorld => {
  const world = startWorld({ capabilities: can });
  open.push(world);
  return world;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});
const writes = (world: StartedWorld): readonly Write[] =>
  world.db.raw
    .prepare<[], string>('SELECT write FROM job ORDER BY created_at, id')
    .pluck()
    .all()
    .map((text) => JSON.parse(text) as Write);

describe('what only one network is told', () => {
  const withOptions = (world: StartedWorld, options: PostOptions, disclosure: Disclosure = noDisclosure) => {
    const post = world.compose(['Hello']);
    return world.engine.services.composer.save({
      id: post.id,
      base: post.base,
      variants: [{ accountId: world.account.id, override: null, options, remind: false }],
      disclosure,
    });
  };

  it('goes out with the approved post', async () => {
    const world = start();
    await world.publishNow(withOptions(world, { visibility: 'private' }));
    await world.pass(2_000);
    expect(world.network.effects).toHaveLength(1);
    expect(writes(world)[0]).toMatchObject({ kind: 'publish', options: { visibility: 'private' } });
  });

  it('voids the approval of a planned post when it is changed', async () => {
    const world = start();
    const post = withOptions(world, { visibility: 'private' });
    await world.schedule(post, world.clock.now() + DAY);
    const changed = withOptions(world, {});
    expect(changed.variants[0]?.state).toBe('draft');
    const saved = world.engine.services.composer.save({
      id: post.id,
      base: post.base,
      variants: [{ accountId: world.account.id, override: null, options: {}, remind: false }],
    });
    expect(saved.variants[0]?.state).toBe('awaiting_approval');
    await world.pass(DAY + 10_000, 60 * 60_000);
    expect(world.network.effects).toHaveLength(0);
  });

  it('is refused by its field when the network does not offer it', async () => {
    const world = start();
    await expect(world.publishNow(withOptions(world, { visibility: 'nobody' }))).rejects.toMatchObject({
      info: { kind: 'validation', field: 'options.visibility' },
    });
  });

  it('is copied with a post that is duplicated, and nothing of what became of the first', async () => {
    const world = start();
    const post = withOptions(world, { visibility: 'private' });
    await world.publishNow(post);
    await world.pass(2_000);
    const copy = world.engine.services.composer.duplicate({ id: post.id });
    expect(copy.variants[0]).toMatchObject({
      options: { visibility: 'private' },
      state: 'draft',
      url: null,
      publishedAt: null,
    });
  });

  it('declares AI by the sign of the network, or by the line where there is none', async () => {
    const disclosure: Disclosure = { decision: 'flag', basis: 'person_asked', text: 'Made with AI' };
    const flagged = start();
    await flagged.publishNow(withOptions(flagged, {}, disclosure));
    expect(writes(flagged)[0]).toMatchObject({ declareAi: true, segments: [{ text: 'Hello' }] });
    const plain = start({ ...rich, disclosure: { ai: 'text-only' } });
    await plain.publishNow(withOptions(plain, {}, disclosure));
    await plain.pass(2_000);
    expect(plain.network.effects).toMatchObject([{ text: 'Hello\n\nMade with AI' }]);
    expect(writes(plain)[0]).not.toHaveProperty('declareAi');
  });

  it('is not sent when the sign was taken out behind the approval', async () => {
    const world = start();
    const disclosure: Disclosure = { decision: 'flag', basis: 'person_asked', text: 'Made with AI' };
    await world.schedule(withOptions(world, {}, disclosure), world.clock.now() + 60_000);
    world.db.raw.prepare("UPDATE job SET write = json_remove(write, '$.declareAi')").run();
    await world.pass(70_000);
    expect(world.network.effects).toHaveLength(0);
    expect(world.jobs()[0]).toMatchObject({ state: 'failed', problem: { kind: 'approval_mismatch' } });
  });
});

describe('a direct message', () => {
  const longer: Capabilities = {
    ...rich,
    inbox: {
      ...rich.inbox,
      replyWindowMs: DAY,
      extendedReply: { windowMs: 7 * DAY, feature: 'humanAgent' },
    },
  };
  const waiting = async (humanAgent: boolean) => {
    const world = startWorld({ capabilities: longer, features: { humanAgent } });
    open.push(world);
    const wroteAt = world.clock.now();
    const { conversationId } = world.receive('a', 'My order is lost', wroteAt, 'dm');
    world.system.setOnline(false);
    await world.reply(conversationId, 'Which number?');
    return { world, wroteAt, conversationId };
  };

  it('that had to wait leaves in the longer time for answers where the person has switched it on', async () => {
    const { world, wroteAt } = await waiting(true);
    await world.pass(3 * DAY, DAY);
    world.system.setOnline(true);
    await world.pass(10_000);
    expect(world.network.effects).toMatchObject([{ text: 'Which number?' }]);
    expect(writes(world)[0]).toMatchObject({ kind: 'dm', lastIncomingAt: wroteAt });
  });

  it.each([
    ['is switched off', false, 3],
    ['is over', true, 8],
  ])('does not leave when the longer time %s', async (_words, humanAgent, days) => {
    const { world, conversationId } = await waiting(humanAgent);
    await world.pass(days * DAY, DAY);
    world.system.setOnline(true);
    await world.pass(10_000);
    expect(world.network.effects).toHaveLength(0);
    expect(world.jobs()[0]).toMatchObject({ state: 'failed', problem: { kind: 'policy_blocked' } });
    await expect(world.reply(conversationId, 'And?')).rejects.toMatchObject({ kind: 'policy_blocked' });
  });
});

describe('a comment', () => {
  it('is answered by a direct message where the network has that, within its time', async () => {
    const world = start();
    const { conversationId, messageId } = world.receive('a', 'My order is lost');
    await world.reply(conversationId, 'Which number?', { parentId: messageId, private: true });
    await world.pass(10_000);
    expect(world.network.effects).toHaveLength(1);
    expect(writes(world)[0]).toMatchObject({ kind: 'reply', private: true, text: 'Which number?' });
    world.clock.advance(8 * DAY);
    await expect(
      world.reply(conversationId, 'And?', { parentId: messageId, private: true }),
    ).rejects.toMatchObject({ kind: 'policy_blocked' });
    const without = start(capabilities);
    const other = without.receive('a', 'Hi');
    await expect(
      without.reply(other.conversationId, 'Hello', { parentId: other.messageId, private: true }),
    ).rejects.toMatchObject({ kind: 'unsupported' });
  });

  it('is not answered privately once the time for that has passed while offline', async () => {
    const world = start();
    const { conversationId, messageId } = world.receive('a', 'My order is lost');
    world.system.setOnline(false);
    await world.reply(conversationId, 'Which number?', { parentId: messageId, private: true });
    await world.pass(8 * DAY, DAY);
    world.system.setOnline(true);
    await world.pass(10_000);
    expect(world.network.effects).toHaveLength(0);
    expect(world.jobs()[0]).toMatchObject({ state: 'failed', problem: { kind: 'policy_blocked' } });
  });

  it('of somebody else is deleted where the network allows it, and only there', async () => {
    const world = start();
    const { messageId, remoteId } = world.receive('a', 'Buy followers');
    world.engine.services.actions.delete({ messageId });
    await world.pass(2_000);
    expect(writes(world)[0]).toMatchObject({ kind: 'delete_other', target: { remoteId } });
    expect(world.message(messageId).deletedAt).not.toBeNull();
    const without = start(capabilities);
    const other = without.receive('a', 'Hi');
    expect(() => without.engine.services.actions.delete({ messageId: other.messageId })).toThrow(
      expect.objectContaining({ info: expect.objectContaining({ kind: 'unsupported' }) }),
    );
  });
});
