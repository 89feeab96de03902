import { redirectUris } from '@shared/domain/oauth-redirect';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { NetworkError } from '../errors';
import type { HttpDeps } from '../http';
import type {
  AccountCtx,
  AccountSecrets,
  Connected,
  ConnectIo,
  ConnectMethod,
  Profile,
  RateInfo,
} from '../network';
import { scopes } from './capabilities';
import { api, type ApiCall, type ApiTarget } from './client';
import type { XEndpoints } from './endpoints';
import { oauth1Header } from './oauth1';
import { one, tokens, user, type Tokens, type User } from './wire';

type Input = Readonly<Record<string, string>>;

/** Whose app it is decides what X charges for reading; empty means the account's own. */
const appOwner = { name: 'appOwner', secret: false, optional: true, placeholder: '@name' } as const;

export const signIn: ConnectMethod = {
  id: 'sign-in',
  signIn: 'browser',
  redirects: redirectUris('127.0.0.1'),
  fields: [{ name: 'clientId', secret: false }, appOwner],
};

export const accessKeys: ConnectMethod = {
  id: 'access-keys',
  fields: [
    { name: 'consumerKey', secret: true },
    { name: 'consumerSecret', secret: true },
    { name: 'accessToken', secret: true },
    { name: 'accessTokenSecret', secret: true },
    appOwner,
  ],
};

const owns = z.enum(['yes', 'no']).catch('yes');
const oauth2 = z.object({
  kind: z.literal('oauth2'),
  clientId: z.string().min(1),
  accessToken: z.string().min(1),
  /** Empty where the permission to stay signed in was not given. */
  refreshToken: z.string(),
  /** UTC ms, as text. */
  expiresAt: z.string().regex(/^\d+$/),
  scope: z.string(),
  ownsApp: owns,
});
export type OAuth2Session = z.infer<typeof oauth2>;
const oauth1 = z.object({
  kind: z.literal('oauth1'),
  consumerKey: z.string().min(1),
  consumerSecret: z.string().min(1),
  accessToken: z.string().min(1),
  accessTokenSecret: z.string().min(1),
  ownsApp: owns,
});
const session = z.discriminatedUnion('kind', [oauth2, oauth1]);
export type Session = z.infer<typeof session>;

export function readSession(secrets: AccountSecrets): Session {
  const parsed = session.safeParse(secrets);
  if (parsed.success) return parsed.data;
  throw new NetworkError({ kind: 'auth_revoked', detail: 'no usable sign-in is stored' }, 'no');
}

/** How requests are made as the account of this session. */
export function targetOf(
  endpoints: XEndpoints,
  current: Session,
  deps: HttpDeps,
  onRate?: (rate: RateInfo) => void,
): ApiTarget {
  const secrets = secretsOf(current);
  if (current.kind === 'oauth2')
    return { api: endpoints.api, authorize: () => `Bearer ${current.accessToken}`, secrets, onRate };
  const once = () => ({
    nonce: randomUUID().replaceAll('-', ''),
    seconds: Math.floor(deps.clock.now() / 1000),
  });
  return {
    api: endpoints.api,
    authorize: (method, url) => oauth1Header(method, url, current, once()),
    secrets,
    onRate,
  };
}

const secretsOf = (current: Session): readonly string[] =>
  current.kind === 'oauth2'
    ? [current.accessToken, current.refreshToken]
    : [current.consumerKey, current.consumerSecret, current.accessToken, current.accessTokenSecret];

const ME = {
  method: 'GET',
  path: '/2/users/me',
  effect: 'read',
  bucket: 'profile',
  params: { 'user.fields': ['name', 'profile_image_url', 'public_metrics', 'subscription_type', 'username'] },
} as const satisfies ApiCall;

export const fetchMe = (deps: HttpDeps, target: ApiTarget): Promise<User> =>
  api(deps, target, ME, one(user)).then(({ data }) => data);

export const profileOf = (me: User, { web }: XEndpoints): Profile => ({
  remoteId: me.id,
  handle: me.username,
  displayName: me.name?.trim() || me.username,
  ...(me.profile_image_url && { avatarUrl: me.profile_image_url }),
  serviceUrl: web,
  profileUrl: `${web}/${me.username}`,
});

const invalid = (field: string, detail: string) =>
  new NetworkError({ kind: 'validation', field, detail }, 'no');

