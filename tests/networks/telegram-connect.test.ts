import { describe, expect, it } from 'vitest';
import { createTelegramNetwork } from '../../electron/main/networks/telegram/index';
import { ANA, CHANNEL, DISCUSSION } from '../servers/telegram/store';
import { createTestContext, only, signInIo } from './context';
import { errorOf } from './outcome';
import { clock, network, opened, publish, pull, stub, test, useTelegram } from './telegram-context';

useTelegram();

describe('Telegram: connecting', () => {
  const io = signInIo(fetch, clock);
  const connect = (fields: Record<string, string>) =>
    errorOf(network.connect('bot-token', { token: stub.token, ...fields }, io));

  it('names the channel as the account, however its name is typed', async () => {
    expect(opened.connected).toMatchObject({
      profile: {
        remoteId: `7001/${CHANNEL}`,
        handle: 'candornews',
        displayName: 'Candor News',
        serviceUrl: stub.url,
        profileUrl: 'https://t.me/candornews',
      },
      secrets: { token: stub.token },
    });
    for (const chat of ['candornews', 'https://t.me/candornews', String(CHANNEL)])
      expect(await connect({ chat })).toBeNull();
  });

  it('takes a bot alone, and a Bot API server of the person’s own', async () => {
    const own = createTelegramNetwork({ api: 'http://127.0.0.1:9', web: 'https://t.me' });
    const server = stub.url;
    const found = only(await own.connect('bot-token', { token: stub.token, server }, io));
    expect(found).toMatchObject({
      profile: { remoteId: '7001', handle: 'candor_news_bot', displayName: 'Candor Bot' },
      secrets: { token: stub.token, server },
    });
    const alone = createTestContext({ ...found, clock });
    const { capabilities } = await own.check(alone.ctx);
    expect(capabilities.publish.textOnly).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.metrics.account).toBeUndefined();
    expect(await own.accountMetrics!(alone.ctx)).toEqual({});
    expect(() => own.plan(publish('x'), alone.ctx.account, { now: 0 })).toThrow('no channel or group');
  });

  it('refuses what is wrong by its field, without the token in the error', async () => {
    expect(await connect({ token: 'hello' })).toMatchObject({ kind: 'validation', field: 'token' });
    expect(await connect({ token: '1:abcdef' })).toMatchObject({ kind: 'auth_revoked', field: 'token' });
    expect(await connect({ chat: '@nowhere_at_all' })).toMatchObject({ kind: 'validation', field: 'chat' });
    expect(await connect({ chat: String(ANA) })).toMatchObject({ kind: 'validation', field: 'chat' });
    expect(await connect({ chat: 'two words' })).toMatchObject({ kind: 'validation', field: 'chat' });
    for (const server of ['http://example.com', 'https://a:b@example.com', 'ftp://x'])
      expect(await connect({ server })).toMatchObject({ kind: 'validation', field: 'server' });
    stub.world.rights[CHANNEL] = { status: 'member' };
    expect(await connect({ chat: '@candornews' })).toMatchObject({ kind: 'permission', field: 'chat' });
  });
});

describe('Telegram: what the bot may do', () => {
  const check = async () => (await network.check(test.ctx)).capabilities;
  const granted = async () =>
    Object.fromEntries(((await check()).access?.permissions ?? []).map((one) => [one.name, one.granted]));

  it('is listed permission by permission', async () => {
    expect(await granted()).toEqual({
      'Post messages': true,
      'Delete messages': true,
      'Member of the discussion group': true,
      'All messages in groups (administrator, or privacy mode off)': true,
    });
    stub.world.rights[DISCUSSION] = { status: 'left' };
    expect(await granted()).toMatchObject({
      'Member of the discussion group': false,
      'All messages in groups (administrator, or privacy mode off)': false,
    });
  });

  it('switches off publishing and deleting where the rights are missing', async () => {
    stub.world.rights[CHANNEL] = { status: 'administrator', can_post_messages: false };
    stub.world.rights[DISCUSSION] = { status: 'member' };
    const { publish: may, act } = await check();
    for (const support of [may.textOnly, may.images, may.video, act.deleteOther])
      expect(support).toMatchObject({ ok: false, why: 'scope' });
  });

  it('says who takes the messages where Candor does not get them', async () => {
    stub.world.webhook = 'https://elsewhere.example/hook';
    expect((await check()).inbox.dm).toMatchObject({ ok: false, note: expect.stringContaining('webhook') });
    expect(await errorOf(pull())).toMatchObject({
      kind: 'not_allowed',
      detail: expect.stringContaining('webhook'),
    });
  });

  it('counts the members of the channel and no views', async () => {
    expect(await network.accountMetrics!(test.ctx)).toEqual({ followers: 1234 });
    expect(network.defaults.metrics.post).toEqual([]);
  });
});
