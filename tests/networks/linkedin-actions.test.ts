import { describe, expect, it } from 'vitest';
import type { Write } from '../../electron/main/networks/network';
import { PAGE, PERSON } from '../servers/linkedin/store';
import { createTestContext } from './context';
import { jobOf, runJob, settle } from './drive';
import {
  clock,
  connectedTo,
  later,
  network,
  opened,
  postNow,
  publish,
  pull,
  run,
  stub,
  test,
  useLinkedin,
} from './linkedin-context';
import { errorOf, refusalOf } from './outcome';
import { permitForTests } from './permit';

useLinkedin();

describe('what is written, removed, in doubt or refused on LinkedIn', () => {
  it('finds a Page’s post that arrived, waits before it believes that one did not, and gives up after many', async () => {
    const write = publish('Twice? #no (really)');
    const job = jobOf(network, write, test.ctx);
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
    expect(await settle(network, job, test.ctx)).toBe('unknown');
    const patient = opened.as(PAGE, later(31_000));
    expect(await settle(network, job, patient.ctx)).toBe('absent');
    stub.break('timeout_after_commit', 'write');
    expect(await errorOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, patient.ctx)).toBe('arrived');
    const lost = jobOf(network, publish('Lost'), test.ctx);
    await runJob(network, { ...lost, steps: lost.steps.slice(0, 1) }, test.ctx);
    stub.passTime(1000);
    for (let index = 0; index < 160; index += 1) stub.store.addPost({ commentary: `more ${index}` });
    expect(await settle(network, lost, patient.ctx)).toBe('unknown');
  });

  it('does not take a comment for lost when its request was only just given up, however long ago it was prepared', async () => {
    const root = stub.store.addPost({ commentary: 'Root' });
    stub.receive(root.id, 'Open?');
    const [parent] = (await pull()).messages;
    const conversation = { remoteKey: parent!.remoteId, type: 'comment' } as const;
    const reply: Write = { kind: 'reply', conversation, parent: parent!, text: 'Yes.' };
    const job = jobOf(network, reply, test.ctx);
    const anHourAgo = opened.as(PAGE, later(-3_600_000));
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, anHourAgo.ctx);
    stub.break('timeout_before_commit', 'write');
    expect(await errorOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, test.ctx)).toBe('unknown');
    expect(await settle(network, job, opened.as(PAGE, later(31_000)).ctx)).toBe('absent');
  });

  it('says that a text was published before, where the refused twin is older than the job', async () => {
    await run(publish('Same words'));
    expect(await errorOf(run(publish('Same words')))).toMatchObject({ kind: 'validation', field: 'text' });
    stub.passTime(1000);
    const job = jobOf(network, publish('New words'), test.ctx);
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
    await runJob(network, { ...job, done: { ...job.done } }, test.ctx);
    expect(await errorOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'duplicate' });
    expect(await settle(network, job, test.ctx)).toBe('arrived');
  });

  it('leaves a person’s post in doubt to the person, whose posts cannot be read back', async () => {
    const person = opened.as(PERSON, later(31_000));
    const job = jobOf(network, publish('Mine'), person.ctx);
    stub.break('timeout_after_commit', 'write');
    expect(await errorOf(runJob(network, job, person.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, person.ctx)).toBe('unknown');
    const again = network.runStep(job.steps.at(-1)!, job.done, person.ctx, permitForTests);
    expect(await errorOf(again)).toMatchObject({ kind: 'duplicate' });
    const id = postNow().id;
    expect(await network.exists(id, person.ctx)).toBe(true);
    await run({ kind: 'delete', remoteIds: [id] }, person);
    expect(stub.store.posts.has(id)).toBe(false);
  });

  it('sends an answer once through a lost answer, and none to a comment that is gone', async () => {
    const root = stub.store.addPost({ commentary: 'Root' });
    const first = stub.receive(root.id, 'Open?');
    const { messages } = await pull();
    const conversation = { remoteKey: first.urn, type: 'comment' } as const;
    const reply: Write = { kind: 'reply', conversation, parent: messages[0]!, text: 'Yes.' };
    const job = jobOf(network, reply, test.ctx);
    stub.break('timeout_after_commit', 'write');
    expect(await errorOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, test.ctx)).toBe('arrived');
    expect(job.remotes[0]!.remoteId).toMatch(/^urn:li:comment:/);
    stub.store.removeComment(first.urn);
    expect(await network.exists(first.urn, test.ctx)).toBe(false);
    expect(await errorOf(run(reply))).toMatchObject({ kind: 'gone' });
  });

  it('removes own comments, reads its own likes back, and gives the numbers of a Page', async () => {
    const root = stub.store.addPost({ commentary: 'Root' });
    const own = stub.store.addComment({ post: root.id, text: 'Oops', actor: PAGE });
    const first = stub.receive(root.id, 'Hi');
    await run({ kind: 'delete', remoteIds: [own.urn] });
    expect(stub.store.comments.has(own.urn)).toBe(false);
    const target = { remoteId: first.urn, ref: {} };
    const like: Write = { kind: 'like', conversation: { remoteKey: first.urn, type: 'comment' }, target };
    const job = jobOf(network, like, test.ctx);
    expect(await settle(network, job, test.ctx)).toBe('absent');
    await run(like);
    expect(await settle(network, job, test.ctx)).toBe('arrived');
    const metrics = await network.metrics([root.id, 'urn:li:share:404'], test.ctx);
    expect([...metrics]).toEqual([
      [root.id, { impressions: 120, reach: 80, clicks: 4, likes: 3, replies: 1, shares: 0 }],
    ]);
    expect(await network.accountMetrics!(test.ctx)).toEqual({ followers: 512 });
    const person = opened.as(PERSON);
    expect((await network.metrics([root.id], person.ctx)).size).toBe(0);
    expect(await network.accountMetrics!(person.ctx)).toEqual({});
  });

  it('stops until midnight UTC when the daily quota is used up', async () => {
    stub.exhaust(true);
    const error = await errorOf(pull());
    expect(error).toMatchObject({ kind: 'quota_exhausted' });
    const midnight = new Date(error!.retryAt!);
    expect(midnight.toISOString()).toMatch(/T00:00:00\.000Z$/);
    expect(error!.retryAt! - Date.now()).toBeLessThanOrEqual(86_400_000);
  });

  it('turns off what the granted scopes do not cover, and says which one is missing', async () => {
    const some = await connectedTo(
      stub,
      stub.tokenWith('openid', 'w_member_social', 'rw_organization_admin'),
    );
    const account = some.accounts.find(({ profile }) => profile.remoteId === PAGE)!;
    const secrets = { ...account.secrets, scope: 'openid,w_member_social,rw_organization_admin' };
    const { ctx } = createTestContext({ ...account, secrets, clock });
    const { capabilities } = await network.check(ctx);
    expect(capabilities.inbox.comment).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.publish.textOnly).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.idempotency.reconcile).toBe(false);
    const page = { ...ctx, account: { ...ctx.account, capabilities } };
    expect(await network.pull('notifications', null, page)).toMatchObject({ items: [], more: false });
    expect(refusalOf(() => network.plan(publish('x'), page.account, { now: 0 }))).toMatchObject({
      kind: 'unsupported',
    });
    stub.dismiss();
    expect(await errorOf(network.check(test.ctx))).toMatchObject({ kind: 'permission' });
  });
});
