import { describe, expect, it } from 'vitest';
import type { Write } from '../../electron/main/networks/network';
import { PERSON } from '../servers/linkedin/store';
import { jobOf, runThroughWaits } from './drive';
import {
  network,
  opened,
  plan,
  postNow,
  publish,
  run,
  stub,
  test,
  useLinkedin,
  withMedia,
} from './linkedin-context';
import { errorOf, refusalOf } from './outcome';
import { permitForTests } from './permit';

useLinkedin();

describe('publishing on LinkedIn', () => {
  it('publishes characters of its own syntax as they are', async () => {
    const text = '(1) [a] {b} @c #d *e* _f_ ~g~ <h> | \\ i';
    await run(publish(text));
    expect(stub.published().map((one) => one.text)).toEqual([text]);
    expect(postNow().commentary).toContain('\\(1\\) \\[a\\]');
  });

  it('publishes one image, several, a link, and for a person to their connections only', async () => {
    const alt = 'a red square';
    await run(withMedia([{ mediaId: 'image', alt }]));
    expect(postNow().content).toMatchObject({ media: { altText: alt } });
    await run(
      withMedia([
        { mediaId: 'image', alt },
        { mediaId: 'image', alt: '' },
      ]),
    );
    expect(postNow().content).toEqual({
      multiImage: { images: [{ id: expect.any(String), altText: alt }, { id: expect.any(String) }] },
    });
    await run(publish('Read', { options: { link: 'https://example.com/a', linkTitle: 'A page' } }));
    expect(postNow().content).toEqual({ article: { source: 'https://example.com/a', title: 'A page' } });
    const person = opened.as(PERSON);
    const { remotes } = await run(publish('Among us', { options: { visibility: 'connections' } }), person);
    expect(postNow()).toMatchObject({ author: PERSON, visibility: 'CONNECTIONS' });
    expect(remotes).toEqual([
      {
        remoteId: postNow().id,
        url: `https://www.linkedin.com/feed/update/${postNow().id}/`,
        ref: { post: postNow().id },
      },
    ]);
  });

  it('uploads a video in parts, goes on after a break, and waits until LinkedIn has worked on it', async () => {
    stub.processFor(2);
    const write = withMedia([{ mediaId: 'film', alt: '', kind: 'video' }]);
    const job = jobOf(network, write, test.ctx);
    const [step] = job.steps;
    const first = await network.runStep(step!, {}, test.ctx, permitForTests);
    expect(first.state).toBe('wait');
    job.done[step!.key] = JSON.parse(JSON.stringify(first.output));
    // Whoever has such an address can put a part there: it is kept with the secrets.
    expect(JSON.stringify(job)).not.toContain('sig=signed');
    expect(test.ctx.secrets.read().uploads).toContain('sig=signed');
    const before = stub.calls.filter((call) => call.startsWith('PUT')).length;
    expect(before).toBe(8);
    expect(await runThroughWaits(network, job, test.ctx)).toBe(2);
    expect(stub.calls.filter((call) => call.startsWith('PUT'))).toHaveLength(11);
    expect(stub.calls.filter((call) => call.includes('initializeUpload'))).toHaveLength(1);
    expect(test.ctx.secrets.read().uploads).toBe('{}');
    expect(postNow().content).toEqual({ media: { id: expect.stringMatching(/^urn:li:video:/) } });
  });

  it('uploads a video anew, once, where the addresses for its parts are too old to go on', async () => {
    const job = jobOf(network, withMedia([{ mediaId: 'film', alt: '', kind: 'video' }]), test.ctx);
    const [step] = job.steps;
    const goOn = async () => {
      const { output } = await network.runStep(step!, job.done, test.ctx, permitForTests);
      job.done[step!.key] = JSON.parse(JSON.stringify(output));
    };
    await goOn();
    stub.passTime(61_000);
    await goOn();
    stub.passTime(61_000);
    expect(await errorOf(goOn())).toMatchObject({ kind: 'permission' });
    expect(stub.calls.filter((call) => call.includes('initializeUpload'))).toHaveLength(2);
  });

  it('refuses a video that LinkedIn would refuse before it uploads it, and says so when processing fails', async () => {
    for (const mediaId of ['long', 'mov']) {
      const refused = await errorOf(run(withMedia([{ mediaId, alt: '', kind: 'video' }])));
      expect(refused).toMatchObject({ kind: 'media_rejected', field: 'segments.0.media.0' });
    }
    expect(stub.calls.some((call) => call.startsWith('PUT'))).toBe(false);
    stub.processFor(5);
    const steps = plan(withMedia([{ mediaId: 'film', alt: '', kind: 'video' }]));
    let output: Record<string, unknown> = {};
    for (let turn = 0; turn < 2; turn += 1)
      output = {
        ...(await network.runStep(steps[0]!, { [steps[0]!.key]: output }, test.ctx, permitForTests)).output,
      };
    [...stub.store.files.values()].at(-1)!.status = 'PROCESSING_FAILED';
    const failed = network.runStep(steps[0]!, { [steps[0]!.key]: output }, test.ctx, permitForTests);
    expect(await errorOf(failed)).toMatchObject({ kind: 'media_rejected' });
    expect(await errorOf(run(withMedia([{ mediaId: 'empty', alt: '' }])))).toMatchObject({
      kind: 'media_rejected',
    });
  });

  it('names the field of what cannot be published, before anything is sent', () => {
    const before = stub.calls.length;
    const three = {
      kind: 'publish',
      segments: ['a', 'b', 'c'].map((text) => ({ text, media: [] })),
    } as const;
    const images = (count: number) => Array.from({ length: count }, () => ({ mediaId: 'image', alt: '' }));
    const video = { mediaId: 'film', alt: '', kind: 'video' } as const;
    expect(refusalOf(() => plan(publish(' ')))).toMatchObject({ field: 'segments.0.text' });
    expect(refusalOf(() => plan(three, opened.as(PERSON)))).toMatchObject({
      field: 'segments',
      params: { max: 1 },
    });
    expect(
      refusalOf(() => plan({ ...three, segments: [three.segments[0]!, { text: 'b', media: images(1) }] })),
    ).toMatchObject({
      field: 'segments.1.media',
      params: { max: 0, count: 1 },
    });
    expect(
      refusalOf(() =>
        plan({ ...three, segments: [three.segments[0]!, { text: 'x'.repeat(1251), media: [] }] }),
      ),
    ).toMatchObject({ field: 'segments.1.text', params: { max: 1250, count: 1251 } });
    expect(refusalOf(() => plan(withMedia([video, ...images(1)])))).toMatchObject({
      field: 'segments.0.media',
      params: { max: 1, count: 2 },
    });
    expect(refusalOf(() => plan(withMedia([{ mediaId: 'image', alt: 'x'.repeat(4087) }])))).toMatchObject({
      field: 'segments.0.media.0.alt',
    });
    for (const [options, field] of [
      [{ link: 'ftp://example.com' }, 'options.link'],
      [{ link: 'https://example.com', linkTitle: 'x'.repeat(401) }, 'options.linkTitle'],
      [{ visibility: 'logged_in' }, 'options.visibility'],
    ] as const)
      expect(refusalOf(() => plan(publish('x', { options }), opened.as(PERSON)))).toMatchObject({
        kind: 'validation',
        field,
      });
    const both = { ...withMedia(images(1)), options: { link: 'https://example.com' } };
    expect(refusalOf(() => plan(both))).toMatchObject({ field: 'options.link' });
    expect(stub.calls).toHaveLength(before);
  });

  it('refuses what LinkedIn has no way for', () => {
    const conversation = { remoteKey: 'x', type: 'comment' } as const;
    const target = { remoteId: 'urn:li:comment:(urn:li:activity:1,2)', ref: {} };
    for (const write of [
      publish('x', { quoteUrl: 'https://x' }),
      { kind: 'hide', conversation, target },
      { kind: 'delete_other', conversation, target },
      { kind: 'mark_read', conversation, upTo: 1 },
      { kind: 'dm', conversation, text: 'x' },
      { kind: 'reply', conversation, parent: target, text: 'x', private: true },
    ] satisfies Write[])
      expect(refusalOf(() => plan(write))).toMatchObject({ kind: 'unsupported' });
    expect(refusalOf(() => plan({ kind: 'like', conversation, target }, opened.as(PERSON)))).toMatchObject({
      kind: 'unsupported',
    });
  });
});
