import { redirectUris } from '@shared/domain/oauth-redirect';
import { NetworkError } from '../errors';
import type { Authorized, AuthorizeParts, Connected, ConnectIo, ConnectMethod } from '../network';
import { fetchAccount, serviceOrigin } from './auth';
import { api, type ApiCall } from './client';
import { wantedScopes } from './scopes';
import { authorizationServer, issuedToken, registeredApp } from './wire';

export const browser: ConnectMethod = {
  id: 'browser',
  signIn: 'browser',
  fields: [{ name: 'service', secret: false, placeholder: 'mastodon.social' }],
};

type App = { readonly id: string; readonly secret: string };

/** Shows the code to the person instead of leading back (docs.joinmastodon.org, methods/apps). */
const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';

/**
 * Signs in on the server's own page. Candor registers itself with the server first, so that the person needs to bring
 * nothing but the server's name.
 */
export async function connectInBrowser(
  input: Readonly<Record<string, string>>,
  io: ConnectIo,
): Promise<readonly Connected[]> {
  const service = serviceOrigin(input.service ?? '');
  const server = await fetchAuthorizationServer(io, service);
  let app: App | undefined;
  const authorized = await io.authorizeInBrowser({
    host: '127.0.0.1',
    url: async (parts) => {
      app = await register(io, service, parts.redirectUri, server.isModern);
      return authorizeUrl(service, app, parts, server.hasPkce);
    },
  });
  if (!app) throw new NetworkError({ kind: 'protocol', detail: 'no sign-in was begun' }, 'no');
  const issued = await exchange(io, service, app, authorized, server.hasPkce);
  const target = { service, token: issued.access_token, secrets: [app.secret] };
  const { profile } = await fetchAccount(io, target);
  const secrets = {
    token: issued.access_token,
    clientId: app.id,
    clientSecret: app.secret,
    ...(issued.scope && { scope: issued.scope }),
  };
  return [{ profile, secrets }];
}

type AuthorizationServer = { readonly isModern: boolean; readonly hasPkce: boolean };

/** Mastodon 4.3 brought this description together with PKCE; older and smaller servers have neither. */
async function fetchAuthorizationServer(io: ConnectIo, service: string): Promise<AuthorizationServer> {
  const path = '/.well-known/oauth-authorization-server';
  try {
    const { body } = await api(io, { service }, { method: 'GET', path, effect: 'read' }, authorizationServer);
    return { isModern: true, hasPkce: (body.code_challenge_methods_supported ?? []).includes('S256') };
  } catch (error) {
    if (!(error instanceof NetworkError) || !isUnknown(error)) throw error;
    return { isModern: false, hasPkce: false };
  }
}

const isUnknown = ({ kind }: NetworkError): boolean =>
  ['gone', 'protocol', 'unsupported', 'validation', 'permission', 'auth_revoked'].includes(kind);

/**
 * A list of addresses where the server knows lists; else the one address that is in use, because the older form is
 * one string, which small servers compare as a whole.
 */
async function register(io: ConnectIo, service: string, inUse: string, isModern: boolean): Promise<App> {
  const all = [...new Set([inUse, ...redirectUris('127.0.0.1'), OUT_OF_BAND])];
  for (const redirects of isModern ? [all, inUse] : [inUse]) {
    const json = { client_name: 'Candor', redirect_uris: redirects, scopes: wantedScopes };
    const call: ApiCall = { method: 'POST', path: '/api/v1/apps', effect: 'read', json };
    try {
      const { body } = await api(io, { service }, call, registeredApp);
      return { id: body.client_id, secret: body.client_secret };
    } catch (error) {
      if (!(error instanceof NetworkError) || !isUnknown(error)) throw error;
      if (error.kind !== 'validation' || redirects === inUse) throw cannotRegister(error);
    }
  }
  throw cannotRegister();
}

const cannotRegister = (cause?: NetworkError): NetworkError =>
  new NetworkError(
    {
      kind: 'unsupported',
      field: 'service',
      params: { instead: 'access-token' },
      detail: `this server takes no app that registers itself: connect with an access token (${cause?.info.detail ?? 'no answer'})`,
    },
    'no',
    { cause },
  );

function authorizeUrl(service: string, app: App, parts: AuthorizeParts, hasPkce: boolean): string {
  const url = new URL('/oauth/authorize', service);
  const query = {
    response_type: 'code',
    client_id: app.id,
    redirect_uri: parts.redirectUri,
    scope: wantedScopes,
    state: parts.state,
    ...(hasPkce && { code_challenge: parts.challenge, code_challenge_method: 'S256' }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

async function exchange(
  io: ConnectIo,
  service: string,
  app: App,
  { code, redirectUri, verifier }: Authorized,
  hasPkce: boolean,
) {
  const json = {
    grant_type: 'authorization_code',
    code,
    client_id: app.id,
    client_secret: app.secret,
    redirect_uri: redirectUri,
    ...(hasPkce && { code_verifier: verifier }),
  };
  const target = { service, secrets: [code, app.secret, verifier] };
  const call: ApiCall = { method: 'POST', path: '/oauth/token', effect: 'read', json };
  return (await api(io, target, call, issuedToken)).body;
}
