import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { reopen, startWorld, type StartedWorld } from '../fakes/engine';
import { refusal, timeout, tooMany } from '../fakes/fake-network';
import { capabilities } from '../fakes/inbox';

const MINUTE = 60_000;
const open: { close: () => Promise<void> }[] = [];
const start = (...args: Parameters<typeof startWorld>): StartedWorld => {
  const world = startWorld(...args);
  open.push(world);
  return world;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((world) => world.close()));
});

describe('sending a reply', () => {
  it('waits five seconds, then reaches the network once and is sent', async () => {
    const world = start();
    const { conversationId } = world.receive('c1', 'Are you open?');
    const { messageId } = await world.reply(conversationId, 'Yes, until six.');
    await world.pass(4_000);
    expect(world.network.effects).toHaveLength(0);
    expect(world.message(messageId).delivery).toBe('queued');
    await world.pass(2_000);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['Yes, until six.']);
    expect(world.message(messageId)).toMatchObject({
      delivery: 'sent',
      remoteId: 'at://client-1',
      url: 'https://fake.example/client-1',
    });
    expect(world.jobs()).toHaveLength(0);
  });

  it('can be taken back within five seconds, and its text is the draft again', async () => {
    const world = start();
    const { conversationId } = world.receive('c1', 'Are you open?');
    const { jobId, messageId } = await world.reply(conversationId, 'Yes', { markDone: true });
    await world.pass(3_000);
    expect(world.engine.services.replies.undoReply({ jobId })).toEqual({ undone: true });
    await world.pass(30_000);
    expect(world.network.requests).toHaveLength(0);
    expect(world.messages.get(messageId)).toBeUndefined();
    expect(world.replyDrafts.get(conversationId)?.text).toBe('Yes');
    expect(world.conversations.ref(conversationId)?.state).toBe('open');
    expect(world.engine.services.replies.undoReply({ jobId })).toEqual({ undone: false });
  });

  it('writes the decision before and the publication with what the network accepted', async () => {
    const world = start();
    const { conversationId } = world.receive('c1', 'Are you open?');
    const { messageId } = await world.reply(conversationId, 'Yes');
    expect(world.entries('human.decision')).toHaveLength(1);
    expect(world.entries('publish')).toHaveLength(0);
    await world.pass(6_000);
    const [published] = world.entries('publish');
    expect(published?.entry).toMatchObject({
      origin: 'human',
      approval: world.entries('human.decision')[0]?.seq,
      final_matches_approval: true,
      ref: { post: messageId },
    });
    expect(world.db.raw.prepare('SELECT question, answer FROM answer').all()).toEqual([
      { question: 'Are you open?', answer: 'Yes' },
    ]);
  });
});

