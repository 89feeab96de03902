import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { facebookErrors } from '../../electron/main/networks/facebook/error-table';
import type { NetworkError } from '../../electron/main/networks/errors';
import { graphErrors, rowOf } from '../../electron/main/networks/graph-errors';
import type { Write, WriteMedia } from '../../electron/main/networks/network';
import { PAGE } from '../servers/facebook/store';
import { startFacebookStub, type FacebookStub } from '../servers/facebook/stub';
import type { TestContext } from './context';
import { connectedTo, videoFile } from './facebook-context';
import { jobOf, runJob, settle, type StoredJob } from './drive';
import { permitForTests } from './permit';

type Publish = Extract<Write, { kind: 'publish' }>;
const picture = (alt = '', mediaId = 'image'): WriteMedia => ({ mediaId, alt });
const clip = (mediaId = 'video'): WriteMedia => ({ mediaId, alt: '', kind: 'video' });
const post = (
  text: string,
  media: readonly WriteMedia[] = [],
  options: Publish['options'] = {},
): Publish => ({
  kind: 'publish',
  segments: [{ text, media }],
  options,
});

let stub: FacebookStub;
let test: TestContext;
let network: Awaited<ReturnType<typeof connectedTo>>['network'];
let lookTwice: Awaited<ReturnType<typeof connectedTo>>['lookTwice'];
beforeEach(async () => {
  stub = await startFacebookStub();
  const opened = await connectedTo(stub);
  ({ network, lookTwice } = opened);
  test = opened.context();
});
afterEach(() => stub.close());

const run = (write: Write) => runJob(network, jobOf(network, write, test.ctx), test.ctx);
const infoOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error as NetworkError).info,
  );
const plan = (write: Write, capabilities = network.defaults, now = 0) => {
  try {
    return network.plan(write, { ...test.ctx.account, capabilities }, { now });
  } catch (error) {
    return (error as NetworkError).info;
  }
};
const ownPosts = () => [...stub.store.posts.values()].filter(({ by }) => by === PAGE);
/** Does the steps whose effect nobody sees, waiting as long as the network says. */
async function runWaiting(job: StoredJob, until: (key: string) => boolean = () => false): Promise<number> {
  let waits = 0;
  for (const step of job.steps) {
    if (until(step.key)) return waits;
    for (;;) {
      const result = await network.runStep(step, job.done, test.ctx, permitForTests);
      job.done[step.key] = JSON.parse(JSON.stringify(result.output)) as Record<string, unknown>;
      if (result.state === 'done') {
        if (result.remote) job.remotes.push(result.remote);
        break;
      }
      waits += 1;
      if (waits > 50) throw new Error('it never ends');
    }
  }
  return waits;
}

