import { NetworkError } from '../errors';
import { graph } from '../graph';
import type { Connected, ConnectIo, ConnectMethod } from '../network';
import { invalid } from '../plan-checks';
import { atField, redirectField, tokenField, versionField } from '../sign-in-fields';
import { lifeOf, renewToken, toStored, type Secrets } from './auth';
import { limits } from './capabilities';
import type { InstagramEndpoints } from './endpoints';
import { instagramErrors } from './errors';
import { accountsOfFacebook, askFacebook, prolonged } from './facebook-login';
import { fetchUser, toProfile } from './profile';
import { longToken, shortToken } from './wire';

type Input = Readonly<Record<string, string>>;

const version = { name: 'version', secret: false, optional: true, placeholder: limits.version } as const;

export const connectMethods = (endpoints: InstagramEndpoints): readonly ConnectMethod[] => [
  {
    id: 'instagram-login',
    signIn: 'window',
    redirects: [endpoints.redirect],
    fields: [
      { name: 'appId', secret: false },
      { name: 'appSecret', secret: true },
      { name: 'redirectUri', secret: false, optional: true, placeholder: endpoints.redirect },
      version,
    ],
  },
  { id: 'instagram-token', fields: [{ name: 'token', secret: true }, version] },
  {
    id: 'facebook-login',
    signIn: 'window',
    redirects: [endpoints.facebookRedirect],
    fields: [{ name: 'appId', secret: false }, { name: 'appSecret', secret: true }, version],
  },
  {
    id: 'facebook-token',
    fields: [
      { name: 'token', secret: true },
      { name: 'appId', secret: false, optional: true },
      { name: 'appSecret', secret: true, optional: true },
      version,
    ],
  },
];

export async function connectInstagram(
  method: string,
  input: Input,
  io: ConnectIo,
  endpoints: InstagramEndpoints,
): Promise<readonly Connected[]> {
  switch (method) {
    case 'instagram-login':
      return [await connectByWindow(input, io, endpoints)];
    case 'instagram-token':
      return [await atField(tokenOrSecret, connectByToken(input, io, endpoints))];
    case 'facebook-login':
      return connectByFacebookWindow(input, io, endpoints);
    case 'facebook-token':
      return atField(tokenOrSecret, connectByFacebookToken(input, io, endpoints));
    default:
      throw new NetworkError({ kind: 'unsupported', detail: 'no such way to connect' }, 'no');
  }
}

const fresh = (input: Input, io: ConnectIo) => ({
  flavour: 'instagram' as const,
  version: versionField(input) ?? limits.version,
  renewedAt: io.clock.now(),
  isFixed: false,
});

/** How old a pasted token is nobody tells: one that may be renewed already is, so that its end is known. */
async function connectByToken(
  input: Input,
  io: ConnectIo,
  endpoints: InstagramEndpoints,
): Promise<Connected> {
  const given: Secrets = { ...fresh(input, io), token: tokenField(input) };
  const connected = await connectWith(given, io, endpoints);
  const renewed = await unlessTooYoung(renewToken(io, endpoints, given.token));
  if (!renewed || renewed.token === '') return connected;
  const { token, lifeMs, permissions } = renewed;
  const expiresAt = io.clock.now() + lifeMs;
  const secrets = { ...given, token, expiresAt, ...(permissions && { permissions }) };
  return { ...connected, secrets: toStored(secrets) };
}

async function unlessTooYoung<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NetworkError && error.kind !== 'cancelled') return undefined;
    throw error;
  }
}

