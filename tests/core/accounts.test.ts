import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appError } from '@shared/domain/errors';
import { addAccount, capabilities, incoming } from '../fakes/inbox';
import { createScriptedNetwork, northwind, page, type ScriptedNetwork } from '../fakes/network';
import { createWorkspace, type Workspace } from '../fakes/workspace';

let network: ScriptedNetwork;
let w: Workspace;
const setUp = (override: Parameters<typeof createScriptedNetwork>[0] = {}): void => {
  network = createScriptedNetwork(override);
  w = createWorkspace(network);
};
beforeEach(() => setUp());
afterEach(() => w.close());

const fields = { handle: 'northwind.example', password: 'abcd-efgh' };
const connect = (more: object = {}) =>
  w.accountsService.connect({ network: 'practice', method: 'password', fields, brand: 'Northwind', ...more });
const count = (table: string) => w.db.raw.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get();

describe('connecting an account', () => {
  it('stores who it is, keeps its secrets encrypted and fetches its inbox', async () => {
    network.script('notifications', page([incoming('a', 'hello', w.clock.now())]));
    const view = await connect();
    expect(view).toMatchObject({ handle: 'northwind.example', brand: 'Northwind', problem: null });
    await vi.waitFor(() => expect(count('message')).toBe(1));
    expect(JSON.stringify(w.accountsService.list())).not.toMatch(/access-1|refresh-1|abcd-efgh/);
    const rows = JSON.stringify(w.db.raw.prepare('SELECT * FROM account').all());
    expect(rows).not.toMatch(/access-1|abcd-efgh/);
  });

  it('names the field that is missing, and does not ask the network', async () => {
    const asked = vi.fn();
    await w.close();
    setUp({ connect: asked });
    await expect(connect({ fields: { handle: 'x', password: '  ' } })).rejects.toMatchObject({
      info: { kind: 'invalid_input', field: 'fields.password' },
    });
    await expect(connect({ method: 'magic' })).rejects.toMatchObject({
      info: { kind: 'invalid_input', field: 'method' },
    });
    expect(asked).not.toHaveBeenCalled();
  });

  it('passes on what the network says and stores nothing when it refuses', async () => {
    await w.close();
    setUp({ connect: () => Promise.reject(appError('auth_revoked')) });
    await expect(connect()).rejects.toMatchObject({ kind: 'auth_revoked' });
    expect(count('account')).toBe(0);
  });

  it('stores neither account nor secret when this machine cannot protect secrets', async () => {
    w.ports.secrets.setProtection('plain-text');
    await expect(connect()).rejects.toMatchObject({ kind: 'secret_store' });
    expect([count('account'), count('account_secret')]).toEqual([0, 0]);
  });

  it('renews an account that is already here instead of adding it again', async () => {
    const first = await connect();
    const again = await connect({ brand: '' });
    expect(again).toMatchObject({ id: first.id, brand: 'Northwind' });
    expect(count('account')).toBe(1);
  });

  it('refuses credentials of somebody else when an account is renewed', async () => {
    const first = await connect();
    w.accounts.setHealth(first.id, 'reconnect', { kind: 'auth_expired' });
    await w.close();
    const stranger = {
      ...northwind,
      profile: { ...northwind.profile, remoteId: 'did:stranger', handle: 'stranger.example' },
    };
    const answers = [northwind, stranger];
    setUp({ connect: () => Promise.resolve(answers.shift()!) });
    const mine = await connect();
    await expect(connect({ accountId: mine.id })).rejects.toMatchObject({ kind: 'conflict' });
    expect(count('account')).toBe(1);
  });

  it('keeps what the network says the account can do', async () => {
    await w.close();
    const refined = {
      ...capabilities,
      publish: { ...capabilities.publish, text: { max: 5_000, unit: 'grapheme' as const } },
    };
    setUp({ check: () => Promise.resolve({ profile: northwind.profile, capabilities: refined }) });
    expect((await connect()).capabilities.publish.text.max).toBe(5_000);
  });

  it('asks what an account can do once after a start and once a day, without a word', async () => {
    await w.close();
    const refined = {
      ...capabilities,
      inbox: { ...capabilities.inbox, dm: { ok: false, why: 'scope', note: '' } as const },
    };
    const check = vi.fn(() => Promise.resolve({ profile: northwind.profile, capabilities: refined }));
    setUp({ check });
    const { id } = addAccount(w.db, { remoteId: northwind.profile.remoteId });
    w.contexts.storeSecrets(id, northwind.secrets);
    await w.sync.syncNow(id);
    expect(w.accounts.get(id)).toMatchObject({ capabilities: refined, health: 'ok', problem: null });
    expect(network.pulls.map(({ stream }) => stream)).toEqual(['notifications']);
    await w.sync.syncNow(id);
    expect(check).toHaveBeenCalledTimes(1);
    w.clock.jumpTo(w.clock.now() + 86_400_000);
    await w.sync.syncNow(id);
    expect(check).toHaveBeenCalledTimes(2);
  });

  it('keeps what it knows of an account when its network cannot be asked, and tries again later', async () => {
    await w.close();
    const check = vi.fn(() => Promise.reject(appError('offline')));
    setUp({ check });
    const row = addAccount(w.db, { remoteId: northwind.profile.remoteId });
    w.contexts.storeSecrets(row.id, northwind.secrets);
    const known = w.accounts.get(row.id);
    await w.sync.syncNow(row.id);
    expect(w.accounts.get(row.id)).toEqual({ ...known, lastSyncAt: w.clock.now() });
    w.clock.jumpTo(w.clock.now() + 15 * 60_000);
    await w.sync.syncNow(row.id);
    expect(check).toHaveBeenCalledTimes(2);
  });

  it('offers every network with the fields of its form', () => {
    expect(w.accountsService.networks()[0]?.methods[0]?.fields).toContainEqual({
      name: 'password',
      secret: true,
      optional: false,
      placeholder: null,
    });
  });
});

