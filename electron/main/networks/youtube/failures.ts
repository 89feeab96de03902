import type { ErrorKind } from '@shared/domain/errors';
import { z } from 'zod';
import { silentMiss } from '../answers';
import { NetworkError, type Sent } from '../errors';
import { retryAtOf, safeDetail, statusError, type Effect, type HttpAnswer } from '../http';
import { limits } from './capabilities';
import { nextPacificMidnight } from './quota';

const errorBody = z.object({
  error: z.union([
    z.string(),
    z.object({
      message: z.string().optional().catch(undefined),
      errors: z
        .array(z.object({ reason: z.string().optional(), message: z.string().optional() }))
        .optional()
        .catch(undefined),
    }),
  ]),
  error_description: z.string().optional().catch(undefined),
});

type Rule = { readonly kind: ErrorKind; readonly field?: string };

/** `error.errors[].reason`, and the names of the sign-in service. What is not here means what its status means. */
export const rules: Readonly<Record<string, Rule>> = {
  quotaExceeded: { kind: 'quota_exhausted' },
  dailyLimitExceeded: { kind: 'quota_exhausted' },
  uploadLimitExceeded: { kind: 'quota_exhausted' },
  rateLimitExceeded: { kind: 'rate_limited' },
  userRateLimitExceeded: { kind: 'rate_limited' },
  authError: { kind: 'auth_expired' },
  required: { kind: 'auth_revoked' },
  youtubeSignupRequired: { kind: 'permission' },
  insufficientPermissions: { kind: 'permission' },
  forbidden: { kind: 'permission' },
  accessNotConfigured: { kind: 'permission' },
  ineligibleAccount: { kind: 'permission' },
  commentsDisabled: { kind: 'policy_blocked' },
  operationNotSupported: { kind: 'policy_blocked' },
  processingFailure: { kind: 'policy_blocked' },
  commentNotFound: { kind: 'gone' },
  parentCommentNotFound: { kind: 'gone' },
  videoNotFound: { kind: 'gone' },
  channelNotFound: { kind: 'gone' },
  commentTextRequired: { kind: 'validation', field: 'text' },
  commentTextTooLong: { kind: 'validation', field: 'text' },
  invalidTitle: { kind: 'validation', field: 'options.title' },
  invalidDescription: { kind: 'validation', field: 'segments.0.text' },
  invalidVideoMetadata: { kind: 'validation' },
  mediaBodyRequired: { kind: 'media_rejected' },
  invalid_grant: { kind: 'auth_revoked' },
  invalid_client: { kind: 'auth_revoked' },
  unauthorized_client: { kind: 'auth_revoked' },
  redirect_uri_mismatch: { kind: 'permission' },
};

export type Refused = {
  readonly name: string;
  readonly effect: Effect;
  readonly secrets: readonly string[];
  readonly now: number;
};

/** The error that an answer is; null where it is a success. */
export function failureOf(answer: HttpAnswer, body: unknown, call: Refused): NetworkError | null {
  const byStatus = statusError(answer.status, call.effect);
  if (!byStatus) return null;
  const silent = silentMiss(answer.status, body, call.name, call.effect);
  if (silent) return silent;
  const { reason, message } = toldBy(body);
  // An ill server's words say nothing about whether the write is out.
  const rule = answer.status < 500 ? rules[reason] : undefined;
  const kind = rule?.kind ?? byStatus.kind;
  const sent: Sent = rule === undefined ? byStatus.sent : 'no';
  const retryAt = retryAtFor(kind, reason, answer, call.now);
  return new NetworkError(
    {
      kind,
      detail: safeDetail(`${call.name}: ${answer.status} ${reason} ${message}`.trim(), call.secrets),
      ...(rule?.field !== undefined && { field: rule.field }),
      ...(retryAt !== undefined && { retryAt }),
    },
    sent,
  );
}

function toldBy(body: unknown): { readonly reason: string; readonly message: string } {
  const told = errorBody.safeParse(body).data;
  if (!told) return { reason: '', message: '' };
  const { error, error_description: description = '' } = told;
  if (typeof error === 'string') return { reason: error, message: description };
  return { reason: error.errors?.[0]?.reason ?? '', message: error.message ?? '' };
}

function retryAtFor(kind: ErrorKind, reason: string, answer: HttpAnswer, now: number): number | undefined {
  // How many videos a channel may upload is no matter of the project's day.
  if (reason === 'uploadLimitExceeded') return now + limits.uploadPauseMs;
  if (kind === 'quota_exhausted') return nextPacificMidnight(now);
  if (kind === 'rate_limited') return retryAtOf(answer.headers, now) ?? now + limits.ratePauseMs;
  return kind === 'server' ? retryAtOf(answer.headers, now) : undefined;
}
