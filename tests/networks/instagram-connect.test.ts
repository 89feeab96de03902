import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInstagramNetwork } from '../../electron/main/networks/instagram/index';
import type { Connected } from '../../electron/main/networks/network';
import type { Clock } from '../../electron/main/ports';
import { infoOf, openInstagram } from '../servers/instagram/world';
import { ioWith, windowOf } from '../servers/instagram/person';
import { startInstagramStub, type InstagramStub } from '../servers/instagram/stub';
import { createTestContext, only, signInIo } from './context';
import { patientClock } from './patient-clock';

const DAY_MS = 86_400_000;

describe('connecting Instagram', () => {
  let stub: InstagramStub;
  let clock: Clock;
  beforeEach(async () => {
    stub = await startInstagramStub();
    clock = patientClock(stub.now);
  });
  afterEach(() => stub.close());

  const network = () => createInstagramNetwork(stub.endpoints);
  const app = () => ({ appId: stub.app.id, appSecret: stub.app.secret });
  const contextOf = (connected: Connected) => createTestContext({ ...connected, clock });

  it.each(['list', 'flat'] as const)(
    'signs in with Instagram in a window and keeps the token of 60 days, told as a %s answer',
    async (shape) => {
      stub.signIn.state.shape = shape;
      const person = windowOf();
      const io = ioWith(clock, person.authorizeInWindow);
      const connected = only(await network().connect('instagram-login', app(), io));
      expect(connected.profile).toMatchObject({
        remoteId: stub.own.id,
        handle: 'brand',
        displayName: 'Brand & Co',
      });
      const asked = person.opened[0]!.searchParams;
      expect(asked.get('scope')?.split(',')).toHaveLength(5);
      expect(asked.get('redirect_uri')).toBe('https://localhost/candor/callback');
      const kept = stub.signIn.tokens.get(connected.secrets.token!);
      expect(kept?.kind).toBe('long');
      expect(Number(connected.secrets.expiresAt) - stub.now()).toBeGreaterThan(59 * DAY_MS);
      const { capabilities } = await network().check(contextOf(connected).ctx);
      expect(capabilities.access?.permissions.every(({ granted }) => granted === true)).toBe(true);
      expect(capabilities.access).not.toHaveProperty('endsAt');
    },
  );

  it('does not connect when the person says no, or when the app is another one', async () => {
    const io = ioWith(clock, windowOf('deny').authorizeInWindow);
    await expect(network().connect('instagram-login', app(), io)).rejects.toThrow('access_denied');
    const signIn = ioWith(clock, windowOf().authorizeInWindow);
    const wrong = { ...app(), appSecret: 'another-secret-value' };
    const info = await infoOf(() => network().connect('instagram-login', wrong, signIn));
    expect(info).toMatchObject({ kind: 'validation', field: 'appSecret', sent: 'no' });
    expect(JSON.stringify(info)).not.toContain('another-secret-value');
  });

  it('names the field that cannot be right before anything is asked', async () => {
    const io = signInIo(fetch, clock);
    const at = (method: string, input: Record<string, string>) =>
      infoOf(() => network().connect(method, input, io));
    expect(await at('instagram-login', { appId: 'x', appSecret: 'y' })).toMatchObject({ field: 'appId' });
    expect(await at('instagram-login', { appId: '1', appSecret: ' ' })).toMatchObject({ field: 'appSecret' });
    expect(await at('instagram-login', { ...app(), redirectUri: 'http://x.example' })).toMatchObject({
      field: 'redirectUri',
    });
    expect(await at('instagram-token', { token: ' ' })).toMatchObject({ kind: 'validation', field: 'token' });
    expect(await at('instagram-token', { token: 'IGnever' })).toMatchObject({
      kind: 'auth_revoked',
      field: 'token',
    });
    expect(await at('instagram-token', { token: stub.token(), version: '26' })).toMatchObject({
      field: 'version',
    });
    expect(await at('by-pigeon', {})).toMatchObject({ kind: 'unsupported' });
    expect(stub.calls).toEqual(['GET /graph/v26.0/me']);
  });

  it('takes a generated token, whose permissions Instagram does not tell', async () => {
    const connected = only(
      await network().connect(
        'instagram-token',
        { token: stub.token(), version: '25.0' },
        signInIo(fetch, clock),
      ),
    );
    const { capabilities } = await network().check(contextOf(connected).ctx);
    expect(capabilities.access?.permissions.map(({ granted }) => granted)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(stub.calls).toContain('GET /graph/v25.0/me');
  });

  it('renews an older generated token at once, and learns its end and its permissions', async () => {
    const token = stub.token(['instagram_business_basic']);
    stub.passTime(50 * DAY_MS);
    const connected = only(await network().connect('instagram-token', { token }, signInIo(fetch, clock)));
    expect(connected.secrets.token).not.toBe(token);
    expect(Number(connected.secrets.expiresAt) - stub.now()).toBeGreaterThan(59 * DAY_MS);
    expect(connected.secrets.permissions).toBe('instagram_business_basic');
  });

  it('signs in with Facebook and gives the accounts of the Pages that have one', async () => {
    const person = windowOf();
    const io = ioWith(clock, person.authorizeInWindow);
    const [connected, ...others] = await network().connect('facebook-login', app(), io);
    expect(others).toEqual([]);
    expect(connected!.profile.remoteId).toBe(stub.own.id);
    expect(person.opened[0]!.pathname).toBe('/v26.0/dialog/oauth');
    expect(stub.signIn.tokens.get(connected!.secrets.token!)?.kind).toBe('page');
    const { capabilities } = await network().check(contextOf(connected!).ctx);
    expect(capabilities.publish.delete).toEqual({ ok: true });
    expect(capabilities.publish.mediaTransport).toBe('mixed');
    expect(capabilities.access?.endsAt).toBeGreaterThan(stub.now() + 80 * DAY_MS);
  });

  it('takes the pasted token of a person and of a Page, and says when no account hangs on it', async () => {
    const io = signInIo(fetch, clock);
    const byPerson = only(await network().connect('facebook-token', { token: stub.facebookToken() }, io));
    expect(byPerson.secrets).toMatchObject({ pageId: stub.own.page, flavour: 'facebook' });
    const byPage = only(await network().connect('facebook-token', { token: stub.pageToken(), ...app() }, io));
    expect(byPage.profile.remoteId).toBe(stub.own.id);
    const other = { token: stub.pageToken(), appId: '1', appSecret: 'the-secret-of-another-app' };
    expect(await infoOf(() => network().connect('facebook-token', other, io))).toMatchObject({
      field: 'appSecret',
    });
    const half = { token: stub.pageToken(), appId: stub.app.id };
    expect(await infoOf(() => network().connect('facebook-token', half, io))).toMatchObject({
      field: 'appSecret',
    });
    expect(await infoOf(() => network().connect('facebook-token', { token: 'EAAwrong' }, io))).toMatchObject({
      kind: 'auth_revoked',
      field: 'token',
    });
  });

  it('lists what the sign-in lacks and switches off what needs it', async () => {
    stub.signIn.state.allowed = ['instagram_business_basic', 'instagram_business_manage_comments'];
    const io = ioWith(clock, windowOf().authorizeInWindow);
    const connected = only(await network().connect('instagram-login', app(), io));
    const { capabilities } = await network().check(contextOf(connected).ctx);
    const missing = capabilities.access!.permissions.filter(({ granted }) => granted === false);
    expect(missing.map(({ name }) => name)).toEqual([
      'instagram_business_content_publish',
      'instagram_business_manage_messages',
      'instagram_business_manage_insights',
    ]);
    expect(capabilities.inbox.dm).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.act.privateReply).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.publish.images).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.act.hide).toEqual({ ok: true });
  });

  it('says that images need a media host, and videos too unless the sign-in is with Facebook', async () => {
    const io = signInIo(fetch, clock);
    const own = only(await network().connect('instagram-token', { token: stub.token() }, io));
    const plain = (await network().check(contextOf(own).ctx)).capabilities.publish;
    expect(plain.images).toMatchObject({ ok: false, why: 'media-host' });
    expect(plain.video).toMatchObject({ ok: false, why: 'media-host' });
    const page = only(await network().connect('facebook-token', { token: stub.facebookToken() }, io));
    const mixed = (await network().check(contextOf(page).ctx)).capabilities.publish;
    expect(mixed.images).toMatchObject({ ok: false, why: 'media-host' });
    expect(mixed.video).toMatchObject({ ok: true });
  });
});

