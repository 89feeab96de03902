import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFacebookNetwork } from '../../electron/main/networks/facebook/index';
import { NetworkError } from '../../electron/main/networks/errors';
import { PAGE, SECOND_PAGE } from '../servers/facebook/store';
import { startFacebookStub, type FacebookStub } from '../servers/facebook/stub';
import { createTestContext, only } from './context';
import { clock, connectedTo, windowIo } from './facebook-context';
import { jobOf, runJob } from './drive';

describe('connecting a Facebook Page', () => {
  let stub: FacebookStub;
  beforeEach(async () => {
    stub = await startFacebookStub();
  });
  afterEach(() => stub.close());

  const network = () => createFacebookNetwork(stub.endpoints);
  const app = () => ({ appId: stub.app.id, appSecret: stub.app.secret });
  const login = (fields: Record<string, string>, decision: 'allow' | 'deny' = 'allow') =>
    network().connect('facebook-login', fields, windowIo(fetch, decision));
  const paste = (fields: Record<string, string>) =>
    network().connect('access-token', fields, windowIo(fetch));
  const errorOf = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => new Error('it went through'),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof NetworkError)) throw error;
    for (const secret of stub.secrets())
      expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(secret);
    return error.info;
  };

  it('gives every Page of the person who signs in, each with a token of its own', async () => {
    const pages = await login({ ...app(), version: '25.0' });
    expect(pages.map(({ profile }) => profile)).toMatchObject([
      {
        remoteId: PAGE,
        handle: 'brand',
        displayName: 'Brand',
        avatarUrl: `${stub.url}/img/${PAGE}.jpg`,
        serviceUrl: stub.url,
        profileUrl: `${stub.url}/${PAGE}`,
      },
      { remoteId: SECOND_PAGE, handle: 'Second brand' },
    ]);
    expect(new Set(pages.map(({ secrets }) => secrets.token)).size).toBe(2);
    expect(pages[0]!.secrets).toMatchObject({ ...app(), version: 'v25.0' });
    expect(stub.requests.at(-1)!.version).toBe('v25.0');
    // A code for a token of an hour, that for a long one, that for the Pages.
    expect(stub.calls.filter((call) => call.includes('oauth/access_token'))).toHaveLength(2);
  });

  it('asks for exactly the permissions of the data, at the address that the console must know', async () => {
    await login(app());
    const [dialog] = stub.requests;
    expect(dialog!.query.get('scope')!.split(',')).toContain('pages_manage_posts');
    const [method] = network().connectMethods;
    expect(method).toMatchObject({ signIn: 'window', redirects: [dialog!.query.get('redirect_uri')] });
  });

  it('puts no token and no secret into any address but the one to debug', async () => {
    const [connected] = await login(app());
    const { ctx } = createTestContext({ ...connected!, clock });
    await network().check(ctx);
    for (const { query } of stub.requests) {
      const given = [...query]
        .filter(([name]) => !['input_token', 'code'].includes(name))
        .map(([, value]) => value);
      for (const secret of stub.secrets()) expect(given).not.toContain(secret);
    }
  });

  it.each([
    [{ appId: '', appSecret: 'x' }, 'appId'],
    [{ appId: 'abc', appSecret: 'x' }, 'appId'],
    [{ appId: '4242424242', appSecret: '' }, 'appSecret'],
    [{ appId: '4242424242', appSecret: 'wrong' }, 'appSecret'],
    [{ appId: '4242424242', appSecret: 'x', version: 'newest' }, 'version'],
  ])('refuses %o by the field %s', async (fields, field) => {
    expect(await errorOf(login(fields))).toMatchObject({ kind: 'validation', field });
  });

  it('passes on that the person said no', async () => {
    await expect(login(app(), 'deny')).rejects.toThrow('access_denied');
  });

  it('says so when the sign-in opens no Page', async () => {
    stub.tokens.owned.clear();
    expect(await errorOf(login(app()))).toMatchObject({ kind: 'permission' });
  });

  it('takes the token of a person, of a system user and of a single Page', async () => {
    const person = await paste({ token: ` ${stub.tokens.userToken('user')} ` });
    expect(person.map(({ profile }) => profile.remoteId)).toEqual([PAGE, SECOND_PAGE]);
    const system = await paste({ token: stub.tokens.userToken('system') });
    expect(system).toHaveLength(2);
    const token = stub.tokens.pageToken(PAGE);
    const page = only(await paste({ token }));
    expect(page).toMatchObject({ profile: { remoteId: PAGE }, secrets: { token } });
    expect(page.secrets.userToken).toBeUndefined();
  });

  it('makes a pasted token last where it has the app for it', async () => {
    const token = stub.tokens.userToken('user');
    const [connected] = await paste({ token, ...app() });
    expect(connected!.secrets.userToken).not.toBe(token);
    const system = stub.tokens.userToken('system');
    const [lasting] = await paste({ token: system, ...app() });
    expect(lasting!.secrets.userToken).toBe(system);
  });

  it('refuses a pasted token by its field', async () => {
    expect(await errorOf(paste({ token: ' ' }))).toMatchObject({ kind: 'validation', field: 'token' });
    expect(await errorOf(paste({ token: 'EAAnonsense' }))).toMatchObject({
      kind: 'auth_revoked',
      field: 'token',
    });
    const token = stub.tokens.userToken('user');
    expect(await errorOf(paste({ token, appId: '1' }))).toMatchObject({ field: 'appSecret' });
    expect(await errorOf(paste({ token, appId: '4242424242', appSecret: 'other' }))).toMatchObject({
      kind: 'validation',
      field: 'appSecret',
    });
    await expect(async () => network().connect('carrier-pigeon', {}, windowIo(fetch))).rejects.toThrow(
      'no such way',
    );
  });
});