describe('an answer that never came', () => {
  it('is looked up and not sent again when the write had arrived', async () => {
    const world = start();
    const { conversationId } = world.receive('c1', 'Hi');
    const { messageId } = await world.reply(conversationId, 'Hello');
    world.network.failNext({ when: 'after', error: timeout() });
    await world.pass(6_000);
    expect(world.message(messageId).delivery).toBe('queued');
    await world.pass(MINUTE);
    expect(world.message(messageId).delivery).toBe('sent');
    expect(world.network.effects).toHaveLength(1);
    expect(world.network.requests).toHaveLength(1);
  });

  it('is sent again, with the same client id, when the network says that it is absent', async () => {
    const world = start();
    const { conversationId } = world.receive('c1', 'Hi');
    await world.reply(conversationId, 'Hello');
    world.network.failNext({ when: 'before', error: timeout() });
    await world.pass(2 * MINUTE);
    expect(world.network.requests).toEqual(['client-1', 'client-1']);
    expect(world.network.effects).toHaveLength(1);
  });

  it('counts as sent when the network code throws something unexpected', async () => {
    const world = start();
    const { conversationId } = world.receive('c1', 'Hi');
    await world.reply(conversationId, 'Hello');
    world.network.failNext({ when: 'after', error: new TypeError('x is not a function') });
    await world.pass(2 * MINUTE);
    expect(world.network.effects).toHaveLength(1);
    expect(world.network.looks()).toBe(1);
  });

  it('asks the person after four looks that told nothing, and never sends by itself', async () => {
    const world = start();
    const { conversationId } = world.receive('c1', 'Hi');
    const { messageId, jobId } = await world.reply(conversationId, 'Hello');
    world.network.failNext({ when: 'after', error: timeout() });
    world.network.lookAnswers(...Array.from({ length: 20 }, () => ({ state: 'unknown' as const })));
    await world.pass(20 * MINUTE, 5_000);
    expect(world.network.looks()).toBe(4);
    expect(world.message(messageId).delivery).toBe('needs_check');
    expect(world.jobs()).toMatchObject([{ id: jobId, state: 'unknown' }]);
    expect(world.network.requests).toHaveLength(1);
    world.engine.services.outbox.confirmSent({ id: jobId });
    await world.pass(MINUTE);
    expect(world.message(messageId).delivery).toBe('sent');
    expect(world.network.effects).toHaveLength(1);
  });

  it('is sent again with the same client id when the person found it absent', async () => {
    const world = start();
    const { conversationId } = world.receive('c1', 'Hi');
    const { messageId, jobId } = await world.reply(conversationId, 'Hello');
    world.network.failNext({ when: 'before', error: timeout() });
    world.network.lookAnswers(...Array.from({ length: 4 }, () => ({ state: 'unknown' as const })));
    await world.pass(10 * MINUTE, 5_000);
    expect(() => world.engine.services.outbox.retry({ id: jobId }, world.person)).toThrow('conflict');
    world.engine.services.outbox.sendAgain({ id: jobId });
    await world.pass(MINUTE);
    expect(world.message(messageId).delivery).toBe('sent');
    expect(world.network.requests).toEqual(['client-1', 'client-1']);
    expect(world.network.effects).toHaveLength(1);
  });

  it('goes on looking when the network cannot be asked', async () => {
    const world = start();
    const { conversationId } = world.receive('c1', 'Hi');
    await world.reply(conversationId, 'Hello');
    world.network.failNext({ when: 'after', error: timeout() });
    world.network.lookAnswers(...Array.from({ length: 6 }, () => refusal('offline')));
    await world.pass(10 * MINUTE, 5_000);
    expect(world.network.effects).toHaveLength(1);
    expect(world.network.requests).toHaveLength(1);
    expect(world.jobs()).toHaveLength(0);
  });
});

describe('a refusal', () => {
  it('stays visible with its reason, and Retry sends the same write', async () => {
    const world = start();
    const { conversationId } = world.receive('c1', 'Hi');
    const { messageId, jobId } = await world.reply(conversationId, 'Hello');
    world.network.failNext({ when: 'before', error: refusal('permission') });
    await world.pass(10_000);
    expect(world.message(messageId)).toMatchObject({ delivery: 'failed', problem: { kind: 'permission' } });
    world.engine.services.outbox.retry({ id: jobId }, world.person);
    await world.pass(10_000);
    expect(world.message(messageId).delivery).toBe('sent');
  });

  it('of the account pauses its queue and loses nothing', async () => {
    const world = start();
    const first = world.receive('c1', 'Hi');
    const second = world.receive('c2', 'Hey');
    const a = await world.reply(first.conversationId, 'One');
    const b = await world.reply(second.conversationId, 'Two');
    world.network.failNext({ when: 'before', error: refusal('auth_revoked') });
    await world.pass(5 * MINUTE, 5_000);
    expect(world.accounts.require(world.account.id)).toMatchObject({
      health: 'reconnect',
      problem: { kind: 'auth_revoked' },
    });
    expect([world.message(a.messageId).delivery, world.message(b.messageId).delivery]).toEqual([
      'queued',
      'queued',
    ]);
    expect(world.network.requests).toHaveLength(1);
    world.accounts.setHealth(world.account.id, 'ok', null);
    world.engine.retryNow(world.account.id);
    await world.pass(10_000);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['One', 'Two']);
  });

  it('for too many requests holds the account until the time the network named', async () => {
    const world = start();
    const at = world.clock.now();
    const first = world.receive('c1', 'Hi');
    const second = world.receive('c2', 'Hey');
    await world.reply(first.conversationId, 'One');
    await world.reply(second.conversationId, 'Two');
    world.network.failNext({ when: 'before', error: tooMany(at + 10 * MINUTE) });
    await world.pass(9 * MINUTE, 5_000);
    expect(world.network.requests).toHaveLength(1);
    await world.pass(2 * MINUTE);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['One', 'Two']);
  });

  it('waits for the budget that the network last told of', async () => {
    const world = start();
    const resetAt = world.clock.now() + 5 * MINUTE;
    world.accounts.putRate(world.account.id, { bucket: 'write', max: 10, remaining: 0, resetAt });
    const { conversationId } = world.receive('c1', 'Hi');
    await world.reply(conversationId, 'Hello');
    await world.pass(4 * MINUTE, 5_000);
    expect(world.network.requests).toHaveLength(0);
    await world.pass(2 * MINUTE);
    expect(world.network.effects).toHaveLength(1);
  });
});