describe('the token of 60 days', () => {
  it('is not renewed on its first day or while more than 30 days are left, and then once for many calls', async () => {
    const { network, stub, test, close } = await openInstagram();
    const check = () => Promise.all(Array.from({ length: 4 }, () => network.check(test.ctx)));
    await check();
    expect(stub.signIn.state.refreshes).toBe(0);
    stub.passTime(DAY_MS + 1000);
    await check();
    // The end of a pasted token was not told: it is asked for as soon as that is allowed.
    expect(stub.signIn.state.refreshes).toBe(1);
    stub.passTime(29 * DAY_MS);
    await check();
    expect(stub.signIn.state.refreshes).toBe(1);
    stub.passTime(2 * DAY_MS);
    await check();
    expect(stub.signIn.state.refreshes).toBe(2);
    expect(test.stored.at(-1)?.token).not.toBe(test.stored[0]?.token);
    await close();
  });

  it('is kept through a renewal that fails for a while, and its end is told', async () => {
    const { network, stub, test, close } = await openInstagram();
    stub.passTime(2 * DAY_MS);
    await network.check(test.ctx);
    stub.passTime(40 * DAY_MS);
    stub.break('server_error', 'any');
    const first = await network.check(test.ctx);
    expect(first.capabilities.access?.endsAt).toBe(Number(test.stored.at(-1)?.expiresAt));
    stub.passTime(2 * 3_600_000);
    const second = await network.check(test.ctx);
    expect(second.capabilities.access).not.toHaveProperty('endsAt');
    expect(stub.signIn.state.refreshes).toBe(2);
    await close();
  });

  it('is not asked for again when the network refuses to renew it, and its end is told', async () => {
    const { network, stub, test, close } = await openInstagram();
    stub.passTime(2 * DAY_MS);
    await network.check(test.ctx);
    stub.signIn.state.mayRefresh = false;
    stub.passTime(40 * DAY_MS);
    await network.check(test.ctx);
    stub.passTime(3 * 3_600_000);
    const { capabilities } = await network.check(test.ctx);
    expect(capabilities.access?.endsAt).toBeGreaterThan(stub.now());
    // When it was pasted, when it was renewed, and when it was refused.
    expect(stub.calls.filter((call) => call.endsWith('/refresh_access_token'))).toHaveLength(3);
    await close();
  });

  it('that has run out needs the person', async () => {
    const { network, stub, test, close } = await openInstagram();
    stub.passTime(61 * DAY_MS);
    expect(await infoOf(() => network.check(test.ctx))).toMatchObject({ kind: 'auth_revoked', sent: 'no' });
    await close();
  });

  it('that is not there needs the person too', async () => {
    const { network, connected, clock, close } = await openInstagram();
    const empty = createTestContext({ ...connected, secrets: { flavour: 'instagram', token: '' }, clock });
    expect(await infoOf(() => network.check(empty.ctx))).toMatchObject({ kind: 'auth_revoked' });
    await close();
  });
});
