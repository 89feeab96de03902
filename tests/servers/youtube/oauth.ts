/** Google's sign-in for desktop clients: the consent page of a browser, PKCE, and tokens. */
import { createHash, randomBytes } from 'node:crypto';

export const CLIENT = {
  id: 'yt-client.apps.googleusercontent.com',
  secret: 'GOCSPX-yt-client-secret',
} as const;
export const SCOPES = [
  'https://www.googleapis.com/auth/youtube.force-ssl',
  'https://www.googleapis.com/auth/youtube.upload',
] as const;

export type Grant = { readonly scopes: ReadonlySet<string>; expired: boolean };
type Code = { readonly scope: string; readonly redirectUri: string; readonly challenge: string };
export type OAuthAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly html?: boolean;
  readonly location?: string;
};

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
const page = (body: string): OAuthAnswer => ({
  status: 200,
  html: true,
  body: `<!doctype html><title>Google</title><h1>Google</h1>${body}`,
});
const failed = (status: number, error: string, words: string): OAuthAnswer => ({
  status,
  body: { error, error_description: words },
});
const LOOPBACK = /^http:\/\/127\.0\.0\.1:\d+\//;

export function createOAuth() {
  const grants = new Map<string, Grant>();
  const refreshTokens = new Map<string, string>();
  const codes = new Map<string, Code>();
  let isTesting = false;
  let refreshes = 0;

  const issue = (scope: string): string => {
    const token = `ya29.${randomBytes(12).toString('hex')}`;
    grants.set(token, { scopes: new Set(scope.split(' ')), expired: false });
    return token;
  };
  const authorize = (query: URLSearchParams): OAuthAnswer => {
    const redirectUri = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== CLIENT.id) return page('<p>Error 401: invalid_client</p>');
    if (!LOOPBACK.test(redirectUri)) return page('<p>Error 400: redirect_uri_mismatch</p>');
    if (query.get('response_type') !== 'code') return page('<p>Error 400: invalid_request</p>');
    if (query.get('code_challenge_method') !== 'S256' || !query.get('code_challenge'))
      return page('<p>Error 400: invalid_request: PKCE</p>');
    const fields = {
      redirect_uri: redirectUri,
      state: query.get('state') ?? '',
      challenge: query.get('code_challenge') ?? '',
      offline: query.get('access_type') === 'offline' && query.get('prompt') === 'consent' ? '1' : '',
    };
    const inputs = Object.entries(fields)
      .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
      .join('');
    const boxes = (query.get('scope') ?? '')
      .split(' ')
      .map(
        (scope) =>
          `<label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked>${escapeHtml(scope)}</label>`,
      )
      .join('');
    return page(
      `<form method="post" action="/o/oauth2/allow">${inputs}${boxes}<button>Allow</button></form>`,
    );
  };
  const allow = (form: URLSearchParams): OAuthAnswer => {
    const code = `4/${randomBytes(9).toString('hex')}`;
    const redirectUri = form.get('redirect_uri') ?? '';
    const scope = form.getAll('scope').join(' ');
    codes.set(code, { scope, redirectUri, challenge: form.get('challenge') ?? '' });
    const query = new URLSearchParams({ code, state: form.get('state') ?? '', scope });
    return { status: 302, body: '', location: `${redirectUri}?${query.toString()}` };
  };
  const exchange = (form: URLSearchParams): OAuthAnswer => {
    if (form.get('client_id') !== CLIENT.id || form.get('client_secret') !== CLIENT.secret)
      return failed(401, 'invalid_client', 'The OAuth client was not found.');
    const answer = (scope: string) => ({
      access_token: issue(scope),
      expires_in: 3599,
      scope,
      token_type: 'Bearer',
    });
    if (form.get('grant_type') === 'refresh_token') {
      const scope = refreshTokens.get(form.get('refresh_token') ?? '');
      if (scope === undefined) return failed(400, 'invalid_grant', 'Token has been expired or revoked.');
      refreshes += 1;
      return { status: 200, body: answer(scope) };
    }
    if (form.get('grant_type') !== 'authorization_code') return failed(400, 'unsupported_grant_type', '');
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!code || challenge !== code.challenge) return failed(400, 'invalid_grant', 'Bad Request');
    if (code.redirectUri !== form.get('redirect_uri'))
      return failed(400, 'redirect_uri_mismatch', 'Bad Request');
    const refresh = `1//${randomBytes(12).toString('hex')}`;
    refreshTokens.set(refresh, code.scope);
    const testing = isTesting ? { refresh_token_expires_in: 604_799 } : {};
    return { status: 200, body: { ...answer(code.scope), refresh_token: refresh, ...testing } };
  };
  return {
    grants,
    authorize,
    allow,
    exchange,
    /** As if a person had gone through the sign-in. */
    signIn: () => {
      const scope = SCOPES.join(' ');
      const refreshToken = `1//${randomBytes(12).toString('hex')}`;
      refreshTokens.set(refreshToken, scope);
      return { token: issue(scope), refreshToken, scope };
    },
    expire: () => {
      for (const grant of grants.values()) grant.expired = true;
    },
    revoke: () => {
      refreshTokens.clear();
      for (const grant of grants.values()) grant.expired = true;
    },
    secrets: () => [...grants.keys(), ...refreshTokens.keys(), CLIENT.secret],
    refreshes: () => refreshes,
    setTesting: () => (isTesting = true),
  };
}
