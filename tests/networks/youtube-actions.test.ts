import { describe, expect, it } from 'vitest';
import type { Write } from '../../electron/main/networks/network';
import { CHANNEL } from '../servers/youtube/store';
import { jobOf, runJob, settle } from './drive';
import { errorOf } from './outcome';
import {
  conversation,
  later,
  network,
  opened,
  publish,
  pull,
  run,
  stub,
  test,
  useYoutube,
} from './youtube-context';

useYoutube();

describe('what is written, removed, in doubt or refused on YouTube', () => {
  it('removes comments of others for good, and its own', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const first = stub.receive(root.id, 'Spam');
    const own = stub.store.addComment({ video: root.id, text: 'Oops', author: CHANNEL });
    const rejects: Write = {
      kind: 'delete_other',
      conversation: conversation(first.id),
      target: { remoteId: first.id, ref: {} },
    };
    const job = jobOf(network, rejects, test.ctx);
    expect(await settle(network, job, test.ctx)).toBe('absent');
    await runJob(network, job, test.ctx);
    expect(first.moderation).toBe('rejected');
    expect(await settle(network, jobOf(network, rejects, test.ctx), test.ctx)).toBe('arrived');
    await run(rejects);
    expect(await network.exists(first.id, test.ctx)).toBe(false);
    await run({ kind: 'delete', remoteIds: [own.id] });
    expect(stub.store.comments.has(own.id)).toBe(false);
  });

  it('sends an answer once through a lost answer, waits before it believes that none arrived', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const first = stub.receive(root.id, 'Open?');
    const parent = (await pull()).messages[0]!;
    const reply: Write = { kind: 'reply', conversation: conversation(first.id), parent, text: 'Yes.' };
    const job = jobOf(network, reply, test.ctx);
    stub.break('timeout_before_commit', 'write');
    expect(await errorOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, test.ctx)).toBe('unknown');
    expect(await settle(network, job, opened.context(later(31_000)).ctx)).toBe('absent');
    stub.break('timeout_after_commit', 'write');
    expect(await errorOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, test.ctx)).toBe('arrived');
    expect(job.remotes[0]).toMatchObject({ url: expect.stringContaining(`watch?v=${root.id}&lc=`) });
    root.commentsDisabled = true;
    expect(await errorOf(run({ ...reply, text: 'More.' }))).toMatchObject({ kind: 'policy_blocked' });
    stub.store.removeComment(first.id);
    expect(await errorOf(run(reply))).toMatchObject({ kind: 'gone' });
  });

  it('does not take an answer for lost when its request was only just given up, however long ago it was prepared', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const first = stub.receive(root.id, 'Open?');
    const parent = (await pull()).messages[0]!;
    const reply: Write = { kind: 'reply', conversation: conversation(first.id), parent, text: 'Yes.' };
    const job = jobOf(network, reply, test.ctx);
    const hidden = { ...job, steps: job.steps.slice(0, 1) };
    await runJob(network, hidden, opened.context(later(-3_500_000)).ctx);
    stub.break('timeout_before_commit', 'write');
    expect(await errorOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, test.ctx)).toBe('unknown');
  });

  it('leaves an answer in a thread that is too long to be read whole to the person', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const first = stub.receive(root.id, 'Open?');
    for (let index = 0; index < 1001; index += 1) stub.receive(root.id, `${index}`, first.id);
    const parent = { remoteId: first.id, ref: { thread: first.id } };
    const reply: Write = { kind: 'reply', conversation: conversation(first.id), parent, text: 'Yes.' };
    const job = jobOf(network, reply, test.ctx);
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
    for (const ms of [0, 31_000, 62_000])
      expect(await settle(network, job, opened.context(later(ms)).ctx)).toBe('unknown');
  });

  it('counts units, and stops until midnight in California when YouTube says that none are left', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const first = stub.receive(root.id, 'Hi');
    const parent = (await pull()).messages[0]!;
    await run({ kind: 'reply', conversation: conversation(first.id), parent, text: 'Hello.' });
    const last = test.rates.at(-1)!;
    expect(last).toMatchObject({ bucket: 'write:units', limit: 10_000 });
    expect(last.remaining).toBe(stub.unitsLeft());
    await run(publish('x'));
    expect(test.rates.find(({ bucket }) => bucket === 'uploads')).toMatchObject({
      limit: 100,
      remaining: 99,
    });
    stub.setQuota(0);
    const error = await errorOf(pull());
    expect(error).toMatchObject({ kind: 'quota_exhausted' });
    const inCalifornia = new Date(error!.retryAt!).toLocaleTimeString('en-GB', {
      timeZone: 'America/Los_Angeles',
    });
    expect(inCalifornia).toBe('00:00:00');
    expect(test.rates.at(-1)).toMatchObject({ bucket: 'write:units', remaining: 0, resetAt: error!.retryAt });
    stub.setQuota(10_000, 0);
    expect(await errorOf(run(publish('y')))).toMatchObject({ kind: 'quota_exhausted' });
    expect(test.rates.at(-1)).toMatchObject({ bucket: 'uploads', remaining: 0 });
  });

  it('gives the numbers that YouTube tells, and none that it keeps to itself', async () => {
    const root = stub.store.addVideo({ title: 'Our film' });
    const quiet = stub.store.addVideo({ title: 'Quiet', commentsDisabled: true });
    const metrics = await network.metrics([root.id, quiet.id, 'Ugx-a-comment', 'vid00000404'], test.ctx);
    expect([...metrics]).toEqual([
      [root.id, { views: 12, likes: 3, replies: 0 }],
      [quiet.id, { views: 12, likes: 3 }],
    ]);
    expect(await network.accountMetrics!(test.ctx)).toEqual({ followers: 77, posts: 2, views: 900 });
    stub.hideFollowers();
    expect(await network.accountMetrics!(test.ctx)).toEqual({ posts: 2, views: 900 });
  });
});