describe('a post on a Facebook Page', () => {
  it('goes out with its link, and tells where it is', async () => {
    const { remotes } = await run(post('Read this', [], { link: ' https://example.com/a?b=1 ' }));
    expect(ownPosts()).toMatchObject([{ text: 'Read this', link: 'https://example.com/a?b=1' }]);
    expect(remotes).toEqual([
      { remoteId: ownPosts()[0]!.id, url: `${stub.url}/${ownPosts()[0]!.id}`, ref: { kind: 'post' } },
    ]);
    await run(post('', [], { link: 'https://example.com/alone' }));
    expect(ownPosts().at(-1)).toMatchObject({ text: '', link: 'https://example.com/alone' });
  });

  it('has its photos put there unseen first, each with its description', async () => {
    await run(post('Look', [picture('Grüße'), picture(), picture('three')]));
    const [made] = ownPosts();
    expect(made!.photos.map((id) => stub.store.photos.get(id)?.alt)).toEqual(['Grüße', '', 'three']);
    const uploads = stub.requests.filter(({ path }) => path.endsWith('/photos'));
    for (const { fields } of uploads) expect(fields).toMatchObject({ published: 'false', temporary: 'true' });
    expect(stub.calls.lastIndexOf(`POST /${PAGE}/photos`)).toBeLessThan(
      stub.calls.indexOf(`POST /${PAGE}/feed`),
    );
  });

  it('leaves nothing behind when one photo is refused', async () => {
    const refused = await infoOf(run(post('Look', [picture(), picture('', 'strange')])));
    expect(refused).toMatchObject({ kind: 'media_rejected', field: 'segments.0.media' });
    expect(stub.published()).toEqual([]);
  });

  it('has the other segments as comments below it, one with a photo', async () => {
    const segments = [
      { text: 'Post', media: [] },
      { text: 'First comment', media: [picture('shown')] },
      { text: 'Second comment', media: [] },
    ];
    const { remotes } = await run({ kind: 'publish', segments });
    const comments = [...stub.store.comments.values()];
    expect(comments.map(({ text, post: on }) => [text, on])).toEqual([
      ['First comment', ownPosts()[0]!.id],
      ['Second comment', ownPosts()[0]!.id],
    ]);
    expect(stub.store.photos.get(comments[0]!.photo!)?.alt).toBe('shown');
    expect(remotes.map(({ remoteId }) => remoteId)).toEqual([
      ownPosts()[0]!.id,
      ...comments.map(({ id }) => id),
    ]);
  });

  it('is refused by field before anything is sent', () => {
    const refused = (write: Write, field: string) =>
      expect(plan(write)).toMatchObject({ kind: 'validation', field });
    refused(post(' '), 'segments.0.text');
    refused(post('x', [picture('a'.repeat(1001))]), 'segments.0.media.0.alt');
    refused(post('x', [clip(), picture()]), 'segments.0.media');
    refused(post('x', [clip(), clip()]), 'segments.0.media');
    refused(post('x', [], { link: 'javascript:alert(1)' }), 'options.link');
    refused(post('x', [], { link: `https://example.com/${'x'.repeat(2000)}` }), 'options.link');
    refused(post('x', [picture()], { link: 'https://example.com' }), 'options.link');
    refused(post('x', [picture()], { format: 'reel' }), 'options.format');
    refused(post('x', [], { format: 'story' }), 'options.format');
    const second = (text: string, media: readonly WriteMedia[]): Write => ({
      kind: 'publish',
      segments: [
        { text: 'x', media: [] },
        { text, media },
      ],
    });
    refused(second('', []), 'segments.1.text');
    refused(second('x', [picture(), picture()]), 'segments.1.media');
    refused(second('x', [clip()]), 'segments.1.media');
    refused({ kind: 'publish', segments: [] }, 'segments');
    expect(plan({ ...post('x'), quoteUrl: 'https://example.com' })).toMatchObject({ kind: 'unsupported' });
  });

  it('is held to the limits that the account has', () => {
    const { publish } = network.defaults;
    const roomy = {
      ...network.defaults,
      publish: { ...publish, commentText: { max: 5, unit: 'utf16' as const } },
    };
    const long: Write = {
      kind: 'publish',
      segments: [
        { text: 'long enough', media: [] },
        { text: '123456', media: [] },
      ],
    };
    expect(plan(long, roomy)).toMatchObject({ field: 'segments.1.text', params: { max: 5, count: 6 } });
  });

  it('names the link that Facebook does not take', async () => {
    expect(await infoOf(run(post('x', [], { link: 'https://blocked.example/' })))).toMatchObject({
      kind: 'validation',
      field: 'options.link',
    });
  });

  it('is found again after a lost answer although others stand above it, and only where it is new', async () => {
    stub.store.addPost({ text: 'Same words' });
    stub.store.addPost({ text: 'Between' });
    const job = jobOf(network, post('Same words'), test.ctx);
    await runWaiting(job, (key) => key === 'post:0');
    expect(await lookTwice(job)).toEqual(['unknown', 'absent']);
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    for (let index = 0; index < 30; index += 1) stub.store.addPost({ text: `later ${index}` });
    expect(await settle(network, job, test.ctx)).toBe('arrived');
    expect(job.remotes).toHaveLength(1);
    const lost = jobOf(network, post('Lost'), test.ctx);
    await runWaiting(lost, (key) => key === 'post:0');
    for (let index = 0; index < 140; index += 1) stub.store.addPost({ text: `many ${index}` });
    expect(await settle(network, lost, test.ctx)).toBe('unknown');
  });

  it('is known by its photos where it has no text', async () => {
    const job = jobOf(network, post('', [picture('a'), picture('b')]), test.ctx);
    await runWaiting(job, (key) => key === 'post:0');
    stub.store.addPost({ text: '', photos: ['1'] });
    expect(await lookTwice(job)).toEqual(['unknown', 'absent']);
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, test.ctx)).toBe('arrived');
  });

  it('without a text is not found again where posts do not tell their photos, and not taken for absent', async () => {
    stub.hideTargets();
    const job = jobOf(network, post('', [picture('a'), picture('b')]), test.ctx);
    await runWaiting(job, (key) => key === 'post:0');
    expect(await lookTwice(job)).toEqual(['unknown', 'absent']);
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, test.ctx)).toBe('unknown');
  });

  it('of a link alone is known by its link, and not taken for a photo without a text', async () => {
    const job = jobOf(network, post('', [], { link: 'https://example.com/a?b=1' }), test.ctx);
    await runWaiting(job, (key) => key === 'post:0');
    stub.store.addPost({ text: '', photos: ['1'] });
    stub.store.addPost({ text: '', link: 'https://example.com/other' });
    expect(await lookTwice(job)).toEqual(['unknown', 'absent']);
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, test.ctx)).toBe('arrived');
    expect(job.remotes[0]!.remoteId).toBe(ownPosts().at(-1)!.id);
  });

  it('with the text of the post before is refused for good, and taken as sent where it is that post', async () => {
    await run(post('Twice'));
    expect(await infoOf(run(post('Twice')))).toMatchObject({ kind: 'validation', field: 'segments.0.text' });
    const job = jobOf(network, post('Thrice'), test.ctx);
    await runWaiting(job, (key) => key === 'post:0');
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect((await runJob(network, job, test.ctx)).remotes).toHaveLength(1);
    expect(stub.published()).toEqual(['Twice', 'Thrice']);
  });

  it('goes out once with each of its comments when an answer is lost', async () => {
    const segments = ['Post', 'Same', 'Same'].map((text) => ({ text, media: [] }));
    const job = jobOf(network, { kind: 'publish', segments }, test.ctx);
    await runWaiting(job, (key) => key === 'comment:2');
    expect(await lookTwice(job)).toEqual(['unknown', 'absent']);
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, test.ctx)).toBe('arrived');
    expect(stub.published()).toEqual(['Post', 'Same', 'Same']);
  });
});

