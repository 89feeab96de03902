import type { ErrorKind } from '@shared/domain/errors';
import { NetworkError } from '../errors';
import type { Effect } from '../http';

type Row = {
  readonly status: number;
  readonly words?: RegExp;
  readonly method?: 'GET';
  /** The request carries a file. */
  readonly upload?: true;
  readonly kind: ErrorKind;
};

/**
 * Where the server's words, or the method, say more than the status. The first row that fits holds; without one the
 * status decides (`statusError`). Words as in Mastodon's `config/locales/en.yml` and its OAuth provider.
 */
export const errorTable: readonly Row[] = [
  // Tokens do not run out here: one that is refused was taken back.
  { status: 401, kind: 'auth_revoked' },
  { status: 400, words: /\binvalid_(grant|client)\b/, kind: 'auth_revoked' },
  { status: 403, words: /\binvalid_client\b/, kind: 'auth_revoked' },
  // Small servers refuse a bad token with 422 and nothing else; Mastodon always says what is wrong.
  { status: 422, words: /^$/, method: 'GET', kind: 'auth_revoked' },
  { status: 422, words: /have not finished processing/i, kind: 'media_pending' },
  { status: 422, words: /cannot attach/i, kind: 'media_rejected' },
  { status: 422, upload: true, kind: 'media_rejected' },
  { status: 405, kind: 'unsupported' },
];

export const kindOf = (
  answer: { readonly status: number; readonly words: string },
  call: { readonly method: string; readonly effect: Effect; readonly form?: unknown },
): ErrorKind | undefined =>
  errorTable.find(
    (row) =>
      row.status === answer.status &&
      (row.words?.test(answer.words) ?? true) &&
      (row.method === undefined || row.method === call.method) &&
      (row.upload === undefined || call.form !== undefined),
  )?.kind;

/** Every way in which a server says that it has no such method; the token has just proved itself elsewhere. */
const UNTOLD: readonly ErrorKind[] = [
  'gone',
  'protocol',
  'unsupported',
  'permission',
  'validation',
  'auth_revoked',
];
export const isUntold = (error: unknown): boolean =>
  error instanceof NetworkError && UNTOLD.includes(error.kind);

/** The field that the server's words are about: its answer has no other sign of it. */
const fieldTable: readonly (readonly [RegExp, string])[] = [
  [/quot/i, 'quoteUrl'],
  [/character limit|text/i, 'text'],
];
export const fieldOf = (words: string): string | undefined =>
  fieldTable.find(([pattern]) => pattern.test(words))?.[1];
