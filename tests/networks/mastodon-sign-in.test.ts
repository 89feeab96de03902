import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redirectUris } from '@shared/domain/oauth-redirect';
import { errorOf, network, openMastodon, personIn } from '../servers/mastodon/context';
import { OWN } from '../servers/mastodon/store';
import { startMastodonStub, type MastodonStub } from '../servers/mastodon/stub';
import { createTestContext, hurriedClock, only } from './context';

const WANTED =
  'read:accounts read:notifications read:statuses read:search write:statuses write:media write:favourites write:conversations';

describe('signing in to Mastodon in the browser', () => {
  let stub: MastodonStub;
  beforeEach(async () => {
    stub = await startMastodonStub();
  });
  afterEach(() => stub.close());

  const connect = (person = personIn()) => network.connect('browser', { service: stub.url }, person.io);

  it('is the first way offered, and asks for nothing but the server', () => {
    expect(network.connectMethods.map(({ id }) => id)).toEqual(['browser', 'access-token']);
    expect(network.connectMethods[0]).toMatchObject({
      signIn: 'browser',
      fields: [{ name: 'service', secret: false }],
    });
  });

  it('registers itself, proves with PKCE that it began the sign-in, and asks for narrow scopes', async () => {
    const person = personIn();
    const { profile, secrets } = only(await connect(person));
    expect(profile).toMatchObject({ remoteId: `${stub.url}/${OWN}`, handle: 'brand@home.example' });
    const [app] = [...stub.apps.values()];
    expect(app?.redirects).toEqual([...redirectUris('127.0.0.1'), 'urn:ietf:wg:oauth:2.0:oob']);
    expect(secrets).toEqual({
      token: [...stub.tokens.keys()].at(-1),
      scope: WANTED,
      clientId: app?.id,
      clientSecret: app?.secret,
    });
    const asked = Object.fromEntries(person.pages[0]!.searchParams);
    expect(asked).toMatchObject({ code_challenge_method: 'S256', scope: WANTED, state: 'the-state' });
    expect(asked).not.toHaveProperty('client_secret');
    const test = createTestContext({ profile, secrets, clock: hurriedClock(1) });
    expect((await network.check(test.ctx)).capabilities.access?.permissions).toEqual(
      WANTED.split(' ').map((name) => expect.objectContaining({ name, granted: true })),
    );
  });

  it('signs in where the server knows neither PKCE nor lists of addresses', async () => {
    stub.grow('4.2');
    const person = personIn({ port: 47822 });
    const { secrets } = only(await connect(person));
    expect(stub.tokens.has(secrets.token ?? '')).toBe(true);
    expect([...stub.apps.values()][0]?.redirects).toEqual(['http://127.0.0.1:47822/candor/callback']);
    expect(person.pages[0]!.searchParams.has('code_challenge')).toBe(false);
  });

  it('names the other way to connect where a server registers no apps', async () => {
    stub.grow('none');
    const { info } = await errorOf(connect());
    expect(info).toMatchObject({
      kind: 'unsupported',
      field: 'service',
      params: { instead: 'access-token' },
    });
    expect(info.detail).toContain('connect with an access token');
  });

  it('opens no account when the person says no, or when somebody else’s code comes back', async () => {
    expect((await errorOf(connect(personIn({ answer: 'deny' })))).kind).toBe('cancelled');
    const person = personIn();
    const strange = {
      ...person.io,
      authorizeInBrowser: async (request: Parameters<typeof person.io.authorizeInBrowser>[0]) => ({
        ...(await person.io.authorizeInBrowser(request)),
        verifier: 'of-somebody-else',
      }),
    };
    const error = await errorOf(network.connect('browser', { service: stub.url }, strange));
    expect(error.kind).toBe('auth_revoked');
    const [app] = [...stub.apps.values()].slice(-1);
    for (const secret of [app!.secret, 'of-somebody-else'])
      expect(JSON.stringify([error.info, error.message, error.stack])).not.toContain(secret);
    // The server repeats the code in its own words.
    expect(error.info.detail).toMatch(/invalid_grant.*\[secret\]/);
  });
});

describe('what a sign-in to Mastodon may do', () => {
  it('lists each permission and turns off what lacks one, with the reason', async () => {
    const { stub, test } = await openMastodon('read:accounts read:statuses write:statuses');
    const { capabilities } = await network.check(test.ctx);
    const granted = capabilities.access!.permissions.filter((one) => one.granted).map(({ name }) => name);
    expect(granted).toEqual(['read:accounts', 'read:statuses', 'write:statuses']);
    expect(capabilities.act.reply).toEqual({ ok: true });
    expect(capabilities.act.hide).toMatchObject({ why: 'network' });
    expect(capabilities.act.like).toEqual({
      ok: false,
      why: 'scope',
      note: 'The sign-in lacks the permission write:favourites. Reconnect and allow it.',
    });
    for (const support of [
      capabilities.publish.images,
      capabilities.publish.video,
      capabilities.publish.quote,
      capabilities.inbox.mention,
      capabilities.inbox.comment,
      capabilities.act.markRead,
    ])
      expect(support).toMatchObject({ ok: false, why: 'scope' });
    expect((await errorOf(network.pull('notifications', null, test.ctx))).kind).toBe('permission');
    await stub.close();
  });

  it('knows nothing of the permissions where the server does not tell them, in whatever words', async () => {
    const { stub, test } = await openMastodon();
    const answers = [
      new Response('<h1>Not found</h1>', { status: 404 }),
      new Response('', { status: 422 }),
      new Response('', { status: 401 }),
      Response.json({ name: 'An app' }),
      Response.json([]),
    ];
    for (const answer of answers) {
      const http: typeof fetch = async (input, init) =>
        (typeof input === 'string' ? input : '').endsWith('/api/v1/apps/verify_credentials')
          ? answer
          : fetch(input, init);
      const { capabilities } = await network.check({ ...test.ctx, http });
      expect(capabilities.access!.permissions.every(({ granted }) => granted === null)).toBe(true);
      expect(capabilities.act.like).toEqual({ ok: true });
    }
    await stub.close();
  });
});
