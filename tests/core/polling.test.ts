import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AccountId } from '@shared/domain/ids';
import type { Capabilities, Cost } from '@shared/domain/network';
import { createExpiry } from '../../electron/main/db/repositories/expiry';
import { createAccountMetrics } from '../../electron/main/db/repositories/account-metrics';
import { NetworkError } from '../../electron/main/networks/errors';
import type { LiveIo, Network } from '../../electron/main/networks/network';
import { createAccountNumbers } from '../../electron/main/services/account-numbers';
import { createCacheExpiry } from '../../electron/main/services/cache-expiry';
import { addAccount, capabilities, incoming } from '../fakes/inbox';
import { createScriptedNetwork, northwind, page } from '../fakes/network';
import { createWorkspace, type Workspace } from '../fakes/workspace';

const DAY = 86_400_000;
let w: Workspace;
afterEach(() => w.close());

function open(network: Network, can: Capabilities = capabilities): AccountId {
  w = createWorkspace({
    ...network,
    check: () => Promise.resolve({ profile: northwind.profile, capabilities: can }),
  });
  const { id } = addAccount(w.db, { remoteId: northwind.profile.remoteId, capabilities: can });
  w.contexts.storeSecrets(id, northwind.secrets);
  return id;
}
const viewOf = (id: AccountId) => w.polling.polling().find(({ accountId }) => accountId === id)!;
const cost: Cost = {
  currency: 'USD',
  checkedOn: '2026-11-25',
  source: 'tests',
  prices: { read: 0.005, post: 0.015 },
};

describe('parts of an account', () => {
  it('that are switched off are not asked for, and are again when they are on', async () => {
    const network = createScriptedNetwork();
    const id = open(network);
    await w.polling.setPolling({ accountId: id, features: { dm: false } });
    await w.sync.syncNow(id);
    expect(network.pulls.map(({ stream }) => stream)).toEqual(['notifications']);
    await w.polling.setPolling({ accountId: id, features: { dm: true } });
    await w.sync.syncNow(id);
    expect(network.pulls.map(({ stream }) => stream)).toEqual(['notifications', 'notifications', 'dm']);
    expect(viewOf(id)).toMatchObject({ features: { dm: true, live: null }, nextAt: w.clock.now() + 30_000 });
  });
});

describe('a longer time for answers', () => {
  const longer: Capabilities = {
    ...capabilities,
    inbox: {
      ...capabilities.inbox,
      replyWindowMs: DAY,
      extendedReply: { windowMs: 7 * DAY, feature: 'humanAgent' },
    },
  };
  const receive = (id: AccountId, key: string, at: number, more: object = {}) => {
    const { network } = w.accounts.require(id);
    const items = [incoming(key, 'Hello?', at, more)];
    return w.writer.apply({ accountId: id, network, items, now: w.clock.now(), historyBefore: 0 })
      .changed[0]!;
  };
  const deadlineOf = (conversation: Parameters<Workspace['conversations']['ref']>[0]) =>
    w.conversations.ref(conversation)?.replyDeadline;
  const dm = (key: string) => ({ conversation: { remoteKey: key, type: 'dm' as const } });

  it('is off until the person switches it on, and moves what is stored at once, both ways', async () => {
    const id = open(createScriptedNetwork(), longer);
    const wroteAt = w.clock.now() - 2 * DAY;
    const direct = receive(id, 'a', wroteAt, dm('a'));
    const comment = receive(id, 'b', wroteAt);
    expect(viewOf(id).features.humanAgent).toBe(false);
    expect(deadlineOf(direct)).toBe(wroteAt + DAY);
    const view = await w.polling.setPolling({ accountId: id, features: { humanAgent: true } });
    expect(view.features.humanAgent).toBe(true);
    expect(deadlineOf(direct)).toBe(wroteAt + 7 * DAY);
    expect(deadlineOf(comment)).toBeNull();
    expect(w.emitted).toContainEqual({ type: 'inbox.changed', ids: [] });
    expect(deadlineOf(receive(id, 'c', wroteAt, dm('c')))).toBe(wroteAt + 7 * DAY);
    await w.polling.setPolling({ accountId: id, features: { humanAgent: false } });
    expect(deadlineOf(direct)).toBe(wroteAt + DAY);
  });

  it('is not offered where the network has no such thing, or no direct messages', async () => {
    const without = open(createScriptedNetwork());
    expect(viewOf(without).features.humanAgent).toBeNull();
    await w.close();
    const no = { ok: false, why: 'scope', note: 'Not allowed.' } as const;
    const id = open(createScriptedNetwork(), { ...longer, inbox: { ...longer.inbox, dm: no } });
    expect(viewOf(id).features.humanAgent).toBeNull();
  });

  it('changes nothing where the network has only one', async () => {
    const id = open(createScriptedNetwork(), {
      ...capabilities,
      inbox: { ...capabilities.inbox, replyWindowMs: DAY },
    });
    await w.polling.setPolling({ accountId: id, features: { humanAgent: true } });
    const wroteAt = w.clock.now();
    expect(deadlineOf(receive(id, 'a', wroteAt, dm('a')))).toBe(wroteAt + DAY);
  });
});