/** OAuth 2.0 with PKCE as a public client ("Native App"): the code is exchanged at once, X takes it for 30 s. */
export async function connectBySignIn(
  input: Input,
  io: ConnectIo,
  endpoints: XEndpoints,
): Promise<readonly Connected[]> {
  const clientId = (input.clientId ?? '').trim();
  if (!/^[\w-]+$/.test(clientId)) throw invalid('clientId', clientId === '' ? 'empty' : 'not a client id');
  const { code, redirectUri, verifier } = await io.authorizeInBrowser({
    host: '127.0.0.1',
    url: ({ redirectUri: back, state, challenge }) =>
      authorizeAddress(endpoints, { clientId, back, state, challenge }),
  });
  const form = {
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  };
  const given = await askForTokens(io, endpoints, form, [code, verifier]).catch(refusedClient);
  const current = sessionOf(given, { clientId, refreshToken: '', scope: scopes.join(' ') }, io.clock.now());
  return finish(current, input, io, endpoints);
}

function authorizeAddress(
  { authorize }: XEndpoints,
  parts: {
    readonly clientId: string;
    readonly back: string;
    readonly state: string;
    readonly challenge: string;
  },
): string {
  const url = new URL(authorize);
  const params = {
    response_type: 'code',
    client_id: parts.clientId,
    redirect_uri: parts.back,
    scope: scopes.join(' '),
    state: parts.state,
    code_challenge: parts.challenge,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

export const askForTokens = (
  deps: HttpDeps,
  endpoints: XEndpoints,
  form: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Promise<Tokens> => {
  const call = {
    method: 'POST',
    path: '/2/oauth2/token',
    effect: 'read',
    bucket: 'token',
    urlencoded: form,
  } as const;
  return api(deps, { api: endpoints.api, secrets }, call, tokens);
};

/**
 * A client that needs a secret was made as "Web App": X says so with 401 or `unauthorized_client`. Any other refusal
 * is about the code, which is good for 30 s.
 */
function refusedClient(error: unknown): never {
  if (!(error instanceof NetworkError)) throw error;
  if (error.kind === 'auth_expired' || /unauthorized_client|invalid_client/.test(error.message))
    throw new NetworkError({ ...error.info, kind: 'validation', field: 'clientId' }, 'no', { cause: error });
  if (error.kind === 'validation')
    throw new NetworkError({ ...error.info, kind: 'auth_expired' }, 'no', { cause: error });
  throw error;
}

const DEFAULT_LIFE_S = 7200;

/** What an answer with tokens leaves out, it leaves as it was. */
export const sessionOf = (
  given: Tokens,
  before: Pick<OAuth2Session, 'clientId' | 'refreshToken' | 'scope'> & Partial<OAuth2Session>,
  now: number,
): OAuth2Session => ({
  kind: 'oauth2',
  clientId: before.clientId,
  accessToken: given.access_token,
  refreshToken: given.refresh_token?.trim() || before.refreshToken,
  expiresAt: String(now + (given.expires_in ?? DEFAULT_LIFE_S) * 1000),
  scope: given.scope?.trim() || before.scope,
  ownsApp: before.ownsApp ?? 'yes',
});

/** OAuth 1.0a: keys and tokens that the developer console shows; they do not run out. */
export async function connectWithKeys(
  input: Input,
  io: ConnectIo,
  endpoints: XEndpoints,
): Promise<readonly Connected[]> {
  const [consumerKey, consumerSecret, accessToken, accessTokenSecret] = [
    'consumerKey',
    'consumerSecret',
    'accessToken',
    'accessTokenSecret',
  ].map((name) => {
    const value = (input[name] ?? '').trim();
    if (!/^[\x21-\x7e]+$/.test(value)) throw invalid(name, value === '' ? 'empty' : 'not a key');
    return value;
  }) as [string, string, string, string];
  const keys = { consumerKey, consumerSecret, accessToken, accessTokenSecret };
  return finish({ kind: 'oauth1', ...keys, ownsApp: 'yes' }, input, io, endpoints).catch((error: unknown) => {
    if (error instanceof NetworkError && error.kind === 'auth_expired')
      throw new NetworkError({ ...error.info, kind: 'auth_revoked', field: 'accessToken' }, 'no', {
        cause: error,
      });
    throw error;
  });
}

async function finish(
  current: Session,
  input: Input,
  io: ConnectIo,
  endpoints: XEndpoints,
): Promise<readonly Connected[]> {
  const me = await fetchMe(io, targetOf(endpoints, current, io));
  const owner = (input.appOwner ?? '').trim().replace(/^@/, '').toLowerCase();
  const ownsApp = owner === '' || owner === me.username.toLowerCase() ? 'yes' : 'no';
  return [{ profile: profileOf(me, endpoints), secrets: { ...current, ownsApp } }];
}

/** Scopes and end of a sign-in, for the list of permissions. */
export const signInOf = (
  ctx: AccountCtx,
): { readonly granted: readonly string[] | undefined; readonly endsAt?: number } => {
  const current = readSession(ctx.secrets.read());
  if (current.kind === 'oauth1') return { granted: undefined };
  return {
    granted: current.scope.split(/\s+/).filter(Boolean),
    ...(current.refreshToken === '' && { endsAt: Number(current.expiresAt) }),
  };
};