describe('a video on a Facebook Page', () => {
  it('goes up in the parts that Facebook asks for, and comments wait until it can be seen', async () => {
    stub.setChunk(1024);
    stub.processFor(3);
    const write: Write = {
      kind: 'publish',
      segments: [
        { text: 'A film', media: [clip()] },
        { text: 'First!', media: [] },
      ],
    };
    const job = jobOf(network, write, test.ctx);
    expect(await runWaiting(job)).toBe(2);
    const [video] = [...stub.store.videos.values()];
    expect(Buffer.concat(video!.bytes).equals(videoFile.bytes)).toBe(true);
    expect(stub.calls.filter((call) => call === `POST /${PAGE}/videos`)).toHaveLength(1 + 5 + 1);
    expect(job.remotes[0]).toEqual({
      remoteId: video!.post,
      url: `${stub.url}/reel/${video!.id}/`,
      ref: { kind: 'post' },
    });
    expect([...stub.store.comments.values()]).toMatchObject([{ text: 'First!', post: video!.post }]);
  });

  it('begins its upload again where Facebook has forgotten the one before', async () => {
    const job = jobOf(network, post('A film', [clip()]), test.ctx);
    job.done.upload = { video: '1', session: 's1', from: 10, to: 20 };
    await runWaiting(job);
    expect(stub.published()).toEqual(['A film']);
  });

  it('is a reel where the person says so, sent whole to the upload host', async () => {
    stub.hideVideoPost();
    const job = jobOf(network, post('A reel', [clip()], { format: 'reel' }), test.ctx);
    await runWaiting(job);
    const [video] = [...stub.store.videos.values()];
    expect(video).toMatchObject({ reel: true, finished: true, received: videoFile.bytes.byteLength });
    // Where Facebook does not tell the post, the video's own id is what there is.
    expect(job.remotes[0]!.remoteId).toBe(video!.id);
  });

  it.each([
    ['wide', '9 wide to 16 high'],
    ['short', '3 seconds or more'],
  ])('is refused as a reel when it is too %s', async (mediaId, words) => {
    const refused = await infoOf(run(post('x', [clip(mediaId)], { format: 'reel' })));
    expect(refused).toMatchObject({ kind: 'media_rejected', field: 'segments.0.media' });
    expect(refused!.detail).toContain(words);
    expect(stub.calls).not.toContain(`POST /${PAGE}/video_reels`);
  });

  it('that Facebook cannot process is an error of the file', async () => {
    stub.processFor(1, true);
    const job = jobOf(network, post('A film', [clip()]), test.ctx);
    expect(await infoOf(runWaiting(job))).toMatchObject({
      kind: 'media_rejected',
      field: 'segments.0.media',
    });
  });

  it.each(['post', 'reel'])('as a %s is published once through a lost answer', async (format) => {
    const job = jobOf(network, post('A film', [clip()], { format }), test.ctx);
    await runWaiting(job, (key) => key === 'video');
    expect(await lookTwice(job)).toEqual(['unknown', 'absent']);
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    expect(await settle(network, job, test.ctx)).toBe('arrived');
    await runWaiting({ ...job, steps: job.steps.filter(({ key }) => !job.done[key]) });
    expect(stub.published()).toEqual(['A film']);
  });
});

