import { appError, type AppError } from '@shared/domain/errors';
import type { SignInFailure } from '@shared/domain/sign-in';
import { sameSecret } from './proof';

/** What the redirect address says (RFC 6749, 4.1.2). `foreign`: it does not belong to this sign-in. */
export type Answer =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'refused'; readonly error: AppError }
  | { readonly kind: 'foreign' };

const CODE_MAX = 4_096;
const DETAIL_MAX = 200;
/** How networks call it when the person says no; the rest are faults of the app or of the network. */
const DENIED: ReadonlySet<string> = new Set([
  'access_denied',
  'user_denied',
  'user_cancelled_login',
  'user_cancelled_authorize',
]);
const FAULTS_OF_NETWORK: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

/** Reads an answer; nothing of it is believed before its `state` is the one that was sent. */
export function readAnswer(query: URLSearchParams, state: string): Answer {
  const given = once(query, 'state');
  if (given === undefined || !sameSecret(given, state)) return { kind: 'foreign' };
  const error = once(query, 'error');
  if (error !== undefined) return { kind: 'refused', error: refusal(error, query, state) };
  const code = once(query, 'code');
  if (code === undefined || code === '' || code.length > CODE_MAX) return { kind: 'foreign' };
  return { kind: 'code', code };
}

/** Twice the same parameter is an answer that somebody has put together. */
function once(query: URLSearchParams, name: string): string | undefined {
  const all = query.getAll(name);
  return all.length === 1 ? all[0] : undefined;
}

function refusal(error: string, query: URLSearchParams, state: string): AppError {
  if (DENIED.has(error)) return signInError('cancelled', 'denied', 'the sign-in was refused at the network');
  const said = [error, once(query, 'error_description') ?? '']
    .join(' ')
    .replaceAll(state, '')
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ')
    .trim()
    .slice(0, DETAIL_MAX);
  return signInError(FAULTS_OF_NETWORK.has(error) ? 'server' : 'permission', 'refused', said);
}

/** An error of a sign-in, with the reason that the window has words for. */
export const signInError = (
  kind: 'cancelled' | 'permission' | 'server' | 'conflict' | 'not_found',
  reason: SignInFailure,
  detail: string,
  params: Readonly<Record<string, string | number>> = {},
): AppError => appError(kind, { params: { ...params, signIn: reason }, detail });
