/** Apps, the consent page and tokens, as Mastodon's OAuth provider gives them (docs.joinmastodon.org, methods/oauth). */
import { createHash, randomUUID } from 'node:crypto';

export type OauthAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};
type App = { id: string; secret: string; redirects: readonly string[]; scopes: string };
type Code = { app: App; redirect: string; scope: string; challenge: string | null; used: boolean };
type Fields = Readonly<Record<string, unknown>>;

const SCOPES =
  /^(?:profile|push|follow|(?:read|write)(?::(?:accounts|statuses|notifications|search|media|favourites|conversations|blocks|bookmarks|filters|follows|lists|mutes|reports))?)$/;
const words = (scopes: string): readonly string[] => scopes.split(/[\s+]+/).filter(Boolean);
const hidden = () => randomUUID().replaceAll('-', '');
const refuse = (status: number, error: string, error_description?: string): OauthAnswer => ({
  status,
  body: { error, ...(error_description && { error_description }) },
});
const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

export function createOauth(tokens: Map<string, string>) {
  const apps = new Map<string, App>();
  const codes = new Map<string, Code>();
  /** `4.2`: before PKCE, its description, and lists of addresses. `none`: a server that registers no apps. */
  let age: '4.6' | '4.2' | 'none' = '4.6';

  const register = (fields: Fields): OauthAnswer => {
    if (age === 'none') return refuse(404, 'Record not found');
    const given = fields.redirect_uris;
    const isList = Array.isArray(given);
    if (typeof fields.client_name !== 'string' || fields.client_name === '')
      return refuse(422, "Validation failed: Name can't be blank");
    if (age === '4.2' && isList)
      return refuse(422, 'Validation failed: Redirect URI must be an absolute URI.');
    const redirects = isList
      ? (given as string[])
      : typeof given === 'string'
        ? given.split(/\s+/).filter(Boolean)
        : [];
    if (redirects.length === 0 || !redirects.every((one) => URL.canParse(one)))
      return refuse(422, 'Validation failed: Redirect URI must be an absolute URI.');
    const scopes = typeof fields.scopes === 'string' ? fields.scopes : 'read';
    if (!words(scopes).every((scope) => SCOPES.test(scope)))
      return refuse(422, "Validation failed: Scopes doesn't match configured on the server.");
    const app = { id: hidden(), secret: hidden(), redirects, scopes };
    apps.set(app.id, app);
    const body = {
      id: String(apps.size),
      name: fields.client_name,
      website: null,
      scopes: words(scopes),
      redirect_uri: redirects.join('\n'),
      redirect_uris: redirects,
      client_id: app.id,
      client_secret: app.secret,
      client_secret_expires_at: 0,
      vapid_key: 'x',
    };
    return { status: 200, body };
  };

  /** What is wrong with a request for consent; the same is asked when the form comes back. */
  const wrongWith = (query: URLSearchParams): OauthAnswer | App => {
    const app = apps.get(query.get('client_id') ?? '');
    if (!app) return refuse(401, 'invalid_client', 'Client authentication failed due to unknown client');
    if (!app.redirects.includes(query.get('redirect_uri') ?? ''))
      return refuse(400, 'invalid_redirect_uri', 'The redirect uri included is not valid.');
    if (query.get('response_type') !== 'code') return refuse(400, 'unsupported_response_type');
    const allowed = words(app.scopes);
    if (!words(query.get('scope') ?? 'read').every((scope) => allowed.includes(scope)))
      return refuse(400, 'invalid_scope', 'The requested scope is invalid, unknown, or malformed.');
    if (age !== '4.2' && query.has('code_challenge') && query.get('code_challenge_method') !== 'S256')
      return refuse(400, 'invalid_code_challenge_method', 'The code challenge method must be S256.');
    return app;
  };

  const page = (query: URLSearchParams): OauthAnswer => {
    const wrong = wrongWith(query);
    if ('status' in wrong) return wrong;
    const inputs = [...query].map(
      ([name, value]) => `<input type="hidden" name="${attribute(name)}" value="${attribute(value)}">`,
    );
    const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Authorization required</title>
<h1>Authorization required</h1><p>Candor would like permission to access your account.</p>
<form method="post" action="/oauth/authorize">${inputs.join('')}
<button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Deny</button></form></html>`;
    return { status: 200, body: html, headers: { 'content-type': 'text/html; charset=utf-8' } };
  };

  const consent = (form: URLSearchParams): OauthAnswer => {
    const app = wrongWith(form);
    if ('status' in app) return app;
    const redirect = form.get('redirect_uri') ?? '';
    const back = new URL(redirect);
    if (form.get('state') !== null) back.searchParams.set('state', form.get('state') ?? '');
    if (form.get('answer') === 'allow') {
      const code = hidden();
      const challenge = age === '4.2' ? null : form.get('code_challenge');
      codes.set(code, { app, redirect, scope: form.get('scope') ?? 'read', challenge, used: false });
      back.searchParams.set('code', code);
    } else back.searchParams.set('error', 'access_denied');
    return { status: 302, body: '', headers: { location: back.href } };
  };

  const exchange = (fields: Fields): OauthAnswer => {
    const app = apps.get(String(fields.client_id));
    if (!app || fields.client_secret !== app.secret)
      return refuse(401, 'invalid_client', 'Client authentication failed due to unknown client');
    if (fields.grant_type !== 'authorization_code') return refuse(400, 'unsupported_grant_type');
    const code = codes.get(String(fields.code));
    const invalid = refuse(
      400,
      'invalid_grant',
      `The provided authorization grant is invalid: ${String(fields.code)}`,
    );
    if (!code || code.used || code.app !== app || fields.redirect_uri !== code.redirect) return invalid;
    const proof = createHash('sha256').update(String(fields.code_verifier)).digest('base64url');
    if (code.challenge !== null && proof !== code.challenge) return invalid;
    code.used = true;
    const token = hidden();
    tokens.set(token, code.scope);
    return {
      status: 200,
      body: { access_token: token, token_type: 'Bearer', scope: code.scope, created_at: 1_790_000_000 },
    };
  };

  const describe = (url: string): OauthAnswer =>
    age === '4.6'
      ? {
          status: 200,
          body: {
            issuer: url,
            authorization_endpoint: `${url}/oauth/authorize`,
            token_endpoint: `${url}/oauth/token`,
            app_registration_endpoint: `${url}/api/v1/apps`,
            revocation_endpoint: `${url}/oauth/revoke`,
            userinfo_endpoint: `${url}/oauth/userinfo`,
            service_documentation: 'https://docs.joinmastodon.org/',
            scopes_supported: ['read', 'profile', 'write'],
            response_types_supported: ['code'],
            response_modes_supported: ['query', 'fragment', 'form_post'],
            token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
            grant_types_supported: ['authorization_code', 'client_credentials'],
            code_challenge_methods_supported: ['S256'],
          },
        }
      : refuse(404, 'Not Found');

  return {
    register,
    page,
    consent,
    exchange,
    describe,
    apps,
    grow: (to: typeof age) => (age = to),
    isOld: () => age === '4.2',
  };
}

/** Scopes are hierarchical: `write` holds `write:media`. */
export const allows = (granted: string, scope: string): boolean =>
  words(granted).some((one) => one === scope || one === scope.replace(/:.*$/, ''));
