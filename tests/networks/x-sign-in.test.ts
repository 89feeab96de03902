import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountSecrets } from '../../electron/main/networks/network';
import { oauth1Header } from '../../electron/main/networks/x/oauth1';
import { OWN } from '../servers/x/store';
import { startXStub, type XStub } from '../servers/x/stub';
import { createTestContext, only, signInIo } from './context';
import { jobOf, runJob } from './drive';
import { errorOf } from './outcome';
import { pullAll } from './suite';
import { browserIo, clock, connectedTo } from './x-fixture';

const later = (ms: number) => ({ ...clock, now: () => Date.now() + ms });

describe('signing in to X', () => {
  let stub: XStub;
  let opened: Awaited<ReturnType<typeof connectedTo>>;
  beforeEach(async () => {
    stub = await startXStub();
    opened = await connectedTo(stub);
  });
  afterEach(() => stub.close());

  it('asks in the browser for every scope and keeps who it is and how to stay signed in', () => {
    expect(opened.connected.profile).toMatchObject({
      remoteId: OWN,
      handle: 'brand',
      displayName: 'Name of brand',
      serviceUrl: stub.url,
      profileUrl: `${stub.url}/brand`,
    });
    expect(opened.connected.secrets).toMatchObject({
      kind: 'oauth2',
      ownsApp: 'yes',
      scope:
        'users.read tweet.read tweet.write media.write tweet.moderate.write dm.read dm.write offline.access',
    });
    expect(opened.connected.secrets.refreshToken).not.toBe('');
  });

  it('names the addresses to enter in the console, and the field of a client id that X does not take', async () => {
    const [method] = opened.network.connectMethods;
    expect(method).toMatchObject({ id: 'sign-in', signIn: 'browser' });
    expect(method?.redirects?.every((one) => one.startsWith('http://127.0.0.1:'))).toBe(true);
    const connect = (clientId: string) =>
      errorOf(
        opened.network.connect(
          'sign-in',
          { clientId },
          {
            ...signInIo(fetch, clock),
            authorizeInBrowser: async () => ({
              code: 'c',
              redirectUri: 'http://127.0.0.1:1/cb',
              verifier: 'v',
            }),
          },
        ),
      );
    expect(await connect(' ')).toMatchObject({ kind: 'validation', field: 'clientId', detail: 'empty' });
    expect(await connect('another')).toMatchObject({ kind: 'validation', field: 'clientId' });
    // The code is the trouble, not the app.
    expect(await connect(stub.clientId)).toMatchObject({ kind: 'auth_expired' });
  });

  it('exchanges the code before its 30 seconds are over, or says that it has run out', async () => {
    const io = browserIo();
    const slow = {
      ...io,
      authorizeInBrowser: async (request: Parameters<typeof io.authorizeInBrowser>[0]) => {
        const given = await io.authorizeInBrowser(request);
        stub.passTime(31_000);
        return given;
      },
    };
    const input = { clientId: stub.clientId };
    expect(await errorOf(opened.network.connect('sign-in', input, slow))).toMatchObject({
      kind: 'auth_expired',
    });
  });

  it('renews a token that is about to run out before it is used, and keeps the new one first', async () => {
    const test = opened.context({ clock: later(119.5 * 60_000) });
    await opened.network.check(test.ctx);
    expect(stub.oauth.refreshes()).toBe(1);
    expect(stub.calls.filter((call) => call === 'GET /2/users/me')).toHaveLength(2);
    expect(test.stored).toHaveLength(2);
    expect(test.stored[1]!.refreshToken).not.toBe(test.stored[0]!.refreshToken);
    expect(test.stored[1]!.accessToken).not.toBe(test.stored[0]!.accessToken);
  });

  it('writes with a renewed token when X calls the old one expired, once', async () => {
    const test = opened.context();
    stub.break('expired_token');
    const write = { kind: 'publish', segments: [{ text: 'hello', media: [] }] } as const;
    await runJob(opened.network, jobOf(opened.network, write, test.ctx), test.ctx);
    expect(stub.own().map(({ text }) => text)).toEqual(['hello']);
    expect(stub.oauth.refreshes()).toBe(1);
  });

  it('loses nothing when the answer to a renewal is lost, and needs the person when X knows the token no more', async () => {
    const test = opened.context({ clock: later(3 * 60 * 60_000) });
    stub.break('timeout_before_commit');
    expect(await errorOf(opened.network.check(test.ctx))).toMatchObject({ kind: 'server' });
    expect(test.stored).toHaveLength(1);
    await opened.network.check(test.ctx);
    stub.break('revoked');
    expect(await errorOf(opened.network.check(test.ctx))).toMatchObject({ kind: 'auth_revoked' });
    expect(test.stored).toHaveLength(2);
    expect(test.stored.every(({ accessToken, refreshToken }) => accessToken && refreshToken)).toBe(true);
  });

  it('takes the newer sign-in of a person who connected again while a renewal was under way', async () => {
    const again = only(await opened.network.connect('sign-in', { clientId: stub.clientId }, browserIo()));
    let stored: AccountSecrets = opened.connected.secrets;
    const test = opened.context({ clock: later(3 * 60 * 60_000) });
    const replaced: AccountSecrets[] = [];
    const ctx = {
      ...test.ctx,
      secrets: { read: () => stored, replace: (secrets: AccountSecrets) => void replaced.push(secrets) },
      http: async (...[address, init]: Parameters<typeof fetch>) => {
        const answer = await fetch(address, init);
        if (new Request(address).url.endsWith('/oauth2/token')) stored = again.secrets;
        return answer;
      },
    };
    await opened.network.check(ctx);
    expect(replaced).toEqual([]);
  });

  it('keeps the token to stay signed in when X gives no other, or an empty one', async () => {
    for (const given of [{ refresh_token: '' }, {}]) {
      const http: typeof fetch = async (address, init) => {
        const answer = await fetch(address, init);
        if (!new Request(address).url.endsWith('/oauth2/token')) return answer;
        const { refresh_token: _, ...rest } = (await answer.json()) as Record<string, unknown>;
        return Response.json({ ...rest, ...given });
      };
      const { network, connected } = await connectedTo(stub);
      const test = createTestContext({ ...connected, clock, http });
      stub.break('expired_token');
      await network.check(test.ctx);
      expect(test.stored).toHaveLength(2);
      expect(test.stored[1]!.refreshToken).toBe(connected.secrets.refreshToken);
    }
  });

  it('finishes a renewal whose caller gave up, for X would never give that token again', async () => {
    const test = opened.context();
    stub.break('expired_token');
    const control = new AbortController();
    const givenUp = {
      ...test.ctx,
      signal: control.signal,
      http: (...[address, init]: Parameters<typeof fetch>) => {
        if (new Request(address).url.endsWith('/oauth2/token')) queueMicrotask(() => control.abort());
        return fetch(address, init);
      },
    };
    const first = errorOf(opened.network.check(givenUp));
    const others = Promise.all(Array.from({ length: 3 }, () => opened.network.check(test.ctx)));
    expect(await first).toMatchObject({ kind: 'cancelled' });
    await expect(others).resolves.toHaveLength(3);
    expect([stub.oauth.refreshes(), test.stored.length]).toEqual([1, 2]);
    stub.break('expired_token');
    expect(await errorOf(opened.network.check(givenUp))).toMatchObject({ kind: 'cancelled' });
    expect(stub.oauth.refreshes()).toBe(1);
  });

  it('says when a sign-in ends that cannot be renewed, and that it has ended', async () => {
    stub.oauth.withhold(['offline.access']);
    const short = await connectedTo(stub);
    const test = short.context();
    const { capabilities } = await short.network.check(test.ctx);
    expect(capabilities.access?.endsAt).toBe(Number(short.connected.secrets.expiresAt));
    stub.break('expired_token');
    expect(await errorOf(short.network.check(test.ctx))).toMatchObject({ kind: 'auth_revoked' });
    expect((await opened.network.check(opened.context().ctx)).capabilities.access?.endsAt).toBeUndefined();
  });

  it('lists every permission and switches off what one that is missing was for', async () => {
    stub.oauth.withhold(['dm.read', 'dm.write', 'media.write', 'tweet.moderate.write']);
    const partly = await connectedTo(stub);
    const test = partly.context();
    const { capabilities } = await partly.network.check(test.ctx);
    expect(capabilities.access?.permissions).toContainEqual({
      name: 'tweet.write',
      granted: true,
      needed: ['publish', 'reply', 'delete'],
    });
    expect(capabilities.access?.permissions).toContainEqual({
      name: 'dm.read',
      granted: false,
      needed: ['dm'],
    });
    const off = [
      capabilities.inbox.dm,
      capabilities.act.dm,
      capabilities.act.hide,
      capabilities.publish.images,
    ];
    for (const support of off) expect(support).toMatchObject({ ok: false, why: 'scope' });
    expect(capabilities.act.reply).toEqual({ ok: true });
    const account = { ...test.ctx.account, capabilities };
    const image = {
      kind: 'publish',
      segments: [{ text: 'x', media: [{ mediaId: 'image', alt: '' }] }],
    } as const;
    expect(() => partly.network.plan(image, account, { now: 0 })).toThrow('media.write');
    expect(await errorOf(partly.network.pull('dm', null, test.ctx))).toMatchObject({ kind: 'permission' });
  });

  it('gives longer texts to accounts with a subscription', async () => {
    const test = opened.context();
    expect((await opened.network.check(test.ctx)).capabilities.publish.text.max).toBe(280);
    stub.setSubscription('Premium');
    expect((await opened.network.check(test.ctx)).capabilities.publish.text).toEqual({
      max: 25_000,
      unit: 'x-weighted',
    });
  });

  it('counts reads as those of a stranger where another account owns the app', async () => {
    stub.store.add({ text: '@brand hello' });
    const priceOf = async (appOwner: string) => {
      const { network, context } = await connectedTo(stub, { appOwner });
      const test = context();
      await pullAll(network, 'notifications', null, test.ctx);
      return test.uses;
    };
    expect(await priceOf('@Brand')).toEqual([['ownRead', 1]]);
    expect(await priceOf('@agency')).toEqual([['read', 1]]);
  });
});