describe('order', () => {
  it('is kept within a conversation while other conversations go on', async () => {
    const world = start();
    const a = world.receive('a', 'Hi');
    const b = world.receive('b', 'Hey');
    await world.reply(a.conversationId, 'a1');
    await world.reply(a.conversationId, 'a2');
    await world.reply(b.conversationId, 'b1');
    world.network.failNext({ when: 'before', error: refusal('server') });
    await world.pass(MINUTE);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['b1', 'a1', 'a2']);
  });

  it('is kept when the clock is set back between two replies', async () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    world.system.setOnline(false);
    await world.reply(conversationId, 'first');
    world.clock.setWall(-30 * MINUTE);
    await world.reply(conversationId, 'second');
    world.clock.setWall(31 * MINUTE);
    world.system.setOnline(true);
    await world.pass(MINUTE);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['first', 'second']);
  });

  it('never has two writes of one account on their way', async () => {
    const world = start();
    let under = 0;
    let most = 0;
    world.network.onRequest(async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
    });
    for (const key of ['a', 'b', 'c']) await world.reply(world.receive(key, 'Hi').conversationId, key);
    await world.pass(10_000);
    expect(world.network.effects).toHaveLength(3);
    expect(most).toBe(1);
  });
});

describe('without a connection', () => {
  it('everything waits, and goes out in order when the connection is back, however long that takes', async () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    await world.reply(conversationId, 'written online');
    world.system.setOnline(false);
    await world.reply(conversationId, 'written offline');
    await world.pass(3 * 60 * MINUTE, MINUTE);
    expect(world.network.requests).toHaveLength(0);
    world.system.setOnline(true);
    await world.pass(5_000);
    expect(world.network.effects.map((effect) => effect.text)).toEqual(['written online', 'written offline']);
  });

  it('a reply to what is gone by then is refused with that reason', async () => {
    const world = start();
    const { conversationId, remoteId } = world.receive('a', 'Hi');
    world.system.setOnline(false);
    const { messageId } = await world.reply(conversationId, 'Hello');
    await world.pass(10 * MINUTE, MINUTE);
    world.network.vanish(remoteId);
    world.system.setOnline(true);
    await world.pass(10_000);
    expect(world.message(messageId)).toMatchObject({ delivery: 'failed', problem: { kind: 'gone' } });
    expect(world.network.requests).toHaveLength(0);
  });

  it('a reply whose window has closed by then is refused with that reason', async () => {
    const window = { ...capabilities, inbox: { ...capabilities.inbox, replyWindowMs: 5 * MINUTE } };
    const world = start({ capabilities: window });
    const { conversationId } = world.receive('a', 'Hi', world.clock.now(), 'dm');
    world.system.setOnline(false);
    const { messageId } = await world.reply(conversationId, 'Hello');
    await world.pass(10 * MINUTE, MINUTE);
    world.system.setOnline(true);
    await world.pass(10_000);
    expect(world.message(messageId).problem?.kind).toBe('policy_blocked');
    expect(world.network.requests).toHaveLength(0);
  });

  it('a service on this machine is reached all the same', async () => {
    const world = start({ serviceUrl: 'http://127.0.0.1:2583' });
    world.system.setOnline(false);
    await world.reply(world.receive('a', 'Hi').conversationId, 'Hello');
    await world.pass(10_000);
    expect(world.network.effects).toHaveLength(1);
  });
});

