import { randomUUID } from 'node:crypto';
import { appError } from '@shared/domain/errors';
import type { NetworkId } from '@shared/domain/network';
import type { Connected } from '../../networks/network';
import type { Clock } from '../../ports';

export type Choice = { readonly network: NetworkId; readonly connected: readonly Connected[] };

/** How long the accounts of a sign-in wait for the person to choose among them. */
export const CHOICE_MS = 10 * 60_000;

/**
 * What one sign-in opened, until the person has chosen. It holds secrets, so it is in memory only: the newest
 * sign-in, for ten minutes, for one use.
 */
export function createChoices(clock: Clock) {
  let pending: { readonly token: string; readonly choice: Choice; readonly stop: () => void } | undefined;
  const drop = (): void => {
    pending?.stop();
    pending = undefined;
  };
  return {
    offer: (choice: Choice): string => {
      drop();
      const token = randomUUID();
      pending = { token, choice, stop: clock.after(CHOICE_MS, drop) };
      return token;
    },
    /** Throws `not_found` when it was used, is too old, or another sign-in came after it. */
    find: (token: string): Choice => {
      if (pending?.token !== token)
        throw appError('not_found', { field: 'token', params: { signIn: 'choice' } });
      return pending.choice;
    },
    drop,
  };
}
