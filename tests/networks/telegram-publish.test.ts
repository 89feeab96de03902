import { describe, expect, it } from 'vitest';
import type { Write } from '../../electron/main/networks/network';
import { ANA, CHANNEL, DISCUSSION } from '../servers/telegram/store';
import { jobOf, runJob, settle } from './drive';
import { errorOf } from './outcome';
import {
  clock,
  movie,
  network,
  opened,
  picture,
  planError,
  publish,
  pull,
  run,
  sentCalls,
  stub,
  test,
  useTelegram,
} from './telegram-context';

useTelegram();

describe('Telegram: publishing', () => {
  it('sends words as they are, without a sound where that is chosen', async () => {
    const { remotes } = await run(publish('*not bold* <b>', [], { silent: true }));
    const [post] = stub.store.sent;
    expect(post).toMatchObject({ text: '*not bold* <b>', silent: true });
    expect(sentCalls()[0]!.params).not.toHaveProperty('parse_mode');
    expect(remotes[0]).toMatchObject({
      remoteId: `${CHANNEL}/${post!.message_id}`,
      url: `https://t.me/candornews/${post!.message_id}`,
    });
    expect(planError(publish('x', [], { silent: 'yes' }))).toMatchObject({ field: 'options.silent' });
  });

  it('sends one photo, one video, and both together as one album that is deleted as one', async () => {
    await run(publish('A photo', [picture]));
    await run(publish('A video', [movie]));
    const { remotes } = await run(publish('Both', [picture, movie, picture]));
    expect(stub.store.sent.map(({ photo, video: film, caption }) => [!!photo, !!film, caption])).toEqual([
      [true, false, 'A photo'],
      [false, true, 'A video'],
      [true, false, 'Both'],
      [false, true, undefined],
      [true, false, undefined],
    ]);
    expect(stub.store.sent[1]!.video).toMatchObject({ bytes: 9_000_000 });
    const facts = { width: 4, height: 3, duration: 9, supports_streaming: true };
    expect(sentCalls()[1]!.params).toMatchObject(facts);
    expect(sentCalls()[2]!.params.media).toMatchObject([{ type: 'photo' }, { type: 'video', ...facts }, {}]);
    expect(remotes[0]!.remoteId).toMatch(/\/\d+,\d+,\d+$/);
    await run({ kind: 'delete', remoteIds: [remotes[0]!.remoteId] });
    expect(stub.texts(CHANNEL)).toEqual(['A photo', 'A video']);
    expect(await network.exists(remotes[0]!.remoteId, test.ctx)).toBe(false);
  });

  it('hangs every part of a thread below the one before it', async () => {
    const segments = ['one', 'two', 'three'].map((text) => ({ text, media: [] }));
    await run({ kind: 'publish', segments });
    const [one, two, three] = stub.store.sent;
    expect(two!.reply_to_message).toMatchObject({ message_id: one!.message_id });
    expect(three!.reply_to_message).toMatchObject({ message_id: two!.message_id });
  });

  it('holds a text below media to the length of a caption, and names the part', () => {
    const caption = publish('x'.repeat(1025), [picture]);
    expect(planError(caption)).toMatchObject({
      kind: 'validation',
      field: 'segments.0.text',
      params: { max: 1024, count: 1025 },
    });
    expect(planError(publish('x'.repeat(1024), [picture]))).toBeNull();
    expect(planError(publish(' '))).toMatchObject({ field: 'segments.0.text' });
    expect(planError(publish('', [picture]))).toBeNull();
  });

  it('finds a refused file before anything goes out', async () => {
    for (const mediaId of ['wrong', 'huge'])
      expect(await errorOf(run(publish('x', [{ mediaId, alt: '', kind: 'video' }])))).toMatchObject({
        kind: 'media_rejected',
      });
    expect(sentCalls()).toEqual([]);
    const unreadable = await errorOf(run(publish('x', [{ mediaId: 'lost', alt: '' }])));
    expect(unreadable).toMatchObject({ kind: 'media_rejected' });
    expect(await errorOf(run(publish('x', [{ mediaId: 'strange', alt: '' }])))).toMatchObject({
      kind: 'media_rejected',
    });
    expect(stub.store.sent).toEqual([]);
  });

  it('holds the videos of one message to what a request may carry, before anything goes out', async () => {
    const half = { mediaId: 'half', alt: '', kind: 'video' } as const;
    const thread: Write = {
      kind: 'publish',
      segments: [
        { text: 'one', media: [] },
        { text: 'two', media: [half, half] },
      ],
    };
    expect(await errorOf(run(thread))).toMatchObject({ kind: 'media_rejected' });
    expect(sentCalls()).toEqual([]);
  });

  it('refuses what Telegram has no way for', () => {
    const conversation = { remoteKey: `c:${DISCUSSION}/5`, type: 'comment' } as const;
    const target = { remoteId: `${DISCUSSION}/5`, ref: {} };
    for (const write of [
      { ...(publish('x') as Extract<Write, { kind: 'publish' }>), quoteUrl: 'https://x' },
      { kind: 'hide', conversation, target },
      { kind: 'mark_read', conversation: { remoteKey: `dm:${ANA}`, type: 'dm' }, upTo: 1 },
      { kind: 'dm', conversation, text: 'x' },
      { kind: 'reply', conversation, parent: target, text: 'x', private: true },
      { kind: 'like', conversation, target: { remoteId: `conn:${ANA}/5`, ref: {} } },
    ] satisfies Write[])
      expect(planError(write)).toMatchObject({ kind: 'unsupported' });
  });
});

