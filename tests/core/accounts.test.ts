import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appError } from '@shared/domain/errors';
import { addAccount, capabilities, incoming } from '../fakes/inbox';
import { createScriptedNetwork, northwind, page, type ScriptedNetwork } from '../fakes/network';
import { createWorkspace, type Workspace } from '../fakes/workspace';
import { only } from '../networks/context';
import type { Connected } from '../../electron/main/networks/network';
import { CHOICE_MS } from '../../electron/main/services/sign-in/choices';
import { SIGN_IN_MS } from '../../electron/main/services/sign-in/sign-in';

let network: ScriptedNetwork;
let w: Workspace;
const setUp = (override: Parameters<typeof createScriptedNetwork>[0] = {}): void => {
  network = createScriptedNetwork(override);
  w = createWorkspace(network);
};
beforeEach(() => setUp());
afterEach(() => w.close());

const fields = { handle: 'northwind.example', password: 'abcd-efgh' };
/** What the person's window does: asks, hears what is waited for, may cancel. */
const ask = (more: object = {}, signal = new AbortController().signal) => {
  const parts: string[] = [];
  const input = { network: 'practice', method: 'password', fields, brand: 'Northwind', ...more } as const;
  const part = ({ kind }: { readonly kind: string }): void => void parts.push(kind);
  return { parts, result: w.accountsService.connect(input, { signal, part }) };
};
const connect = async (more: object = {}) => {
  const result = await ask(more).result;
  if (result.state !== 'connected') throw new Error('the sign-in opened several accounts');
  return only(result.accounts);
};
const named = (name: string): Connected => ({
  profile: { ...northwind.profile, remoteId: `did:${name}`, handle: `${name}.example`, displayName: name },
  secrets: { access: `access-of-${name}` },
});
const offered = async (more: object = {}) => {
  const result = await ask(more).result;
  if (result.state !== 'choose') throw new Error('there was nothing to choose');
  return result;
};
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
    setUp({ connect: () => Promise.resolve([answers.shift()!]) });
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