describe('a video whose publishing ended unclearly', () => {
  const sentUnclearly = async (text: string, format: string) => {
    const job = jobOf(network, post(text, [clip()], { format }), test.ctx);
    await runWaiting(job, (key) => key === 'video');
    stub.break('lost_answer', 'write');
    expect(await infoOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    return job;
  };

  it.each(['post', 'reel'])('as a %s is not sent again while Facebook still works on it', async (format) => {
    stub.processFor(3);
    stub.tellVideos('late');
    const job = await sentUnclearly('', format);
    expect(await settle(network, job, test.ctx)).toBe('unknown');
    expect(await settle(network, job, test.ctx)).toBe('unknown');
    expect(await settle(network, job, test.ctx)).toBe('arrived');
  });

  it('is found by its text where Facebook tells no state, and without one only a person can tell', async () => {
    stub.tellVideos('none');
    expect(await settle(network, await sentUnclearly('A film', 'post'), test.ctx)).toBe('arrived');
    expect(await settle(network, await sentUnclearly('', 'post'), test.ctx)).toBe('unknown');
  });
});

describe('Facebook’s own codes', () => {
  it.each([
    [10, 1_893_063, 'policy_blocked'],
    [10, 2_018_278, 'policy_blocked'],
    [10, 2_018_108, 'permission'],
    [551, undefined, 'policy_blocked'],
    [10_900, undefined, 'duplicate'],
    [1_609_005, undefined, 'validation'],
    [324, undefined, 'media_rejected'],
    [352, undefined, 'media_rejected'],
    [10, undefined, 'permission'],
    [506, undefined, 'duplicate'],
  ] as const)('%s/%s means %s', (code, error_subcode, kind) => {
    expect(rowOf({ code, error_subcode }, [...facebookErrors, ...graphErrors])?.kind).toBe(kind);
  });
});
