import { NetworkError } from './errors';
import type { HttpDeps } from './http';
import type { AccountCtx, AccountSecrets } from './network';

/** How the sign-ins of one network are read and renewed (OAuth 2.0, RFC 6749 section 6). */
type SignIns<Session extends AccountSecrets> = {
  /** Throws `auth_revoked` where nothing usable is stored. */
  readonly read: (secrets: AccountSecrets) => Session;
  /** What changes with every renewal. */
  readonly tokenOf: (session: Session) => string;
  readonly isRenewable: (session: Session) => boolean;
  /** When the token runs out (UTC ms), where that is known. */
  readonly endOf: (session: Session) => number | undefined;
  /** Asks the network for a new session. A refusal that only a new sign-in can heal is `auth_revoked`. */
  readonly renew: (deps: HttpDeps, old: Session) => Promise<Session>;
};

export type OAuthSessions<Session> = {
  /**
   * Runs `work` with the session in force, renewed before it runs out. Where the network calls its token expired all
   * the same, renews it and runs `work` once more: safe for writes too, for a request with a bad token does nothing.
   */
  readonly use: <T>(ctx: AccountCtx, work: (session: Session) => Promise<T>) => Promise<T>;
};

/** A token that has only so much left is renewed first, so that it does not run out on its way. */
const EARLY_MS = 60_000;

export function createOAuthSessions<Session extends AccountSecrets>(
  signIns: SignIns<Session>,
): OAuthSessions<Session> {
  const { read, tokenOf, isRenewable, endOf } = signIns;
  const renewing = new Map<string, Promise<Session>>();

  /** Once for all who need it at the same time. */
  const renewOnce = (ctx: AccountCtx, expired: Session): Promise<Session> => {
    const current = read(ctx.secrets.read());
    // Somebody else has renewed it, or the person connected again, since `expired` was read.
    if (tokenOf(current) !== tokenOf(expired)) return Promise.resolve(current);
    const running = renewing.get(ctx.account.id);
    if (running) return running;
    const started = renew(ctx, current).finally(() => renewing.delete(ctx.account.id));
    renewing.set(ctx.account.id, started);
    return started;
  };

  /**
   * Networks that give a new refresh token every time forget the old one: the new one is stored before anything else,
   * and a request that is on its way is not given up with the work that needed it, for the answer would be lost.
   */
  const renew = async (ctx: AccountCtx, old: Session): Promise<Session> => {
    if (!isRenewable(old))
      throw new NetworkError({ kind: 'auth_revoked', detail: 'the sign-in has run out' }, 'no');
    if (ctx.signal.aborted) throw new NetworkError({ kind: 'cancelled' }, 'no');
    const deps = { http: ctx.http, clock: ctx.clock, signal: new AbortController().signal };
    const renewed = await signIns.renew(deps, old);
    const stored = read(ctx.secrets.read());
    // The person connected again meanwhile: theirs is the newer session.
    if (tokenOf(stored) !== tokenOf(old)) return stored;
    ctx.secrets.replace(renewed);
    return renewed;
  };

  return {
    use: async (ctx, work) => {
      const stored = read(ctx.secrets.read());
      const end = endOf(stored);
      const isEnding = isRenewable(stored) && end !== undefined && end - EARLY_MS <= ctx.clock.now();
      const session = isEnding ? await renewOnce(ctx, stored) : stored;
      try {
        return await work(session);
      } catch (error) {
        if (!(error instanceof NetworkError) || error.kind !== 'auth_expired') throw error;
        return work(await renewOnce(ctx, session)).catch(revokedWhenExpired);
      }
    },
  };
}

/** A token that was made a moment ago and is refused as expired was taken back. */
function revokedWhenExpired(error: unknown): never {
  if (error instanceof NetworkError && error.kind === 'auth_expired')
    throw new NetworkError({ ...error.info, kind: 'auth_revoked' }, 'no', { cause: error });
  throw error;
}