describe('pasted keys of X', () => {
  let stub: XStub;
  beforeEach(async () => {
    stub = await startXStub();
  });
  afterEach(() => stub.close());

  /** docs.x.com, "Creating a signature": the same values once for each of its versions. */
  it.each([
    ['https://api.twitter.com/1/statuses/update.json', 'tnnArxj06cWHq44gCs1OSKk/jLY='],
    ['https://api.twitter.com/1.1/statuses/update.json', 'hCtSmYh+iHYCEqBWrE7C7hYmtUk='],
  ])('sign %s as X documents it', (address, signature) => {
    const url = new URL(address);
    url.searchParams.set('include_entities', 'true');
    url.searchParams.set('status', 'Hello Ladies + Gentlemen, a signed OAuth request!');
    const keys = {
      consumerKey: 'xvz1evFS4wEEPTGEFPHBog',
      consumerSecret: 'kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw',
      accessToken: '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb',
      accessTokenSecret: 'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE',
    };
    const once = { nonce: 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg', seconds: 1_318_622_958 };
    const header = oauth1Header('POST', url.href, keys, once);
    expect(header).toContain(`oauth_signature="${encodeURIComponent(signature)}"`);
    expect(header).toMatch(/^OAuth oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", oauth_nonce=/);
  });

  const connected = async () => {
    const { network } = await connectedTo(stub);
    const [account] = await network.connect('access-keys', stub.oauth.keys, signInIo(fetch, clock));
    return { network, account: account!, test: createTestContext({ ...account!, clock }) };
  };

  it('read and write like a sign-in, with a new signature for every request', async () => {
    const { network, account, test } = await connected();
    expect(account.profile).toMatchObject({ remoteId: OWN, handle: 'brand' });
    const asked = stub.store.add({ text: '@brand Größe & Preis? (a*b!)' });
    const { messages } = await pullAll(network, 'notifications', null, test.ctx);
    expect(messages[0]).toMatchObject({ remoteId: asked.id, text: '@brand Größe & Preis? (a*b!)' });
    const write = { kind: 'publish', segments: [{ text: "it's (done)*!", media: [] }] } as const;
    await runJob(network, jobOf(network, write, test.ctx), test.ctx);
    expect(stub.own().map(({ text }) => text)).toEqual(["it's (done)*!"]);
    const { capabilities } = await network.check(test.ctx);
    expect(capabilities.access?.permissions.map(({ granted }) => granted)).toEqual([null, null, null]);
  });

  it('name the field that is wrong, and are taken back for good', async () => {
    const { network, test } = await connected();
    const connect = (change: Record<string, string>) =>
      errorOf(network.connect('access-keys', { ...stub.oauth.keys, ...change }, signInIo(fetch, clock)));
    expect(await connect({ consumerSecret: '' })).toMatchObject({
      kind: 'validation',
      field: 'consumerSecret',
    });
    expect(await connect({ accessToken: 'two words' })).toMatchObject({
      kind: 'validation',
      field: 'accessToken',
    });
    expect(await connect({ accessTokenSecret: 'wrong' })).toMatchObject({
      kind: 'auth_revoked',
      field: 'accessToken',
    });
    stub.break('revoked');
    expect(await errorOf(network.check(test.ctx))).toMatchObject({ kind: 'auth_revoked' });
    expect(await errorOf(network.connect('magic', {}, signInIo(fetch, clock)))).toMatchObject({
      kind: 'unsupported',
    });
  });
});
