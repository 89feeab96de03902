import { beforeEach, describe, expect, it } from 'vitest';
import { NetworkError } from '../../electron/main/networks/errors';
import type { Write } from '../../electron/main/networks/network';
import { CHANNEL, HOOK, THREAD } from '../servers/discord/store';
import { createTestContext, only, signInIo, type TestContext } from './context';
import {
  clock,
  connectedTo,
  files,
  image,
  network,
  picture,
  planError,
  publish,
  run,
  stub,
  test,
  useDiscord,
} from './discord-context';
import { jobOf, runJob, settle } from './drive';
import { errorOf } from './outcome';

useDiscord();

describe('Discord: a webhook', () => {
  let hook: Awaited<ReturnType<typeof connectedTo>>;
  let ctx: TestContext['ctx'];
  beforeEach(async () => {
    hook = await connectedTo(stub, 'webhook');
    const { capabilities } = await hook.network.check(hook.context().ctx);
    ctx = createTestContext({ ...hook.connected, clock, capabilities, media: { image }, files }).ctx;
  });

  it('publishes, with files and without waking anybody, and deletes what it wrote', async () => {
    expect(hook.connected.profile).toMatchObject({ remoteId: `webhook/${HOOK}`, handle: 'Candor hook' });
    const segments = [
      { text: 'One @everyone', media: [picture] },
      { text: 'Two', media: [] },
    ];
    const { remotes } = await runJob(network, jobOf(network, { kind: 'publish', segments }, ctx), ctx);
    const made = stub.store.in(CHANNEL);
    expect(made).toMatchObject([
      {
        by: HOOK,
        text: 'One @everyone',
        attachments: [{ description: 'A red square' }],
        allowed: { parse: [] },
      },
      { by: HOOK, text: 'Two' },
    ]);
    const ids = remotes.map(({ remoteId }) => remoteId);
    expect(await network.exists(ids[0]!, ctx)).toBe(true);
    expect((await network.metrics(ids, ctx)).size).toBe(2);
    await runJob(network, jobOf(network, { kind: 'delete', remoteIds: ids }, ctx), ctx);
    expect(stub.store.in(CHANNEL)).toEqual([]);
    expect(await network.exists(ids[0]!, ctx)).toBe(false);
  });

  it('writes into the thread that its address names', async () => {
    const io = signInIo(fetch, clock);
    const webhook = `${stub.hookUrl}?thread_id=${THREAD}`;
    const found = only(await network.connect('webhook', { webhook }, io));
    const inThread = createTestContext({ ...found, clock }).ctx;
    await runJob(network, jobOf(network, publish('Here'), inThread), inThread);
    expect(stub.store.in(THREAD)).toMatchObject([{ text: 'Here' }]);
  });

  it('has no inbox and no answers, and leaves a message in doubt to a person', async () => {
    const { inbox, act, idempotency } = ctx.account.capabilities!;
    for (const support of [inbox.mention, inbox.comment, inbox.dm, act.reply, act.like, act.deleteOther])
      expect(support).toMatchObject({ ok: false, note: expect.stringContaining('webhook') });
    expect(idempotency).toEqual({ kind: 'none', reconcile: false });
    expect(await network.pull('notifications', null, ctx)).toEqual({ items: [], next: null, more: false });
    const conversation = { remoteKey: 'm:1/1', type: 'mention' } as const;
    const like: Write = { kind: 'like', conversation, target: { remoteId: '1/1', ref: {} } };
    expect(planError(like, ctx)).toMatchObject({ kind: 'unsupported' });
    const job = jobOf(network, publish('Lost'), ctx);
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, ctx);
    stub.break('timeout_after_commit');
    expect(await errorOf(runJob(network, job, ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, ctx)).toBe('unknown');
  });

  it('keeps its secret out of every error, and is over when Discord says so', async () => {
    for (const fault of ['server_error', 'revoked'] as const) {
      stub.break(fault);
      const error = await runJob(network, jobOf(network, publish('x'), ctx), ctx).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(NetworkError);
      for (let current: unknown = error; current instanceof Error; current = current.cause)
        expect(`${current.message} ${current.stack}`).not.toContain(stub.hookSecret);
      expect((error as NetworkError).kind).toBe(fault === 'revoked' ? 'auth_revoked' : 'ambiguous');
    }
  });
});

describe('Discord: limits', () => {
  it('are told with the bucket that Discord names, and hold writes back', async () => {
    await run(publish('x'));
    const written = test.rates.find(({ bucket }) => bucket.startsWith('write:'));
    expect(written).toMatchObject({ limit: 5, remaining: 4 });
    expect(written!.resetAt - Date.now()).toBeGreaterThan(1000);
    stub.break('rate_limit', 'write');
    const error = await errorOf(run(publish('y')));
    expect(error).toMatchObject({ kind: 'rate_limited' });
    expect(error!.retryAt! - Date.now()).toBeLessThanOrEqual(2417);
    expect(test.rates.at(-1)).toMatchObject({
      bucket: written!.bucket,
      remaining: 0,
      resetAt: error!.retryAt,
    });
  });

  it('of the whole bot hold everything back', async () => {
    stub.limitBy('global');
    stub.break('rate_limit', 'write');
    await errorOf(run(publish('y')));
    expect(test.rates.at(-1)).toMatchObject({ bucket: 'write:global', remaining: 0 });
  });
});
