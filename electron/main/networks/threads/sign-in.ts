import { NetworkError } from '../errors';
import { graph } from '../graph';
import type { HttpDeps } from '../http';
import type { Connected, ConnectIo, ConnectMethod, Profile, RateInfo } from '../network';
import { invalid } from '../plan-checks';
import { atField, redirectField, tokenField } from '../sign-in-fields';
import { askToken, inspect, lifeOf, targetOf, toStored, type Secrets } from './auth';
import { limits } from './capabilities';
import type { ThreadsEndpoints } from './endpoints';
import { threadsErrors } from './errors';
import { shortToken, user, type User } from './wire';

type Input = Readonly<Record<string, string>>;

export const connectMethods = (endpoints: ThreadsEndpoints): readonly ConnectMethod[] => [
  {
    id: 'threads-login',
    signIn: 'window',
    redirects: [endpoints.redirect],
    fields: [
      { name: 'appId', secret: false },
      { name: 'appSecret', secret: true },
      { name: 'redirectUri', secret: false, optional: true, placeholder: endpoints.redirect },
    ],
  },
  { id: 'threads-token', fields: [{ name: 'token', secret: true }] },
];

export async function connectThreads(
  method: string,
  input: Input,
  io: ConnectIo,
  endpoints: ThreadsEndpoints,
): Promise<readonly Connected[]> {
  if (method === 'threads-login') return [await connectByWindow(input, io, endpoints)];
  if (method === 'threads-token') {
    const token = tokenField(input);
    return [await atField('token', connectWith(token, undefined, io, endpoints))];
  }
  throw new NetworkError({ kind: 'unsupported', detail: 'no such way to connect' }, 'no');
}

async function connectByWindow(input: Input, io: ConnectIo, endpoints: ThreadsEndpoints): Promise<Connected> {
  const [appId, appSecret] = [(input.appId ?? '').trim(), (input.appSecret ?? '').trim()];
  if (!/^\d+$/.test(appId)) throw invalid('appId', 'an app id is a number');
  if (appSecret === '') throw invalid('appSecret', 'empty');
  const redirectUri = redirectField(input, endpoints.redirect);
  const { code: given } = await io.authorizeInWindow({
    redirectUri,
    url: ({ state }) => {
      const url = new URL(endpoints.authorize);
      const scope = limits.scopes.map(({ name }) => name).join(',');
      const params = { client_id: appId, redirect_uri: redirectUri, scope, response_type: 'code', state };
      for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
      return url.href;
    },
  });
  const code = given.replace(/#_$/, '');
  const form = {
    client_id: appId,
    client_secret: appSecret,
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code,
  };
  const target = { base: endpoints.graph, token: '', errors: threadsErrors, secrets: [appSecret, code] };
  const call = { method: 'POST', path: '/oauth/access_token', effect: 'read', form } as const;
  const short = await atField('appSecret', graph(io, target, call, shortToken));
  const params = {
    grant_type: 'th_exchange_token',
    client_secret: appSecret,
    access_token: short.access_token,
  };
  const long = await askToken(io, endpoints, '/access_token', params, [appSecret, short.access_token]);
  return connectWith(long.access_token, io.clock.now() + lifeOf(long.expires_in), io, endpoints);
}

async function connectWith(
  token: string,
  expiresAt: number | undefined,
  io: ConnectIo,
  endpoints: ThreadsEndpoints,
): Promise<Connected> {
  const seen = await fetchUser(io, token, endpoints);
  const ends = expiresAt ?? (await inspect(io, endpoints, token)).expiresAt;
  const secrets: Secrets = {
    token,
    renewedAt: io.clock.now(),
    isFixed: false,
    ...(ends !== undefined && { expiresAt: ends }),
  };
  return { profile: toProfile(seen, endpoints), secrets: toStored(secrets) };
}

export const fetchUser = (
  deps: HttpDeps,
  token: string,
  endpoints: ThreadsEndpoints,
  onRate?: (rate: RateInfo) => void,
): Promise<User> => {
  const params = { fields: 'id,username,name,threads_profile_picture_url' };
  return graph(
    deps,
    targetOf(token, endpoints, onRate),
    { method: 'GET', path: '/me', effect: 'read', params },
    user,
  );
};

export const toProfile = (seen: User, endpoints: ThreadsEndpoints): Profile => ({
  remoteId: seen.id,
  handle: seen.username,
  displayName: seen.name?.trim() || seen.username,
  ...(seen.threads_profile_picture_url && { avatarUrl: seen.threads_profile_picture_url }),
  serviceUrl: endpoints.web,
  profileUrl: `${endpoints.web}/@${encodeURIComponent(seen.username)}`,
});
