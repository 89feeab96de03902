/** Business Login for Instagram and Facebook Login, with the pages a real browser shows. */
import { createHmac } from 'node:crypto';
import {
  afterConsent,
  consentPage,
  fail,
  missing,
  ok,
  onlyParams,
  pageOf,
  type Answer,
  type Call,
} from './kit';
import { OWN, PAGE } from './store';

export const APP = {
  id: '111222333',
  secret: 'app-secret-0123456789abcdef',
  redirect: 'https://localhost/candor/callback',
};
export const INSTAGRAM_SCOPES = [
  'instagram_business_basic',
  'instagram_business_content_publish',
  'instagram_business_manage_comments',
  'instagram_business_manage_messages',
  'instagram_business_manage_insights',
];
export const FACEBOOK_SCOPES = [
  'instagram_basic',
  'instagram_content_publish',
  'instagram_manage_comments',
  'instagram_manage_messages',
  'instagram_manage_insights',
  'pages_show_list',
  'pages_read_engagement',
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const LIFE_MS = 60 * DAY_MS;

type Token = {
  readonly kind: 'short' | 'long' | 'facebook' | 'page';
  readonly madeAt: number;
  readonly endsAt: number;
  readonly scopes: readonly string[];
};

export function createSignIn(now: () => number, facebookRedirect: () => string) {
  const tokens = new Map<string, Token>();
  const codes = new Map<
    string,
    { readonly redirect: string; readonly scopes: readonly string[]; readonly by: 'instagram' | 'facebook' }
  >();
  const state = {
    allowed: null as readonly string[] | null,
    refreshes: 0,
    mayRefresh: true,
    shape: 'list' as 'list' | 'flat',
  };
  let counter = 0;

  const issue = (kind: Token['kind'], scopes: readonly string[]): string => {
    counter += 1;
    const prefix = kind === 'facebook' || kind === 'page' ? 'EAAG' : 'IGAA';
    const token = `${prefix}${kind}${String(counter).padStart(4, '0')}${'Zx9'.repeat(12)}`;
    const life = kind === 'short' ? HOUR_MS : kind === 'page' ? Infinity : LIFE_MS;
    tokens.set(token, { kind, madeAt: now(), endsAt: now() + life, scopes });
    return token;
  };

  /** Where a call is signed, it must be with the secret of this app. */
  const isSigned = ({ query, form, token }: Call): boolean => {
    const proof = query.get('appsecret_proof') ?? form.get('appsecret_proof');
    return proof === null || proof === createHmac('sha256', APP.secret).update(token).digest('hex');
  };
  const isGood = (value: string): boolean => (tokens.get(value)?.endsAt ?? 0) > now();

  /** The first page: everything about the app must be right before a person is asked. */
  const askConsent = (call: Call, by: 'instagram' | 'facebook'): Answer => {
    const { query } = call;
    const wanted = (query.get('scope') ?? '').split(',');
    const known = by === 'facebook' ? FACEBOOK_SCOPES : INSTAGRAM_SCOPES;
    const redirect = by === 'facebook' ? facebookRedirect() : APP.redirect;
    const strange = onlyParams(query, ['client_id', 'redirect_uri', 'response_type', 'scope', 'state']);
    if (strange) return strange;
    if (query.get('client_id') !== APP.id) return fail(400, 101, 'Invalid platform app');
    if (query.get('redirect_uri') !== redirect) return fail(400, 191, 'Invalid redirect_uri');
    if (query.get('response_type') !== 'code' || !query.get('state'))
      return fail(400, 100, 'Invalid request');
    if (wanted.some((one) => !known.includes(one))) return fail(400, 100, 'Invalid scopes');
    return consentPage(`/consent/${by}`, call, by === 'facebook' ? 'Facebook' : 'Instagram');
  };

  const consent = ({ form }: Call, by: 'instagram' | 'facebook'): Answer => {
    counter += 1;
    const code = `code-${by}-${counter}-AQBx3k`;
    const wanted = (form.get('scope') ?? '').split(',');
    const scopes = wanted.filter((one) => state.allowed?.includes(one) ?? true);
    if (form.get('answer') === 'allow')
      codes.set(code, { redirect: form.get('redirect_uri') ?? '', scopes, by });
    return afterConsent(form, code);
  };

  /** The token endpoint has errors of its own shape. */
  const plainFail = (message: string): Answer => ({
    status: 400,
    body: { error_type: 'OAuthException', code: 400, error_message: message },
  });
  const redeem = (given: URLSearchParams, by: 'instagram' | 'facebook') => {
    const code = given.get('code') ?? '';
    const found = codes.get(code);
    codes.delete(code);
    if (given.get('client_id') !== APP.id || given.get('client_secret') !== APP.secret)
      return plainFail('Invalid client secret');
    if (!found || found.by !== by) return plainFail('This authorization code has been used or is invalid');
    return given.get('redirect_uri') === found.redirect ? found : plainFail('Error validating redirect_uri');
  };
  const isAnswer = (value: object): value is Answer => 'status' in value;

  const shortToken = ({ form }: Call): Answer => {
    const strange = onlyParams(form, ['client_id', 'client_secret', 'grant_type', 'redirect_uri', 'code']);
    if (strange) return strange;
    if (form.get('grant_type') !== 'authorization_code') return fail(400, 100, 'Invalid grant_type');
    const found = redeem(form, 'instagram');
    if (isAnswer(found)) return found;
    const body = {
      access_token: issue('short', found.scopes),
      user_id: Number(OWN.slice(0, 15)),
      permissions: found.scopes.join(','),
    };
    return ok(state.shape === 'list' ? { data: [body] } : { ...body, permissions: found.scopes });
  };

  const longToken = ({ query }: Call): Answer => {
    const token = tokens.get(query.get('access_token') ?? '');
    if (query.get('grant_type') !== 'ig_exchange_token') return fail(400, 100, 'Invalid grant_type');
    if (query.get('client_secret') !== APP.secret) return fail(400, 101, 'Error validating client secret.');
    if (token?.kind !== 'short' || token.endsAt <= now())
      return fail(
        400,
        190,
        'Session key invalid. This could be because the session key has an incorrect format',
      );
    return ok({
      access_token: issue('long', token.scopes),
      token_type: 'bearer',
      expires_in: LIFE_MS / 1000,
    });
  };

  const refresh = ({ query }: Call): Answer => {
    const value = query.get('access_token') ?? '';
    const token = tokens.get(value);
    if (query.get('grant_type') !== 'ig_refresh_token') return fail(400, 100, 'Invalid grant_type');
    if (token?.kind !== 'long' || token.endsAt <= now())
      return fail(400, 190, 'Error validating access token: Session has expired', 463);
    if (now() - token.madeAt < DAY_MS || !state.mayRefresh)
      return fail(400, 100, 'The token cannot be refreshed');
    state.refreshes += 1;
    return ok({
      access_token: issue('long', token.scopes),
      token_type: 'bearer',
      expires_in: LIFE_MS / 1000,
      permissions: token.scopes.join(','),
    });
  };

  const facebookToken = ({ form: query }: Call): Answer => {
    if (query.get('grant_type') === 'fb_exchange_token') {
      const old = tokens.get(query.get('fb_exchange_token') ?? '');
      if (query.get('client_secret') !== APP.secret || old?.kind !== 'facebook')
        return fail(400, 101, 'Error validating client secret.');
      return ok({
        access_token: issue('facebook', old.scopes),
        token_type: 'bearer',
        expires_in: LIFE_MS / 1000,
      });
    }
    const found = redeem(query, 'facebook');
    return isAnswer(found)
      ? found
      : ok({ access_token: issue('facebook', found.scopes), token_type: 'bearer', expires_in: 5000 });
  };

  const accounts = (call: Call): Answer => {
    const token = tokens.get(call.token);
    if (token?.kind !== 'facebook') return fail(400, 100, 'Tried accessing nonexisting field (accounts)');
    const page = {
      id: PAGE,
      name: 'Brand',
      access_token: issue('page', token.scopes),
      instagram_business_account: { id: OWN },
    };
    const bare = { id: '1000000000002', name: 'No Instagram', access_token: issue('page', token.scopes) };
    return pageOf([page, bare], call, ['id', 'name', 'access_token', 'instagram_business_account', 'tasks']);
  };

  const permissions = (call: Call): Answer => {
    const token = tokens.get(call.token);
    if (token?.kind !== 'facebook') return missing;
    return ok({
      data: FACEBOOK_SCOPES.map((permission) => ({
        permission,
        status: token.scopes.includes(permission) ? 'granted' : 'declined',
      })),
    });
  };

  const debug = (call: Call): Answer => {
    if (call.token !== `${APP.id}|${APP.secret}`) return fail(400, 190, 'Invalid OAuth access token');
    const token = tokens.get(call.query.get('input_token') ?? '');
    if (!token) return ok({ data: { is_valid: false } });
    const dataEnds = Math.floor((token.madeAt + 90 * DAY_MS) / 1000);
    const ends = Number.isFinite(token.endsAt) ? Math.floor(token.endsAt / 1000) : 0;
    return ok({
      data: {
        app_id: APP.id,
        is_valid: token.endsAt > now(),
        scopes: token.scopes,
        expires_at: ends,
        data_access_expires_at: dataEnds,
      },
    });
  };

  return {
    tokens,
    state,
    issue,
    isGood,
    isSigned,
    askConsent,
    consent,
    shortToken,
    longToken,
    refresh,
    facebookToken,
    accounts,
    permissions,
    debug,
  };
}
