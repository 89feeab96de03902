import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appError } from '@shared/domain/errors';
import type { AccountId } from '@shared/domain/ids';
import type { InboxItem } from '../../electron/main/networks/network';
import { capabilities, incoming } from '../fakes/inbox';
import { createScriptedNetwork, northwind, page, type ScriptedNetwork } from '../fakes/network';
import { createWorkspace, type Workspace } from '../fakes/workspace';

let network: ScriptedNetwork;
let w: Workspace;
beforeEach(() => {
  network = createScriptedNetwork();
  w = createWorkspace(network);
});
afterEach(() => w.close());

async function connect(): Promise<AccountId> {
  const id = await w.connectOne();
  await vi.waitFor(() => expect(w.sync.isSyncing(id)).toBe(false));
  return id;
}
const now = () => w.clock.now();
const open = () => w.inbox.list({ filter: { view: 'open' }, after: null, limit: 60 }).items;
const pullsOf = (stream: string) => network.pulls.filter((pull) => pull.stream === stream);

describe('keeping an inbox up to date', () => {
  it('fetches mentions and answers first, then direct messages, page by page with their cursors', async () => {
    network.script(
      'notifications',
      page([incoming('a', 'one', now())], { more: true, next: { page: 2 } }),
      page([incoming('b', 'two', now())], { next: { page: 3 } }),
    );
    network.script(
      'dm',
      page([incoming('dm', 'psst', now(), { conversation: { remoteKey: 'dm', type: 'dm' } })]),
    );
    const id = await connect();
    expect(open()).toHaveLength(3);
    expect(network.pulls.slice(0, 3).map(({ stream, cursor }) => [stream, cursor])).toEqual([
      ['notifications', null],
      ['notifications', { page: 2 }],
      ['dm', null],
    ]);
    expect(w.accounts.cursor(id, 'notifications')).toMatchObject({ cursor: { page: 3 } });
    expect(w.accounts.get(id)?.lastSyncAt).toBe(now());
  });

  it('asks again as often as the network wants: less often in the background', async () => {
    await connect();
    const before = pullsOf('dm').length;
    w.clock.advance(capabilities.inbox.pollMs.foreground);
    await vi.waitFor(() => expect(pullsOf('dm')).toHaveLength(before + 1));
    await vi.waitFor(() => expect(w.sync.progress()).toEqual([]));
    w.sync.setForeground(false);
    w.clock.advance(capabilities.inbox.pollMs.foreground);
    expect(pullsOf('dm')).toHaveLength(before + 1);
    w.clock.advance(capabilities.inbox.pollMs.background);
    await vi.waitFor(() => expect(pullsOf('dm')).toHaveLength(before + 2));
  });

  it('keeps what it has when a later page fails, and goes on from there', async () => {
    network.script(
      'notifications',
      page([incoming('a', 'kept', now())], { more: true, next: { page: 2 } }),
      () => Promise.reject(appError('server')),
    );
    const id = await connect();
    expect(open().map(({ snippet }) => snippet)).toEqual(['kept']);
    expect(w.accounts.get(id)).toMatchObject({ health: 'ok', problem: { kind: 'server' } });
    network.script('notifications', page([incoming('b', 'after the failure', now())]));
    await w.sync.syncNow(id);
    expect(pullsOf('notifications').at(-1)?.cursor).toEqual({ page: 2 });
    expect(open()).toHaveLength(2);
    expect(w.accounts.get(id)?.problem).toBeNull();
  });

  it('waits longer after every failure, and exactly as long as a rate limit says', async () => {
    const id = await connect();
    network.script(
      'notifications',
      () => Promise.reject(appError('server')),
      () => Promise.reject(appError('server')),
    );
    await w.sync.syncNow(id);
    const before = pullsOf('notifications').length;
    w.clock.advance(14_999);
    expect(pullsOf('notifications')).toHaveLength(before);
    w.clock.advance(1);
    await vi.waitFor(() => expect(w.accounts.get(id)?.problem).not.toBeNull());
    await vi.waitFor(() => expect(w.sync.isSyncing(id)).toBe(false));
    w.clock.advance(29_999);
    expect(pullsOf('notifications')).toHaveLength(before + 1);
    network.script('notifications', () =>
      Promise.reject(appError('rate_limited', { retryAt: now() + 600_000 })),
    );
    w.clock.advance(1);
    await vi.waitFor(() => expect(w.accounts.get(id)?.problem?.kind).toBe('rate_limited'));
    await vi.waitFor(() => expect(w.sync.isSyncing(id)).toBe(false));
    w.clock.advance(599_000);
    expect(pullsOf('notifications')).toHaveLength(before + 2);
    w.clock.advance(3_000);
    await vi.waitFor(() => expect(w.accounts.get(id)?.problem).toBeNull());
  });

  it('does not ask while the limit for reading is used up, not even when it is told to', async () => {
    const id = await connect();
    w.accounts.putRate(id, { bucket: 'read:mentions', max: 15, remaining: 0, resetAt: now() + 600_000 });
    const before = network.pulls.length;
    await w.sync.syncNow(id);
    expect(w.accounts.get(id)).toMatchObject({
      health: 'ok',
      problem: { kind: 'rate_limited', retryAt: now() + 600_000 },
    });
    w.clock.advance(599_000);
    expect(network.pulls).toHaveLength(before);
    w.clock.advance(2_000);
    await vi.waitFor(() => expect(network.pulls).toHaveLength(before + 2));
    await vi.waitFor(() => expect(w.accounts.get(id)?.problem).toBeNull());
  });

  it('waits between two pages for a limit that is full again in a moment, and leaves other limits alone', async () => {
    const id = await connect();
    const before = pullsOf('notifications').length;
    network.script(
      'notifications',
      () => {
        w.accounts.putRate(id, { bucket: 'write', max: 5, remaining: 0, resetAt: now() + 900_000 });
        w.accounts.putRate(id, { bucket: 'read:channel', max: 5, remaining: 0, resetAt: now() + 2_000 });
        return page([incoming('a', 'one', now())], { more: true, next: { page: 2 } });
      },
      page([incoming('b', 'two', now())]),
    );
    const round = w.sync.syncNow(id);
    await vi.waitFor(() => expect(open()).toHaveLength(1));
    expect(pullsOf('notifications')).toHaveLength(before + 1);
    await vi.waitFor(() => {
      w.clock.advance(500);
      expect(pullsOf('notifications')).toHaveLength(before + 2);
    });
    await round;
    expect(w.accounts.get(id)?.problem).toBeNull();
  });

  it('keeps the pause of a failure when the window comes to the front', async () => {
    const id = await connect();
    network.script('notifications', () =>
      Promise.reject(appError('rate_limited', { retryAt: now() + 600_000 })),
    );
    await w.sync.syncNow(id);
    const before = network.pulls.length;
    w.sync.setForeground(false);
    w.sync.setForeground(true);
    w.clock.advance(500_000);
    expect(network.pulls).toHaveLength(before);
  });

  it('stops asking when access has ended, says so, and goes on after reconnecting', async () => {
    const id = await connect();
    network.script('notifications', () => Promise.reject(appError('auth_revoked')));
    await w.sync.syncNow(id);
    expect(w.accountsService.list()).toMatchObject([
      { health: 'reconnect', problem: { kind: 'auth_revoked' } },
    ]);
    const before = network.pulls.length;
    w.clock.advance(24 * 3_600_000);
    expect(network.pulls).toHaveLength(before);
    await w.connectOne(id);
    await vi.waitFor(() => expect(network.pulls.length).toBeGreaterThan(before));
    await vi.waitFor(() =>
      expect(w.accountsService.list()).toMatchObject([{ id, health: 'ok', problem: null }]),
    );
  });

  it('goes on with the mentions when only direct messages are not permitted', async () => {
    network.script('notifications', page([incoming('a', 'mention', now())]));
    network.script('dm', () => Promise.reject(appError('permission')));
    const id = await connect();
    expect(open()).toHaveLength(1);
    expect(w.accounts.get(id)).toMatchObject({
      health: 'ok',
      problem: { kind: 'permission' },
      lastSyncAt: now(),
    });
  });

  it('asks at once after a sleep and when the machine is online again', async () => {
    w.sync.start();
    const id = await connect();
    await vi.waitFor(() => expect(w.sync.isSyncing(id)).toBe(false));
    const before = pullsOf('dm').length;
    w.system.resume();
    await vi.waitFor(() => expect(pullsOf('dm')).toHaveLength(before + 1));
    await vi.waitFor(() => expect(w.sync.isSyncing(id)).toBe(false));
    w.system.setOnline(false);
    w.system.setOnline(true);
    await vi.waitFor(() => expect(pullsOf('dm')).toHaveLength(before + 2));
  });

  it('never runs two rounds of one account side by side', async () => {
    const id = await connect();
    let running = 0;
    let most = 0;
    const slow = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return page([]);
    };
    network.script('notifications', slow, slow, slow);
    await Promise.all([w.sync.syncNow(id), w.sync.syncNow(id), w.sync.syncNow(id)]);
    expect(most).toBe(1);
  });

  it('stores nothing any more once the account was removed under way', async () => {
    const id = await connect();
    let release = (_: InboxItem[]): void => undefined;
    network.script(
      'notifications',
      () => new Promise((resolve) => (release = (items) => resolve(page(items)))),
    );
    const round = w.sync.syncNow(id);
    await vi.waitFor(() => expect(w.sync.isSyncing(id)).toBe(true));
    await vi.waitFor(() => expect(pullsOf('notifications').length).toBeGreaterThan(1));
    const removed = w.accountsService.remove({ accountId: id });
    release([incoming('late', 'too late', now())]);
    await Promise.all([round, removed]);
    expect(
      w.db.raw
        .prepare('SELECT (SELECT COUNT(*) FROM message) + (SELECT COUNT(*) FROM account) AS n')
        .pluck()
        .get(),
    ).toBe(0);
  });

  it('shows how far a long first sync is, and remembers a gap that the network leaves', async () => {
    const seen: unknown[] = [];
    network.script(
      'notifications',
      page([incoming('a', '1', now())], { more: true, next: { page: 2 }, remaining: 9 }),
      () => {
        seen.push(...w.sync.progress());
        return page([incoming('b', '2', now())], { gap: { from: 1, to: 2 } });
      },
    );
    const id = await connect();
    expect(seen).toEqual([{ accountId: id, done: 1, total: 10 }]);
    expect(w.accounts.cursor(id, 'notifications')?.gap).toEqual({ from: 1, to: 2 });
  });

  it('announces new messages, but not the ones of the first sync', async () => {
    network.script('notifications', page([incoming('a', 'was there before', now())]));
    const id = await connect();
    expect(w.fresh).toEqual([]);
    w.clock.advance(1_000);
    network.script('notifications', page([incoming('a', 'new', now())]));
    await w.sync.syncNow(id);
    expect(w.fresh).toHaveLength(1);
    expect(w.emitted).toContainEqual({ type: 'inbox.changed', ids: [open()[0]!.id] });
  });

  it('gives up on a network that promises more and brings nothing', async () => {
    const stuck = page([], { more: true, next: null });
    network.script('notifications', stuck, stuck, stuck);
    const id = await connect();
    expect(w.accounts.get(id)?.problem?.kind).toBe('protocol');
  });

  it('cuts a message of 4 MB, repairs broken text and does not let a date from the future rule the list', async () => {
    network.script(
      'notifications',
      page([
        incoming('huge', 'x'.repeat(4_000_000), now() - 10),
        incoming('broken', 'a\uD83D b\0c', now() - 5),
        incoming('future', 'from the year 9999', Date.UTC(9999, 0)),
        incoming('nan', 'no date', Number.NaN),
      ]),
    );
    await connect();
    const stored = w.db.raw
      .prepare<[], { text: string; at: number }>(
        'SELECT text, created_at AS at FROM message ORDER BY length(text)',
      )
      .all();
    expect(stored.at(-1)?.text).toHaveLength(100_001);
    expect(stored.map(({ text }) => text)).toContain('a\ufffd bc');
    expect(Math.max(...stored.map(({ at }) => at))).toBe(now());
    expect(open().every(({ snippet }) => snippet.length <= 240)).toBe(true);
  });
});

describe('the secrets of an account', () => {
  it('are stored encrypted, and an empty value never replaces one in force', async () => {
    const id = await connect();
    const ctx = w.contexts.open(id, new AbortController().signal);
    ctx.secrets.replace({ access: 'access-2', refresh: '' });
    expect(ctx.secrets.read()).toEqual({ access: 'access-2', refresh: northwind.secrets['refresh'] });
    const cipher = Buffer.from(w.accounts.secret(id)!);
    expect(cipher.includes('access-2')).toBe(false);
  });

  it('stay what they were when the new ones cannot be encrypted', async () => {
    const id = await connect();
    const ctx = w.contexts.open(id, new AbortController().signal);
    w.ports.secrets.setProtection('unavailable');
    expect(() => ctx.secrets.replace({ access: 'x' })).toThrow(
      expect.objectContaining({ kind: 'secret_store' }),
    );
    w.ports.secrets.setProtection('os-store');
    expect(ctx.secrets.read()).toEqual(northwind.secrets);
  });
});
