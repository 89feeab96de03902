import { describe, expect, it } from 'vitest';
import type { Write } from '../../electron/main/networks/network';
import { SERVER, ANA, BEN, BOT, CHANNEL } from '../servers/discord/store';
import {
  at,
  movie,
  network,
  opened,
  picture,
  planError,
  posts,
  publish,
  run,
  stub,
  test,
  useDiscord,
} from './discord-context';
import { jobOf, runJob, settle } from './drive';
import { errorOf } from './outcome';

useDiscord();

describe('Discord: publishing', () => {
  it('sends pictures with their descriptions and a video in one message', async () => {
    const { remotes } = await run(publish('Look', [picture, movie]));
    expect(stub.own()).toMatchObject([
      {
        text: 'Look',
        attachments: [
          { filename: 'image-1.png', mime: 'image/png', description: 'A red square' },
          { filename: 'video-2.mp4', mime: 'video/mp4', description: undefined },
        ],
      },
    ]);
    const [post] = stub.own();
    expect(remotes).toMatchObject([
      {
        remoteId: `${CHANNEL}/${post!.id}`,
        url: `https://discord.com/channels/${SERVER}/${CHANNEL}/${post!.id}`,
      },
    ]);
  });

  it('notifies nobody by accident, and those whom a person chooses', async () => {
    await run(publish('@everyone free cake'));
    await run(publish('<@1> free cake', [], { mentions: 'users' }));
    await run(publish('@here free cake', [], { mentions: 'everyone' }));
    expect(stub.own().map(({ allowed }) => allowed)).toEqual([
      { parse: [], replied_user: false },
      { parse: ['users'], replied_user: false },
      { parse: ['users', 'roles', 'everyone'], replied_user: false },
    ]);
    expect(planError(publish('x', [], { mentions: 'all' }))).toMatchObject({ field: 'options.mentions' });
  });

  it('hangs every part of a thread below the one before it', async () => {
    await run({ kind: 'publish', segments: ['one', 'two', 'three'].map((text) => ({ text, media: [] })) });
    const [one, two, three] = stub.own();
    expect([two!.reference, three!.reference]).toEqual([one!.id, two!.id]);
  });

  it('finds a refused file before anything goes out, and names alt text that is too long', async () => {
    expect(await errorOf(run(publish('x', [{ mediaId: 'huge', alt: '', kind: 'video' }])))).toMatchObject({
      kind: 'media_rejected',
    });
    expect(await errorOf(run(publish('x', [{ mediaId: 'lost', alt: '' }])))).toMatchObject({
      kind: 'media_rejected',
    });
    expect(posts()).toEqual([]);
    expect(await errorOf(run(publish('x', [{ mediaId: 'big', alt: '' }])))).toMatchObject({
      kind: 'media_rejected',
    });
    expect(stub.own()).toEqual([]);
    const long = { mediaId: 'image', alt: 'x'.repeat(1025) };
    expect(planError(publish('x', [picture, long]))).toMatchObject({
      field: 'segments.0.media.1.alt',
      params: { max: 1024, count: 1025 },
    });
  });

  it('refuses what Discord has no way for', () => {
    const conversation = { remoteKey: `c:${CHANNEL}/5`, type: 'comment' } as const;
    const target = { remoteId: `${CHANNEL}/5`, ref: {} };
    for (const write of [
      { ...publish('x'), quoteUrl: 'https://x' },
      { kind: 'hide', conversation, target },
      { kind: 'mark_read', conversation, upTo: 1 },
      { kind: 'dm', conversation, text: 'x' },
      { kind: 'reply', conversation, parent: target, text: 'x', private: true },
    ] satisfies Write[])
      expect(planError(write)).toMatchObject({ kind: 'unsupported' });
  });

  it('counts reactions, and leaves out what was deleted', async () => {
    const { remotes } = await run(publish('Counted'));
    const [post] = stub.own();
    const key = remotes[0]!.remoteId;
    expect((await network.metrics([key], test.ctx)).get(key)).toEqual({});
    stub.store.reactions.set(
      post!.id,
      new Map([
        ['👍', new Set([ANA, BEN])],
        ['🔥', new Set([ANA])],
      ]),
    );
    const found = await network.metrics([key, `${CHANNEL}/5`], test.ctx);
    expect([...found]).toEqual([[key, { likes: 3 }]]);
  });
});

