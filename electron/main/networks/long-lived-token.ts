import { NetworkError } from './errors';
import type { AccountCtx } from './network';

/**
 * Tokens of 60 days that are renewed by themselves, as Instagram and Threads give them: at least a day old, not
 * expired, and any number of times. Renewed well before the end, once for many calls at the same time.
 */
type LongLived = {
  readonly token: string;
  /** When the token was given (UTC ms); for a pasted one, when it was pasted. */
  readonly renewedAt: number;
  /** Absent: not told (a pasted token that was never renewed here). */
  readonly expiresAt?: number;
  /** The network refuses to renew this one: the person must sign in again before it ends. */
  readonly isFixed?: boolean;
};

type TokenRules = {
  readonly renewFromMs: number;
  readonly renewBelowMs: number;
  /** Pause after a renewal that failed for a passing reason. */
  readonly retryMs: number;
};

type RenewedToken = { readonly token: string; readonly lifeMs: number };

type Renewing<S extends LongLived> = {
  readonly read: () => S;
  readonly ask: (current: S) => Promise<RenewedToken>;
  /** Stores the new secrets; they are used only afterwards. */
  readonly store: (next: S) => void;
};

export type TokenKeeper = {
  readonly keep: <S extends LongLived>(ctx: AccountCtx, renewing: Renewing<S>) => Promise<S>;
};

export function createTokenKeeper(rules: TokenRules): TokenKeeper {
  const running = new Map<string, Promise<void>>();
  const failedAt = new Map<string, number>();

  const renew = async <S extends LongLived>(
    ctx: AccountCtx,
    { read, ask, store }: Renewing<S>,
  ): Promise<void> => {
    const current = read();
    try {
      const { token, lifeMs } = await ask(current);
      // An empty answer must never take the place of a token that still works.
      if (token.trim() === '') return;
      const now = ctx.clock.now();
      store({ ...current, token, renewedAt: now, expiresAt: now + lifeMs });
      failedAt.delete(ctx.account.id);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      if (error.kind === 'auth_revoked' || error.kind === 'cancelled') throw error;
      if (['validation', 'permission', 'unsupported', 'gone'].includes(error.kind))
        store({ ...current, isFixed: true });
      failedAt.set(ctx.account.id, ctx.clock.now());
      ctx.log.warn('the sign-in could not be renewed yet', { kind: error.kind });
    }
  };

  const isDue = (secrets: LongLived, ctx: AccountCtx): boolean => {
    const now = ctx.clock.now();
    if (secrets.isFixed || now - secrets.renewedAt < rules.renewFromMs) return false;
    if (now - (failedAt.get(ctx.account.id) ?? -Infinity) < rules.retryMs) return false;
    return isEnding(secrets, now, rules);
  };

  const keep: TokenKeeper['keep'] = async (ctx, renewing) => {
    const { id } = ctx.account;
    const under = running.get(id);
    if (under) {
      await under.catch(unlessGivenUp(ctx));
      return keep(ctx, renewing);
    }
    if (!isDue(renewing.read(), ctx)) return renewing.read();
    const work = renew(ctx, renewing).finally(() => running.delete(id));
    running.set(id, work);
    await work;
    return renewing.read();
  };
  return { keep };
}

/** That another call was given up says nothing to those who waited for the same renewal. */
export const unlessGivenUp =
  ({ signal }: AccountCtx) =>
  (error: unknown): void => {
    if (!(error instanceof NetworkError) || error.kind !== 'cancelled' || signal.aborted) throw error;
  };

const isEnding = ({ expiresAt }: LongLived, now: number, { renewBelowMs }: TokenRules): boolean =>
  expiresAt === undefined || expiresAt - now < renewBelowMs;

/** When the person must sign in again: told only where renewing did not work. */
export const endOf = (secrets: LongLived, now: number, rules: TokenRules): number | undefined =>
  secrets.expiresAt !== undefined && (secrets.isFixed || isEnding(secrets, now, rules))
    ? secrets.expiresAt
    : undefined;
