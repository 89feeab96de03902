import { NetworkError } from '../errors';
import type { HttpDeps } from '../http';
import { createOAuthSessions, type OAuthSessions } from '../oauth-session';
import { askForTokens, readSession, sessionOf, type Session } from './auth';
import type { XEndpoints } from './endpoints';

export type Sessions = OAuthSessions<Session>;

export const createSessions = (endpoints: XEndpoints): Sessions =>
  createOAuthSessions<Session>({
    read: readSession,
    tokenOf: ({ accessToken }) => accessToken,
    isRenewable: (session) => session.kind === 'oauth2' && session.refreshToken !== '',
    endOf: (session) => (session.kind === 'oauth2' ? Number(session.expiresAt) : undefined),
    renew: (deps, old) => (old.kind === 'oauth2' ? renew(deps, old, endpoints) : Promise.resolve(old)),
  });

async function renew(
  deps: HttpDeps,
  old: Extract<Session, { kind: 'oauth2' }>,
  endpoints: XEndpoints,
): Promise<Session> {
  const form = { grant_type: 'refresh_token', refresh_token: old.refreshToken, client_id: old.clientId };
  const given = await askForTokens(deps, endpoints, form, [old.refreshToken, old.accessToken]).catch(refused);
  return sessionOf(given, old, deps.clock.now());
}

/** `invalid_grant`, `invalid_request` and a refused client all mean that this refresh token opens nothing any more. */
function refused(error: unknown): never {
  if (error instanceof NetworkError && ['auth_expired', 'validation', 'permission'].includes(error.kind))
    throw new NetworkError({ ...error.info, kind: 'auth_revoked' }, 'no', { cause: error });
  throw error;
}
