import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Write } from '../../electron/main/networks/network';
import { infoOf, openInstagram, publishOf, type InstagramWorld } from '../servers/instagram/world';
import { createTestContext } from './context';
import { jobOf, runJob, settle } from './drive';

const HOUR_MS = 3_600_000;

describe('publishing on Instagram', () => {
  let world: InstagramWorld;
  beforeEach(async () => {
    world = await openInstagram();
  });
  afterEach(() => world.close());

  const posts = () => world.stub.store.posts;
  const withAlt = (alt: string): Write => ({
    kind: 'publish',
    segments: [{ text: 'Look', media: [{ mediaId: 'image', alt }] }],
  });

  it('puts an image with its description where Instagram fetches it, and takes it away after publishing', async () => {
    const { remotes } = await world.run(withAlt('Grüße'));
    expect(posts()).toMatchObject([{ caption: 'Look', media_type: 'IMAGE', alt: 'Grüße', ai: false }]);
    expect(remotes).toEqual([
      { remoteId: posts()[0]!.id, url: `https://www.instagram.example/p/${posts()[0]!.id}/` },
    ]);
    expect(world.host.removed).toHaveLength(1);
    expect(world.host.held.size).toBe(0);
  });

  it('makes a carousel of images and videos, signed as made with AI on the whole only', async () => {
    await world.run(publishOf('Three', ['image', 'clip', 'wide'], { declareAi: true }));
    expect(posts()).toMatchObject([
      {
        media_type: 'CAROUSEL_ALBUM',
        caption: 'Three',
        ai: true,
        children: [{ media_type: 'IMAGE' }, { media_type: 'VIDEO' }, { media_type: 'IMAGE' }],
      },
    ]);
    const items = [...world.stub.containers.all.values()].filter(({ item }) => item);
    expect(items.map(({ ai }) => ai)).toEqual([false, false, false]);
    expect(world.host.removed).toHaveLength(3);
  });

  it('publishes a video as a reel, outside the feed where that is wanted, once it is processed', async () => {
    world.stub.containers.plan.processing = 3;
    const { waits } = await world.run(
      publishOf('Clip', ['clip'], { options: { format: 'reel', share_to_feed: false } }),
    );
    expect(waits).toEqual(['container', 'container', 'container']);
    expect(posts()).toMatchObject([{ product: 'REELS', media_type: 'VIDEO', shareToFeed: false }]);
    expect(
      world.stub.calls.filter((call) => call.endsWith('/media') && call.startsWith('POST')),
    ).toHaveLength(1);
  });

  it('publishes an image as a story, whatever its shape', async () => {
    const { remotes } = await world.run(publishOf('', ['tall'], { options: { format: 'story' } }));
    expect(world.stub.store.stories.map(({ id }) => id)).toEqual([remotes[0]!.remoteId]);
    expect(posts()).toEqual([]);
  });

  it('writes the further parts below the post, each once, and in their order', async () => {
    const write: Write = {
      kind: 'publish',
      segments: [
        { text: 'Post', media: [{ mediaId: 'image', alt: '' }] },
        { text: 'first', media: [] },
        { text: 'second', media: [] },
      ],
    };
    const job = jobOf(world.network, write, world.test.ctx);
    const before = {
      ...job,
      steps: job.steps.slice(
        0,
        job.steps.findIndex(({ key }) => key === 'comment:1'),
      ),
    };
    await world.runJob(before);
    world.stub.break('timeout_after_commit', 'write');
    expect(await infoOf(() => runJob(world.network, job, world.test.ctx))).toMatchObject({
      kind: 'ambiguous',
    });
    expect(await settle(world.network, job, world.test.ctx)).toBe('arrived');
    expect(await world.lookTwice(job)).toEqual(['unknown', 'absent']);
    await world.runJob(job);
    expect(world.stub.store.remarks.map(({ text }) => text)).toEqual(['first', 'second']);
  });

  it('refuses what Instagram has no place for, by its field, before anything is sent', async () => {
    const asked = world.stub.calls.length;
    const at = (write: Write) => infoOf(() => world.plan(write));
    const two = (media: readonly string[]): Write => ({
      kind: 'publish',
      segments: [
        { text: 'a', media: [{ mediaId: 'image', alt: '' }] },
        { text: 'b', media: media.map((mediaId) => ({ mediaId, alt: '' })) },
      ],
    });
    expect(await at(publishOf('no picture', []))).toMatchObject({ field: 'segments.0.media' });
    expect(await at(publishOf('x'.repeat(2201)))).toMatchObject({
      field: 'segments.0.text',
      params: { max: 2200, count: 2201 },
    });
    expect(await at(publishOf('', Array(11).fill('image')))).toMatchObject({
      field: 'segments.0.media',
      params: { max: 10, count: 11 },
    });
    expect(await at(withAlt('x'.repeat(1001)))).toMatchObject({
      field: 'segments.0.media.0.alt',
      params: { max: 1000 },
    });
    expect(await at(publishOf('', ['image'], { options: { format: 'reel' } }))).toMatchObject({
      field: 'segments.0.media',
    });
    expect(await at(publishOf('words', ['image'], { options: { format: 'story' } }))).toMatchObject({
      field: 'segments.0.text',
    });
    expect(await at(publishOf('', ['image'], { options: { format: 'poem' } }))).toMatchObject({
      field: 'options.format',
    });
    expect(await at(two(['image']))).toMatchObject({
      field: 'segments.1.media',
      params: { max: 0, count: 1 },
    });
    expect(
      await at({
        kind: 'publish',
        segments: [
          { text: 'a', media: [{ mediaId: 'image', alt: '' }] },
          { text: ' ', media: [] },
        ],
      }),
    ).toMatchObject({ field: 'segments.1.text' });
    expect(await at(publishOf('x', ['image'], { quoteUrl: 'https://x.example' }))).toMatchObject({
      kind: 'unsupported',
    });
    expect(world.stub.calls).toHaveLength(asked);
  });

  it.each([
    ['tall', 'media_rejected', 2207009],
    ['text', 'media_rejected', 2207005],
  ] as const)('passes on that Instagram refuses the file %s', async (mediaId, kind, subcode) => {
    expect(await infoOf(() => world.run(publishOf('x', [mediaId])))).toMatchObject({
      kind,
      params: { subcode },
      sent: 'no',
    });
    expect(posts()).toEqual([]);
  });

  it('passes on that a file is too large', async () => {
    const patient = await openInstagram();
    expect(await infoOf(() => patient.run(publishOf('x', ['huge'])))).toMatchObject({
      kind: 'media_rejected',
      params: { subcode: 2207004 },
    });
    await patient.close();
  });

  it('gives up on a video that cannot be read, and makes another container after a passing failure', async () => {
    const broken = await infoOf(() => world.run(publishOf('x', ['broken'])));
    expect(broken).toMatchObject({
      kind: 'media_rejected',
      detail: expect.stringContaining('2207026'),
    });
    expect(broken!.detail).not.toContain('signature');
    world.stub.containers.plan.failures.push(2207053);
    await world.run(publishOf('again', ['clip']));
    expect(posts().map(({ caption }) => caption)).toEqual(['again']);
    world.stub.containers.plan.failures.push(2207082, 2207082, 2207082);
    expect(await infoOf(() => world.run(publishOf('never', ['clip'])))).toMatchObject({
      kind: 'media_rejected',
    });
  });

  it('says so when processing never ends', async () => {
    world.stub.containers.plan.processing = 10_000;
    const info = await infoOf(() => world.run(publishOf('x', ['clip'])));
    expect(info).toMatchObject({ kind: 'media_rejected', detail: 'processing took too long', sent: 'no' });
    expect(world.stub.containers.all.size).toBe(1);
  });

  it('tries again later when Instagram cannot fetch the file just now', async () => {
    const job = jobOf(world.network, publishOf('x'), world.test.ctx);
    await runJob(world.network, { ...job, steps: job.steps.slice(0, 2) }, world.test.ctx);
    world.host.held.clear();
    const info = await infoOf(() => runJob(world.network, job, world.test.ctx));
    expect(info).toMatchObject({ kind: 'server', sent: 'no' });
    // Meta repeats the address, which is good for whoever has it.
    expect(info!.detail).toContain('could not be fetched');
    expect(info!.detail).not.toContain('signature');
  });

  it('waits with the whole post while the quota of the day is used up, and tells it', async () => {
    world.stub.containers.plan.used = 50;
    const info = await infoOf(() => world.run(publishOf('x')));
    expect(info).toMatchObject({ kind: 'quota_exhausted', sent: 'no' });
    expect(info?.retryAt).toBeGreaterThan(world.stub.now());
    expect(world.test.rates).toContainEqual(
      expect.objectContaining({ bucket: 'publishing', limit: 50, remaining: 0 }),
    );
    expect(world.stub.containers.all.size).toBe(0);
    world.stub.containers.plan.used = 49;
    await world.run(publishOf('x'));
    expect(posts()).toHaveLength(1);
  });

  it('waits when a finished container turns out not to be ready', async () => {
    const job = jobOf(world.network, publishOf('early'), world.test.ctx);
    const at = job.steps.findIndex(({ key }) => key === 'publish');
    await world.runJob({ ...job, steps: job.steps.slice(0, at) });
    const [container] = [...world.stub.containers.all.values()];
    Object.assign(container!, { state: 'IN_PROGRESS', looks: 1 });
    const { waits } = await world.runJob(job);
    expect(waits).toContain('publish');
    expect(posts().map(({ caption }) => caption)).toEqual(['early']);
  });

  it('does not publish a container a second time, and cannot tell before the post is in the list', async () => {
    const job = jobOf(world.network, publishOf('once'), world.test.ctx);
    const at = job.steps.findIndex(({ key }) => key === 'publish');
    await world.runJob({ ...job, steps: job.steps.slice(0, at) });
    expect(await world.lookTwice(job)).toEqual(['unknown', 'absent']);
    world.stub.break('timeout_after_commit', 'write');
    expect(await infoOf(() => runJob(world.network, job, world.test.ctx))).toMatchObject({
      kind: 'ambiguous',
    });
    const [post] = posts().splice(0, 1);
    expect(await settle(world.network, job, world.test.ctx)).toBe('unknown');
    posts().push(post!);
    expect(await settle(world.network, job, world.test.ctx)).toBe('arrived');
    expect(job.remotes[0]?.remoteId).toBe(post!.id);
    const [container] = [...world.stub.containers.all.keys()];
    const again = {
      ...job,
      done: { container: { id: container, tries: 1, looks: 0, madeAt: 0 } },
      steps: job.steps.slice(at, at + 1),
    };
    // Refused as published already: it is out, and has to be looked for.
    expect(await infoOf(() => runJob(world.network, again, world.test.ctx))).toMatchObject({
      kind: 'ambiguous',
      sent: 'yes',
    });
    expect(posts()).toHaveLength(1);
  });

  it('does not take an earlier post with the same words for this one', async () => {
    await world.run(publishOf('Good morning'));
    const job = jobOf(world.network, publishOf('Good morning'), world.test.ctx);
    const at = job.steps.findIndex(({ key }) => key === 'publish');
    await world.runJob({ ...job, steps: job.steps.slice(0, at) });
    world.stub.break('timeout_after_commit', 'write');
    await infoOf(() => runJob(world.network, job, world.test.ctx));
    expect(await settle(world.network, job, world.test.ctx)).toBe('arrived');
    expect(job.remotes[0]?.remoteId).toBe(posts()[1]!.id);
  });

  it('says that a container of yesterday cannot be published any more', async () => {
    const job = jobOf(world.network, publishOf('late'), world.test.ctx);
    const at = job.steps.findIndex(({ key }) => key === 'publish');
    await world.runJob({ ...job, steps: job.steps.slice(0, at) });
    world.stub.passTime(25 * HOUR_MS);
    expect(await infoOf(() => runJob(world.network, job, world.test.ctx))).toMatchObject({
      kind: 'media_rejected',
      sent: 'no',
    });
    expect(await world.lookTwice(job)).toEqual(['unknown', 'absent']);
  });

  it('counts a post as published when its file cannot be taken away just then', async () => {
    world.host.goAway();
    await world.run(publishOf('out'));
    expect(posts()).toHaveLength(1);
    expect(world.test.lines.some((line) => line.includes('could not be removed'))).toBe(true);
    expect(world.test.lines.join()).not.toContain('signature');
  });

  it('publishes nothing without a media host', async () => {
    const bare = createTestContext({ ...world.connected, clock: world.clock });
    const info = await infoOf(() =>
      runJob(world.network, jobOf(world.network, publishOf('x'), bare.ctx), bare.ctx),
    );
    expect(info).toMatchObject({ kind: 'unsupported', sent: 'no' });
    const { capabilities } = await world.network.check(bare.ctx);
    const account = { ...bare.ctx.account, capabilities };
    expect(await infoOf(() => world.network.plan(publishOf('x'), account, { now: 0 }))).toMatchObject({
      field: 'segments.0.media.0',
    });
  });
});