describe('what a Facebook sign-in may do', () => {
  let stub: FacebookStub;
  let opened: Awaited<ReturnType<typeof connectedTo>>;
  beforeEach(async () => {
    stub = await startFacebookStub();
    opened = await connectedTo(stub);
  });
  afterEach(() => stub.close());

  const check = (secrets?: Record<string, string>) =>
    opened.network.check(opened.context(secrets && { secrets }).ctx);
  const granted = (capabilities: Awaited<ReturnType<typeof check>>['capabilities']) =>
    Object.fromEntries(capabilities.access!.permissions.map(({ name, granted }) => [name, granted]));

  it('is listed permission by permission, and what is missing switches off what needs it, with the reason', async () => {
    stub.decline(['pages_messaging', 'read_insights']);
    const { capabilities } = await check();
    expect(granted(capabilities)).toMatchObject({
      pages_messaging: false,
      read_insights: false,
      pages_manage_posts: true,
    });
    expect(capabilities.inbox.dm).toMatchObject({
      ok: false,
      why: 'scope',
      note: expect.stringContaining('pages_messaging'),
    });
    expect(capabilities.act.privateReply).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.metrics).toEqual({ post: ['likes', 'replies', 'shares'], account: [] });
    expect(capabilities.publish.textOnly).toEqual({ ok: true });
  });

  it('is read from the list of the person where there is no app secret, and unknown where there is neither', async () => {
    stub.decline(['pages_manage_posts']);
    const userToken = stub.tokens.userToken('user');
    const token = stub.tokens.pageToken(PAGE);
    const byPerson = await check({ token, userToken });
    expect(granted(byPerson.capabilities)).toMatchObject({
      pages_manage_posts: false,
      pages_messaging: true,
    });
    const { ctx } = opened.context();
    const account = { ...ctx.account, capabilities: byPerson.capabilities };
    expect(() =>
      opened.network.plan({ kind: 'publish', segments: [{ text: 'x', media: [] }] }, account, { now: 0 }),
    ).toThrow('pages_manage_posts');
    stub.decline(['pages_manage_engagement']);
    const { capabilities } = await check({ token, userToken });
    const segments = ['x', 'y'].map((text) => ({ text, media: [] }));
    expect(() =>
      opened.network.plan({ kind: 'publish', segments }, { ...ctx.account, capabilities }, { now: 0 }),
    ).toThrow('pages_manage_engagement');
    const byPage = await check({ token });
    expect(Object.values(granted(byPage.capabilities)).every((one) => one === null)).toBe(true);
    expect(byPage.capabilities.inbox.dm).toEqual({ ok: true });
  });

  it('holds for this Page only: a permission for another one is none', async () => {
    stub.tokens.state.chosen = [SECOND_PAGE];
    const { capabilities } = await check();
    expect(granted(capabilities)).toMatchObject({ pages_manage_posts: false, pages_messaging: false });
    stub.tokens.state.chosen = [PAGE];
    expect(granted((await check()).capabilities)).toMatchObject({ pages_manage_posts: true });
  });

  it('tells when the sign-in ends, and nothing where it does not', async () => {
    expect((await check()).capabilities.access!.endsAt).toBeUndefined();
    const end = Math.floor(Date.now() / 1000) * 1000 + 30 * 24 * 60 * 60_000;
    stub.setExpiry(end);
    expect((await check()).capabilities.access!.endsAt).toBe(end);
  });

  it('is renewed by the person’s token, kept without an empty one, and lost where that is refused too', async () => {
    const test = opened.context();
    const before = test.stored[0]!;
    stub.break('expired_token');
    const job = jobOf(
      opened.network,
      { kind: 'publish', segments: [{ text: 'still here', media: [] }] },
      test.ctx,
    );
    await runJob(opened.network, job, test.ctx);
    expect(stub.published()).toEqual(['still here']);
    expect(test.stored.at(-1)).toEqual({ ...before, token: expect.not.stringMatching(before.token!) });
    stub.tokens.spoil(463, 'all');
    const lost = await opened.network.check(test.ctx).catch((error: unknown) => error);
    expect(lost).toMatchObject({ kind: 'auth_revoked', sent: 'no', retry: 'person' });
    expect(test.stored).toHaveLength(2);
  });

  it('is lost at once where nothing can renew it', async () => {
    const test = opened.context({ secrets: { token: stub.tokens.pageToken(PAGE) } });
    stub.break('expired_token');
    expect(await opened.network.check(test.ctx).catch((error: unknown) => error)).toMatchObject({
      kind: 'auth_revoked',
    });
    const none = opened.context({ secrets: {} });
    expect(await opened.network.check(none.ctx).catch((error: unknown) => error)).toMatchObject({
      kind: 'auth_revoked',
    });
  });

  it('goes on although the person’s own token has run out: a Page’s does not', async () => {
    const userToken = stub.tokens.userToken('user');
    const token = stub.tokens.pageToken(PAGE);
    stub.tokens.get(userToken)!.trouble = 463;
    const { capabilities } = await check({ token, userToken });
    expect(Object.values(granted(capabilities)).every((one) => one === null)).toBe(true);
  });

  it('stops fetching near the end of the allowance, tells it, and starts again', async () => {
    const test = opened.context();
    stub.setUsage(80, 30);
    await opened.network.check(test.ctx);
    expect(test.rates).toContainEqual(expect.objectContaining({ bucket: 'read', remaining: 0 }));
    expect(test.rates).toContainEqual(expect.objectContaining({ bucket: 'write', remaining: 20 }));
    const before = stub.calls.length;
    const cursor = { anything: 1 };
    expect(await opened.network.pull('notifications', cursor, test.ctx)).toEqual({
      items: [],
      next: cursor,
      more: false,
    });
    expect(stub.calls).toHaveLength(before);
    const later = opened.context({ clock: { ...clock, now: () => Date.now() + 31 * 60_000 } });
    const account = { ...later.ctx, account: test.ctx.account };
    stub.setUsage(10);
    await opened.network.pull('notifications', null, account);
    expect(stub.calls.length).toBeGreaterThan(before);
  });

  it('says when the allowance comes back once it is used up', async () => {
    stub.setUsage(100, 12);
    const error = await opened.network.check(opened.context().ctx).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'rate_limited', sent: 'no' });
    expect((error as NetworkError).info.retryAt).toBeGreaterThan(Date.now() + 11 * 60_000);
  });
});