describe('an account', () => {
  it('reports when a test shows that access has ended, and works again after a test that passes', async () => {
    await w.close();
    const checks = [
      () => Promise.resolve(ok),
      () => Promise.reject(appError('auth_expired')),
      () => Promise.resolve(ok),
    ];
    const ok = { profile: northwind.profile, capabilities };
    setUp({ check: () => checks.shift()!() });
    const { id } = await connect();
    expect(await w.accountsService.test({ accountId: id })).toMatchObject({
      health: 'reconnect',
      problem: { kind: 'auth_expired' },
    });
    expect((await w.accountsService.test({ accountId: id })).problem).toBeNull();
    expect(w.accounts.get(id)?.health).toBe('ok');
  });

  it('asks nothing while it is paused and goes on afterwards', async () => {
    const { id } = await connect();
    await w.sync.syncNow(id);
    expect(w.accountsService.pause({ accountId: id, paused: true }).health).toBe('paused');
    const before = network.pulls.length;
    w.clock.advance(3_600_000);
    await w.sync.syncNow(id);
    expect(network.pulls).toHaveLength(before);
    w.accountsService.pause({ accountId: id, paused: false });
    await vi.waitFor(() => expect(network.pulls.length).toBeGreaterThan(before));
  });

  it('takes a brand and voice notes', async () => {
    const { id } = await connect();
    expect(w.accountsService.update({ accountId: id, voiceNotes: 'Warm, short.' })).toMatchObject({
      brand: 'Northwind',
      voiceNotes: 'Warm, short.',
    });
  });

  it('goes with everything that belongs to it: messages, search index, people nobody else mentions', async () => {
    network.script(
      'notifications',
      page(
        Array.from({ length: 450 }, (_, at) =>
          incoming(`c${at % 40}`, `remember me ${at}`, w.clock.now() - at),
        ),
      ),
    );
    const { id } = await connect();
    await vi.waitFor(() => expect(count('message')).toBe(450));
    await w.sync.syncNow(id);
    await w.accountsService.remove({ accountId: id });
    for (const table of [
      'account',
      'account_secret',
      'sync_cursor',
      'conversation',
      'message',
      'author',
      'inbox_counter',
    ]) {
      expect([table, count(table)]).toEqual([table, 0]);
    }
    expect(
      w.db.raw.prepare("SELECT COUNT(*) FROM message_fts WHERE message_fts MATCH 'remember'").pluck().get(),
    ).toBe(0);
    expect(w.emitted.at(-1)).toEqual({ type: 'outbox.changed', ids: [] });
  });

  it('whose removal was cut off is removed at the next start', async () => {
    const { id } = await connect();
    await w.sync.syncNow(id);
    w.store.write('accounts.removing', [id]);
    await w.accountsService.finishRemovals();
    expect(count('account')).toBe(0);
    expect(w.store.read('accounts.removing')).toEqual([]);
  });

  it('of the practice network comes and goes with one call each', async () => {
    expect(w.accountsService.startPractice()).toMatchObject([
      { handle: 'northwind.example', brand: 'Northwind' },
    ]);
    await w.accountsService.removePractice();
    expect([count('account'), w.practiceCalls]).toEqual([0, ['remove']]);
  });
});
