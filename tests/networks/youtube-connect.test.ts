import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connected, ConnectIo } from '../../electron/main/networks/network';
import { createYoutubeNetwork } from '../../electron/main/networks/youtube/index';
import { CLIENT } from '../servers/youtube/oauth';
import { CHANNEL } from '../servers/youtube/store';
import { startYoutubeStub, type YoutubeStub } from '../servers/youtube/stub';
import { createTestContext, only, signInIo } from './context';
import { errorOf } from './outcome';
import { clock, later } from './youtube-context';

describe('YouTube: connecting', () => {
  let stub: YoutubeStub;
  beforeEach(async () => void (stub = await startYoutubeStub()));
  afterEach(() => stub.close());

  const verifier = 'a-verifier-of-the-right-length-for-a-test-0123456789';
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  /** What a browser does: opens the page, ticks what is wanted, presses Allow, and brings the code back. */
  const browserIo = (ticked?: (scope: string) => boolean, sent = verifier): ConnectIo => ({
    ...signInIo(fetch, clock),
    authorizeInBrowser: async ({ url, host }) => {
      const redirectUri = `http://${host}:50123/candor/callback`;
      const html = await (await fetch(await url({ redirectUri, state: 'state-1', challenge }))).text();
      if (!html.includes('<button>Allow</button>')) throw new Error(html);
      const fields = [...html.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name!,
        value!,
      ]);
      const form = new URLSearchParams(
        fields.filter(([name, value]) => name !== 'scope' || (ticked?.(value!) ?? true)),
      );
      const allowed = await fetch(`${stub.url}/o/oauth2/allow`, {
        method: 'POST',
        body: form,
        redirect: 'manual',
      });
      const back = new URL(allowed.headers.get('location')!);
      expect(back.searchParams.get('state')).toBe('state-1');
      return { code: back.searchParams.get('code')!, redirectUri, verifier: sent };
    },
  });
  const app = { clientId: CLIENT.id, clientSecret: CLIENT.secret };
  const network = () => createYoutubeNetwork(stub.endpoints);
  const checked = async (account: Connected) =>
    (await network().check(createTestContext({ ...account, clock }).ctx)).capabilities;

  it('signs in with PKCE in the browser and opens the channel with a token that lasts', async () => {
    const account = only(await network().connect('sign-in', app, browserIo()));
    expect(account.profile).toEqual({
      remoteId: CHANNEL,
      handle: 'brand',
      displayName: 'Brand',
      avatarUrl: `${stub.url}/media/brand.png`,
      serviceUrl: 'https://www.youtube.com',
      profileUrl: `https://www.youtube.com/channel/${CHANNEL}`,
    });
    const { access, publish: publishing } = await checked(account);
    expect(access).toEqual({
      permissions: [
        { name: 'youtube.force-ssl', granted: true, needed: expect.arrayContaining(['comments', 'reply']) },
        { name: 'youtube.upload', granted: true, needed: ['publish', 'media'] },
      ],
    });
    expect(publishing.video.ok).toBe(true);
  });

  it('shows the end that Google tells of a consent screen in testing', async () => {
    stub.oauth.setTesting();
    const { access } = await checked(only(await network().connect('sign-in', app, browserIo())));
    expect(Math.round((access!.endsAt! - Date.now()) / 86_400_000)).toBe(7);
  });

  it('turns off what was left unticked on Google’s page, and says how to get it', async () => {
    const onlyComments = only(
      await network().connect(
        'sign-in',
        app,
        browserIo((one) => one.endsWith('force-ssl')),
      ),
    );
    const some = await checked(onlyComments);
    expect(some.publish.video).toMatchObject({
      ok: false,
      why: 'scope',
      note: expect.stringContaining('youtube.upload'),
    });
    expect(some.inbox.comment).toEqual({ ok: true });
    const onlyUpload = only(
      await network().connect(
        'sign-in',
        app,
        browserIo((one) => one.endsWith('upload')),
      ),
    );
    const other = await checked(onlyUpload);
    expect(other.inbox.comment).toMatchObject({ ok: false, why: 'scope' });
    expect(other.act.hide).toMatchObject({ ok: false });
  });

  it('refuses a wrong verifier, a wrong secret by its field, and another way to connect', async () => {
    const connect = (input: Record<string, string>, io = browserIo(), method = 'sign-in') =>
      errorOf((async () => network().connect(method, input, io))());
    expect(await connect(app, browserIo(undefined, 'another verifier'))).toMatchObject({
      kind: 'auth_revoked',
    });
    expect(await connect({ ...app, clientSecret: 'wrong' })).toMatchObject({
      kind: 'validation',
      field: 'clientSecret',
    });
    expect(await connect({ ...app, clientId: '' })).toMatchObject({ kind: 'validation', field: 'clientId' });
    expect(await connect(app, browserIo(), 'other')).toMatchObject({ kind: 'unsupported' });
  });

  it('renews a token that is about to run out before it is used', async () => {
    const account = only(await network().connect('sign-in', app, browserIo()));
    const test = createTestContext({ ...account, clock: later(3_590_000) });
    await network().check(test.ctx);
    expect(stub.oauth.refreshes()).toBe(1);
    expect(test.stored).toHaveLength(2);
    expect(test.stored[1]!.refreshToken).toBe(test.stored[0]!.refreshToken);
    stub.break('revoked');
    const lost = createTestContext({ ...account, clock: later(3_590_000) });
    expect(await errorOf(network().check(lost.ctx))).toMatchObject({ kind: 'auth_revoked' });
  });
});
