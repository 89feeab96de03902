import { describe, expect, it } from 'vitest';
import type { NetworkError } from '../../electron/main/networks/errors';
import type { Write } from '../../electron/main/networks/network';
import { jobOf, runJob, runThroughWaits } from './drive';
import { errorOf, refusalOf } from './outcome';
import { permitForTests } from './permit';
import {
  conversation,
  network,
  newest,
  plan,
  type Publish,
  publish,
  puts,
  run,
  stub,
  test,
  useYoutube,
} from './youtube-context';

useYoutube();

describe('publishing on YouTube', () => {
  it('uploads out of sight, releases to whom it is for, and says what was made with AI', async () => {
    const job = jobOf(
      network,
      publish('About it', {
        options: { title: 'A film', visibility: 'unlisted', madeForKids: true },
        declareAi: true,
      }),
      test.ctx,
    );
    await runJob(network, { ...job, steps: job.steps.slice(0, 2) }, test.ctx);
    expect(newest().status.privacyStatus).toBe('private');
    const { remotes } = await runJob(network, job, test.ctx);
    expect(newest()).toMatchObject({
      title: 'A film',
      description: 'About it',
      status: { privacyStatus: 'unlisted', selfDeclaredMadeForKids: true, containsSyntheticMedia: true },
    });
    const { id } = newest();
    expect(remotes).toEqual([{ remoteId: id, url: `https://www.youtube.com/watch?v=${id}` }]);
    await run(publish('Plain'));
    expect(newest().status).toEqual({
      privacyStatus: 'public',
      selfDeclaredMadeForKids: false,
      containsSyntheticMedia: false,
    });
  });

  it('uploads in chunks with checkpoints, goes on from where YouTube is, and waits for processing', async () => {
    stub.processFor(2);
    const job = jobOf(network, publish('Long', {}, 'film'), test.ctx);
    const [session, upload] = job.steps;
    job.done.session = JSON.parse(
      JSON.stringify((await network.runStep(session!, {}, test.ctx, permitForTests)).output),
    );
    const first = await network.runStep(upload!, job.done, test.ctx, permitForTests);
    expect(first).toMatchObject({ state: 'wait' });
    expect(puts()).toBe(9);
    // The checkpoint was lost with the app: YouTube knows how far it is.
    await network.runStep(upload!, job.done, test.ctx, permitForTests);
    expect(puts()).toBe(11);
    const rest = { ...job, steps: job.steps.slice(1) };
    expect(await runThroughWaits(network, rest, test.ctx)).toBe(1);
    expect(stub.store.videos.size).toBe(1);
    expect(newest().status.privacyStatus).toBe('public');
  });

  it('makes one video through a lost answer to the last chunk, and through a forgotten upload', async () => {
    const job = jobOf(network, publish('Once'), test.ctx);
    stub.breakUpload('lose-answer');
    expect(await errorOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'server' });
    await runJob(network, job, test.ctx);
    expect(stub.store.videos.size).toBe(1);
    const second = jobOf(network, publish('Twice'), test.ctx);
    stub.breakUpload('lose-answer');
    expect(await errorOf(runJob(network, second, test.ctx))).toMatchObject({ kind: 'server' });
    stub.breakUpload('forget-session');
    await runJob(network, second, test.ctx);
    expect(stub.store.videos.size).toBe(2);
    const third = jobOf(network, publish('Again'), test.ctx);
    stub.breakUpload('forget-session');
    expect(await runThroughWaits(network, third, test.ctx)).toBe(1);
    expect([...stub.store.videos.values()].map(({ description }) => description)).toEqual([
      'Once',
      'Twice',
      'Again',
    ]);
  });

  it('says why YouTube could not process a video, and refuses what it would refuse before it is uploaded', async () => {
    stub.processFor(3);
    const job = jobOf(network, publish('Broken'), test.ctx);
    const turn = async () => {
      for (const step of job.steps.slice(0, 2)) {
        const result = await network.runStep(step, job.done, test.ctx, permitForTests);
        job.done[step.key] = { ...result.output };
      }
    };
    await turn();
    Object.assign(newest(), { uploadStatus: 'failed', failureReason: 'codec' });
    expect(await errorOf(network.runStep(job.steps[1]!, job.done, test.ctx, permitForTests))).toMatchObject({
      kind: 'media_rejected',
      field: 'segments.0.media.0',
      detail: 'YouTube: failed codec',
    });
    const before = stub.calls.length;
    for (const mediaId of ['gif', 'endless'])
      expect(await errorOf(run(publish('x', {}, mediaId)))).toMatchObject({ kind: 'media_rejected' });
    expect(stub.calls).toHaveLength(before);
  });

  it('does not call a video published that YouTube keeps private', async () => {
    stub.lockUploads();
    expect(await errorOf(run(publish('For all')))).toMatchObject({
      kind: 'policy_blocked',
      detail: 'YouTube keeps the video private',
    });
    const { remotes } = await run(publish('For me', { options: { title: 'x', visibility: 'private' } }));
    expect(remotes).toHaveLength(1);
  });

  it('lets the address of an upload into no error and no progress, and forgets it at the end', async () => {
    const job = jobOf(network, publish('x'), test.ctx);
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
    const [, secret] = /upload_id=(\w+)/.exec(test.ctx.secrets.read().uploads!)!;
    expect(JSON.stringify(job)).not.toContain(secret);
    stub.break('server_error');
    const thrown = await network
      .runStep(job.steps[1]!, job.done, test.ctx, permitForTests)
      .catch((error: unknown) => error as NetworkError);
    expect(thrown).toMatchObject({ info: { kind: 'server' } });
    const words = `${JSON.stringify(thrown)} ${(thrown as NetworkError).stack} ${test.lines.join()}`;
    expect(words).not.toContain(secret);
    await runJob(network, job, test.ctx);
    expect(JSON.stringify(job)).not.toContain(secret);
    expect(test.ctx.secrets.read().uploads).toBe('{}');
  });

  it('uploads anew where the person has connected again meanwhile, and shows one video', async () => {
    const job = jobOf(network, publish('x'), test.ctx);
    const { uploads: _, ...secrets } = test.ctx.secrets.read();
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
    test.ctx.secrets.replace(secrets);
    await runThroughWaits(network, { ...job, steps: job.steps.slice(1) }, test.ctx);
    expect([...stub.store.videos.values()]).toMatchObject([{ status: { privacyStatus: 'public' } }]);
  });

  it('names the field of what cannot be published', () => {
    const clip = { mediaId: 'clip', alt: '', kind: 'video' } as const;
    const segment = (media: Publish['segments'][number]['media']) => ({ text: 'x', media });
    for (const [write, field] of [
      [publish('x', { options: {} }), 'options.title'],
      [publish('x', { options: { title: '<b>' } }), 'options.title'],
      [publish('x', { options: { title: 'x'.repeat(101) } }), 'options.title'],
      [publish('x', { options: { title: 'x', visibility: 'friends' } }), 'options.visibility'],
      [publish('a > b'), 'segments.0.text'],
      [publish('ü'.repeat(2501)), 'segments.0.text'],
      [publish('x', { segments: [segment([])] }), 'segments.0.media'],
      [publish('x', { segments: [segment([{ mediaId: 'image', alt: '' }])] }), 'segments.0.media'],
      [publish('x', { segments: [segment([clip, clip])] }), 'segments.0.media'],
      [publish('x', { segments: [segment([clip]), segment([])] }), 'segments'],
    ] as const)
      expect(refusalOf(() => plan(write))).toMatchObject({ kind: 'validation', field });
    expect(() => plan(publish(''))).not.toThrow();
  });

  it('refuses what YouTube has no way for', () => {
    const target = { remoteId: 'Ugx1', ref: {} };
    for (const write of [
      publish('x', { quoteUrl: 'https://x' }),
      { kind: 'like', conversation: conversation('Ugx1'), target },
      { kind: 'mark_read', conversation: conversation('Ugx1'), upTo: 1 },
      { kind: 'dm', conversation: conversation('Ugx1'), text: 'x' },
      { kind: 'reply', conversation: conversation('Ugx1'), parent: target, text: 'x', private: true },
    ] satisfies Write[])
      expect(refusalOf(() => plan(write))).toMatchObject({ kind: 'unsupported' });
  });
});
