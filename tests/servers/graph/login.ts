/** Facebook Login as a browser sees it, and the endpoint that gives tokens for codes. */
import { randomUUID } from 'node:crypto';
import { graphError, ok, type GraphReply, type GraphRoute } from './kit';

export type LoginApp = {
  readonly id: string;
  readonly secret: string;
  readonly redirects: readonly string[];
};
type Grant = { readonly redirectUri: string; readonly scopes: readonly string[]; used: boolean };

export type LoginOptions = {
  readonly app: () => LoginApp;
  readonly knownScopes: readonly string[];
  /** What the person leaves ticked. */
  readonly granted: (asked: readonly string[]) => readonly string[];
  readonly issue: (
    kind: 'short' | 'long',
    scopes: readonly string[],
  ) => { readonly token: string; readonly expiresIn: number };
  /** Scopes of a short-lived token that may be exchanged; undefined for any other. */
  readonly exchangeable: (token: string) => readonly string[] | undefined;
};

export function loginRoutes(options: LoginOptions): readonly GraphRoute[] {
  const grants = new Map<string, Grant>();
  const params = ['client_id', 'redirect_uri', 'state', 'scope', 'response_type', 'auth_type', 'decision'];

  const problem = (fields: Readonly<Record<string, string>>): string | undefined => {
    const app = options.app();
    if (fields.client_id !== app.id) return 'Invalid App ID';
    if (!app.redirects.includes(fields.redirect_uri ?? '')) return 'URL Blocked';
    if (fields.response_type !== 'code') return 'Unknown response type';
    const strange = (fields.scope ?? '').split(',').find((one) => !options.knownScopes.includes(one));
    return strange === undefined ? undefined : `Invalid Scopes: ${strange}`;
  };

  const decide = (fields: Readonly<Record<string, string>>): GraphReply => {
    const wrong = problem(fields);
    if (wrong) return { status: 400, body: page(`<p>${wrong}</p>`) };
    const back = new URL(fields.redirect_uri ?? '');
    if (fields.decision === 'allow') {
      const code = `AQ${randomUUID()}`;
      const scopes = options.granted((fields.scope ?? '').split(','));
      grants.set(code, { redirectUri: fields.redirect_uri ?? '', scopes, used: false });
      back.searchParams.set('code', code);
    } else {
      back.searchParams.set('error', 'access_denied');
      back.searchParams.set('error_reason', 'user_denied');
    }
    if (fields.state !== undefined) back.searchParams.set('state', fields.state);
    return { status: 302, body: page(''), headers: { location: `${back.href}#_=_` } };
  };

  const byCode = (fields: Readonly<Record<string, string>>): GraphReply => {
    const grant = grants.get(fields.code ?? '');
    if (!grant) return graphError(100, 'Invalid verification code format.', { subcode: 36_009 });
    if (grant.used) return graphError(100, 'This authorization code has been used.', { subcode: 36_009 });
    if (grant.redirectUri !== fields.redirect_uri)
      return graphError(
        100,
        'Error validating verification code. Please make sure your redirect_uri is identical',
      );
    grant.used = true;
    return answer('short', grant.scopes);
  };
  const answer = (kind: 'short' | 'long', scopes: readonly string[]): GraphReply => {
    const { token, expiresIn } = options.issue(kind, scopes);
    return ok({ access_token: token, token_type: 'bearer', expires_in: expiresIn });
  };

  return [
    {
      match: /^GET \/dialog\/oauth$/,
      open: true,
      params,
      run: ({ fields }) => {
        const wrong = problem(fields);
        return { status: wrong ? 400 : 200, body: page(wrong ? `<p>${wrong}</p>` : consent(fields)) };
      },
    },
    { match: /^POST \/dialog\/decision$/, open: true, params, run: ({ fields }) => decide(fields) },
    {
      match: /^(?:GET|POST) \/oauth\/access_token$/,
      open: true,
      params: ['client_id', 'client_secret', 'redirect_uri', 'code', 'grant_type', 'fb_exchange_token'],
      run: ({ fields }) => {
        const app = options.app();
        if (fields.client_id !== app.id) return graphError(101, 'Error validating application.');
        if (fields.client_secret !== app.secret) return graphError(1, 'Error validating client secret.');
        if (fields.grant_type !== 'fb_exchange_token') return byCode(fields);
        const scopes = options.exchangeable(fields.fb_exchange_token ?? '');
        return scopes ? answer('long', scopes) : graphError(100, 'The token cannot be exchanged');
      },
    },
  ];
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const page = (body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Facebook</title><main>${body}</main></html>`;

function consent(fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  );
  const scopes = (fields.scope ?? '').split(',').map((scope) => `<li>${escape(scope)}</li>`);
  return `<h1>The app would like to manage your Pages</h1><ul>${scopes.join('')}</ul>
<form method="post" action="decision">${inputs.join('')}
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Cancel</button></form>`;
}
