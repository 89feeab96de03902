import { describe, expect, it } from 'vitest';
import type { Cursor } from '../../electron/main/networks/network';
import { ANA, BEN, BOT, CHANNEL, HOOK, NEWS, ROBOT } from '../servers/discord/store';
import { createTestContext, signInIo } from './context';
import {
  at,
  clock,
  connectedTo,
  network,
  opened,
  pull,
  run,
  stub,
  test,
  useDiscord,
} from './discord-context';
import { asked, listen, overhear, takenIn, until, useSecrecy } from './discord-listening';
import { errorOf } from './outcome';
import { pullAll } from './suite';

useDiscord();
useSecrecy();

describe('Discord: what the gateway brings', () => {
  it('is a message, at once, for two intents that need no switch in the portal', async () => {
    const line = listen();
    await line.begun();
    stub.store.add({ text: 'Is anybody there?' });
    await line.hears('Is anybody there?');
    expect(stub.gateway.calls).toMatchObject([
      {
        op: 2,
        d: { token: stub.token, intents: (1 << 9) | (1 << 12), properties: { browser: 'candor' } },
      },
    ]);
    await line.end();
  });

  it('is the direct message of somebody to whom the bot never wrote, who can be answered', async () => {
    const direct = stub.store.openDirect(BEN);
    stub.store.add({ channel: direct, by: BEN, text: 'Earlier, unheard' });
    const line = listen();
    await line.begun();
    expect(line.texts()).toEqual([]);
    stub.store.add({ channel: direct, by: BEN, text: 'Hello?' });
    await line.hears('Hello?');
    expect(line.items).toMatchObject([
      { text: 'Earlier, unheard' },
      { text: 'Hello?', conversation: { type: 'dm', remoteKey: `dm:${direct}`, other: { handle: 'ben' } } },
    ]);
    expect(test.stored.at(-1)).toEqual({ token: stub.token, direct });
    await run({ kind: 'dm', conversation: { remoteKey: `dm:${direct}`, type: 'dm' }, text: 'Good day.' });
    await line.hears('Good day.');
    await line.end();
    stub.store.add({ channel: direct, by: BEN, text: 'After the connection' });
    await line.pull('dm');
    expect(line.texts()).toContain('After the connection');
  });

  it('is every edit and deletion, however far back, and each of them once', async () => {
    const [edited, deleted, one, other] = ['Frist', 'Regret', 'Spam', 'Spam again'].map((text) =>
      stub.store.add({ text }),
    );
    const line = listen();
    await line.begun();
    for (let index = 0; index < 120; index += 1) stub.store.add({ text: `Later ${index}` });
    await line.hears('Later 119');
    const before = line.items.length;
    stub.store.edit(edited!, 'First');
    stub.store.remove([deleted!.id]);
    stub.store.remove([one!.id, other!.id]);
    await until(() => line.items.length >= before + 4);
    expect(line.items.slice(before)).toEqual([
      {
        kind: 'edited',
        remoteId: `${CHANNEL}/${edited!.id}`,
        text: 'First',
        editedAt: Date.parse(edited!.edited!),
      },
      ...[deleted!, one!, other!].map(({ id }) => ({ kind: 'deleted', remoteId: `${CHANNEL}/${id}` })),
    ]);
    await line.pull('notifications');
    expect(line.items).toHaveLength(before + 4);
    await line.end();
  });

  it('is not found a second time by the look at the newest messages', async () => {
    const post = stub.store.add({ text: 'Frist' });
    const gone = stub.store.add({ text: 'Regret' });
    const { cursor } = await pull();
    const line = listen();
    await line.begun();
    stub.store.edit(post, 'First');
    stub.store.remove([gone.id]);
    stub.store.add({ text: 'Next' });
    await line.hears('Next');
    const changes = () => line.items.filter(({ kind }) => kind !== 'message');
    await until(() => changes().length >= 2);
    await line.end();
    // The next pull follows from what this one left, ten minutes later.
    const later = opened.context(at(10 * 60_000)).ctx;
    expect((await pull(cursor, later)).items).toHaveLength(3);
    expect((await pull(line.cursor('notifications'), later)).items).toEqual([]);
  });

  it('leaves what other programs write, looks at links and answers to commands alone', async () => {
    const post = stub.store.add({ text: 'See https://example.com' });
    const line = listen();
    await line.begun();
    const direct = stub.store.openDirect(ANA);
    for (const happen of [
      () => stub.store.add({ by: ROBOT, text: 'beep' }),
      () => stub.store.add({ by: HOOK, webhook: true, text: 'hooked' }),
      () => stub.store.add({ text: 'joined', type: 7 }),
      () => stub.store.unfurl(post),
      // Ephemeral: it names no server, but its channel is a channel of one.
      () => stub.store.add({ text: 'only for Ana', channel: NEWS, flags: 64 }),
      () => stub.store.add({ text: 'In another channel', channel: NEWS }),
      () => stub.store.add({ channel: direct, by: BOT, text: 'From another program of the bot' }),
    ]) {
      happen();
      await takenIn();
      expect(line.told).toHaveLength(2);
    }
    stub.store.add({ text: 'A person' });
    await line.hears('A person');
    expect(test.stored).toHaveLength(1);
    await line.end();
  });

  it('asks of many direct channels only the one that it names, and all of them when it is closed', async () => {
    const people = ['300000000000000011', '300000000000000012', '300000000000000013'];
    const channels = people.map((person) => stub.store.openDirect(person));
    test.ctx.secrets.replace({ ...test.ctx.secrets.read(), direct: channels.join(',') });
    let release: () => void = () => undefined;
    let held: Promise<void> = Promise.resolve();
    const line = listen(test, test.ctx, () => held);
    await line.begun();
    expect(channels.map(asked)).toEqual([1, 1, 1]);
    held = new Promise((resolve) => (release = resolve));
    for (let index = 0; index < 130; index += 1)
      stub.store.add({ channel: channels[1]!, by: ANA, text: `Line ${index}` });
    await takenIn();
    release();
    await line.hears('Line 129');
    await line.pull('dm');
    expect([asked(channels[0]!), asked(channels[2]!)]).toEqual([1, 1]);
    await line.end();
    await line.pull('dm');
    expect([asked(channels[0]!), asked(channels[2]!)]).toEqual([2, 2]);
  });

  it('is asked for in every direct channel once more where it began while they were asked', async () => {
    const people = ['300000000000000011', '300000000000000012'];
    const [early = '', late = ''] = people.map((person) => stub.store.openDirect(person));
    test.ctx.secrets.replace({ ...test.ctx.secrets.read(), direct: `${early},${late}` });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const http: typeof fetch = async (input, init) => {
      if (new Request(input).url.includes(`/channels/${late}/`)) await held;
      return fetch(input, init);
    };
    const first = network.pull('dm', null, { ...test.ctx, http });
    await until(() => asked(early) === 1);
    stub.store.add({ channel: early, by: ANA, text: 'In between' });
    const { end } = await overhear();
    release();
    const { items, next } = await first;
    expect(items).toEqual([]);
    const { messages } = await pullAll(network, 'dm', next, test.ctx);
    expect(messages.map(({ text }) => text)).toEqual(['In between']);
    await end();
  });

  it('keeps what a pull could not follow for the next one', async () => {
    const old = stub.store.add({ text: 'Regret' });
    const { cursor } = await pull();
    const { told, end } = await overhear();
    stub.store.remove([old.id]);
    await until(() => told.length >= 3);
    stub.break('server_error');
    expect(await errorOf(network.pull('notifications', cursor, test.ctx))).toMatchObject({ kind: 'server' });
    expect((await network.pull('notifications', cursor, test.ctx)).items).toEqual([
      { kind: 'deleted', remoteId: `${CHANNEL}/${old.id}` },
    ]);
    await end();
  });

  it('comes once more where the page that had it was not stored, and only then', async () => {
    const old = stub.store.add({ text: 'Regret' });
    for (let index = 0; index < 120; index += 1) stub.store.add({ text: `Later ${index}` });
    const { cursor } = await pull();
    const { end } = await overhear();
    stub.store.remove([old.id]);
    await takenIn();
    const gone = [{ kind: 'deleted', remoteId: `${CHANNEL}/${old.id}` }];
    expect((await network.pull('notifications', cursor, test.ctx)).items).toEqual(gone);
    const again = await network.pull('notifications', cursor, test.ctx);
    expect(again.items).toEqual(gone);
    const stored = await network.pull('notifications', again.next, test.ctx);
    expect(stored.items).toEqual([]);
    expect((await network.pull('notifications', stored.next, test.ctx)).items).toEqual([]);
    await end();
  });

  it('has direct channels asked once more where the page was not stored', async () => {
    const direct = stub.store.openDirect(ANA);
    test.ctx.secrets.replace({ ...test.ctx.secrets.read(), direct });
    const { cursor } = await pullAll(network, 'dm', null, test.ctx);
    stub.store.add({ channel: direct, by: ANA, text: 'Unheard' });
    const { end } = await overhear();
    const twice = async (from: Cursor | null, text: string) => {
      await network.pull('dm', from, test.ctx);
      const { items, next } = await network.pull('dm', from, test.ctx);
      expect(items).toMatchObject([{ text }]);
      return next;
    };
    const next = await twice(cursor, 'Unheard');
    stub.store.add({ channel: direct, by: ANA, text: 'Heard' });
    await takenIn();
    await twice(next, 'Heard');
    await end();
  });

  it('of many edits follows some at a time, and a limit that is reached keeps nothing else back', async () => {
    const written = Array.from({ length: 12 }, (_, index) => stub.store.add({ text: `Line ${index}` }));
    for (let index = 0; index < 120; index += 1) stub.store.add({ text: `Later ${index}` });
    const { cursor } = await pull();
    let looks = 0;
    let allowed = 3;
    const http: typeof fetch = async (input, init) => {
      const isLook = /\/messages\/\d+$/.test(new Request(input).url);
      if (!isLook || (looks += 1) <= allowed) return fetch(input, init);
      return Response.json({ message: 'limited', retry_after: 5 }, { status: 429 });
    };
    const ctx = { ...test.ctx, http };
    const { end } = await overhear(ctx);
    for (const [index, one] of written.entries()) stub.store.edit(one, `Better ${index}`);
    await takenIn();
    stub.store.add({ text: 'News meanwhile' });
    const first = await network.pull('notifications', cursor, ctx);
    expect(looks).toBe(4);
    expect(first.items.filter(({ kind }) => kind === 'message')).toMatchObject([{ text: 'News meanwhile' }]);
    allowed = Infinity;
    const rest = await pullAll(network, 'notifications', first.next, ctx);
    const edits = [...first.items, ...rest.items].flatMap((one) => (one.kind === 'edited' ? [one.text] : []));
    expect([...new Set(edits)].sort()).toEqual(written.map((_, index) => `Better ${index}`).sort());
    await end();
  });

  it('of many edits among the newest messages finds all by one page', async () => {
    const written = Array.from({ length: 12 }, (_, index) => stub.store.add({ text: `Line ${index}` }));
    const { cursor } = await pull();
    const { end } = await overhear();
    for (const [index, one] of written.entries()) stub.store.edit(one, `Better ${index}`);
    stub.store.posts.delete(written[7]!.id);
    await takenIn();
    const before = asked(CHANNEL);
    const { items } = await pull(cursor);
    expect(items).toMatchObject(
      written.map(({ id }, index) =>
        index === 7
          ? { kind: 'deleted', remoteId: `${CHANNEL}/${id}` }
          : { kind: 'edited', text: `Better ${index}` },
      ),
    );
    expect(asked(CHANNEL)).toBe(before + 2);
    expect(stub.calls.filter(({ name }) => /\/messages\/\d+$/.test(name))).toEqual([]);
    await end();
  });

  it('is not held up by a message that cannot be read', async () => {
    const strange = stub.store.add({ text: 'Frist' });
    const http: typeof fetch = async (input, init) =>
      new Request(input).url.endsWith(`/messages/${strange.id}`)
        ? Response.json({ id: 7 })
        : fetch(input, init);
    const line = listen(test, { ...test.ctx, http });
    await line.begun();
    stub.store.edit(strange, 'First');
    const gone = stub.store.add({ text: 'Gone' });
    stub.store.remove([gone.id]);
    await until(() => line.items.some(({ kind }) => kind === 'deleted'));
    await line.end();
  });
});

