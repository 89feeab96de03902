import { describe, expect, it } from 'vitest';
import type { Write } from '../../electron/main/networks/network';
import { ANA } from '../servers/instagram/store';
import { infoOf, openInstagram, publishOf } from '../servers/instagram/world';

describe('publishing on Instagram with Facebook Login', () => {
  it('uploads a video straight to Meta, without a media host', async () => {
    const world = await openInstagram('facebook', { mediaHost: undefined });
    await world.run(publishOf('Reel', ['clip']));
    expect(world.stub.store.posts).toMatchObject([{ product: 'REELS', caption: 'Reel' }]);
    expect(world.stub.calls.some((call) => call.startsWith('POST /upload/v26.0/'))).toBe(true);
    expect(await infoOf(() => world.run(publishOf('x', ['broken'])))).toMatchObject({
      kind: 'media_rejected',
    });
    await world.close();
  });

  it('deletes a post, which Instagram Login cannot', async () => {
    const world = await openInstagram('facebook');
    const { remotes } = await world.run(publishOf('gone soon'));
    const write: Write = { kind: 'delete', remoteIds: [remotes[0]!.remoteId] };
    await world.run(write);
    await world.run(write);
    expect(world.stub.store.posts).toEqual([]);
    expect(await world.network.exists(remotes[0]!.remoteId, world.test.ctx)).toBe(false);
    await world.close();
    const own = await openInstagram();
    const kept = await own.run(publishOf('stays'));
    expect(
      await infoOf(() => own.run({ kind: 'delete', remoteIds: [kept.remotes[0]!.remoteId] })),
    ).toMatchObject({ kind: 'permission', sent: 'no' });
    await own.close();
  });
});

describe('the inbox of Instagram with Facebook Login', () => {
  it('reads and writes the conversations of the Page', async () => {
    const world = await openInstagram('facebook');
    world.stub.store.letter({ text: 'Hello' });
    const { messages } = await world.pull(null, 'dm');
    expect(messages).toMatchObject([{ text: 'Hello', own: false }]);
    await world.run({ kind: 'dm', conversation: { remoteKey: `person:${ANA.id}`, type: 'dm' }, text: 'Hi' });
    expect(world.stub.calls).toContain(`POST /facebook/v26.0/${world.stub.own.page}/messages`);
    await world.close();
  });
});