describe('what networks charge', () => {
  it('is counted by month, and reading stops at the limit while the account goes on', async () => {
    const network = createScriptedNetwork();
    const id = open(network, { ...capabilities, cost });
    w.spending.record(id, 'read', 150);
    w.spending.record(id, 'post', 2);
    expect(viewOf(id).spending).toMatchObject({ spent: 780_000, budget: null });
    await w.polling.setPolling({ accountId: id, monthlyBudget: 780_000 });
    expect(viewOf(id).stopped).toBe(true);
    await w.sync.syncNow(id);
    expect(network.pulls).toEqual([]);
    expect(w.accounts.require(id)).toMatchObject({
      health: 'ok',
      problem: { kind: 'quota_exhausted', params: { budget: 0.78 } },
    });
    w.clock.advance(31 * DAY);
    expect(viewOf(id)).toMatchObject({ stopped: false, spending: { spent: 0 } });
    await w.sync.syncNow(id);
    expect(network.pulls.length).toBeGreaterThan(0);
    expect(w.accounts.require(id).problem).toBeNull();
  });

  it('is nothing where the network has no prices', () => {
    const id = open(createScriptedNetwork());
    expect(viewOf(id)).toMatchObject({ spending: null, stopped: false });
  });
});

describe('a live connection', () => {
  const push: Capabilities = { ...capabilities, inbox: { ...capabilities.inbox, push: 'ws' } };
  /** Connections that end when the test says so. */
  function connections() {
    const opened: { readonly io: LiveIo; readonly lose: (error: Error) => void; ended: boolean }[] = [];
    const live: Network['live'] = (ctx, io) =>
      new Promise((resolve, reject) => {
        const one = { io, lose: reject, ended: false };
        opened.push(one);
        ctx.signal.addEventListener('abort', () => {
          one.ended = true;
          resolve();
        });
      });
    return { opened, live };
  }

  it('opens after the first round, brings news at once, and asking becomes the backstop', async () => {
    const { opened, live } = connections();
    const network = createScriptedNetwork({ live });
    const id = open(network, push);
    await w.sync.syncNow(id);
    expect(opened).toHaveLength(1);
    network.script('notifications', page([incoming('a', 'at once', w.clock.now())]));
    await opened[0]!.io.tell('notifications');
    expect(w.inbox.list({ filter: { view: 'open' }, after: null, limit: 60 }).items).toHaveLength(1);
    expect(viewOf(id)).toMatchObject({ live: 'open', nextAt: w.clock.now() + 300_000 });
  });

  it('that is lost is opened again after a pause, and asking is as often as without it', async () => {
    const { opened, live } = connections();
    const id = open(createScriptedNetwork({ live }), push);
    await w.sync.syncNow(id);
    opened[0]!.lose(new NetworkError({ kind: 'offline' }, 'no'));
    await w.sync.syncNow(id);
    expect(viewOf(id)).toMatchObject({ live: 'waiting', nextAt: w.clock.now() + 30_000 });
    w.clock.advance(5_000);
    await w.sync.syncNow(id);
    expect(opened).toHaveLength(2);
    expect(viewOf(id).live).toBe('open');
  });

  it('that is lost does not leave the account to the backstop', async () => {
    const { opened, live } = connections();
    const id = open(createScriptedNetwork({ live }), push);
    await w.sync.syncNow(id);
    expect(viewOf(id).nextAt).toBe(w.clock.now() + 300_000);
    opened[0]!.lose(new NetworkError({ kind: 'unsupported' }, 'no'));
    await vi.waitFor(() =>
      expect(viewOf(id)).toMatchObject({ live: 'none', nextAt: w.clock.now() + 30_000 }),
    );
  });

  it('asks once for what is told of several streams at once', async () => {
    const { opened, live } = connections();
    const network = createScriptedNetwork({ live });
    const id = open(network, push);
    await w.sync.syncNow(id);
    const before = network.pulls.length;
    const { tell } = opened[0]!.io;
    await Promise.all([tell('notifications'), tell('dm')]);
    expect(network.pulls.slice(before).map(({ stream }) => stream)).toEqual(['notifications', 'dm']);
    await tell('dm');
    expect(network.pulls).toHaveLength(before + 4);
  });

  it('that still tells something while the app ends asks for nothing any more', async () => {
    const { opened, live } = connections();
    const network = createScriptedNetwork({ live });
    const id = open(network, push);
    await w.sync.syncNow(id);
    await w.sync.stop();
    const before = network.pulls.length;
    await opened[0]!.io.tell('notifications');
    expect(network.pulls).toHaveLength(before);
    expect(viewOf(id)).toMatchObject({ live: 'none', nextAt: null });
  });

  it('that was refused is tried again with a new sign-in', async () => {
    const { opened, live } = connections();
    const id = open(createScriptedNetwork({ live }), push);
    await w.sync.syncNow(id);
    opened[0]!.lose(new NetworkError({ kind: 'permission' }, 'no'));
    await vi.waitFor(() => expect(viewOf(id).live).toBe('none'));
    await w.sync.syncNow(id);
    expect(opened).toHaveLength(1);
    await w.sync.add(id);
    expect(opened).toHaveLength(2);
    expect(viewOf(id).live).toBe('open');
    await w.sync.add(id);
    expect(opened.slice(1).map(({ ended }) => ended)).toEqual([true, false]);
  });

  it('is not tried again where the server has none, and ends with the account or its switch', async () => {
    const { opened, live } = connections();
    const id = open(createScriptedNetwork({ live }), push);
    await w.sync.syncNow(id);
    await w.polling.setPolling({ accountId: id, features: { live: false } });
    expect(opened[0]!.ended).toBe(true);
    await w.polling.setPolling({ accountId: id, features: { live: true } });
    opened[1]!.lose(new NetworkError({ kind: 'unsupported' }, 'no'));
    await w.sync.syncNow(id);
    w.clock.advance(DAY);
    expect(viewOf(id).live).toBe('none');
    expect(opened).toHaveLength(2);
  });
});