describe('Telegram: a post in doubt', () => {
  const lose = async (write: Write) => {
    const job = jobOf(network, write, test.ctx);
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, test.ctx);
    stub.break('timeout_after_commit', 'write');
    expect(await errorOf(runJob(network, job, test.ctx))).toMatchObject({ kind: 'ambiguous' });
    return job;
  };

  it('is found by its copy in the discussion group, before and after that was fetched', async () => {
    const job = await lose(publish('Twice?'));
    expect(await settle(network, job, test.ctx)).toBe('arrived');
    expect(job.remotes[0]!.remoteId).toBe(`${CHANNEL}/${stub.store.sent[0]!.message_id}`);
    const fetched = await lose(publish('Fetched'));
    const { cursor } = await pull();
    await pull(cursor);
    expect(await settle(network, fetched, test.ctx)).toBe('arrived');
    expect(stub.texts(CHANNEL)).toEqual(['Twice?', 'Fetched']);
  });

  it('takes no update away by looking', async () => {
    const asked = stub.store.comment('Still there?', stub.store.post('Root'));
    const job = await lose(publish('Looked'));
    await settle(network, job, test.ctx);
    const { messages } = await pull();
    expect(messages.map(({ remoteId }) => remoteId)).toEqual([`${DISCUSSION}/${asked.message_id}`]);
  });

  it('is found by the channel’s own update, and otherwise left to a person', async () => {
    stub.world.discussion = false;
    stub.world.echo = true;
    expect(await settle(network, await lose(publish('Told')), test.ctx)).toBe('arrived');
    stub.world.echo = false;
    expect(await settle(network, await lose(publish('Not told')), test.ctx)).toBe('unknown');
    stub.world.webhook = 'https://elsewhere.example';
    expect(await settle(network, await lose(publish('Taken')), test.ctx)).toBe('unknown');
  });

  it('is never taken for an older post with the same words, nor for a part of its own thread', async () => {
    await run(publish('Same'));
    const later = opened.context({ ...clock, now: () => Date.now() + 10 * 60_000 });
    const job = jobOf(network, publish('Same'), later.ctx);
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, later.ctx);
    stub.break('timeout_before_commit', 'write');
    await errorOf(runJob(network, job, later.ctx));
    expect(await settle(network, job, later.ctx)).toBe('unknown');
    const two = jobOf(
      network,
      {
        kind: 'publish',
        segments: [
          { text: 'Echo', media: [] },
          { text: 'Echo', media: [] },
        ],
      },
      test.ctx,
    );
    await runJob(network, { ...two, steps: two.steps.slice(0, 2) }, test.ctx);
    stub.break('timeout_before_commit', 'write');
    await errorOf(runJob(network, two, test.ctx));
    expect(await settle(network, two, test.ctx)).toBe('unknown');
  });
});
