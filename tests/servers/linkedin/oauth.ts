/** LinkedIn's sign-in: the consent page of a browser and the exchange of codes for tokens. */
import { randomBytes } from 'node:crypto';
import { redirectUris } from '@shared/domain/oauth-redirect';

export const CLIENT = { id: 'li-client', secret: 'li-client-secret-0815' } as const;

export type Grant = { readonly scopes: ReadonlySet<string>; expired: boolean; revoked: boolean };
type Code = { readonly scope: string; readonly redirectUri: string };
export type OAuthAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly type?: 'html';
  readonly location?: string;
};

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
const page = (body: string): OAuthAnswer => ({
  status: 200,
  type: 'html',
  body: `<!doctype html><title>LinkedIn</title><h1>LinkedIn</h1>${body}`,
});
const failed = (error: string, words: string): OAuthAnswer => ({
  status: 400,
  body: { error, error_description: words },
});

export function createOAuth() {
  const grants = new Map<string, Grant>();
  const refreshTokens = new Map<string, string>();
  const codes = new Map<string, Code>();
  /** What the products of the app allow. */
  let allowed = new Set<string>();
  let isPartner = false;
  let refreshes = 0;

  const issue = (scope: string) => {
    const token = `AQ-token-${randomBytes(9).toString('hex')}`;
    grants.set(token, { scopes: new Set(scope.split(' ')), expired: false, revoked: false });
    return token;
  };
  const withRefresh = (token: string, scope: string) => {
    const answer = {
      access_token: token,
      expires_in: 5_184_000,
      scope: scope.split(' ').join(','),
      token_type: 'Bearer',
    };
    if (!isPartner) return answer;
    const refresh = `AQ-refresh-${randomBytes(9).toString('hex')}`;
    refreshTokens.set(refresh, scope);
    return { ...answer, refresh_token: refresh, refresh_token_expires_in: 31_536_000 };
  };

  const authorize = (query: URLSearchParams): OAuthAnswer => {
    const back = query.get('redirect_uri') ?? '';
    if (query.get('client_id') !== CLIENT.id) return page('<p>The passed in client_id is invalid</p>');
    if (!redirectUris('localhost').includes(back))
      return page('<p>The redirect_uri does not match the registered value</p>');
    if (query.get('response_type') !== 'code') return page('<p>The passed in response_type is invalid</p>');
    const state = query.get('state') ?? '';
    const scope = query.get('scope') ?? '';
    const missing = scope.split(' ').find((one) => !allowed.has(one));
    if (missing !== undefined) {
      const error = { error: 'unauthorized_scope_error', error_description: `Scope "${missing}"`, state };
      return { status: 302, body: '', location: `${back}?${new URLSearchParams(error).toString()}` };
    }
    const fields = { redirect_uri: back, state, scope };
    const inputs = Object.entries(fields)
      .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
      .join('');
    return page(
      `<p>Candor would like to: ${escapeHtml(scope)}</p><form method="post" action="/oauth/v2/allow">${inputs}<button>Allow</button></form>`,
    );
  };
  const allow = (form: URLSearchParams): OAuthAnswer => {
    const code = randomBytes(9).toString('hex');
    const redirectUri = form.get('redirect_uri') ?? '';
    codes.set(code, { scope: form.get('scope') ?? '', redirectUri });
    const query = new URLSearchParams({ code, state: form.get('state') ?? '' });
    return { status: 302, body: '', location: `${redirectUri}?${query.toString()}` };
  };
  const exchange = (form: URLSearchParams): OAuthAnswer => {
    if (form.get('client_id') !== CLIENT.id || form.get('client_secret') !== CLIENT.secret)
      return {
        status: 401,
        body: { error: 'invalid_client', error_description: 'Client authentication failed' },
      };
    if (form.get('grant_type') === 'refresh_token') {
      const scope = refreshTokens.get(form.get('refresh_token') ?? '');
      if (scope === undefined) return failed('invalid_grant', 'The provided refresh token is invalid');
      refreshes += 1;
      return { status: 200, body: withRefresh(issue(scope), scope) };
    }
    if (form.get('grant_type') !== 'authorization_code')
      return failed('unsupported_grant_type', 'grant_type');
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    if (!code) return failed('invalid_grant', 'authorization code not found');
    if (code.redirectUri !== form.get('redirect_uri'))
      return failed('invalid_redirect_uri', 'redirect_uri does not match');
    return { status: 200, body: withRefresh(issue(code.scope), code.scope) };
  };
  return {
    grants,
    issue,
    authorize,
    allow,
    exchange,
    refreshes: () => refreshes,
    setAllowed: (scopes: readonly string[]) => (allowed = new Set(scopes)),
    setPartner: () => (isPartner = true),
  };
}
