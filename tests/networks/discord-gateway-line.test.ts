import { describe, expect, it } from 'vitest';
import { discordEndpoints } from '../../electron/main/networks/discord/endpoints';
import { isGateway } from '../../electron/main/networks/discord/gateway';
import type { Clock, OpenSocket } from '../../electron/main/ports';
import { BEN, CHANNEL } from '../servers/discord/store';
import { network, opened, pull, stub, test, useDiscord } from './discord-context';
import { callsOf, listen, takenIn, until, useSecrecy } from './discord-listening';
import { errorOf } from './outcome';
import { patientClock } from './patient-clock';

useDiscord();
useSecrecy();

/** A clock whose waits end when the test says so, and which tells how long they were to be. */
function countingClock() {
  const inner = patientClock();
  const waits: number[] = [];
  const clock: Clock = {
    ...inner,
    after: (ms, fn) => {
      waits.push(ms);
      return inner.after(ms, fn);
    },
  };
  return { clock, waits, runOut: inner.runOut };
}
const socketsThat = (answer: Awaited<ReturnType<OpenSocket>>) => {
  const urls: string[] = [];
  const sockets: OpenSocket = ({ url }) => {
    urls.push(url);
    return Promise.resolve(answer);
  };
  return { urls, sockets };
};

describe('Discord: the connection to the gateway', () => {
  it('sends a heartbeat after a part of the time, then after all of it, and ends where none is answered', async () => {
    const { clock, waits, runOut } = countingClock();
    const line = listen(opened.context(clock));
    await line.begun();
    const beats = () => waits.filter((ms) => ms <= 41_250 && ms !== 30_000);
    expect(beats()).toHaveLength(1);
    expect(beats()[0]).toBeGreaterThanOrEqual(0);
    runOut();
    await until(() => callsOf(1).length === 1);
    expect(callsOf(1)[0]).toMatchObject({ d: 1 });
    expect(beats()[1]).toBe(41_250);
    // What follows the answer has come, so the answer has.
    stub.store.add({ text: 'Still here' });
    await line.hears('Still here');
    stub.gateway.state.acks = false;
    runOut();
    await until(() => callsOf(1).length === 2);
    expect(callsOf(1)[1]).toMatchObject({ d: 2 });
    runOut();
    expect(await errorOf(line.ended)).toMatchObject({
      kind: 'server',
      detail: expect.stringContaining('heartbeat'),
    });
    await until(() => stub.gateway.connections() === 0);
  });

  it('sends one at once where Discord asks for it', async () => {
    const line = listen();
    await line.begun();
    await takenIn();
    expect(callsOf(1)).toMatchObject([{ d: 1 }]);
    await line.end();
  });

  it('does not wait for a gateway that says nothing', async () => {
    const { clock, runOut } = countingClock();
    stub.gateway.state.isSilent = true;
    const line = listen(opened.context(clock));
    await until(() => stub.gateway.connections() === 1);
    const end = errorOf(line.ended);
    while (stub.gateway.connections() > 0) {
      runOut();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(await end).toMatchObject({ kind: 'server', detail: expect.stringContaining('says nothing') });
  });

  it.each<[string, () => void]>([
    ['is lost', () => stub.gateway.drop()],
    ['is to be made anew', () => stub.gateway.tell(7, null)],
    ['is held up inside Discord', () => stub.gateway.tell(9, true)],
    ['ends for a reason that Discord does not know', () => stub.gateway.end(4000)],
  ])('is taken up where it %s, with all that happened meanwhile', async (_what, happen) => {
    const line = listen();
    await line.begun();
    happen();
    expect(await errorOf(line.ended)).toMatchObject({ kind: 'server' });
    await until(() => stub.gateway.connections() === 0);
    const direct = stub.store.openDirect(BEN);
    stub.store.add({ channel: direct, by: BEN, text: 'Hello?' });
    const next = listen();
    await next.hears('Hello?');
    expect(callsOf(2)).toHaveLength(1);
    expect(callsOf(6)).toMatchObject([{ path: '/resume', d: { token: stub.token, seq: 1 } }]);
    stub.store.add({ text: 'And now?' });
    await next.hears('And now?');
    await next.end();
  });

  it.each<[string, () => void]>([
    ['Discord has ended the session', () => stub.gateway.tell(9, false)],
    ['the session has run out', () => stub.gateway.end(4009)],
    ['the number of the last event is unknown', () => stub.gateway.end(4007)],
  ])('begins anew where %s', async (_what, happen) => {
    const line = listen();
    await line.begun();
    happen();
    expect(await errorOf(line.ended)).toMatchObject({ kind: 'server' });
    stub.passTime(5_000);
    const next = listen();
    await next.begun();
    expect([callsOf(2).length, callsOf(6).length]).toEqual([2, 0]);
    await next.end();
  });

  it('begins anew where Discord has forgotten the session, or it was lost long ago', async () => {
    const line = listen();
    await line.begun();
    stub.gateway.forget();
    stub.gateway.drop();
    await errorOf(line.ended);
    expect(await errorOf(listen().ended)).toMatchObject({ detail: expect.stringContaining('session') });
    stub.passTime(5_000);
    const next = listen();
    await next.begun();
    expect([callsOf(2).length, callsOf(6).length]).toEqual([2, 1]);
    stub.gateway.drop();
    await errorOf(next.ended);
    stub.passTime(5_000);
    const later = patientClock(() => Date.now() + 6 * 60_000);
    const last = listen(opened.context(later));
    await last.begun();
    expect([callsOf(2).length, callsOf(6).length]).toEqual([3, 1]);
    await last.end();
  });

  it('waits a while where it began too soon after the one before', async () => {
    const line = listen();
    await line.begun();
    stub.gateway.end(4009);
    await errorOf(line.ended);
    expect(await errorOf(listen().ended)).toMatchObject({ kind: 'server' });
  });

  it.each([0, 100])('is not begun with %i starts left: the bot would lose its token', async (remaining) => {
    stub.gateway.state.starts.remaining = remaining;
    const error = await errorOf(listen().ended);
    expect(error).toMatchObject({ kind: 'rate_limited' });
    expect(error!.retryAt! - Date.now()).toBeGreaterThan(14_000_000);
    expect(stub.gateway.calls).toEqual([]);
    expect((await pull()).items).toEqual([]);
  });

  it('says what to do about a token or intents that Discord refuses', async () => {
    stub.gateway.state.refused = 1 << 12;
    expect(await errorOf(listen().ended)).toMatchObject({
      kind: 'permission',
      detail: expect.stringMatching(/Developer Portal, page Bot, switch on Message Content Intent/),
    });
    stub.gateway.state.refused = 0;
    for (const [code, kind, words] of [
      [4013, 'permission', 'Privileged Gateway Intents'],
      [4004, 'auth_revoked', 'Reset Token'],
      [4011, 'unsupported', 'several connections'],
      [4012, 'unsupported', 'version'],
    ] as const) {
      const line = listen();
      await line.begun();
      stub.gateway.end(code);
      expect(await errorOf(line.ended)).toMatchObject({ kind, detail: expect.stringContaining(words) });
      stub.passTime(5_000);
    }
    stub.break('revoked');
    expect(await errorOf(listen().ended)).toMatchObject({ kind: 'auth_revoked' });
  });

  it('ends when it is told to, also before it is open', async () => {
    const line = listen();
    await line.end();
    await until(() => stub.gateway.connections() === 0);
    expect(line.told).toEqual([]);
    test.abort();
    await network.live!(test.ctx, { cursor: () => null, tell: () => Promise.resolve() });
    expect(stub.gateway.calls).toEqual([]);
  });

  it('is none behind a proxy, while the network is asked as before', async () => {
    const behind = { ...test.ctx, ...socketsThat({ open: false, why: 'proxy' }) };
    expect(await errorOf(listen(test, behind).ended)).toMatchObject({
      kind: 'unsupported',
      detail: expect.stringContaining('proxy'),
    });
    stub.store.add({ text: 'By asking' });
    expect((await pull(null, behind)).messages.map(({ text }) => text)).toEqual(['By asking']);
    const cut = { ...test.ctx, ...socketsThat({ open: false, why: 'unreachable', detail: 'ECONNREFUSED' }) };
    expect(await errorOf(listen(test, cut).ended)).toMatchObject({ kind: 'offline' });
    const refused = { ...test.ctx, ...socketsThat({ open: false, why: 'refused', status: 503 }) };
    expect(await errorOf(listen(test, refused).ended)).toMatchObject({
      kind: 'server',
      detail: expect.stringContaining('503'),
    });
  });

  it('ends with the error of a pull, or of the store that does not take a new direct channel', async () => {
    const tell = () => Promise.reject(new Error('no pull'));
    await expect(network.live!(test.ctx, { cursor: () => null, tell })).rejects.toThrow('no pull');
    await until(() => stub.gateway.connections() === 0);
    const secrets = {
      ...test.ctx.secrets,
      replace: () => {
        throw new Error('the store is closed');
      },
    };
    const line = listen(test, { ...test.ctx, secrets });
    await line.begun();
    stub.store.add({ channel: stub.store.openDirect(BEN), by: BEN, text: 'Hello?' });
    await expect(line.ended).rejects.toThrow('the store is closed');
  });
});

describe('Discord: a gateway that is none', () => {
  it.each([
    ['wss://gateway.discord.gg/', true],
    ['wss://gateway-us-east1-b.discord.gg', true],
    ['ws://gateway.discord.gg', false],
    ['wss://discord.gg.elsewhere.example', false],
    ['wss://elsewherediscord.gg', false],
    ['wss://gateway.discord.gg@elsewhere.example', false],
    ['ws://127.0.0.1:9', false],
    ['discord', false],
  ])('is %s one of Discord’s? %s', (url, is) => {
    expect(isGateway(url, discordEndpoints)).toBe(is);
  });

  it('gets no token: neither by the first address nor by the one to come back to', async () => {
    const { urls, sockets } = socketsThat({ open: false, why: 'proxy' });
    stub.gateway.state.startUrl = 'ws://elsewhere.example';
    expect(await errorOf(listen(test, { ...test.ctx, sockets }).ended)).toMatchObject({
      kind: 'unsupported',
    });
    expect(urls).toEqual([]);
    stub.gateway.state.startUrl = stub.gateway.home;
    stub.gateway.state.resumeUrl = 'wss://elsewhere.example';
    expect(await errorOf(listen().ended)).toMatchObject({ kind: 'protocol' });
  });

  it.each([1, 1e9, -5])('is not taken where it wants a heartbeat every %i ms', async (ms) => {
    stub.gateway.state.heartbeatMs = ms;
    expect(await errorOf(listen().ended)).toMatchObject({ kind: 'protocol' });
    expect(callsOf(2)).toEqual([]);
  });

  it('can send what it likes: what cannot be read is left out', async () => {
    const line = listen();
    await line.begun();
    const event = (d: unknown, s: unknown = 1) => JSON.stringify({ op: 0, t: 'MESSAGE_CREATE', s, d });
    const author = { id: BEN };
    for (const text of [
      'not JSON',
      '[]',
      'null',
      '{}',
      '{"op":"0"}',
      '{"op":99,"d":{}}',
      '{"op":10,"d":{"heartbeat_interval":5000}}',
      event(null),
      event({ id: '1', channel_id: 'x'.repeat(50), type: 0, author }),
      event({ id: '9'.repeat(5_000), channel_id: '5', type: 0, author }),
      event({ id: '1', channel_id: CHANNEL, guild_id: '2', type: 'zero', author }),
      event({ id: '1', channel_id: '5', type: 0, author }, 1e300),
      JSON.stringify({ op: 0, t: 'MESSAGE_DELETE_BULK', s: 1, d: { ids: 'all', channel_id: CHANNEL } }),
      JSON.stringify({ op: 0, t: '__proto__', s: 1, d: {} }),
    ])
      stub.gateway.send(text);
    stub.store.add({ text: 'A person' });
    await line.hears('A person');
    expect(line.told).toHaveLength(3);
    expect(test.stored).toHaveLength(1);
    await line.end();
  });

  it('loses no more than the session by a number of an event that cannot be', async () => {
    const line = listen();
    await line.begun();
    stub.gateway.send(JSON.stringify({ op: 0, t: 'TYPING_START', s: Number.MAX_SAFE_INTEGER, d: {} }));
    stub.gateway.tell(1, null);
    expect(await errorOf(line.ended)).toMatchObject({ kind: 'server' });
    stub.passTime(5_000);
    const next = listen();
    await next.begun();
    await next.end();
  });
});
