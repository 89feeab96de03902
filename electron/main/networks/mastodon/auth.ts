import { z } from 'zod';
import { NetworkError } from '../errors';
import type { HttpDeps } from '../http';
import type { AccountSecrets, Connected, ConnectIo, ConnectMethod, Profile } from '../network';
import { invalid } from '../plan-checks';
import { tokenField } from '../sign-in-fields';
import { api, type ApiCall, type ApiTarget } from './client';
import { account, instance, type Account, type Instance } from './wire';

/** The app registered for this sign-in stays with its token: the server names the sign-in after it. */
const storedSecrets = z.object({
  token: z.string().min(1),
  /** Scopes of the token, as the server granted them; absent for a pasted one. */
  scope: z.string().optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
});
export type StoredSecrets = z.infer<typeof storedSecrets>;

export const accessToken: ConnectMethod = {
  id: 'access-token',
  fields: [
    { name: 'service', secret: false, placeholder: 'mastodon.social' },
    { name: 'token', secret: true },
  ],
};

export function readSecrets(secrets: AccountSecrets): StoredSecrets {
  const parsed = storedSecrets.safeParse(secrets);
  if (parsed.success) return parsed.data;
  throw new NetworkError({ kind: 'auth_revoked', detail: 'no usable token is stored' }, 'no');
}

export async function connectWithToken(
  input: Readonly<Record<string, string>>,
  io: ConnectIo,
): Promise<readonly Connected[]> {
  const service = serviceOrigin(input.service ?? '');
  const token = tokenField(input);
  try {
    const { profile } = await fetchAccount(io, { service, token });
    return [{ profile, secrets: { token } }];
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'auth_revoked')
      throw new NetworkError({ ...error.info, field: 'token' }, 'no', { cause: error });
    if (error instanceof NetworkError && ['gone', 'protocol'].includes(error.kind))
      throw new NetworkError({ ...error.info, kind: 'validation', field: 'service' }, 'no', { cause: error });
    throw error;
  }
}

/** The server as a person typed it (a name, an address, `@me@server`), as its origin. Plain http only here. */
export function serviceOrigin(typed: string): string {
  const text = typed.trim().replace(/^@?[\w.-]+@(?=[^/]+$)/, '');
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(withScheme)) throw invalid('service', 'not an address');
  const url = new URL(withScheme);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isOnThisDevice(url.hostname)))
    throw invalid('service', 'an address must begin with https');
  if (url.username !== '' || url.password !== '')
    throw invalid('service', 'an address must not carry a password');
  return url.origin;
}

export const isOnThisDevice = (hostname: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

export const SELF = '/api/v1/accounts/verify_credentials';

/** Who the token belongs to, and what the server tells about itself. */
export async function fetchAccount(
  deps: HttpDeps,
  target: ApiTarget,
): Promise<{ readonly profile: Profile; readonly instance: Instance | undefined }> {
  const verify: ApiCall = { method: 'GET', path: SELF, effect: 'read' };
  const { body } = await api(deps, target, verify, account);
  const server = await fetchInstance(deps, target);
  return { profile: toProfile(body, target.service, server), instance: server };
}

/** Undefined where a server of another make tells nothing about itself: the defaults hold then. */
export async function fetchInstance(deps: HttpDeps, target: ApiTarget): Promise<Instance | undefined> {
  for (const path of ['/api/v2/instance', '/api/v1/instance']) {
    try {
      return (await api(deps, target, { method: 'GET', path, effect: 'read' }, instance)).body;
    } catch (error) {
      const isMissing =
        error instanceof NetworkError && ['gone', 'protocol', 'unsupported'].includes(error.kind);
      if (!isMissing) throw error;
    }
  }
  return undefined;
}

function toProfile(seen: Account, service: string, server: Instance | undefined): Profile {
  const domain = domainOf(server?.domain ?? server?.uri) ?? new URL(service).host;
  return {
    remoteId: accountKey(service, seen.id),
    handle: `${seen.username}@${domain}`,
    displayName: seen.display_name?.trim() || seen.username,
    ...(seen.avatar && { avatarUrl: seen.avatar }),
    serviceUrl: service,
    ...(seen.url && { profileUrl: seen.url }),
  };
}

const domainOf = (said: string | null | undefined): string | undefined =>
  said?.replace(/^https?:\/\//, '').replace(/\/.*$/, '') || undefined;

/** Ids count up on every server anew: only together with the server they name one account. */
export const accountKey = (service: string, id: string): string => `${service}/${id}`;