describe('Discord: a message in doubt', () => {
  const lose = async (
    fault: 'timeout_before_commit' | 'timeout_after_commit',
    write: Write = publish('Twice?'),
  ) => {
    const { ctx } = opened.context();
    const job = jobOf(network, write, ctx);
    await runJob(network, { ...job, steps: job.steps.slice(0, 1) }, ctx);
    stub.break(fault, 'write');
    expect(await errorOf(runJob(network, job, ctx))).toMatchObject({ kind: 'ambiguous' });
    return job;
  };
  const later = () => opened.context(at(5 * 60_000)).ctx;

  it('is found in the channel long after Discord forgot its nonce', async () => {
    const job = await lose('timeout_after_commit');
    stub.passTime(60 * 60_000);
    for (let index = 0; index < 120; index += 1) stub.store.add({ text: `more ${index}` });
    expect(await settle(network, job, later())).toBe('arrived');
    expect((await runJob(network, job, test.ctx)).remotes).toHaveLength(1);
    expect(stub.own()).toHaveLength(1);
  });

  it('is absent where the channel does not have it, and nobody else’s message is taken for it', async () => {
    stub.store.add({ by: BOT, text: 'Twice?' });
    const job = await lose('timeout_before_commit');
    stub.store.add({ by: ANA, text: 'Twice?' });
    stub.store.add({ by: BOT, text: 'Something else' });
    expect(await settle(network, job, later())).toBe('absent');
  });

  it('is the same message when it is sent again with its nonce within two minutes', async () => {
    stub.store.denied.add('history');
    const job = await lose('timeout_after_commit');
    expect(await settle(network, job, test.ctx)).toBe('absent');
    await runJob(network, job, test.ctx);
    expect(stub.own()).toHaveLength(1);
  });

  it('is left to a person where the channel cannot be read and the nonce is forgotten', async () => {
    stub.store.denied.add('history');
    const job = await lose('timeout_after_commit');
    expect(await settle(network, job, later())).toBe('unknown');
    // On its way it would take longer than the nonce is still known; with files, it may always.
    expect(await settle(network, job, opened.context(at(100_000)).ctx)).toBe('unknown');
    const withFile = await lose('timeout_after_commit', publish('Look', [picture]));
    expect(await settle(network, withFile, test.ctx)).toBe('unknown');
  });

  it('is left to a person after too many others', async () => {
    const job = await lose('timeout_before_commit');
    for (let index = 0; index < 600; index += 1) stub.store.add({ text: `more ${index}` });
    expect(await settle(network, job, later())).toBe('unknown');
  });

  it('is a reaction or a deletion, which shows on the message', async () => {
    const asked = stub.store.add({ text: 'Hi' });
    const target = { remoteId: `${CHANNEL}/${asked.id}`, ref: {} };
    const conversation = { remoteKey: `m:${target.remoteId}`, type: 'mention' } as const;
    const like = jobOf(network, { kind: 'like', conversation, target }, test.ctx);
    expect(await settle(network, like, test.ctx)).toBe('absent');
    await run({ kind: 'like', conversation, target });
    expect(await settle(network, like, test.ctx)).toBe('arrived');
    const removal = jobOf(network, { kind: 'delete_other', conversation, target }, test.ctx);
    expect(await settle(network, removal, test.ctx)).toBe('absent');
    await run({ kind: 'delete_other', conversation, target });
    expect(stub.store.posts.has(asked.id)).toBe(false);
    const again = jobOf(network, { kind: 'delete_other', conversation, target }, test.ctx);
    expect(await settle(network, again, test.ctx)).toBe('arrived');
  });
});
