import { appError, toErrorInfo } from '@shared/domain/errors';
import type { AccountId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { AccountRow, Accounts } from '../db/repositories/accounts';
import type { Connected, Network } from '../networks/network';
import type { Clock, Logger } from '../ports';
import type { AccountContexts } from './account-context';

type AccountCheckDeps = {
  readonly accounts: Accounts;
  readonly contexts: AccountContexts;
  readonly registry: Readonly<Record<NetworkId, Network>>;
  readonly clock: Clock;
  readonly log: Logger;
};
export type AccountCheck = ReturnType<typeof createAccountCheck>;

const TIMEOUT_MS = 60_000;
const DAY_MS = 86_400_000;
const TRY_AGAIN_MS = 15 * 60_000;

/** Asks a network who an account is and what it can do; what it says is kept. */
export function createAccountCheck({ accounts, contexts, registry, clock, log }: AccountCheckDeps) {
  const nextAt = new Map<AccountId, number>();

  const ask = async ({ id, network, remoteId }: AccountRow, signal: AbortSignal): Promise<void> => {
    const { profile, capabilities } = await registry[network].check(contexts.open(id, signal));
    if (profile.remoteId !== remoteId)
      throw appError('conflict', { detail: 'the credentials belong to another account' });
    accounts.update(id, { ...profileColumns(profile), capabilities });
    nextAt.set(id, clock.now() + DAY_MS);
  };

  return {
    /** Because a person wants to know: what went wrong is kept too. */
    now: async (id: AccountId): Promise<void> => {
      const account = accounts.require(id);
      try {
        await ask(account, AbortSignal.timeout(TIMEOUT_MS));
        accounts.setHealth(id, account.health === 'paused' ? 'paused' : 'ok', null);
      } catch (error) {
        const problem = toErrorInfo(error);
        const isOver = problem.kind === 'auth_expired' || problem.kind === 'auth_revoked';
        accounts.setHealth(id, isOver ? 'reconnect' : account.health, problem);
      }
    },
    /** Once a day and after a start, without a word: a failure leaves what is known as it is. */
    refresh: async (account: AccountRow, signal: AbortSignal): Promise<void> => {
      if ((nextAt.get(account.id) ?? 0) > clock.now()) return;
      try {
        await ask(account, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]));
      } catch (error) {
        nextAt.set(account.id, clock.now() + TRY_AGAIN_MS);
        log.info('what an account can do could not be asked', {
          account: account.id,
          kind: toErrorInfo(error).kind,
        });
      }
    },
  };
}

export const profileColumns = (profile: Connected['profile']) => ({
  handle: profile.handle,
  displayName: profile.displayName,
  avatarUrl: profile.avatarUrl ?? null,
  serviceUrl: profile.serviceUrl,
  profileUrl: profile.profileUrl ?? null,
});
