import { z } from 'zod';
import type { AccountId } from '@shared/domain/ids';
import type { AccountView } from '@shared/ipc/accounts';

const KEY = 'composer.accounts';
const stored = z.array(z.string());

/** The accounts chosen last time: a new post starts with them, or with all when none is left. */
export function lastAccounts(accounts: readonly AccountView[]): readonly AccountId[] {
  const known = accounts.filter((account) => account.health !== 'paused').map((account) => account.id);
  const parsed = stored.safeParse(read());
  const before = parsed.success ? known.filter((id) => parsed.data.includes(id)) : [];
  return before.length > 0 ? before : known.slice(0, 1);
}

export const rememberAccounts = (ids: readonly AccountId[]): void =>
  localStorage.setItem(KEY, JSON.stringify(ids));

function read(): unknown {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    return null; // written in another form by an older version
  }
}
