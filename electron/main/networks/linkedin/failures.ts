import type { ErrorKind } from '@shared/domain/errors';
import { z } from 'zod';
import { silentMiss } from '../answers';
import { NetworkError } from '../errors';
import { retryAtOf, safeDetail, statusError, type Effect, type HttpAnswer } from '../http';
import { limits } from './capabilities';

/** What LinkedIn says in the body of a refusal. */
const errorBody = z.object({
  code: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  serviceErrorCode: z.number().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  error_description: z.string().optional().catch(undefined),
});

type Rule = {
  readonly status?: number;
  readonly code?: RegExp;
  readonly words?: RegExp;
  readonly service?: number;
  readonly kind: ErrorKind;
};

/** From the particular to the general; what fits no line means what its status means. */
export const rules: readonly Rule[] = [
  { status: 401, code: /^EXPIRED_ACCESS_TOKEN$/, kind: 'auth_expired' },
  { status: 401, service: 65602, kind: 'auth_expired' },
  { status: 401, kind: 'auth_revoked' },
  { status: 400, code: /^invalid_(grant|client)$/, kind: 'auth_revoked' },
  {
    status: 400,
    code: /^(invalid_redirect_uri|unauthorized_scope_error|unauthorized_client)$/,
    kind: 'permission',
  },
  { status: 403, kind: 'permission' },
  { status: 426, kind: 'unsupported' },
  { status: 429, words: /\bDAY\b|daily/i, kind: 'quota_exhausted' },
  { status: 409, words: /duplicate/i, kind: 'duplicate' },
  { status: 400, words: /duplicate/i, kind: 'duplicate' },
  { status: 422, words: /duplicate/i, kind: 'duplicate' },
  { status: 422, words: /urn:li:(image|video)|media asset/i, kind: 'media_rejected' },
  { status: 400, words: /urn:li:(image|video)|media asset/i, kind: 'media_rejected' },
];

export type Told = { readonly code: string; readonly message: string; readonly service: number | undefined };

export const kindOf = (status: number, told: Told): ErrorKind | undefined =>
  rules.find(
    (rule) =>
      (rule.status === undefined || rule.status === status) &&
      (rule.service === undefined || rule.service === told.service) &&
      (rule.code === undefined || rule.code.test(told.code)) &&
      (rule.words === undefined || rule.words.test(told.message)),
  )?.kind;

export type Refused = {
  readonly name: string;
  readonly effect: Effect;
  readonly version?: string;
  readonly secrets: readonly string[];
  readonly now: number;
};

/** The error that an answer is; null where it is a success. */
export function failureOf(answer: HttpAnswer, body: unknown, call: Refused): NetworkError | null {
  const byStatus = statusError(answer.status, call.effect);
  if (!byStatus) return null;
  const silent = silentMiss(answer.status, body, call.name, call.effect);
  if (silent) return silent;
  const said = errorBody.safeParse(body).data ?? {};
  const told: Told = {
    code: said.code ?? said.error ?? '',
    message: said.message ?? said.error_description ?? '',
    service: said.serviceErrorCode,
  };
  const named = kindOf(answer.status, told);
  const kind = named ?? byStatus.kind;
  const words = `${call.name}: ${answer.status} ${told.code} ${told.message}`.trim();
  const retryAt = retryAtFor(kind, answer, call.now);
  const field = kind === 'validation' ? fieldOf(told.message) : undefined;
  return new NetworkError(
    {
      kind,
      detail: safeDetail(words, call.secrets),
      ...(field !== undefined && { field }),
      ...(retryAt !== undefined && { retryAt }),
      ...(kind === 'unsupported' && call.version !== undefined && { params: { version: call.version } }),
    },
    // What LinkedIn names it has refused.
    named === undefined ? byStatus.sent : 'no',
  );
}

/** LinkedIn gives no headers: the daily quota begins anew at midnight UTC, everything else is a pause of our own. */
function retryAtFor(kind: ErrorKind, answer: HttpAnswer, now: number): number | undefined {
  if (kind === 'quota_exhausted') return nextUtcMidnight(now);
  if (kind === 'rate_limited') return retryAtOf(answer.headers, now) ?? now + limits.throttlePauseMs;
  return kind === 'server' ? retryAtOf(answer.headers, now) : undefined;
}

const DAY_MS = 24 * 60 * 60_000;
export const nextUtcMidnight = (now: number): number => (Math.floor(now / DAY_MS) + 1) * DAY_MS;

/** The field in `ERROR :: /commentary :: text length …`. */
export const fieldOf = (message: string): string | undefined =>
  /\/(commentary|message\/text)\b/.test(message) ? 'text' : /::\s*\/(\w+)/.exec(message)?.[1];