describe('a sign-in that opens several accounts', () => {
  const several = [named('north'), named('south'), named('west')];
  beforeEach(async () => {
    await w.close();
    setUp({
      connect: () => Promise.resolve(several),
      check: (ctx) => Promise.resolve(seen(ctx.account.remoteId)),
    });
  });
  const seen = (remoteId: string) => ({
    profile: several.find(({ profile }) => profile.remoteId === remoteId)!.profile,
    capabilities,
  });

  it('asks which, without a secret in what it says and without keeping any', async () => {
    const { token, choices } = await offered();
    expect(choices.map(({ handle, kept }) => [handle, kept])).toEqual([
      ['north.example', false],
      ['south.example', false],
      ['west.example', false],
    ]);
    expect(JSON.stringify({ token, choices })).not.toMatch(/access-of|secrets/);
    expect([count('account'), count('account_secret')]).toEqual([0, 0]);
  });

  it('keeps the chosen ones, with their own secrets, and begins to fetch', async () => {
    const { token } = await offered();
    const kept = await w.accountsService.choose({
      token,
      remoteIds: ['did:north', 'did:west'],
      brand: 'Wind',
    });
    expect(kept.map(({ handle, brand }) => [handle, brand])).toEqual([
      ['north.example', 'Wind'],
      ['west.example', 'Wind'],
    ]);
    const signal = new AbortController().signal;
    expect(kept.map(({ id }) => w.contexts.open(id, signal).secrets.read())).toEqual([
      { access: 'access-of-north' },
      { access: 'access-of-west' },
    ]);
    await vi.waitFor(() => expect(network.pulls.length).toBeGreaterThan(1));
    expect((await offered()).choices.map(({ kept: isKept }) => isKept)).toEqual([true, false, true]);
  });

  it('can be chosen from once', async () => {
    const { token } = await offered();
    const pick = () => w.accountsService.choose({ token, remoteIds: ['did:north'], brand: '' });
    const both = await Promise.allSettled([pick(), pick()]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(pick()).rejects.toMatchObject({ kind: 'not_found' });
    expect(count('account')).toBe(1);
  });

  it('refuses an account that it did not offer, and keeps none of the others then', async () => {
    const { token } = await offered();
    const choice = { token, remoteIds: ['did:north', 'did:somebody'], brand: '' };
    await expect(w.accountsService.choose(choice)).rejects.toMatchObject({
      info: { kind: 'invalid_input', field: 'remoteIds' },
    });
    await expect(w.accountsService.choose({ ...choice, token: 'guessed' })).rejects.toMatchObject({
      kind: 'not_found',
    });
    expect(count('account')).toBe(0);
  });

  it('is forgotten after ten minutes, and when another sign-in comes after it', async () => {
    const pick = (token: string) => w.accountsService.choose({ token, remoteIds: ['did:north'], brand: '' });
    const first = await offered();
    const second = await offered();
    await expect(pick(first.token)).rejects.toMatchObject({ kind: 'not_found' });
    w.clock.advance(CHOICE_MS);
    await expect(pick(second.token)).rejects.toMatchObject({ kind: 'not_found' });
    expect(count('account')).toBe(0);
  });

  it('can be chosen from again when this machine could not protect the secrets the first time', async () => {
    const { token } = await offered();
    const pick = () => w.accountsService.choose({ token, remoteIds: ['did:north', 'did:west'], brand: '' });
    w.ports.secrets.setProtection('plain-text');
    await expect(pick()).rejects.toMatchObject({ kind: 'secret_store' });
    expect([count('account'), count('account_secret')]).toEqual([0, 0]);
    w.ports.secrets.allowPlainText(true);
    expect(await pick()).toHaveLength(2);
  });

  it('renews the account in question by itself when it is for a reconnection', async () => {
    const { token } = await offered();
    const [kept] = await w.accountsService.choose({ token, remoteIds: ['did:south'], brand: '' });
    w.accounts.setHealth(kept!.id, 'reconnect', { kind: 'auth_revoked' });
    expect(await connect({ accountId: kept!.id, brand: '' })).toMatchObject({
      id: kept!.id,
      handle: 'south.example',
      problem: null,
    });
    expect(count('account')).toBe(1);
  });

  it('renews with it the others that were lost together, and only those', async () => {
    const { token } = await offered();
    const everyone = several.map(({ profile }) => profile.remoteId);
    const [north, south, west] = await w.accountsService.choose({
      token,
      remoteIds: everyone,
      brand: 'Wind',
    });
    for (const { id } of [north!, south!]) w.accounts.setHealth(id, 'reconnect', { kind: 'auth_revoked' });
    const result = await ask({ accountId: north!.id, brand: 'North' }).result;
    if (result.state !== 'connected') throw new Error('nothing is to be chosen');
    expect(result.accounts.map(({ handle, brand }) => [handle, brand])).toEqual([
      ['north.example', 'North'],
      ['south.example', 'Wind'],
    ]);
    expect([north, south, west].map((each) => w.accounts.get(each!.id)?.health)).toEqual(['ok', 'ok', 'ok']);
  });

  it('names whom it found when the account to be renewed is not among them', async () => {
    const { id } = addAccount(w.db, { remoteId: 'did:east', handle: 'east.example' });
    await expect(ask({ accountId: id }).result).rejects.toMatchObject({
      info: {
        kind: 'conflict',
        params: {
          signIn: 'other',
          expected: 'east.example',
          found: 'north.example, south.example, west.example',
        },
      },
    });
  });
});

describe('signing in at the network itself', () => {
  const redirect = 'https://network.example/done';
  const url = ({ redirectUri, state }: { readonly redirectUri: string; readonly state: string }): string =>
    `https://network.example/authorize?${new URLSearchParams({ redirectUri, state }).toString()}`;
  const answer = (page: URL): string =>
    `${page.searchParams.get('redirectUri')}?code=c0de&state=${page.searchParams.get('state')}`;
  const method = { id: 'oauth', signIn: 'browser', redirects: ['http://127.0.0.1:1/x'], fields: [] } as const;
  const codes: string[] = [];
  beforeEach(async () => {
    await w.close();
    codes.length = 0;
    setUp({
      connectMethods: [method, { ...method, id: 'window', signIn: 'window' }],
      connect: async (id, _input, io) => {
        const { code } =
          id === 'window'
            ? await io.authorizeInWindow({ url, redirectUri: redirect })
            : await io.authorizeInBrowser({ url, host: '127.0.0.1' });
        codes.push(code);
        return [northwind];
      },
    });
  });

  it('in the browser says what is waited for and ends with the account', async () => {
    const { parts, result } = ask({ method: 'oauth', fields: {} });
    const page = await w.ports.signIn.nextPage();
    await fetch(answer(page));
    expect(await result).toMatchObject({ state: 'connected', accounts: [{ handle: 'northwind.example' }] });
    expect([parts, codes]).toEqual([['checking', 'waiting_for_browser', 'checking'], ['c0de']]);
    expect(JSON.stringify(w.log.lines)).not.toMatch(/c0de|state=/);
  });

  it('in a window does so too', async () => {
    const { parts, result } = ask({ method: 'window', fields: {} });
    const page = await w.ports.signIn.nextPage();
    w.ports.signIn.goTo(answer(page));
    expect(await result).toMatchObject({ state: 'connected' });
    expect(parts).toEqual(['checking', 'waiting_for_window', 'checking']);
  });

  it('keeps nothing when the person cancels, closes the window or lets the time pass', async () => {
    const control = new AbortController();
    const cancelled = ask({ method: 'oauth', fields: {} }, control.signal).result;
    await w.ports.signIn.nextPage();
    control.abort();
    await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });

    const closed = ask({ method: 'window', fields: {} }).result;
    await w.ports.signIn.nextPage();
    w.ports.signIn.closeWindow();
    await expect(closed).rejects.toMatchObject({ kind: 'cancelled' });

    const late = ask({ method: 'oauth', fields: {} }).result;
    await w.ports.signIn.nextPage();
    w.clock.advance(SIGN_IN_MS);
    await expect(late).rejects.toMatchObject({ info: { kind: 'cancelled', params: { signIn: 'timeout' } } });
    expect(count('account')).toBe(0);
  });

  it('keeps nothing of what arrives after the person has cancelled', async () => {
    await w.close();
    const control = new AbortController();
    setUp({
      connect: async () => {
        control.abort();
        return [northwind];
      },
    });
    await expect(ask({}, control.signal).result).rejects.toMatchObject({ kind: 'cancelled' });
    expect([count('account'), count('account_secret')]).toEqual([0, 0]);
  });

  it('opens the page again on request', async () => {
    const { result } = ask({ method: 'oauth', fields: {} });
    const page = await w.ports.signIn.nextPage();
    await w.accountsService.reopenSignIn();
    expect((await w.ports.signIn.nextPage()).href).toBe(page.href);
    await fetch(answer(page));
    await result;
  });

  it('says so when the sign-in opens no account', async () => {
    await w.close();
    setUp({ connect: () => Promise.resolve([]) });
    await expect(ask().result).rejects.toMatchObject({
      info: { kind: 'permission', params: { signIn: 'none' } },
    });
  });

  it('is offered with where it takes place and what to enter in the developer console', () => {
    expect(w.accountsService.networks()[0]?.methods).toMatchObject([
      { id: 'oauth', signIn: 'browser', redirects: ['http://127.0.0.1:1/x'] },
      { id: 'window', signIn: 'window' },
    ]);
  });
});