async function connectByWindow(
  input: Input,
  io: ConnectIo,
  endpoints: InstagramEndpoints,
): Promise<Connected> {
  const { appId, appSecret } = appOf(input, true);
  const redirectUri = redirectField(input, endpoints.redirect);
  const { code } = await io.authorizeInWindow({
    redirectUri,
    url: ({ state }) =>
      withParams(endpoints.authorize, {
        client_id: appId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: limits.scopes.instagram.map(({ name }) => name).join(','),
        state,
      }),
  });
  const form = {
    client_id: appId,
    client_secret: appSecret,
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code: code.replace(/#_$/, ''),
  };
  const short = await atField(
    'appSecret',
    graph(
      io,
      { base: endpoints.token, token: '', errors: instagramErrors, secrets: [appSecret, form.code] },
      { method: 'POST', path: '', effect: 'read', form },
      shortToken,
    ),
  );
  const long = await exchange(short.access_token, appSecret, io, endpoints);
  const permissions = [short.permissions ?? long.permissions ?? []].flat().join(',');
  const secrets: Secrets = {
    ...fresh(input, io),
    token: long.access_token,
    expiresAt: io.clock.now() + lifeOf(long.expires_in),
    ...(permissions !== '' && { permissions }),
    appId,
    appSecret,
  };
  return connectWith(secrets, io, endpoints);
}

/** The short token becomes one of 60 days. */
const exchange = (token: string, appSecret: string, io: ConnectIo, endpoints: InstagramEndpoints) =>
  graph(
    io,
    { base: endpoints.graph, token: '', errors: instagramErrors, secrets: [token, appSecret] },
    {
      method: 'GET',
      path: '/access_token',
      effect: 'read',
      params: { grant_type: 'ig_exchange_token', client_secret: appSecret, access_token: token },
    },
    longToken,
  );

async function connectWith(
  secrets: Secrets,
  io: ConnectIo,
  endpoints: InstagramEndpoints,
): Promise<Connected> {
  const user = await fetchUser(io, secrets, endpoints, 'me');
  const profile = toProfile(user, endpoints);
  return { profile, secrets: toStored(secrets) };
}

async function connectByFacebookToken(
  input: Input,
  io: ConnectIo,
  endpoints: InstagramEndpoints,
): Promise<readonly Connected[]> {
  const token = tokenField(input);
  const app = appOf(
    input,
    ['appId', 'appSecret'].some((name) => (input[name] ?? '').trim() !== ''),
  );
  const given = await prolonged(io, endpoints, {
    ...app,
    token,
    version: versionField(input) ?? limits.version,
  });
  return accountsOfFacebook(io, endpoints, given);
}

async function connectByFacebookWindow(
  input: Input,
  io: ConnectIo,
  endpoints: InstagramEndpoints,
): Promise<readonly Connected[]> {
  const app = appOf(input, true);
  const apiVersion = versionField(input) ?? limits.version;
  const redirectUri = endpoints.facebookRedirect;
  const { code } = await io.authorizeInWindow({
    redirectUri,
    url: ({ state }) =>
      withParams(`${endpoints.facebookDialog}/${apiVersion}/dialog/oauth`, {
        client_id: app.appId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: limits.scopes.facebook.map(({ name }) => name).join(','),
        state,
      }),
  });
  const form = { client_id: app.appId, client_secret: app.appSecret, redirect_uri: redirectUri, code };
  const short = await atField('appSecret', askFacebook(io, endpoints, apiVersion, form));
  const given = { ...app, token: short.access_token, version: apiVersion };
  return accountsOfFacebook(io, endpoints, await prolonged(io, endpoints, given));
}

function withParams(address: string, params: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

function appOf(input: Input, isNeeded: boolean): { readonly appId: string; readonly appSecret: string } {
  const [appId, appSecret] = [(input.appId ?? '').trim(), (input.appSecret ?? '').trim()];
  if (isNeeded && !/^\d+$/.test(appId)) throw invalid('appId', 'an app id is a number');
  if (isNeeded && appSecret === '') throw invalid('appSecret', 'empty');
  return { appId, appSecret };
}

/** A signature by the secret of another app is told apart. */
const tokenOrSecret = ({ message }: NetworkError): string =>
  /appsecret_proof/.test(message) ? 'appSecret' : 'token';
