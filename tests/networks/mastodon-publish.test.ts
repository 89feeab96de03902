import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Write } from '../../electron/main/networks/network';
import { errorOf, network, openMastodon, thrownBy, type Opened } from '../servers/mastodon/context';
import { OTHER } from '../servers/mastodon/store';
import { jobOf, runJob, settle } from './drive';
import { permitForTests } from './permit';

type Publish = Extract<Write, { kind: 'publish' }>;

describe('publishing on Mastodon', () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await openMastodon();
  });
  afterEach(() => opened.stub.close());

  const post = (text: string, more: Partial<Publish> = {}): Publish => ({
    kind: 'publish',
    segments: [{ text, media: [] }],
    ...more,
  });
  const withMedia = (...media: Publish['segments'][number]['media'][number][]): Publish =>
    post('', { segments: [{ text: 'Look', media }] });
  const clip = { mediaId: 'clip', alt: 'A clip', kind: 'video' } as const;
  const image = { mediaId: 'image', alt: 'A square' };
  const plan = (write: Write) => network.plan(write, opened.test.ctx.account, { now: 0 });
  const run = (write: Write) => runJob(network, jobOf(network, write, opened.test.ctx), opened.test.ctx);
  /** As the engine does: what waits is asked for again. */
  const upload = async (mediaId: string, looks = 5) => {
    const kind = mediaId === 'image' ? 'image' : 'video';
    const [step] = plan(withMedia({ ...clip, mediaId, kind }));
    const seen: string[] = [];
    let output: Record<string, unknown> | undefined;
    for (let look = 0; look < looks; look += 1) {
      const done = output === undefined ? {} : { [step!.key]: output };
      const result = await network.runStep(step!, done, opened.test.ctx, permitForTests);
      seen.push(result.state);
      output = { ...result.output };
      if (result.state === 'done') return { seen, id: output.id as string };
      expect(result.pollAt).toBeGreaterThan(opened.test.ctx.clock.now());
    }
    throw new Error('it never became ready');
  };

  it('sends a video of many parts whole, with its description, and waits until the server has worked on it', async () => {
    opened.stub.processFor(3);
    const { seen, id } = await upload('clip');
    expect(seen).toEqual(['wait', 'wait', 'wait', 'done']);
    expect(opened.stub.store.media.get(id)).toMatchObject({
      mime: 'video/mp4',
      description: 'A clip',
      bytes: 9 * 1024 * 1024,
    });
  });

  it('calls a video that the server cannot read rejected, and does not send what it would not take', async () => {
    expect((await errorOf(upload('broken'))).kind).toBe('media_rejected');
    const sent = opened.stub.calls.filter((call) => call === 'POST /api/v2/media').length;
    const { info } = await errorOf(upload('avi'));
    expect(info).toMatchObject({ kind: 'media_rejected', detail: 'the server takes no video/x-msvideo' });
    opened.stub.limitVideo(1000);
    const { capabilities } = await network.check(opened.test.ctx);
    const ctx = { ...opened.test.ctx, account: { ...opened.test.ctx.account, capabilities } };
    const [step] = plan(withMedia(clip));
    const tooLarge = await errorOf(network.runStep(step!, {}, ctx, permitForTests));
    expect(tooLarge.info).toMatchObject({ kind: 'media_rejected', params: { max: 1000 } });
    expect(opened.stub.calls.filter((call) => call === 'POST /api/v2/media')).toHaveLength(sent);
  });

  it('takes one video alone, and names the place of what is too much', () => {
    expect(thrownBy(() => plan(withMedia(clip, image))).info).toMatchObject({
      field: 'segments.0.media',
      params: { max: 1, count: 2 },
    });
    const long = { ...clip, alt: 'x'.repeat(1501) };
    expect(thrownBy(() => plan(withMedia(long))).info).toMatchObject({
      field: 'segments.0.media.0.alt',
      params: { max: 1500, count: 1501 },
    });
  });

  it('says where a server takes no video', async () => {
    opened.stub.setInstance({
      domain: 'still.example',
      configuration: { media_attachments: { supported_mime_types: ['image/png'] } },
    });
    const { capabilities } = await network.check(opened.test.ctx);
    expect(capabilities.publish.video).toMatchObject({ ok: false, why: 'instance' });
    const account = { ...opened.test.ctx.account, capabilities };
    const error = thrownBy(() => network.plan(withMedia(clip), account, { now: 0 }));
    expect(error.info).toMatchObject({ kind: 'validation', field: 'segments.0.media' });
  });

  it('gives every part of a thread its visibility, its warning and its sign', async () => {
    const segments = ['One', 'Two'].map((text) => ({ text, media: [] }));
    const options = { visibility: 'unlisted', contentWarning: ' Spiders ', sensitive: true };
    await run(post('', { segments, options }));
    expect(opened.stub.own()).toMatchObject(
      ['One', 'Two'].map((text) => ({ text, visibility: 'unlisted', spoiler: 'Spiders', sensitive: true })),
    );
    await run(post('Plain'));
    expect(opened.stub.own().at(-1)).toMatchObject({ visibility: 'public', spoiler: '', sensitive: false });
  });

  it('offers the options with the lengths of the server, and counts the warning into the text', () => {
    const { options } = opened.test.ctx.account.capabilities!.publish;
    expect(options).toEqual([
      { id: 'visibility', kind: 'choice', values: ['public', 'unlisted', 'private'], initial: 'public' },
      { id: 'contentWarning', kind: 'text', max: 500, required: false },
      { id: 'sensitive', kind: 'switch', initial: false },
    ]);
    const warned = (text: string, contentWarning: string) => post(text, { options: { contentWarning } });
    expect(() => plan(warned('x'.repeat(490), 'y'.repeat(10)))).not.toThrow();
    expect(thrownBy(() => plan(warned('x'.repeat(490), 'y'.repeat(11)))).info).toMatchObject({
      field: 'segments.0.text',
      params: { max: 500, count: 501 },
    });
    const strange = thrownBy(() => plan(post('x', { options: { visibility: 'direct' } })));
    expect(strange.info).toMatchObject({ kind: 'validation', field: 'options.visibility' });
  });

  it('quotes the post at an address, and finds its own quote again', async () => {
    const theirs = opened.stub.store.add({ by: OTHER, text: 'Quote me' });
    const job = jobOf(
      network,
      post('So true', { quoteUrl: `${opened.stub.url}/@x/${theirs.id}` }),
      opened.test.ctx,
    );
    const before = { ...job, steps: job.steps.filter(({ effect }) => effect === 'hidden') };
    await runJob(network, before, opened.test.ctx);
    opened.stub.break('timeout_after_commit', 'write');
    expect((await errorOf(runJob(network, job, opened.test.ctx))).kind).toBe('ambiguous');
    expect(await settle(network, job, opened.test.ctx)).toBe('arrived');
    expect(opened.stub.own()).toMatchObject([{ text: 'So true', quoted: theirs.id }]);
  });

  it('publishes nothing where the post to quote is not found, is none, or may not be quoted', async () => {
    const quote = (quoteUrl: string) => post('x', { quoteUrl });
    expect((await errorOf(run(quote(`${opened.stub.url}/@x/404`)))).info).toMatchObject({
      kind: 'validation',
      field: 'quoteUrl',
    });
    expect(thrownBy(() => plan(quote('not an address'))).info).toMatchObject({ field: 'quoteUrl' });
    const closed = opened.stub.store.add({ by: OTHER, text: 'Between us', visibility: 'private' });
    const refused = await errorOf(run(quote(`${opened.stub.url}/@x/${closed.id}`)));
    expect(refused.info).toMatchObject({ kind: 'validation', field: 'quoteUrl' });
    expect(opened.stub.own()).toEqual([]);
  });

  it('offers quotes from Mastodon 4.5 on, and says why not before', async () => {
    expect(opened.test.ctx.account.capabilities!.publish.quote).toEqual({ ok: true });
    opened.stub.setInstance({ domain: 'old.example', api_versions: { mastodon: 6 } });
    const { capabilities } = await network.check(opened.test.ctx);
    expect(capabilities.publish.quote).toMatchObject({ ok: false, why: 'instance' });
  });

  it('tells when uploads may go on after half an hour’s worth of them', async () => {
    for (let index = 0; index < 30; index += 1) await upload('image');
    const { info, sent } = await errorOf(upload('image'));
    expect(info.kind).toBe('rate_limited');
    expect(info.retryAt).toBeGreaterThan(Date.now());
    expect(sent).toBe('no');
    expect(opened.test.rates.findLast(({ remaining }) => remaining === 0)?.bucket).toBe('media');
  });

  it('counts the account itself, and leaves out what the server does not say', async () => {
    expect(await network.accountMetrics!(opened.test.ctx)).toEqual({ followers: 12, following: 3, posts: 0 });
    const http: typeof fetch = async (input, init) => {
      const body = (await (await fetch(input, init)).json()) as object;
      return Response.json({ ...body, followers_count: undefined, statuses_count: null });
    };
    expect(await network.accountMetrics!({ ...opened.test.ctx, http })).toEqual({ following: 3 });
  });
});