describe('what others wrote', () => {
  it('leaves this device when the network allows no longer, with its conversation, but no draft', async () => {
    const network = createScriptedNetwork();
    const id = open(network, { ...capabilities, retention: { maxDays: 30 } });
    const at = w.clock.now();
    network.script(
      'notifications',
      page([incoming('old', 'regrettable', at), incoming('kept', 'with a draft', at)]),
    );
    await w.sync.syncNow(id);
    const { items } = w.inbox.list({ filter: { view: 'open' }, after: null, limit: 60 });
    const kept = items.find(({ snippet }) => snippet === 'with a draft')!;
    w.drafts.save(kept.id, 'half a thought', at);
    w.clock.advance(31 * DAY);
    network.script('notifications', page([incoming('kept', 'newer', w.clock.now())]));
    await w.sync.syncNow(id);
    const expire = createCacheExpiry({
      accounts: w.accounts,
      expiry: createExpiry(w.db),
      clock: w.clock,
      events: { emit: (event) => void w.emitted.push(event) },
    });
    await expire();
    const left = w.inbox.list({ filter: { view: 'open' }, after: null, limit: 60 }).items;
    expect(left.map(({ snippet }) => snippet)).toEqual(['newer']);
    const texts = w.db.raw.prepare('SELECT text FROM message').pluck().all();
    expect(texts).toEqual(['newer']);
    expect((await w.inbox.search({ query: 'regrettable', filter: {}, after: null })).items).toEqual([]);
  });
});

describe('numbers of an account', () => {
  it('are kept once a day, and not asked for while that is switched off', async () => {
    let asked = 0;
    const accountMetrics = () => Promise.resolve({ followers: (asked += 1) });
    const network = createScriptedNetwork({ accountMetrics });
    const id = open(network);
    const rows = createAccountMetrics(w.db);
    const take = createAccountNumbers({
      accounts: w.accounts,
      rows,
      registry: new Proxy({} as never, { get: () => network }),
      contexts: w.contexts,
      spending: w.spending,
      clock: w.clock,
      log: w.log,
    });
    const { signal } = new AbortController();
    await take(signal);
    await take(signal);
    expect(asked).toBe(1);
    w.clock.advance(DAY);
    w.accounts.update(id, { features: { metrics: false } });
    await take(signal);
    expect(asked).toBe(1);
    expect(w.db.raw.prepare('SELECT metrics FROM account_metric').pluck().all()).toEqual(['{"followers":1}']);
  });
});