describe('Discord: accounts of one bot', () => {
  it('share one connection, and people who are new write to the first of them', async () => {
    const fields = { token: stub.token, channel: `${CHANNEL} ${NEWS}` };
    const [first, second] = (await network.connect('bot', fields, signInIo(fetch, clock))).map((found) =>
      createTestContext({ ...found, clock }),
    );
    const late = listen(second);
    await late.begun();
    const line = listen(first);
    await line.begun();
    expect(stub.gateway.connections()).toBe(1);
    const direct = stub.store.openDirect(BEN);
    stub.store.add({ channel: direct, by: BEN, text: 'Hello?' });
    await line.hears('Hello?');
    stub.store.add({ channel: NEWS, text: 'In the news' });
    await late.hears('In the news');
    expect(late.texts()).toEqual(['In the news']);
    expect(line.texts()).toEqual(['Hello?']);
    // The one who opened the connection leaves; the other goes on hearing.
    await late.end();
    stub.store.add({ text: 'Still there?' });
    await line.hears('Still there?');
    await line.end();
    await until(() => stub.gateway.connections() === 0);
    expect(stub.gateway.calls.filter(({ op }) => op === 2)).toHaveLength(1);
  });

  it('have a connection, which a webhook has not', async () => {
    expect((await network.check(test.ctx)).capabilities.inbox.push).toBe('gateway');
    const hook = (await connectedTo(stub, 'webhook')).context();
    expect((await network.check(hook.ctx)).capabilities.inbox.push).toBe('none');
    expect(await errorOf(listen(hook).ended)).toMatchObject({ kind: 'unsupported' });
  });
});
