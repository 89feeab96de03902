/** Threads' sign-in: the page a real browser shows, the short token, the one of 60 days, and its renewal. */
import { afterConsent, consentPage, fail, ok, onlyParams, type Answer, type Call } from '../instagram/kit';
import { OWN } from './store';

export const APP = {
  id: '444555666',
  secret: 'threads-secret-0123456789abcdef',
  redirect: 'https://localhost/candor/callback',
};
export const SCOPES = [
  'threads_basic',
  'threads_content_publish',
  'threads_read_replies',
  'threads_manage_replies',
  'threads_manage_mentions',
  'threads_manage_insights',
  'threads_delete',
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LIFE_MS = 60 * DAY_MS;
type Token = {
  readonly kind: 'short' | 'long';
  readonly madeAt: number;
  readonly endsAt: number;
  readonly scopes: readonly string[];
};

export function createSignIn(now: () => number) {
  const tokens = new Map<string, Token>();
  const codes = new Map<string, { readonly redirect: string; readonly scopes: readonly string[] }>();
  const state = { allowed: null as readonly string[] | null, refreshes: 0, isTester: true };
  let counter = 0;

  const issue = (kind: Token['kind'], scopes: readonly string[]): string => {
    counter += 1;
    const token = `THAA${kind}${String(counter).padStart(4, '0')}${'Qy7'.repeat(12)}`;
    tokens.set(token, {
      kind,
      madeAt: now(),
      endsAt: now() + (kind === 'short' ? HOUR_MS : LIFE_MS),
      scopes,
    });
    return token;
  };
  const long = (scopes: readonly string[]): Answer =>
    ok({ access_token: issue('long', scopes), token_type: 'bearer', expires_in: LIFE_MS / 1000 });

  return {
    tokens,
    state,
    issue,
    isGood: (value: string): boolean => (tokens.get(value)?.endsAt ?? 0) > now(),
    holds: (value: string, scope: string): boolean => tokens.get(value)?.scopes.includes(scope) === true,
    askConsent: (call: Call): Answer => {
      const { query } = call;
      const strange = onlyParams(query, ['client_id', 'redirect_uri', 'response_type', 'scope', 'state']);
      if (strange) return strange;
      if (query.get('client_id') !== APP.id) return fail(400, 101, 'Invalid app');
      if (query.get('redirect_uri') !== APP.redirect) return fail(400, 1_349_168, 'Invalid redirect_uri');
      if (query.get('response_type') !== 'code' || !query.get('state'))
        return fail(400, 100, 'Invalid request');
      if ((query.get('scope') ?? '').split(',').some((one) => !SCOPES.includes(one)))
        return fail(400, 100, 'Invalid scopes');
      return consentPage('/consent', call, 'Threads');
    },
    consent: ({ form }: Call): Answer => {
      counter += 1;
      const code = `code-threads-${counter}-AQDx7v`;
      const scopes = (form.get('scope') ?? '')
        .split(',')
        .filter((one) => state.allowed?.includes(one) ?? true);
      if (form.get('answer') === 'allow')
        codes.set(code, { redirect: form.get('redirect_uri') ?? '', scopes });
      return afterConsent(form, code);
    },
    shortToken: ({ form }: Call): Answer => {
      const strange = onlyParams(form, ['client_id', 'client_secret', 'grant_type', 'redirect_uri', 'code']);
      if (strange) return strange;
      const found = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      if (form.get('client_id') !== APP.id || form.get('client_secret') !== APP.secret)
        return fail(400, 100, 'Error validating client secret.');
      if (!found || form.get('grant_type') !== 'authorization_code')
        return fail(400, 100, 'This authorization code has been used or is invalid');
      if (form.get('redirect_uri') !== found.redirect) return fail(400, 100, 'Error validating redirect_uri');
      return ok({ access_token: issue('short', found.scopes), user_id: Number(OWN.slice(0, 15)) });
    },
    longToken: ({ query }: Call): Answer => {
      const token = tokens.get(query.get('access_token') ?? '');
      if (query.get('grant_type') !== 'th_exchange_token') return fail(400, 100, 'Invalid grant_type');
      if (query.get('client_secret') !== APP.secret) return fail(400, 101, 'Error validating client secret.');
      return token?.kind === 'short' && token.endsAt > now()
        ? long(token.scopes)
        : fail(400, 190, 'Session key invalid');
    },
    refresh: ({ query }: Call): Answer => {
      const token = tokens.get(query.get('access_token') ?? '');
      if (query.get('grant_type') !== 'th_refresh_token') return fail(400, 100, 'Invalid grant_type');
      if (token?.kind !== 'long' || token.endsAt <= now()) return fail(400, 190, 'Session has expired', 463);
      if (now() - token.madeAt < DAY_MS) return fail(400, 100, 'The token cannot be refreshed yet');
      state.refreshes += 1;
      return long(token.scopes);
    },
    debug: (call: Call): Answer => {
      if (!state.isTester) return fail(403, 10, 'The token is not one of a Threads tester');
      const token = tokens.get(call.query.get('input_token') ?? '');
      if (!token) return ok({ data: { is_valid: false } });
      return ok({
        data: {
          type: 'USER',
          application: 'App',
          is_valid: token.endsAt > now(),
          scopes: token.scopes,
          expires_at: Math.floor(token.endsAt / 1000),
          user_id: OWN,
        },
      });
    },
  };
}
