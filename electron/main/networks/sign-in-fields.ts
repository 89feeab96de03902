import type { ErrorKind } from '@shared/domain/errors';
import { NetworkError } from './errors';
import { invalid } from './plan-checks';

type Input = Readonly<Record<string, string>>;

/** A token goes into a header: nothing else may be in it. */
export function tokenField(input: Input, name = 'token'): string {
  const token = (input[name] ?? '').trim();
  if (!/^[\x21-\x7e]+$/.test(token)) throw invalid(name, token === '' ? 'empty' : 'not a token');
  return token;
}

/** A version of Meta's API as a person may write it; undefined where they leave it open. */
export function versionField(input: Input): string | undefined {
  const typed = (input.version ?? '').trim().toLowerCase();
  if (typed === '') return undefined;
  if (!/^v?\d+\.\d+$/.test(typed)) throw invalid('version', 'a version looks like v26.0');
  return typed.startsWith('v') ? typed : `v${typed}`;
}

/** The address that a sign-in comes back to, where it is another than the usual one. */
export function redirectField(input: Input, usual: string): string {
  const typed = (input.redirectUri ?? '').trim();
  if (typed === '') return usual;
  if (!URL.canParse(typed) || new URL(typed).protocol !== 'https:')
    throw invalid('redirectUri', 'an address must begin with https');
  return typed;
}

const WRONG_ENTRY: readonly ErrorKind[] = ['auth_revoked', 'auth_expired', 'validation'];

/** What the network refuses is a wrong entry in this field, unless the error names another. */
export async function atField<T>(
  field: string | ((error: NetworkError) => string),
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof NetworkError) || !WRONG_ENTRY.includes(error.kind)) throw error;
    const named = error.info.field ?? (typeof field === 'string' ? field : field(error));
    throw new NetworkError({ ...error.info, field: named }, 'no', { cause: error });
  }
}
