import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PostOptions } from '@shared/domain/network';
import type { Write } from '../../electron/main/networks/network';
import { infoOf, openThreads, publishOf, type ThreadsWorld } from '../servers/threads/world';
import { createTestContext } from './context';
import { jobOf, runJob, settle } from './drive';

describe('publishing on Threads', () => {
  let world: ThreadsWorld;
  beforeEach(async () => {
    world = await openThreads();
  });
  afterEach(() => world.close());

  const posts = () => world.stub.store.posts;
  const textOf = (text: string, options?: PostOptions): Write => ({
    kind: 'publish',
    segments: [{ text, media: [] }],
    ...(options && { options }),
  });
  const upTo = (write: Write, key: string) => {
    const job = jobOf(world.network, write, world.test.ctx);
    return {
      job,
      part: {
        ...job,
        steps: job.steps.slice(
          0,
          job.steps.findIndex((step) => step.key === key),
        ),
      },
    };
  };

  it('publishes words with who may reply, a topic and a link', async () => {
    const options = {
      reply_control: 'mentioned_only',
      topic_tag: '#Spring sale',
      link: 'https://example.com/a',
    };
    const { remotes } = await world.run(textOf('Hello', options));
    expect(posts()).toMatchObject([
      {
        text: 'Hello',
        replyControl: 'mentioned_only',
        topicTag: 'Spring sale',
        link: 'https://example.com/a',
      },
    ]);
    expect(remotes[0]!.url).toBe(`https://www.threads.example/@brand/post/${posts()[0]!.id}`);
  });

  it('publishes an image with its description, and takes the file away afterwards', async () => {
    await world.run({
      kind: 'publish',
      segments: [{ text: '', media: [{ mediaId: 'image', alt: 'Grüße' }] }],
    });
    expect(posts()).toMatchObject([{ media_type: 'IMAGE', alt: 'Grüße', text: '' }]);
    expect(world.host.held.size).toBe(0);
    expect(world.host.removed).toHaveLength(1);
  });

  it('publishes a carousel of images and videos, and a video once it is processed', async () => {
    await world.run(publishOf('Three', ['image', 'clip', 'wide']));
    expect(posts()).toMatchObject([
      {
        media_type: 'CAROUSEL_ALBUM',
        text: 'Three',
        children: [{ media_type: 'IMAGE' }, { media_type: 'VIDEO' }, { media_type: 'IMAGE' }],
      },
    ]);
    world.stub.containers.plan.processing = 3;
    const { waits } = await world.run(publishOf('Clip', ['clip']));
    expect(waits).toEqual(['container:0', 'container:0', 'container:0']);
    expect(posts()[1]).toMatchObject({ media_type: 'VIDEO', text: 'Clip' });
  });

  it('publishes a thread whose parts hang on each other, with all files put up before the first goes out', async () => {
    const write: Write = {
      kind: 'publish',
      segments: [
        { text: 'one', media: [] },
        {
          text: 'two',
          media: [
            { mediaId: 'image', alt: '' },
            { mediaId: 'wide', alt: '' },
          ],
        },
        { text: 'three', media: [] },
      ],
    };
    const steps = world.plan(write);
    const firstOut = steps.findIndex(({ effect }) => effect === 'visible');
    expect(steps.slice(0, firstOut).map(({ key }) => key)).toEqual([
      'prepare',
      'host:1:0',
      'host:1:1',
      'item:1:0',
      'item:1:1',
      'container:0',
    ]);
    await world.run(write);
    const [one, two, three] = posts();
    expect([two!.parent, three!.parent]).toEqual([one!.id, two!.id]);
    expect(two!.children).toHaveLength(2);
  });

  it('goes on after the part that is out when the end of one was unclear', async () => {
    const write: Write = {
      kind: 'publish',
      segments: ['same', 'same', 'same'].map((text) => ({ text, media: [] })),
    };
    const { job, part } = upTo(write, 'publish:1');
    await world.runJob(part);
    world.stub.break('timeout_after_commit', 'write');
    expect(await infoOf(() => runJob(world.network, job, world.test.ctx))).toMatchObject({
      kind: 'ambiguous',
    });
    expect(await settle(world.network, job, world.test.ctx)).toBe('arrived');
    await world.runJob(job);
    expect(posts().map(({ text }) => text)).toEqual(['same', 'same', 'same']);
    expect(new Set(job.remotes.map(({ remoteId }) => remoteId)).size).toBe(3);
  });

  it('cannot tell before the post is in the list, and takes no earlier post for it', async () => {
    await world.run(textOf('Good morning'));
    const { job, part } = upTo(textOf('Good morning'), 'publish:0');
    await world.runJob(part);
    expect(await world.lookTwice(job)).toEqual(['unknown', 'absent']);
    world.stub.break('timeout_after_commit', 'write');
    await infoOf(() => runJob(world.network, job, world.test.ctx));
    const [post] = posts().splice(1, 1);
    expect(await settle(world.network, job, world.test.ctx)).toBe('unknown');
    posts().push(post!);
    expect(await settle(world.network, job, world.test.ctx)).toBe('arrived');
    expect(job.remotes[0]!.remoteId).toBe(post!.id);
  });

  it('waits when it published too early, and stops for a container that will never be', async () => {
    const { job, part } = upTo(textOf('early'), 'publish:0');
    await world.runJob(part);
    const [container] = [...world.stub.containers.all.values()];
    Object.assign(container!, { state: 'IN_PROGRESS', looks: 1 });
    const { waits } = await world.runJob(job);
    expect(waits).toContain('publish:0');
    expect(posts().map(({ text }) => text)).toEqual(['early']);
    const late = upTo(textOf('late'), 'publish:0');
    await world.runJob(late.part);
    world.stub.passTime(25 * 3_600_000);
    expect(await infoOf(() => runJob(world.network, late.job, world.test.ctx))).toMatchObject({
      kind: 'media_rejected',
      sent: 'no',
    });
  });

  it('tries a failed video once more with a new container, and never one that is not valid', async () => {
    world.stub.containers.plan.failures.push('FAILED_PROCESSING_VIDEO');
    await world.run(publishOf('again', ['clip']));
    expect(posts()).toHaveLength(1);
    world.stub.containers.plan.failures.push('FAILED_PROCESSING_AUDIO', 'FAILED_PROCESSING_AUDIO');
    expect(await infoOf(() => world.run(publishOf('no', ['clip'])))).toMatchObject({
      kind: 'media_rejected',
      detail: 'FAILED_PROCESSING_AUDIO',
    });
    const made = world.stub.containers.all.size;
    expect(await infoOf(() => world.run(publishOf('no', ['broken'])))).toMatchObject({
      kind: 'media_rejected',
      detail: 'INVALID_DURATION',
    });
    expect(world.stub.containers.all.size).toBe(made + 1);
    expect(posts()).toHaveLength(1);
  });

  it('passes on that Threads cannot fetch a file now, or will not take it', async () => {
    expect(await infoOf(() => world.run(publishOf('x', ['text'])))).toMatchObject({
      kind: 'validation',
      sent: 'no',
    });
    const patient = await openThreads();
    expect(await infoOf(() => patient.run(publishOf('x', ['huge'])))).toMatchObject({
      kind: 'validation',
      sent: 'no',
    });
    await patient.close();
    const { job, part } = upTo(publishOf('x'), 'container:0');
    await world.runJob(part);
    world.host.held.clear();
    expect(await infoOf(() => runJob(world.network, job, world.test.ctx))).toMatchObject({
      kind: 'server',
      sent: 'no',
    });
  });

  it('waits with the whole thread while the quota of posts or of answers is used up', async () => {
    const { plan } = world.stub.containers;
    plan.posts.used = 250;
    expect(await infoOf(() => world.run(textOf('x')))).toMatchObject({ kind: 'quota_exhausted', sent: 'no' });
    expect(world.test.rates).toContainEqual(expect.objectContaining({ bucket: 'publishing', remaining: 0 }));
    plan.posts.used = 0;
    plan.replies.used = 999;
    const thread: Write = { kind: 'publish', segments: ['1', '2', '3'].map((text) => ({ text, media: [] })) };
    const info = await infoOf(() => world.run(thread));
    expect(info).toMatchObject({ kind: 'quota_exhausted' });
    expect(info!.retryAt).toBeGreaterThan(world.stub.now());
    expect(posts()).toEqual([]);
    plan.replies.used = 998;
    await world.run(thread);
    expect(posts()).toHaveLength(3);
  });

  it('refuses what Threads has no place for, by its field, before anything is sent', async () => {
    const asked = world.stub.calls.length;
    const at = (write: Write) => infoOf(() => world.plan(write));
    expect(await at(textOf(' '))).toMatchObject({ field: 'segments.0.text' });
    expect(await at(textOf(`${'x'.repeat(497)}🎉`))).toMatchObject({
      field: 'segments.0.text',
      params: { max: 500, count: 501 },
    });
    expect(await at(publishOf('', Array(21).fill('image')))).toMatchObject({
      field: 'segments.0.media',
      params: { max: 20, count: 21 },
    });
    expect(
      await at({
        kind: 'publish',
        segments: [
          { text: 'a', media: [] },
          { text: '', media: [{ mediaId: 'image', alt: 'x'.repeat(1001) }] },
        ],
      }),
    ).toMatchObject({ field: 'segments.1.media.0.alt', params: { max: 1000 } });
    expect(
      await at(textOf([1, 2, 3, 4, 5, 6].map((n) => `https://example.com/${n}`).join(' '))),
    ).toMatchObject({ field: 'segments.0.text' });
    expect(await at(textOf('a', { reply_control: 'nobody' }))).toMatchObject({
      field: 'options.reply_control',
    });
    expect(await at(textOf('a', { topic_tag: 'a.b' }))).toMatchObject({ field: 'options.topic_tag' });
    expect(await at(textOf('a', { topic_tag: 'x'.repeat(51) }))).toMatchObject({
      field: 'options.topic_tag',
      params: { max: 50 },
    });
    expect(await at(textOf('a', { link: 'example' }))).toMatchObject({ field: 'options.link' });
    expect(await at(publishOf('a', ['image'], { options: { link: 'https://example.com' } }))).toMatchObject({
      field: 'options.link',
    });
    expect(await at(publishOf('a', [], { quoteUrl: 'https://x.example' }))).toMatchObject({
      kind: 'unsupported',
    });
    const conversation = { remoteKey: '1', type: 'comment' } as const;
    const target = { remoteId: '1', ref: {} };
    for (const write of [
      { kind: 'dm', conversation, text: 'x' },
      { kind: 'like', conversation, target },
      { kind: 'delete_other', conversation, target },
      { kind: 'mark_read', conversation, upTo: 1 },
      { kind: 'reply', conversation, parent: target, text: 'x', private: true },
    ] satisfies Write[])
      expect(await at(write)).toMatchObject({ kind: 'unsupported' });
    expect(world.stub.calls).toHaveLength(asked);
  });

  it('publishes words without a media host, and no image', async () => {
    const bare = createTestContext({ ...world.connected, clock: world.clock });
    await runJob(world.network, jobOf(world.network, textOf('words'), bare.ctx), bare.ctx);
    expect(posts()).toHaveLength(1);
    const job = jobOf(world.network, publishOf('x'), bare.ctx);
    expect(await infoOf(() => runJob(world.network, job, bare.ctx))).toMatchObject({
      kind: 'unsupported',
      sent: 'no',
    });
  });
});
