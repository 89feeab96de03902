import type { AccountId } from '@shared/domain/ids';

/** What is known of each account until the app ends, made when it is first asked for. */
export function perAccount<T>(make: () => T): (id: AccountId) => T {
  const byAccount = new Map<AccountId, T>();
  return (id) => {
    const known = byAccount.get(id) ?? make();
    byAccount.set(id, known);
    return known;
  };
}
