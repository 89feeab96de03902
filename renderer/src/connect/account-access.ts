import type { AccountView } from '@shared/ipc/accounts';

/** From how long before its end a sign-in is shown as ending. */
const SOON_MS = 10 * 86_400_000;

export type SignInEnd = { readonly at: number; readonly over: boolean };

/**
 * The end of a sign-in that cannot be renewed without the person, when it is near; null before that, and for an
 * account that asks to be reconnected already.
 */
export function signInEnd(
  { capabilities, health }: Pick<AccountView, 'capabilities' | 'health'>,
  now: number,
): SignInEnd | null {
  const at = capabilities.access?.endsAt;
  if (at === undefined || health === 'reconnect' || at - now > SOON_MS) return null;
  return { at, over: at <= now };
}

/** Accounts whose sign-in ends soon, the next one first. */
export const endingSignIns = (
  accounts: readonly AccountView[],
  now: number,
): readonly (SignInEnd & { readonly account: AccountView })[] =>
  accounts
    .flatMap((account) => {
      const end = signInEnd(account, now);
      return end ? [{ ...end, account }] : [];
    })
    .toSorted((a, b) => a.at - b.at);

export const missingPermissions = ({ capabilities }: Pick<AccountView, 'capabilities'>): number =>
  capabilities.access?.permissions.filter(({ granted }) => granted === false).length ?? 0;