describe('the app that an account was connected with', () => {
  const method = {
    id: 'oauth',
    signIn: 'browser',
    fields: [
      { name: 'clientId', secret: false },
      { name: 'clientSecret', secret: true },
      { name: 'version', secret: false, optional: true },
    ],
  } as const;
  const tokenMethod = { id: 'token', fields: [{ name: 'token', secret: true }] } as const;
  const typed = { clientId: 'client-1', clientSecret: 'secret-1', version: 'v1' };
  const inputs: Readonly<Record<string, string>>[] = [];
  beforeEach(async () => {
    await w.close();
    inputs.length = 0;
    setUp({
      connectMethods: [method, { ...method, id: 'oauth-pages' }, tokenMethod],
      connect: async (_id, input) => {
        inputs.push(input);
        return [{ ...northwind, secrets: { token: 'token-1' } }];
      },
    });
  });
  const storedApp = (more: object = {}) =>
    w.accountsService.storedApp({ network: 'practice', method: 'oauth', ...more });

  it('serves again for a sign-in in which its fields are left empty, and its values are told to nobody', async () => {
    const { id } = await connect({ method: 'oauth', fields: typed });
    const known = storedApp({ accountId: id });
    expect(known).toEqual({
      accountId: id,
      handle: 'northwind.example',
      fields: ['clientId', 'clientSecret'],
    });
    await connect({ method: 'oauth', fields: { clientSecret: ' ' }, accountId: id, appOf: id });
    expect(inputs[1]).toEqual({ clientId: 'client-1', clientSecret: 'secret-1' });
    expect(JSON.stringify(known)).not.toMatch(/client-1|secret-1/);
  });

  it('gives way to what the person types', async () => {
    const { id } = await connect({ method: 'oauth', fields: typed });
    await connect({ method: 'oauth', fields: { clientId: 'client-2' }, appOf: id });
    expect(inputs[1]).toEqual({ clientId: 'client-2', clientSecret: 'secret-1' });
  });

  it('is offered for another account of the network too', async () => {
    const { id } = await connect({ method: 'oauth', fields: typed });
    expect(storedApp()?.accountId).toBe(id);
    expect(storedApp({ network: 'mastodon' })).toBeNull();
  });

  it('never brings back an old token', async () => {
    const { id } = await connect({ method: 'oauth', fields: typed });
    expect(storedApp({ method: 'token' })).toBeNull();
    await expect(connect({ method: 'token', fields: {}, appOf: id })).rejects.toMatchObject({
      info: { kind: 'invalid_input', field: 'fields.token' },
    });
  });

  it('serves no other way to sign in, which may want another app', async () => {
    await connect({ method: 'oauth', fields: typed });
    expect(storedApp({ method: 'oauth-pages' })).toBeNull();
  });

  it('stays when the network renews its tokens', async () => {
    const { id } = await connect({ method: 'oauth', fields: typed });
    w.contexts.open(id, new AbortController().signal).secrets.replace({ token: 'token-2' });
    expect(storedApp()?.fields).toEqual(['clientId', 'clientSecret']);
  });

  it('serves no other network', async () => {
    const { id } = addAccount(w.db, { network: 'mastodon', remoteId: 'm1' });
    await expect(connect({ method: 'oauth', fields: {}, appOf: id })).rejects.toMatchObject({
      info: { kind: 'invalid_input', field: 'appOf' },
    });
    expect(inputs).toEqual([]);
  });

  it('is not missed where it cannot be read: the fields are asked for as the first time', async () => {
    const { id } = await connect({ method: 'oauth', fields: typed });
    w.ports.secrets.setProtection('unavailable');
    expect(storedApp()).toBeNull();
    await expect(connect({ method: 'oauth', fields: {}, appOf: id })).rejects.toMatchObject({
      info: { kind: 'invalid_input', field: 'fields.clientId' },
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
