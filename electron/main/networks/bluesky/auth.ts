import { z } from 'zod';
import { NetworkError } from '../errors';
import type { AccountCtx, AccountSecrets, Connected, ConnectIo, ConnectMethod, Profile } from '../network';
import { xrpc } from './client';
import type { BlueskyEndpoints } from './endpoints';
import { findService, normaliseIdentifier, pdsOf, serviceOrigin } from './identity';
import { profile as profileSchema, session as sessionSchema, type Session } from './wire';

/** The app password itself is never kept: the session is refreshed for as long as the network allows. */
const storedSession = z.object({
  did: z.string().startsWith('did:'),
  service: z.url(),
  accessJwt: z.string().min(1),
  refreshJwt: z.string().min(1),
});
export type StoredSession = z.infer<typeof storedSession>;

export const appPassword: ConnectMethod = {
  id: 'app-password',
  fields: [
    { name: 'identifier', secret: false, placeholder: 'name.bsky.social' },
    { name: 'password', secret: true, placeholder: 'xxxx-xxxx-xxxx-xxxx' },
    { name: 'service', secret: false, optional: true, placeholder: 'https://bsky.social' },
  ],
};

export async function connectWithPassword(
  input: Readonly<Record<string, string>>,
  io: ConnectIo,
  endpoints: BlueskyEndpoints,
): Promise<readonly Connected[]> {
  const identifier = normaliseIdentifier(input.identifier ?? '', endpoints);
  const password = (input.password ?? '').trim();
  if (password === '')
    throw new NetworkError({ kind: 'validation', field: 'password', detail: 'empty' }, 'no');
  const typed = (input.service ?? '').trim();
  const service = typed === '' ? await findService(io, identifier, endpoints) : serviceOrigin(typed);
  const session = await signIn(io, service, identifier, password);
  if (session.active === false)
    throw new NetworkError(
      { kind: 'permission', detail: `account is ${session.status ?? 'not active'}` },
      'no',
    );
  // The entryway only signs in; the account's own server does the work.
  const home = service === endpoints.entryway ? pdsOf(session.didDoc) : undefined;
  const secrets: StoredSession = {
    did: session.did,
    service: home === undefined ? service : serviceOrigin(home),
    accessJwt: session.accessJwt,
    refreshJwt: session.refreshJwt,
  };
  return [{ profile: await fetchProfile(io, secrets, session.handle, endpoints), secrets }];
}

async function signIn(
  io: ConnectIo,
  service: string,
  identifier: string,
  password: string,
): Promise<Session> {
  const call = {
    nsid: 'com.atproto.server.createSession',
    effect: 'read',
    input: { identifier, password },
  } as const;
  try {
    return await xrpc(io, { service, secrets: [password] }, call, sessionSchema);
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'auth_revoked')
      throw new NetworkError({ ...error.info, field: 'password' }, 'no', { cause: error });
    throw error;
  }
}

async function fetchProfile(
  io: ConnectIo,
  secrets: StoredSession,
  handle: string,
  endpoints: BlueskyEndpoints,
): Promise<Profile> {
  const plain: Profile = {
    remoteId: secrets.did,
    handle,
    displayName: handle,
    serviceUrl: secrets.service,
    profileUrl: `${endpoints.web}/profile/${handle}`,
  };
  const call = { nsid: 'app.bsky.actor.getProfile', effect: 'read', params: { actor: secrets.did } } as const;
  try {
    const target = { service: secrets.service, token: secrets.accessJwt, secrets: [secrets.refreshJwt] };
    const found = await xrpc(io, target, call, profileSchema);
    return {
      ...plain,
      displayName: found.displayName?.trim() || handle,
      ...(found.avatar !== undefined && { avatarUrl: found.avatar }),
    };
  } catch (error) {
    // A new account that the AppView has not seen yet is still a good one.
    if (error instanceof NetworkError && ['gone', 'validation', 'server'].includes(error.kind)) return plain;
    throw error;
  }
}

export function readSession(secrets: AccountSecrets): StoredSession {
  const parsed = storedSession.safeParse(secrets);
  if (parsed.success) return parsed.data;
  throw new NetworkError({ kind: 'auth_revoked', detail: 'no usable session is stored' }, 'no');
}

export type Sessions = {
  /**
   * Runs `work` with the session in force; when the network calls its token expired, refreshes and runs it once
   * more. Safe for writes too: a request with an expired token is refused before it does anything.
   */
  readonly use: <T>(ctx: AccountCtx, work: (session: StoredSession) => Promise<T>) => Promise<T>;
};

export function createSessions(): Sessions {
  const refreshing = new Map<string, Promise<StoredSession>>();

  const refreshOnce = (ctx: AccountCtx, expired: StoredSession): Promise<StoredSession> => {
    const current = readSession(ctx.secrets.read());
    // Somebody else has refreshed, or connected again, since `expired` was read.
    if (current.accessJwt !== expired.accessJwt) return Promise.resolve(current);
    const running = refreshing.get(ctx.account.id);
    if (running) return running.catch((error: unknown) => againIfCancelled(error, ctx, expired));
    const started = refresh(ctx, current).finally(() => refreshing.delete(ctx.account.id));
    refreshing.set(ctx.account.id, started);
    return started;
  };

  /** The one who was refreshing gave up (its own signal); whoever waited for it still needs a session. */
  const againIfCancelled = (
    error: unknown,
    ctx: AccountCtx,
    expired: StoredSession,
  ): Promise<StoredSession> => {
    if (error instanceof NetworkError && error.kind === 'cancelled' && !ctx.signal.aborted)
      return refreshOnce(ctx, expired);
    throw error;
  };

  return {
    use: async (ctx, work) => {
      const session = readSession(ctx.secrets.read());
      try {
        return await work(session);
      } catch (error) {
        if (!(error instanceof NetworkError) || error.kind !== 'auth_expired') throw error;
        const renewed = await refreshOnce(ctx, session);
        return work(renewed).catch(revokedWhenExpired);
      }
    },
  };
}

/** A token that was made a moment ago and is refused as expired will not get better by itself. */
function revokedWhenExpired(error: unknown): never {
  if (error instanceof NetworkError && error.kind === 'auth_expired')
    throw new NetworkError({ ...error.info, kind: 'auth_revoked' }, 'no', { cause: error });
  throw error;
}

async function refresh(ctx: AccountCtx, old: StoredSession): Promise<StoredSession> {
  const target = {
    service: old.service,
    token: old.refreshJwt,
    secrets: [old.accessJwt],
    onRate: ctx.onRate,
  };
  const call = { nsid: 'com.atproto.server.refreshSession', effect: 'read', post: true } as const;
  const answer = await xrpc(ctx, target, call, sessionSchema).catch(revokedWhenExpired);
  if (answer.did !== old.did)
    throw new NetworkError({ kind: 'protocol', detail: 'the session is of another account' }, 'no');
  const renewed: StoredSession = { ...old, accessJwt: answer.accessJwt, refreshJwt: answer.refreshJwt };
  const stored = readSession(ctx.secrets.read());
  // The person connected again meanwhile: theirs is the newer session.
  if (stored.refreshJwt !== old.refreshJwt) return stored;
  ctx.secrets.replace(renewed);
  return renewed;
}
