import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLinkedinNetwork } from '../../electron/main/networks/linkedin/index';
import type { Connected } from '../../electron/main/networks/network';
import type { Clock } from '../../electron/main/ports';
import { CLIENT } from '../servers/linkedin/oauth';
import { PAGE, PERSON } from '../servers/linkedin/store';
import { type LinkedinStub, startLinkedinStub } from '../servers/linkedin/stub';
import { createTestContext, signInIo } from './context';
import { clock } from './linkedin-context';
import { errorOf } from './outcome';

describe('LinkedIn: connecting', () => {
  let stub: LinkedinStub;
  beforeEach(async () => void (stub = await startLinkedinStub()));
  afterEach(() => stub.close());

  /** What a browser does: opens the page, presses Allow, and brings the code back. */
  const browserIo = (asked: URL[] = []) => ({
    ...signInIo(fetch, clock),
    authorizeInBrowser: async (request: {
      readonly url: (parts: {
        redirectUri: string;
        state: string;
        challenge: string;
      }) => string | Promise<string>;
      readonly host: string;
    }) => {
      const redirectUri = `http://${request.host}:47821/candor/callback`;
      const address = await request.url({ redirectUri, state: 'state-1', challenge: 'challenge' });
      asked.push(new URL(address));
      const page = await fetch(address, { redirect: 'manual' });
      const refused = page.headers.get('location');
      if (refused) throw new Error(new URL(refused).searchParams.get('error')!);
      const html = await page.text();
      expect(html).toContain('<button>Allow</button>');
      const fields = [...html.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name!,
        value!,
      ]);
      const allowed = await fetch(`${stub.url}/oauth/v2/allow`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        redirect: 'manual',
      });
      const back = new URL(allowed.headers.get('location')!);
      expect(back.searchParams.get('state')).toBe('state-1');
      return { code: back.searchParams.get('code')!, redirectUri, verifier: 'verifier' };
    },
  });
  const app = { clientId: CLIENT.id, clientSecret: CLIENT.secret };
  const network = () => createLinkedinNetwork(stub.endpoints);
  const checked = async (account: Connected) =>
    (await network().check(createTestContext({ ...account, clock }).ctx)).capabilities;

  it('signs a person in with the scopes of the open products and shows when it ends', async () => {
    stub.oauth.setAllowed(['openid', 'profile', 'w_member_social']);
    const asked: URL[] = [];
    const accounts = await network().connect('sign-in', app, browserIo(asked));
    expect(accounts.map(({ profile }) => profile)).toMatchObject([
      { remoteId: PERSON, displayName: 'Pat Own', serviceUrl: 'https://www.linkedin.com' },
    ]);
    expect(asked[0]!.searchParams.get('scope')).toBe('openid profile w_member_social');
    const { access, inbox, publish, idempotency } = await checked(accounts[0]!);
    const days = (access!.endsAt! - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(60);
    expect(access!.permissions.map(({ name, granted }) => [name, granted])).toEqual([
      ['openid', true],
      ['profile', true],
      ['w_member_social', true],
    ]);
    expect(inbox.comment).toMatchObject({ ok: false, why: 'review' });
    expect(publish.thread).toBe('none');
    expect(idempotency.reconcile).toBe(false);
  });

  it('opens the person and every Page with the scopes of the Community Management API', async () => {
    const accounts = await network().connect('sign-in-pages', app, browserIo());
    expect(accounts.map(({ profile }) => [profile.remoteId, profile.handle])).toEqual([
      [PERSON, 'Pat Own'],
      [PAGE, 'candor-shop'],
    ]);
    const capabilities = await checked(accounts[1]!);
    expect(capabilities.inbox.comment).toEqual({ ok: true });
    expect(capabilities.access!.permissions).toContainEqual({
      name: 'r_organization_social',
      granted: true,
      needed: ['comments'],
    });
  });

  it('opens the Pages alone where the app does not tell who the person is', async () => {
    const scopes = 'w_organization_social r_organization_social rw_organization_admin';
    stub.oauth.setAllowed(scopes.split(' '));
    const refused = await network()
      .connect('sign-in-pages', app, browserIo())
      .catch((error: unknown) => (error as Error).message);
    expect(refused).toBe('unauthorized_scope_error');
    const accounts = await network().connect('sign-in-pages', { ...app, scopes }, browserIo());
    expect(accounts.map(({ profile }) => profile.remoteId)).toEqual([PAGE]);
  });

  it('names the field of a secret, a version or a token that is none', async () => {
    const connect = (method: string, input: Record<string, string>) =>
      errorOf((async () => network().connect(method, input, browserIo()))());
    expect(await connect('sign-in', { ...app, clientSecret: 'wrong' })).toMatchObject({
      kind: 'validation',
      field: 'clientSecret',
    });
    expect(await connect('sign-in', { ...app, clientId: ' ' })).toMatchObject({ field: 'clientId' });
    expect(await connect('sign-in', { ...app, version: '2026' })).toMatchObject({ field: 'version' });
    expect(await connect('access-token', { token: 'a b' })).toMatchObject({ field: 'token' });
    expect(await connect('access-token', { token: 'wrong' })).toMatchObject({
      kind: 'auth_revoked',
      field: 'token',
    });
    expect(await connect('other', {})).toMatchObject({ kind: 'unsupported' });
    expect(await connect('access-token', { token: stub.tokenWith('email') })).toMatchObject({
      kind: 'permission',
    });
  });

  it('asks with a version two months old, and says which one LinkedIn has shut off', async () => {
    const [account] = await network().connect('access-token', { token: stub.token }, browserIo());
    const at = Date.UTC(2027, 0, 31, 12);
    stub.passTime(at - Date.now());
    const january: Clock = { ...clock, now: () => at };
    const { ctx } = createTestContext({
      ...account!,
      profile: { ...account!.profile, remoteId: PAGE },
      clock: january,
    });
    await network().check(ctx);
    expect(stub.versions.at(-1)).toBe('202611');
    const old = network().connect('access-token', { token: stub.token, version: '202401' }, browserIo());
    expect(await errorOf(old)).toMatchObject({ kind: 'unsupported', params: { version: '202401' } });
  });

  it('ends with a revoked sign-in where nothing can renew it, and renews once where a partner can', async () => {
    const [plain] = await network().connect('sign-in', app, browserIo());
    stub.oauth.setPartner();
    const [partner] = await network().connect('sign-in', app, browserIo());
    stub.break('expired_token');
    const one = createTestContext({ ...plain!, clock });
    expect(await errorOf(network().check(one.ctx))).toMatchObject({ kind: 'auth_revoked' });
    const two = createTestContext({ ...partner!, clock });
    const shared = network();
    const answers = await Promise.all(Array.from({ length: 6 }, () => shared.check(two.ctx)));
    expect(stub.oauth.refreshes()).toBe(1);
    expect(two.stored).toHaveLength(2);
    expect(two.stored[1]!.token).not.toBe(two.stored[0]!.token);
    expect(answers[0]!.capabilities.access!.endsAt).toBeUndefined();
  });
});
