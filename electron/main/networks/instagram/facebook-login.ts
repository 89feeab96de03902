import { readItems } from '../answers';
import { NetworkError } from '../errors';
import { graph, graphAll, unheard, unlessRefused, type GraphTarget } from '../graph';
import type { HttpDeps } from '../http';
import type { Connected } from '../network';
import { grantedOf, toStored, type Secrets } from './auth';
import type { InstagramEndpoints } from './endpoints';
import { instagramErrors } from './errors';
import { fetchUser, targetOf, toProfile } from './profile';
import { debugToken, facebookPermission, longToken, pageOfFacebook, type PageOfFacebook } from './wire';

type Given = {
  readonly token: string;
  readonly version: string;
  /** Empty: not given. */
  readonly appId: string;
  readonly appSecret: string;
};

const MAX_PAGES = 10;

/** Every Instagram account that hangs on a Page of the person, or on the Page that a pasted token belongs to. */
export async function accountsOfFacebook(
  deps: HttpDeps,
  endpoints: InstagramEndpoints,
  given: Given,
): Promise<readonly Connected[]> {
  const target: GraphTarget = {
    base: `${endpoints.facebookGraph}/${given.version}`,
    token: given.token,
    errors: instagramErrors,
    ...(given.appSecret !== '' && { appSecret: given.appSecret }),
  };
  const permissions = await permissionsOfToken(deps, target, given);
  const found: Connected[] = [];
  for (const page of await pagesOf(deps, target)) {
    const instagram = page.instagram_business_account?.id;
    if (instagram === undefined) continue;
    const secrets: Secrets = {
      flavour: 'facebook',
      token: page.access_token ?? given.token,
      version: given.version,
      renewedAt: deps.clock.now(),
      isFixed: false,
      pageId: page.id,
      ...(permissions && { permissions: permissions.join(',') }),
      ...(given.appId !== '' && { appId: given.appId }),
      ...(given.appSecret !== '' && { appSecret: given.appSecret }),
    };
    const user = await fetchUser(deps, secrets, endpoints, encodeURIComponent(instagram));
    found.push({ profile: toProfile(user, endpoints), secrets: toStored(secrets) });
  }
  if (found.length > 0) return found;
  throw new NetworkError(
    { kind: 'permission', detail: 'no Page of this sign-in has a professional Instagram account' },
    'no',
  );
}

/**
 * The Pages' tokens last as long as the one they came from: with the app's secret a long one is asked for. A Page's
 * own token cannot be made longer, and stays as it is.
 */
export async function prolonged(deps: HttpDeps, endpoints: InstagramEndpoints, given: Given): Promise<Given> {
  if (given.appSecret === '') return given;
  const form = {
    client_id: given.appId,
    client_secret: given.appSecret,
    grant_type: 'fb_exchange_token',
    fb_exchange_token: given.token,
  };
  try {
    const answer = await askFacebook(deps, endpoints, given.version, form);
    return answer.access_token === '' ? given : { ...given, token: answer.access_token };
  } catch (error) {
    if (error instanceof NetworkError && ['validation', 'protocol', 'permission'].includes(error.kind))
      return given;
    throw error;
  }
}

/** Facebook's token endpoint, with the secrets in the body. */
export const askFacebook = (
  deps: HttpDeps,
  endpoints: InstagramEndpoints,
  version: string,
  form: Readonly<Record<string, string>>,
) =>
  graph(
    deps,
    {
      base: `${endpoints.facebookGraph}/${version}`,
      token: '',
      errors: instagramErrors,
      secrets: Object.values(form).filter((value) => value.length > 20),
    },
    { method: 'POST', path: '/oauth/access_token', effect: 'read', form },
    longToken,
  );

const PAGE_FIELDS = 'id,name,access_token,instagram_business_account';

async function pagesOf(deps: HttpDeps, target: GraphTarget): Promise<readonly PageOfFacebook[]> {
  const read = (items: readonly unknown[]) => readItems(pageOfFacebook, items, unheard);
  try {
    const items = await graphAll(
      deps,
      target,
      { path: '/me/accounts', params: { fields: PAGE_FIELDS } },
      MAX_PAGES,
    );
    return read(items);
  } catch (error) {
    // A Page's own token has no list of Pages: it is the Page.
    if (!(error instanceof NetworkError) || !['validation', 'gone'].includes(error.kind)) throw error;
    const params = { fields: 'id,name,instagram_business_account' };
    return [
      await graph(deps, target, { method: 'GET', path: '/me', effect: 'read', params }, pageOfFacebook),
    ];
  }
}

/** By the app's own word where its secret is known, else by the person's token; null where neither tells. */
async function permissionsOfToken(
  deps: HttpDeps,
  target: GraphTarget,
  given: Given,
): Promise<readonly string[] | null> {
  const debugged = await inspectToken(deps, target, given);
  if (debugged) return debugged.scopes ?? null;
  try {
    const items = await graphAll(deps, target, { path: '/me/permissions' }, MAX_PAGES);
    return readItems(facebookPermission, items, unheard)
      .filter(({ status }) => status === 'granted')
      .map(({ permission }) => permission);
  } catch (error) {
    if (error instanceof NetworkError && ['validation', 'gone', 'permission'].includes(error.kind))
      return null;
    throw error;
  }
}

/** What Facebook tells the app about a token; undefined where the app's id and secret are not known. */
async function inspectToken(deps: HttpDeps, target: GraphTarget, { token, appId, appSecret }: Given) {
  if (appId === '' || appSecret === '') return undefined;
  const app = {
    ...target,
    token: `${appId}|${appSecret}`,
    appSecret: undefined,
    secrets: [token, appSecret],
  };
  const params = { input_token: token };
  try {
    const call = { method: 'GET', path: '/debug_token', effect: 'read', params } as const;
    return (await graph(deps, app, call, debugToken)).data;
  } catch (error) {
    // It is the app that is refused here, not the person's token.
    if (error instanceof NetworkError && ['auth_revoked', 'auth_expired'].includes(error.kind))
      throw new NetworkError({ ...error.info, kind: 'validation', field: 'appSecret' }, 'no', {
        cause: error,
      });
    throw error;
  }
}

/** What Facebook says of the stored sign-in now; undefined with Instagram Login, or where the app is not known. */
export async function accessNow(
  deps: HttpDeps,
  endpoints: InstagramEndpoints,
  secrets: Secrets,
): Promise<{ readonly granted: readonly string[] | null; readonly endsAt?: number } | undefined> {
  if (secrets.flavour !== 'facebook') return undefined;
  const { appId = '', appSecret = '', token, version } = secrets;
  // The account works whether or not the app may ask about its token.
  const told = await unlessRefused(
    inspectToken(deps, targetOf(secrets, endpoints), { appId, appSecret, token, version }),
    ['validation', 'permission'],
  );
  if (!told) return undefined;
  if (told.is_valid === false)
    throw new NetworkError({ kind: 'auth_revoked', detail: 'the token is not valid' }, 'no');
  // 0 stands for no end.
  const ends = [told.expires_at, told.data_access_expires_at].flatMap((at) => (at ? [at * 1000] : []));
  const granted = told.scopes ?? grantedOf(secrets);
  return { granted, ...(ends.length > 0 && { endsAt: Math.min(...ends) }) };
}
