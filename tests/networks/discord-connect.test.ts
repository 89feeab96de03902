import { describe, expect, it } from 'vitest';
import { HOOK, BOT, CHANNEL, NEWS, type Right, SERVER, THREAD, VOICE } from '../servers/discord/store';
import { createTestContext, only, signInIo } from './context';
import { clock, network, pull, stub, test, useDiscord } from './discord-context';
import { errorOf } from './outcome';

useDiscord();

describe('Discord: connecting', () => {
  const io = signInIo(fetch, clock);
  const bot = (fields: Record<string, string>) =>
    errorOf(network.connect('bot', { token: stub.token, channel: CHANNEL, ...fields }, io));

  it('makes an account of every channel that is named by its id or its link', async () => {
    const channel = `${CHANNEL}, https://discord.com/channels/${SERVER}/${NEWS} ${CHANNEL}`;
    const found = await network.connect('bot', { token: `Bot ${stub.token}`, channel }, io);
    expect(found.map(({ profile }) => profile)).toEqual([
      {
        remoteId: `${BOT}/${CHANNEL}`,
        handle: '#general',
        displayName: 'Northlight',
        avatarUrl: `${stub.url}/icons/${SERVER}/ic0n.png`,
        serviceUrl: 'https://discord.com',
        profileUrl: `https://discord.com/channels/${SERVER}/${CHANNEL}`,
      },
      expect.objectContaining({ remoteId: `${BOT}/${NEWS}`, handle: '#news' }),
    ]);
    expect(found[0]!.secrets).toEqual({ token: stub.token });
  });

  it('refuses what is wrong by its field', async () => {
    expect(await bot({ token: 'wrong' })).toMatchObject({ kind: 'auth_revoked', field: 'token' });
    expect(await bot({ token: 'two words' })).toMatchObject({ kind: 'validation', field: 'token' });
    for (const channel of ['general', '', VOICE, '299999999999999999'])
      expect(await bot({ channel })).toMatchObject({ kind: 'validation', field: 'channel' });
    stub.store.denied.add('view');
    expect(await bot({})).toMatchObject({ kind: 'validation', field: 'channel' });
    const hook = (webhook: string) => errorOf(network.connect('webhook', { webhook }, io));
    expect(await hook('https://discord.com/channels/1/2')).toMatchObject({
      kind: 'validation',
      field: 'webhook',
    });
    expect(await hook(`https://discord.com/api/webhooks/${HOOK}/wrong`)).toMatchObject({
      kind: 'auth_revoked',
      field: 'webhook',
    });
    expect(() => network.connect('other', {}, io)).toThrow('no such way to connect');
  });
});

describe('Discord: what the bot may do', () => {
  const check = async (ctx = test.ctx) => (await network.check(ctx)).capabilities;
  const granted = async (ctx = test.ctx) =>
    Object.fromEntries(((await check(ctx)).access?.permissions ?? []).map((one) => [one.name, one.granted]));

  it('is listed permission by permission, from roles and the channel’s own exceptions', async () => {
    const all = await granted();
    expect(Object.keys(all)).toEqual([
      'View Channel',
      'Send Messages',
      'Attach Files',
      'Read Message History',
      'Add Reactions',
      'Manage Messages',
      'Message Content Intent',
    ]);
    expect(Object.values(all).every((one) => one === true)).toBe(true);
    stub.store.denied.add('send').add('manageMessages');
    expect(await granted()).toMatchObject({
      'Send Messages': false,
      'Manage Messages': false,
      'View Channel': true,
    });
  });

  it.each<[Right, (found: Awaited<ReturnType<typeof check>>) => unknown]>([
    ['send', ({ publish: may }) => may.textOnly],
    ['attach', ({ publish: may }) => may.images],
    ['history', ({ inbox }) => inbox.comment],
    ['addReactions', ({ act }) => act.like],
    ['manageMessages', ({ act }) => act.deleteOther],
  ])('switches off what needs %s where it is missing, and says so', async (right, use) => {
    expect(use(await check())).toMatchObject({ ok: true });
    stub.store.denied.add(right);
    expect(use(await check())).toMatchObject({
      ok: false,
      why: 'scope',
      note: expect.stringContaining('Give the bot'),
    });
  });

  it('in a thread follows the channel around it and the permission of threads', async () => {
    const fields = { token: stub.token, channel: THREAD };
    const found = only(await network.connect('bot', fields, signInIo(fetch, clock)));
    const inThread = createTestContext({ ...found, clock });
    expect((await check(inThread.ctx)).publish.textOnly).toEqual({ ok: true });
    stub.store.denied.add('sendInThreads');
    expect(await granted(inThread.ctx)).toMatchObject({ 'Send Messages': false });
  });

  it('names the intent without which Discord hides what people write', async () => {
    stub.world.content = false;
    stub.world.flags = 0;
    expect(await granted()).toMatchObject({ 'Message Content Intent': false });
    expect((await check()).inbox).toMatchObject({ comment: { ok: false }, mention: { ok: true } });
    stub.store.add({ text: 'Nobody can read this' });
    stub.store.add({ text: `<@${BOT}> but this` });
    expect((await pull()).messages.map(({ text }) => text)).toEqual(['@candor but this']);
  });
});
