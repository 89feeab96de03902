import { appError, AppError } from '@shared/domain/errors';
import type { AccountId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { ParsedInput } from '@shared/ipc/contract';
import type { StoredApp } from '@shared/ipc/accounts';
import type { AccountRow } from '../../db/repositories/accounts';
import type { AccountSecrets, ConnectMethod } from '../../networks/network';
import type { AccountsDeps } from '../accounts';

type StoredAppDeps = Pick<AccountsDeps, 'accounts' | 'contexts' | 'registry'>;

/** Under names of its own, so that an app for one way to sign in is not taken for that of another. */
const keyOf = (method: ConnectMethod, name: string): string => `connect:${method.id}:${name}`;

/** Only what a sign-in at the network itself asks for: an old token is nothing to begin again with. */
const appFields = (method: ConnectMethod | undefined): readonly string[] =>
  method?.signIn ? method.fields.filter(({ optional }) => !optional).map(({ name }) => name) : [];

/** What is kept with the secrets of an account so that its app need not be typed again. */
export const appSecrets = (method: ConnectMethod, fields: Readonly<Record<string, string>>): AccountSecrets =>
  Object.fromEntries(appFields(method).map((name) => [keyOf(method, name), fields[name] ?? '']));

/**
 * The developer app that an account was connected with: a person who signs in again, or with another account, need
 * not look for its id and secret once more. Values never leave main; the window learns the names of the fields.
 */
export function createStoredApps({ accounts, contexts, registry }: StoredAppDeps) {
  const secretsOf = (id: AccountId): AccountSecrets => {
    try {
      return contexts.open(id, new AbortController().signal).secrets.read();
    } catch (error) {
      // without secrets, or where they cannot be read now, the person types the fields as the first time
      if (error instanceof AppError) return {};
      throw error;
    }
  };
  const read = (id: AccountId, method: ConnectMethod | undefined): AccountSecrets => {
    const names = appFields(method);
    if (!method || names.length === 0) return {};
    const secrets = secretsOf(id);
    const stored = names.map((name) => [name, secrets[keyOf(method, name)] ?? ''] as const);
    return Object.fromEntries(stored.filter(([, value]) => value !== ''));
  };
  const methodOf = (network: NetworkId, id: string): ConnectMethod | undefined =>
    registry[network].connectMethods.find((method) => method.id === id);

  return {
    /** The account that is renewed, or else the newest of the network, if it has anything that `method` asks for. */
    find: ({ network, method, accountId }: ParsedInput<'accounts.storedApp'>): StoredApp | null => {
      const newestFirst = accounts.list().toReversed();
      const candidates = newestFirst.filter(
        (account) => account.network === network && (accountId === undefined || account.id === accountId),
      );
      for (const { id, handle } of candidates) {
        const fields = Object.keys(read(id, methodOf(network, method)));
        if (fields.length > 0) return { accountId: id, handle, fields };
      }
      return null;
    },
    /** The fields of `method` with what `account` has stored in place of the empty ones. */
    fill: (
      network: NetworkId,
      method: string,
      fields: Readonly<Record<string, string>>,
      account: AccountRow,
    ): Readonly<Record<string, string>> => {
      if (account.network !== network) throw appError('invalid_input', { field: 'appOf' });
      const typed = Object.entries(fields).filter(([, value]) => value.trim() !== '');
      return { ...read(account.id, methodOf(network, method)), ...Object.fromEntries(typed) };
    },
  };
}
