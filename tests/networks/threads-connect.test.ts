import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createThreadsNetwork } from '../../electron/main/networks/threads/index';
import type { Connected } from '../../electron/main/networks/network';
import type { Clock } from '../../electron/main/ports';
import { ioWith, windowOf } from '../servers/instagram/person';
import { startThreadsStub, type ThreadsStub } from '../servers/threads/stub';
import { infoOf, openThreads } from '../servers/threads/world';
import { createTestContext, only, signInIo } from './context';
import { patientClock } from './patient-clock';

const DAY_MS = 86_400_000;

describe('connecting Threads', () => {
  let stub: ThreadsStub;
  let clock: Clock;
  beforeEach(async () => {
    stub = await startThreadsStub();
    clock = patientClock(stub.now);
  });
  afterEach(() => stub.close());

  const network = () => createThreadsNetwork(stub.endpoints);
  const app = () => ({ appId: stub.app.id, appSecret: stub.app.secret });
  const contextOf = (connected: Connected) => createTestContext({ ...connected, clock });

  it('signs in in a window and keeps the token of 60 days, not the app secret', async () => {
    const person = windowOf();
    const connected = only(
      await network().connect('threads-login', app(), ioWith(clock, person.authorizeInWindow)),
    );
    expect(connected.profile).toMatchObject({
      remoteId: stub.own.id,
      handle: 'brand',
      displayName: 'Brand & Co',
    });
    expect(person.opened[0]!.searchParams.get('scope')?.split(',')).toHaveLength(7);
    expect(stub.signIn.tokens.get(connected.secrets.token!)?.kind).toBe('long');
    expect(Object.values(connected.secrets)).not.toContain(stub.app.secret);
    expect(Number(connected.secrets.expiresAt) - stub.now()).toBeGreaterThan(59 * DAY_MS);
  });

  it('takes a generated token and learns when it ends', async () => {
    const connected = only(
      await network().connect('threads-token', { token: stub.token() }, signInIo(fetch, clock)),
    );
    expect(Number(connected.secrets.expiresAt) - stub.now()).toBeGreaterThan(59 * DAY_MS);
  });

  it('names the field that cannot be right, and the one that the network refuses', async () => {
    const io = signInIo(fetch, clock);
    const at = (method: string, input: Record<string, string>) =>
      infoOf(() => network().connect(method, input, io));
    expect(await at('threads-login', { appId: 'x', appSecret: 'y' })).toMatchObject({ field: 'appId' });
    expect(await at('threads-login', { appId: '1', appSecret: '' })).toMatchObject({ field: 'appSecret' });
    expect(await at('threads-login', { ...app(), redirectUri: 'candor://x' })).toMatchObject({
      field: 'redirectUri',
    });
    expect(await at('threads-token', { token: 'a b' })).toMatchObject({ kind: 'validation', field: 'token' });
    expect(await at('threads-token', { token: 'THnever' })).toMatchObject({
      kind: 'auth_revoked',
      field: 'token',
    });
    expect(await at('by-pigeon', {})).toMatchObject({ kind: 'unsupported' });
    const wrong = { ...app(), appSecret: 'another-secret-value' };
    const info = await infoOf(() =>
      network().connect('threads-login', wrong, ioWith(clock, windowOf().authorizeInWindow)),
    );
    expect(info).toMatchObject({ kind: 'validation', field: 'appSecret' });
    expect(JSON.stringify(info)).not.toContain('another-secret-value');
  });

  it('lists what the sign-in lacks and switches off what needs it', async () => {
    stub.signIn.state.allowed = ['threads_basic', 'threads_content_publish', 'threads_read_replies'];
    const io = ioWith(clock, windowOf().authorizeInWindow);
    const connected = only(await network().connect('threads-login', app(), io));
    const { capabilities } = await network().check(contextOf(connected).ctx);
    const missing = capabilities.access!.permissions.filter(({ granted }) => granted === false);
    expect(missing.map(({ name }) => name)).toEqual([
      'threads_manage_replies',
      'threads_manage_mentions',
      'threads_manage_insights',
      'threads_delete',
    ]);
    expect(capabilities.act.reply).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.act.hide).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.publish.delete).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.publish.textOnly).toEqual({ ok: true });
    expect(capabilities.publish.images).toMatchObject({ ok: false, why: 'media-host' });
    expect(capabilities.inbox.dm).toMatchObject({ ok: false, why: 'network' });
  });

  it('works for an account that may not ask about its token', async () => {
    stub.signIn.state.isTester = false;
    const connected = only(
      await network().connect('threads-token', { token: stub.token() }, signInIo(fetch, clock)),
    );
    const { capabilities } = await network().check(contextOf(connected).ctx);
    expect(capabilities.access?.permissions.every(({ granted }) => granted === null)).toBe(true);
    expect(capabilities.act.reply).toEqual({ ok: true });
  });
});

describe('the token of Threads', () => {
  it('is renewed once for many calls when less than 30 days are left, and tells its end only if that fails', async () => {
    const { network, stub, test, close } = await openThreads();
    const check = () => Promise.all(Array.from({ length: 4 }, () => network.check(test.ctx)));
    stub.passTime(29 * DAY_MS);
    await check();
    expect(stub.signIn.state.refreshes).toBe(0);
    stub.passTime(2 * DAY_MS);
    stub.break('server_error', 'any');
    const [first] = await check();
    expect(first!.capabilities.access?.endsAt).toBeGreaterThan(stub.now());
    stub.passTime(2 * 3_600_000);
    const [second] = await check();
    expect(second!.capabilities.access).not.toHaveProperty('endsAt');
    expect(stub.signIn.state.refreshes).toBe(1);
    stub.passTime(61 * DAY_MS);
    expect(await infoOf(() => network.check(test.ctx))).toMatchObject({ kind: 'auth_revoked', sent: 'no' });
    await close();
  });
});
