import { beforeEach, describe, expect, it } from 'vitest';
import type { AccountCtx } from '../../electron/main/networks/network';
import { BEN, CHANNEL, NEWS } from '../servers/discord/store';
import { createTestContext, signInIo, type TestContext } from './context';
import { at, clock, network, stub, useDiscord } from './discord-context';
import { listen, takenIn, until, useSecrecy } from './discord-listening';
import { pullAll } from './suite';

useDiscord();
useSecrecy();

let first: TestContext;
let second: TestContext;
let direct: string;
beforeEach(async () => {
  const fields = { token: stub.token, channel: `${CHANNEL} ${NEWS}` };
  const [one, other] = await network.connect('bot', fields, signInIo(fetch, clock));
  first = createTestContext({ ...one!, clock });
  second = createTestContext({ ...other!, clock });
  direct = stub.store.openDirect(BEN);
});

const write = (text: string) => stub.store.add({ channel: direct, by: BEN, text });
const withoutDirect = ({ ctx }: TestContext): AccountCtx => ({
  ...ctx,
  account: { ...ctx.account, features: { dm: false } },
});
const keepsBen = ({ ctx }: TestContext): void => ctx.secrets.replace({ ...ctx.secrets.read(), direct });
const knowsBen = ({ ctx }: TestContext): boolean => ctx.secrets.read().direct === direct;

describe('Discord: somebody who writes to a bot of several accounts', () => {
  it('is no stranger where an account that does not listen knows them: it finds the message by asking', async () => {
    keepsBen(second);
    const { cursor } = await pullAll(network, 'dm', null, second.ctx);
    const line = listen(first);
    await line.begun();
    write('Hello?');
    await takenIn();
    expect(knowsBen(first)).toBe(false);
    const found = await pullAll(network, 'dm', cursor, second.ctx);
    expect(found.messages.map(({ text }) => text)).toEqual(['Hello?']);
    await line.end();
  });

  it('stays with the account that took them up, also while its connection is away', async () => {
    const line = listen(first);
    const other = listen(second);
    await line.begun();
    await other.begun();
    write('Hello?');
    await line.hears('Hello?');
    await line.end();
    write('Still there?');
    await takenIn();
    expect(knowsBen(second)).toBe(false);
    await other.end();
    await line.pull('dm');
    expect(line.texts()).toEqual(['Hello?', 'Still there?']);
    expect(other.texts()).toEqual([]);
  });

  it('is taken up before the first pull, and stays there when the connection ends before it', async () => {
    const other = listen(second);
    await other.begun();
    const line = listen(first, first.ctx, () => new Promise(() => undefined));
    await takenIn();
    write('Hello?');
    await until(() => knowsBen(first));
    await line.end();
    write('Still there?');
    await takenIn();
    expect([line.told, knowsBen(second)]).toEqual([[], false]);
    await other.end();
  });

  it('is taken up where the account that knew them was not pulled for half an hour: it may be removed', async () => {
    keepsBen(second);
    await network.pull('dm', null, second.ctx);
    const later = at(31 * 60_000);
    const line = listen(first, { ...first.ctx, clock: later });
    await line.begun();
    write('Hello?');
    await line.hears('Hello?');
    await line.end();
  });

  it('goes to an account whose direct messages are switched on', async () => {
    const line = listen(first, withoutDirect(first));
    const other = listen(second);
    await line.begun();
    await other.begun();
    write('Hello?');
    await other.hears('Hello?');
    expect(knowsBen(first)).toBe(false);
    await other.end();
    write('Anybody?');
    await takenIn();
    expect(knowsBen(first)).toBe(false);
    await line.end();
  });

  it('goes to another one when the account that knows them switches its direct messages off', async () => {
    keepsBen(first);
    const line = listen(first);
    const other = listen(second);
    await line.begun();
    await other.begun();
    write('Hello?');
    await line.hears('Hello?');
    expect(knowsBen(second)).toBe(false);
    // The connection goes on: it is the next pull that knows.
    await network.pull('notifications', line.cursor('notifications'), withoutDirect(first));
    write('Still there?');
    await other.hears('Still there?');
    await line.end();
    await other.end();
  });
});