describe('likes, hiding and deleting', () => {
  it('show at once and come back when the network refuses', async () => {
    const world = start();
    const { messageId } = world.receive('a', 'Hi');
    world.network.failNext({ when: 'before', error: refusal('permission') });
    world.engine.services.actions.like({ messageId, liked: true });
    expect(world.message(messageId).liked).toBe(true);
    await world.pass(5_000);
    expect(world.message(messageId).liked).toBe(false);
    expect(world.jobs()).toMatchObject([{ kind: 'like', state: 'failed', problem: { kind: 'permission' } }]);
  });

  it('cancel each other while nothing has been sent', async () => {
    const world = start();
    const { messageId } = world.receive('a', 'Hi');
    world.system.setOnline(false);
    world.engine.services.actions.like({ messageId, liked: true });
    world.engine.services.actions.like({ messageId, liked: false });
    expect(world.message(messageId).liked).toBe(false);
    world.system.setOnline(true);
    await world.pass(5_000);
    expect(world.network.requests).toHaveLength(0);
  });

  it('bring the text back when deleting it was refused, and drop it when it was accepted', async () => {
    const world = start();
    const { conversationId } = world.receive('a', 'Hi');
    const { messageId } = await world.reply(conversationId, 'Hello');
    await world.pass(10_000);
    world.network.failNext({ when: 'before', error: refusal('permission') });
    world.engine.services.actions.delete({ messageId });
    expect(world.message(messageId).deletedAt).not.toBeNull();
    await world.pass(5_000);
    expect(world.message(messageId)).toMatchObject({ deletedAt: null, text: 'Hello' });
    const [failed] = world.jobs();
    world.engine.services.outbox.retry({ id: failed!.id }, world.person);
    await world.pass(5_000);
    expect(world.message(messageId)).toMatchObject({ text: '' });
  });
});

describe('the clock', () => {
  it('set back by a day does not stretch a wait that was counted from it', async () => {
    const world = start();
    await world.reply(world.receive('a', 'Hi').conversationId, 'Hello');
    world.network.failNext({ when: 'before', error: refusal('server') });
    await world.pass(6_000);
    expect(world.network.requests).toHaveLength(1);
    world.clock.setWall(-24 * 60 * MINUTE);
    await world.pass(MINUTE);
    expect(world.network.effects).toHaveLength(1);
  });

  it('set forward and back publishes nothing twice', async () => {
    const world = start();
    const post = await world.schedule(world.compose(['At noon']), world.clock.now() + 10 * MINUTE);
    world.clock.setWall(10 * MINUTE);
    await world.pass(MINUTE);
    expect(world.variant(post).state).toBe('published');
    world.clock.setWall(-20 * MINUTE);
    await world.pass(40 * MINUTE, 10_000);
    expect(world.network.effects).toHaveLength(1);
  });
});

describe('a full disk', () => {
  it('means that no request is sent, and the write goes out when there is room', async () => {
    const world = start();
    const post = await world.schedule(world.compose(['Hello']), world.clock.now() + MINUTE);
    const [job] = world.jobs();
    fillDisk(world, job!.id);
    try {
      await world.pass(3 * MINUTE, 5_000);
      expect(world.network.requests).toHaveLength(0);
    } finally {
      world.db.raw.pragma('max_page_count = 1073741823');
    }
    await world.pass(20 * MINUTE, 5_000);
    expect(world.network.effects).toHaveLength(1);
    expect(world.variant(post).state).toBe('published');
  });
});

/** Until not one more attempt row fits into the file: SQLite then answers as it does on a full disk. */
function fillDisk({ db }: StartedWorld, jobId: string): void {
  db.raw.pragma(`max_page_count = ${db.raw.pragma('page_count', { simple: true }) as number}`);
  const row = db.raw.prepare(
    `INSERT INTO attempt(id, job_id, step_key, client_id, state, started_at) VALUES(?, ?, 'other', 'client-0', 'failed', 1)`,
  );
  const fill = () => {
    for (let index = 0; index < 100_000; index += 1) row.run(randomUUID(), jobId);
  };
  expect(fill).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }) as Error);
}

describe('after a restart', () => {
  it('what was on its way is looked up before anything is sent', async () => {
    const first = startWorld();
    const { conversationId } = first.receive('a', 'Hi');
    const { messageId } = await first.reply(conversationId, 'Hello');
    first.network.failNext({ when: 'after', error: timeout() });
    await first.pass(6_000);
    await first.close();
    const second = reopen(first);
    open.push(second);
    second.engine.start();
    await second.pass(MINUTE);
    expect(second.message(messageId).delivery).toBe('sent');
    expect(first.network.effects).toHaveLength(1);
  });

  it('a thread goes on in the middle', async () => {
    const first = startWorld();
    const post = await first.publishNow(first.compose(['one', 'two', 'three']));
    first.network.failNext({ when: 'after', error: timeout() });
    await first.pass(1_000);
    await first.close();
    const second = reopen(first);
    open.push(second);
    second.engine.start();
    await second.pass(MINUTE);
    expect(first.network.effects.map((effect) => effect.text)).toEqual(['one', 'two', 'three']);
    expect(second.variant(post)).toMatchObject({ state: 'published', url: 'https://fake.example/client-1' });
  });
});
