import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PostOptions } from '@shared/domain/network';
import { NetworkError } from '../../electron/main/networks/errors';
import type {
  AccountCtx,
  MediaBytes,
  StepOutput,
  StepResult,
  Write,
} from '../../electron/main/networks/network';
import { OTHER, OWN } from '../servers/x/store';
import { startXStub, type XStub } from '../servers/x/stub';
import type { TestContext } from './context';
import { jobOf, runJob, settle, type StoredJob } from './drive';
import { permitForTests } from './permit';
import { pullAll } from './suite';
import { connectedTo, image } from './x-fixture';

const MB = 1024 * 1024;
const gif: MediaBytes = { ...image, mime: 'image/gif', bytes: Buffer.from('GIF89a and more') };
const video = (bytes: number, seconds: number | null = 12) => ({
  bytes: Buffer.alloc(bytes, 7),
  mime: 'video/mp4',
  width: 640,
  height: 360,
  seconds,
});
type Publish = Extract<Write, { kind: 'publish' }>;
type Media = Publish['segments'][number]['media'];

describe('publishing on X', () => {
  let stub: XStub;
  let test: TestContext;
  let opened: Awaited<ReturnType<typeof connectedTo>>;
  beforeEach(async () => {
    stub = await startXStub();
    opened = await connectedTo(stub);
    test = opened.context({
      media: { image, gif },
      files: {
        film: video(5 * MB),
        long: video(40 * MB),
        slow: video(1000, 141),
        odd: { ...video(10), mime: 'video/x-ms-wmv' },
      },
    });
  });
  afterEach(() => stub.close());

  const post = (text: string, media: Media = [], more: Partial<Publish> = {}): Publish => ({
    kind: 'publish',
    segments: [{ text, media }],
    ...more,
  });
  const plan = (write: Write, ctx: AccountCtx = test.ctx) => jobOf(opened.network, write, ctx);
  const run = (write: Write) => runJob(opened.network, plan(write), test.ctx);
  const errorOf = async (work: Promise<unknown>): Promise<NetworkError> => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(NetworkError);
    return error as NetworkError;
  };
  const refusalOf = (write: Write) => {
    try {
      plan(write);
    } catch (error) {
      return (error as NetworkError).info;
    }
    return null;
  };
  /** One step as the engine runs it: again and again with what it gave, until it is done. */
  const finish = async (job: StoredJob, at = 0, limit = 10) => {
    const waits: StepResult[] = [];
    const step = job.steps[at]!;
    let before: StepOutput | undefined = job.done[step.key];
    for (let tries = 0; tries < limit; tries += 1) {
      const done = before === undefined ? job.done : { ...job.done, [step.key]: before };
      const result = await opened.network.runStep(step, done, test.ctx, permitForTests);
      before = JSON.parse(JSON.stringify(result.output)) as StepOutput;
      if (result.state === 'wait') waits.push(result);
      job.done[step.key] = { ...before };
      if (result.state === 'done') break;
    }
    return waits;
  };
  const calls = (part: string) => stub.calls.filter((call) => call.includes(part));
  const own = () => stub.own();

  it('sends up to four images with their descriptions, and charges for what it describes', async () => {
    const media = ['one', '', 'three', 'four'].map((alt) => ({ mediaId: 'image', alt }));
    const { remotes } = await run(post('Look', media));
    const sent = own()[0]!;
    expect(sent.media.map((id) => stub.store.uploads.get(id)?.alt)).toEqual(['one', null, 'three', 'four']);
    expect(remotes[0]).toMatchObject({ remoteId: sent.id, url: `${stub.url}/brand/status/${sent.id}` });
    expect(test.uses).toEqual([
      ['altText', 1],
      ['altText', 1],
      ['altText', 1],
      ['post', 1],
    ]);
    expect(Object.fromEntries(stub.store.charged)).toEqual({ altText: 3, post: 1 });
  });

  it('sends an image alone, without a word', async () => {
    await run(post('', [{ mediaId: 'image', alt: '' }]));
    expect(own()).toMatchObject([{ text: '' }]);
  });

  it('takes a GIF in parts, alone and described, and not among images', async () => {
    await run(post('Moving', [{ mediaId: 'gif', alt: 'a cat' }]));
    const upload = stub.store.uploads.get(own()[0]!.media[0]!);
    expect(upload).toMatchObject({ category: 'tweet_gif', alt: 'a cat', total: gif.bytes.length });
    const two = post('Two', [
      { mediaId: 'image', alt: '' },
      { mediaId: 'gif', alt: '' },
    ]);
    const error = await errorOf(run(two));
    expect(error.info).toMatchObject({ kind: 'media_rejected', field: 'segments.0.media.1' });
  });

  it('uploads a video in parts and waits while X works on it, as long as X says', async () => {
    stub.processFor(2);
    const job = plan(post('Film', [{ mediaId: 'film', alt: '', kind: 'video' }]));
    const waits = await finish(job);
    expect(waits).toHaveLength(2);
    for (const wait of waits) expect(wait.state === 'wait' && wait.pollAt).toBeGreaterThan(Date.now() + 500);
    expect(calls('/append')).toHaveLength(2);
    await runJob(opened.network, job, test.ctx);
    const upload = stub.store.uploads.get(own()[0]!.media[0]!)!;
    expect(upload.category).toBe('tweet_video');
    expect(Buffer.concat([...upload.parts.values()])).toHaveLength(5 * MB);
  });

  it('goes on with a long upload where it stopped', async () => {
    const job = plan(post('Long', [{ mediaId: 'long', alt: '', kind: 'video' }]));
    expect(await finish(job, 0, 1)).toMatchObject([{ output: { next: 8 } }]);
    stub.break('server_error');
    const error = await errorOf(finish(job));
    expect(error.kind).toBe('server');
    await finish(job);
    expect(calls('/initialize')).toHaveLength(1);
    // Ten parts, one of them tried twice.
    expect(calls('/append')).toHaveLength(11);
    await runJob(opened.network, job, test.ctx);
    expect(own()).toHaveLength(1);
  });

  it('begins an upload anew that X has forgotten by now', async () => {
    const job = plan(post('Long', [{ mediaId: 'long', alt: '', kind: 'video' }]));
    await finish(job, 0, 1);
    const nextDay = opened.context({
      clock: { ...test.ctx.clock, now: () => Date.now() + 24 * 60 * 60_000 },
      files: { long: video(40 * MB) },
    });
    const result = await opened.network.runStep(job.steps[0]!, job.done, nextDay.ctx, permitForTests);
    expect(result).toMatchObject({ state: 'wait', output: { next: 8 } });
    expect(calls('/initialize')).toHaveLength(2);
  });

  it('says which file X cannot use, before and after it was sent', async () => {
    const film = (mediaId: string) => post('x', [{ mediaId, alt: '', kind: 'video' }]);
    const field = 'segments.0.media.0';
    for (const mediaId of ['slow', 'odd'])
      expect((await errorOf(run(film(mediaId)))).info).toMatchObject({ kind: 'media_rejected', field });
    expect(calls('/media')).toEqual([]);
    const huge = {
      mime: 'video/mp4',
      bytes: 600 * MB,
      width: 1,
      height: 1,
      seconds: 60,
      read: () => Promise.reject(new Error('not read')),
    };
    const ctx: AccountCtx = { ...test.ctx, file: async () => huge };
    const tooLarge = runJob(opened.network, plan(film('huge')), ctx);
    expect((await errorOf(tooLarge)).info).toMatchObject({ kind: 'media_rejected', field });
    stub.processFor(0, true);
    expect((await errorOf(run(film('film')))).info).toMatchObject({ kind: 'media_rejected', field });
    const strange = opened.context({ media: { image: { ...image, mime: 'image/x-icon' } } });
    const job = plan(post('x', [{ mediaId: 'image', alt: '' }]));
    expect((await errorOf(runJob(opened.network, job, strange.ctx))).kind).toBe('media_rejected');
    expect(own()).toEqual([]);
  });

  it('declares what AI made and what is paid for, and who may answer, only where it is so', async () => {
    await run(post('Plain', [], { options: { replySettings: 'everyone', paidPartnership: false } }));
    const options: PostOptions = { replySettings: 'mentionedUsers', paidPartnership: true };
    const segments = ['First', 'Second'].map((text) => ({ text, media: [] }));
    await run({ kind: 'publish', segments, options, declareAi: true });
    expect(own()).toMatchObject([
      { text: 'Plain', madeWithAi: false, paidPartnership: false, replySettings: 'everyone' },
      { text: 'First', madeWithAi: true, paidPartnership: true, replySettings: 'mentionedUsers' },
      { text: 'Second', madeWithAi: true, paidPartnership: true, replySettings: 'everyone' },
    ]);
  });

  it('refuses by field what X would refuse, before anything is sent', () => {
    const conversation = { remoteKey: '1', type: 'mention' } as const;
    const target = { remoteId: '1', ref: {} };
    const film = { mediaId: 'film', alt: '', kind: 'video' } as const;
    const picture = { mediaId: 'image', alt: '' };
    const cases: readonly (readonly [Write, object])[] = [
      [post(''), { field: 'segments.0.text' }],
      [post('漢'.repeat(141)), { field: 'segments.0.text', params: { max: 280, count: 282 } }],
      [post('$AAPL or $TSLA'), { field: 'segments.0.text', kind: 'validation' }],
      [post('x', Array(5).fill(picture)), { field: 'segments.0.media', params: { max: 4, count: 5 } }],
      [post('x', [film, film]), { field: 'segments.0.media', params: { max: 1, count: 2 } }],
      [post('x', [film, picture]), { field: 'segments.0.media', params: { max: 1, count: 2 } }],
      [
        post('x', [picture, { ...picture, alt: 'x'.repeat(1001) }]),
        { field: 'segments.0.media.1.alt', params: { max: 1000, count: 1001 } },
      ],
      [post('x', [], { options: { replySettings: 'friends' } }), { field: 'options.replySettings' }],
      [post('x', [], { options: { paidPartnership: 'yes' } }), { field: 'options.paidPartnership' }],
      [post('x', [], { quoteUrl: 'https://x.com/a/status/1' }), { kind: 'unsupported' }],
      [{ kind: 'like', conversation, target }, { kind: 'unsupported' }],
      [{ kind: 'unlike', conversation, target }, { kind: 'unsupported' }],
      [{ kind: 'hide', conversation, target }, { kind: 'unsupported' }],
      [{ kind: 'delete_other', conversation, target }, { kind: 'unsupported' }],
      [{ kind: 'mark_read', conversation, upTo: 1 }, { kind: 'unsupported' }],
      [{ kind: 'dm', conversation, text: 'x' }, { kind: 'unsupported' }],
      [
        { kind: 'dm', conversation: { remoteKey: '1-2', type: 'dm' }, text: 'x'.repeat(10_001) },
        { field: 'text', params: { max: 10_000, count: 10_001 } },
      ],
      [{ kind: 'reply', conversation, parent: target, text: 'x', private: true }, { kind: 'unsupported' }],
    ];
    for (const [write, expected] of cases) expect(refusalOf(write)).toMatchObject(expected);
  });

  it('stops a thread that X does not let go on, with its reason and its place, and never tries again', async () => {
    stub.store.allowSelfReplies(false);
    const segments = ['one', 'two', 'three'].map((text) => ({ text, media: [] }));
    const job = plan({ kind: 'publish', segments });
    const error = await errorOf(runJob(opened.network, job, test.ctx));
    expect(error.info).toMatchObject({ kind: 'policy_blocked', field: 'segments.1.text' });
    expect(error.info.detail).toContain('X has published 1 of the thread');
    expect([error.retry, error.sent]).toEqual(['never', 'no']);
    expect(job.remotes).toHaveLength(1);
    expect(own().map(({ text }) => text)).toEqual(['one']);
    expect(test.uses).toEqual([['post', 1]]);
  });

  it('finds its own post again whatever X made of links, signs and names', async () => {
    const question = stub.store.add({ text: '@brand Where?' });
    const { messages } = await pullAll(opened.network, 'notifications', null, test.ctx);
    const parent = messages.find(({ remoteId }) => remoteId === question.id)!;
    const texts: readonly Write[] = [
      post('1 < 2 && 3 > 2: https://example.com/a?b=1&c=2 and example.org/x ☕️'),
      {
        kind: 'reply',
        conversation: { remoteKey: '1', type: 'mention' },
        parent,
        text: '@ana here: https://example.com',
      },
      post('Two  spaces\n\nand lines', [{ mediaId: 'image', alt: '' }]),
    ];
    for (const write of texts) {
      const job = plan(write);
      for (const [index, step] of job.steps.entries()) if (step.effect === 'hidden') await finish(job, index);
      stub.break('timeout_after_commit', 'write');
      expect((await errorOf(runJob(opened.network, job, test.ctx))).kind).toBe('ambiguous');
      expect(await settle(opened.network, job, test.ctx)).toBe('arrived');
      expect(job.remotes).toHaveLength(1);
    }
    expect(own()).toHaveLength(3);
    expect(test.uses.filter(([price]) => ['postWithUrl', 'reply', 'post'].includes(price))).toEqual([
      ['postWithUrl', 1],
      ['reply', 1],
      ['post', 1],
    ]);
  });

  const patient = () => opened.context({ clock: { ...test.ctx.clock, now: () => Date.now() + 31_000 } }).ctx;
  const marked = async (write: Write) => {
    const job = plan(write);
    for (const [index, step] of job.steps.entries()) if (step.effect === 'hidden') await finish(job, index);
    return job;
  };

  it('looks whether it is there: absent, or not to be told', async () => {
    const lost = await marked(post('Lost'));
    expect(await settle(opened.network, lost, test.ctx)).toBe('unknown');
    expect(await settle(opened.network, lost, patient())).toBe('absent');
    stub.store.add({ by: OWN, text: 'Lost', ago: 60 * 60_000 });
    // The same words from before: only a person knows whether they are meant.
    expect(await settle(opened.network, lost, test.ctx)).toBe('unknown');
    const buried = await marked(post('Buried'));
    for (let index = 0; index < 25; index += 1) stub.store.add({ by: OWN, text: `more ${index}` });
    expect(await settle(opened.network, buried, test.ctx)).toBe('unknown');
  });

  it('tells segments with the same words apart by what they answer', async () => {
    const segments = ['Same', 'Same'].map((text) => ({ text, media: [] }));
    const job = await marked({ kind: 'publish', segments });
    await runJob(opened.network, { ...job, steps: job.steps.slice(0, 2) }, test.ctx);
    expect(await settle(opened.network, job, test.ctx)).toBe('unknown');
    expect(await settle(opened.network, job, patient())).toBe('absent');
    await runJob(opened.network, job, test.ctx);
    expect(own().map(({ parent }) => parent)).toEqual([null, own()[0]!.id]);
  });

  it('charges an answer to oneself as a post, by its link', async () => {
    const first = stub.store.add({ by: OWN, text: 'First' });
    const parent = { remoteId: first.id, ref: { summons: 'own' } };
    const conversation = { remoteKey: '1', type: 'comment' } as const;
    await run({ kind: 'reply', conversation, parent, text: 'More' });
    await run({ kind: 'reply', conversation, parent, text: 'More at example.com' });
    expect(Object.fromEntries(stub.store.charged)).toEqual({ post: 1, postWithUrl: 1 });
    expect(test.uses).toEqual([
      ['post', 1],
      ['postWithUrl', 1],
    ]);
  });

  it('takes a refused repetition for a question, and answers it by looking', async () => {
    const job = await marked(post('Again'));
    stub.store.add({ by: OWN, text: 'Again' });
    const error = await errorOf(runJob(opened.network, job, test.ctx));
    expect([error.kind, error.sent, error.retry]).toEqual(['duplicate', 'maybe', 'after_reconcile']);
    expect(await settle(opened.network, job, test.ctx)).toBe('arrived');
    expect(own()).toHaveLength(1);
  });

  it('stops without another try when there are no credits left', async () => {
    stub.store.setCredits(14_999);
    const error = await errorOf(run(post('Too poor')));
    expect(error.info).toMatchObject({ kind: 'quota_exhausted' });
    expect(error.info.retryAt).toBeUndefined();
    expect(error.sent).toBe('no');
    expect(test.uses).toEqual([]);
  });

  it('tells the limit of writes under a name of its own, and when a used up one ends', async () => {
    await run(post('Counted'));
    expect(test.rates.find(({ bucket }) => bucket === 'write:posts')).toMatchObject({
      limit: 100,
      remaining: 99,
    });
    const conversation = { remoteKey: `${OWN}-${OTHER}`, type: 'dm' } as const;
    for (let index = 0; index < 15; index += 1) await run({ kind: 'dm', conversation, text: `${index}` });
    expect(test.rates.findLast(({ bucket }) => bucket === 'direct')).toMatchObject({ remaining: 0 });
    const error = await errorOf(run({ kind: 'dm', conversation, text: 'one more' }));
    expect(error.kind).toBe('rate_limited');
    expect(error.info.retryAt).toBeGreaterThan(Date.now());
  });

  it('gives the numbers that X has: clicks for 30 days, and none for what is gone', async () => {
    const fresh = stub.store.add({ by: OWN, text: 'fresh' });
    const old = stub.store.add({ by: OWN, text: 'old', ago: 31 * 24 * 60 * 60_000 });
    const found = await opened.network.metrics([fresh.id, old.id, '1'], test.ctx);
    const counts = { likes: 2, replies: 1, reposts: 0, quotes: 0, saves: 4, impressions: 90 };
    expect(Object.fromEntries(found)).toEqual({ [fresh.id]: { ...counts, clicks: 5 }, [old.id]: counts });
    expect(test.uses).toEqual([
      ['ownRead', 1],
      ['ownRead', 1],
    ]);
    expect(await opened.network.accountMetrics?.(test.ctx)).toEqual({
      followers: 12,
      following: 3,
      posts: 40,
    });
  });
});
