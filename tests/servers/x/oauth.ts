/** X's sign-in: OAuth 2.0 with PKCE for a public client, and checks of OAuth 1.0a signatures. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { redirectUris } from '@shared/domain/oauth-redirect';

export const CLIENT_ID = 'c2FtcGxlLWNsaWVudC1pZA';
const CODE_MS = 30_000;
const ACCESS_MS = 2 * 60 * 60_000;

type Grant = {
  readonly client: string;
  readonly redirect: string;
  readonly challenge: string;
  readonly scope: string;
  readonly at: number;
};
type OAuthAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly html?: string;
  readonly location?: string;
};

const secret = (prefix: string): string => `${prefix}${randomBytes(24).toString('hex')}`;

export function createOAuth(now: () => number) {
  const codes = new Map<string, Grant>();
  const access = new Map<string, { readonly scope: string; until: number }>();
  const refreshes = new Map<string, string>();
  const everything: string[] = [];
  const usedNonces = new Set<string>();
  let withheld: readonly string[] = [];
  let refreshed = 0;
  const keys = {
    consumerKey: secret('ck'),
    consumerSecret: secret('cs'),
    accessToken: `1000000000000000001-${secret('at')}`,
    accessTokenSecret: secret('as'),
  };
  let keysWork = true;

  const issue = (scope: string): OAuthAnswer => {
    const token = secret('at');
    access.set(token, { scope, until: now() + ACCESS_MS });
    const lasting = scope.split(' ').includes('offline.access') ? secret('rt') : undefined;
    if (lasting) refreshes.set(lasting, scope);
    everything.push(token, ...(lasting ? [lasting] : []));
    return {
      status: 200,
      body: {
        token_type: 'bearer',
        expires_in: ACCESS_MS / 1000,
        access_token: token,
        scope,
        ...(lasting && { refresh_token: lasting }),
      },
    };
  };
  const wrong = (description: string): OAuthAnswer => ({
    status: 400,
    body: { error: 'invalid_request', error_description: description },
  });

  const authorizeProblem = (query: URLSearchParams): string | undefined => {
    if (query.get('response_type') !== 'code') return 'response_type';
    if (query.get('client_id') !== CLIENT_ID) return 'client_id';
    if (!redirectUris('127.0.0.1').includes(query.get('redirect_uri') ?? '')) return 'redirect_uri';
    if (query.get('code_challenge_method') !== 'S256' || !query.get('code_challenge'))
      return 'code_challenge';
    if (!query.get('state')) return 'state';
    return query.get('scope') ? undefined : 'scope';
  };

  /** The page that a person sees. */
  const page = (query: URLSearchParams): OAuthAnswer => {
    const at = authorizeProblem(query);
    if (at)
      return { status: 400, body: null, html: `<h1>Something went wrong</h1><p>Not accepted: ${at}</p>` };
    const inputs = [...query]
      .map(
        ([name, value]) => `<input type="hidden" name="${name}" value="${value.replaceAll('"', '&quot;')}">`,
      )
      .join('');
    const asked = (query.get('scope') ?? '').split(' ').map((scope) => `<li>${scope}</li>`);
    return {
      status: 200,
      body: null,
      html: `<title>Authorize</title><h1>The app wants to access your X account</h1><ul>${asked.join('')}</ul><form method="post">${inputs}<button name="allow" value="1">Allow</button><button name="deny" value="1">Cancel</button></form>`,
    };
  };

  const allow = (form: URLSearchParams): OAuthAnswer => {
    const at = authorizeProblem(form);
    if (at) return wrong(at);
    const redirect = form.get('redirect_uri') ?? '';
    const back = new URL(redirect);
    back.searchParams.set('state', form.get('state') ?? '');
    if (form.has('deny')) back.searchParams.set('error', 'access_denied');
    else {
      const code = secret('code');
      everything.push(code);
      const scope = (form.get('scope') ?? '')
        .split(' ')
        .filter((one) => !withheld.includes(one))
        .join(' ');
      codes.set(code, {
        client: CLIENT_ID,
        redirect,
        challenge: form.get('code_challenge') ?? '',
        scope,
        at: now(),
      });
      back.searchParams.set('code', code);
    }
    return { status: 302, body: null, location: back.href };
  };

  const exchange = (form: URLSearchParams): OAuthAnswer => {
    const grant = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const verifier = form.get('code_verifier') ?? '';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (!grant || now() - grant.at > CODE_MS || grant.redirect !== form.get('redirect_uri'))
      return wrong('Value passed for the authorization code was invalid.');
    if (grant.challenge !== challenge) return wrong('Value passed for the code verifier did not match.');
    return issue(grant.scope);
  };

  const renew = (form: URLSearchParams): OAuthAnswer => {
    const token = form.get('refresh_token') ?? '';
    const scope = refreshes.get(token);
    refreshes.delete(token);
    if (scope === undefined) return wrong('Value passed for the token was invalid.');
    refreshed += 1;
    return issue(scope);
  };

  const token = (form: URLSearchParams): OAuthAnswer => {
    if (form.get('client_id') !== CLIENT_ID)
      return {
        status: 401,
        body: { error: 'unauthorized_client', error_description: 'Missing valid authorization header' },
      };
    if (form.get('grant_type') === 'authorization_code') return exchange(form);
    if (form.get('grant_type') === 'refresh_token') return renew(form);
    return wrong('grant_type');
  };

  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

  /** RFC 5849, on its own: signed words must be the ones of this request, fresh and never seen before. */
  const signatureFits = (header: string, method: string, address: string): boolean => {
    const said = Object.fromEntries(
      [...header.matchAll(/(oauth_\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        decodeURIComponent(value),
      ]),
    );
    const { oauth_signature: signature = '', oauth_nonce: nonce = '', oauth_timestamp: seconds = '' } = said;
    if (said.oauth_consumer_key !== keys.consumerKey || said.oauth_token !== keys.accessToken) return false;
    if (said.oauth_signature_method !== 'HMAC-SHA1' || said.oauth_version !== '1.0') return false;
    if (Math.abs(Number(seconds) * 1000 - now()) > 5 * 60_000 || nonce === '' || usedNonces.has(nonce))
      return false;
    usedNonces.add(nonce);
    const url = new URL(address);
    const signed = Object.entries(said).filter(([name]) => name !== 'oauth_signature');
    const words = [...url.searchParams, ...signed]
      .map(([name, value]) => [encode(name), encode(value)] as const)
      .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
      .map((pair) => pair.join('='))
      .join('&');
    const base = `${method}&${encode(url.origin + url.pathname)}&${encode(words)}`;
    const expected = createHmac('sha1', `${encode(keys.consumerSecret)}&${encode(keys.accessTokenSecret)}`)
      .update(base)
      .digest('base64');
    return expected === signature;
  };

  return {
    keys,
    page,
    allow,
    token,
    /** The scopes of a request's sign-in; `all` for keys; undefined when it is none. */
    scopesOf: (header: string, method: string, address: string): readonly string[] | 'all' | undefined => {
      if (header.startsWith('OAuth '))
        return keysWork && signatureFits(header, method, address) ? 'all' : undefined;
      const found = access.get(header.replace(/^Bearer /, ''));
      return found && found.until > now() ? found.scope.split(' ') : undefined;
    },
    /** As if a person had taken scopes away on the page. */
    withhold: (scopes: readonly string[]): void => void (withheld = scopes),
    expireAccess: (): void => {
      for (const one of access.values()) one.until = 0;
    },
    revoke: (): void => {
      access.clear();
      refreshes.clear();
      keysWork = false;
    },
    refreshes: () => refreshed,
    secrets: () => [...everything, keys.consumerSecret, keys.accessToken, keys.accessTokenSecret],
  };
}
