import { z } from 'zod';

/**
 * Every failure that a person or another part of Candor may see, by kind. One text per kind is in
 * `renderer/src/text`; `detail` is for the developer and never carries a secret or what a person wrote.
 */
export const errorKinds = [
  // what the caller gave
  'invalid_input',
  'not_found',
  'conflict',
  'not_allowed',
  'cancelled',
  // approval and the write fence
  'approval_missing',
  'approval_expired',
  'approval_mismatch',
  // networks (the taxonomy that each network maps its own errors to)
  'offline',
  'ambiguous',
  'rate_limited',
  'quota_exhausted',
  'auth_expired',
  'auth_revoked',
  'permission',
  'policy_blocked',
  'validation',
  'media_rejected',
  'media_pending',
  'duplicate',
  'gone',
  'server',
  'unsupported',
  'protocol',
  // AI
  'ai_off',
  'ai_no_provider',
  'ai_no_key',
  'ai_wrong_key',
  'ai_no_model',
  'ai_quota',
  'ai_rate_limited',
  'ai_context_too_long',
  'ai_refused',
  'ai_offline',
  'ai_timeout',
  'ai_malformed',
  // this machine
  'secret_store',
  'disk_full',
  'database',
  'log_broken',
  'internal',
] as const;
export type ErrorKind = (typeof errorKinds)[number];

export const errorInfo = z.object({
  kind: z.enum(errorKinds),
  /** The field of the input that is at fault, in dot notation. */
  field: z.string().optional(),
  /** Facts for the text: limits, counts, names of networks. Never secrets. */
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  /** When trying again makes sense (UTC ms). */
  retryAt: z.number().optional(),
  detail: z.string().optional(),
});
export type ErrorInfo = z.infer<typeof errorInfo>;

/** The one error that crosses module borders. */
export class AppError extends Error {
  readonly info: ErrorInfo;
  constructor(info: ErrorInfo, options?: { readonly cause?: unknown }) {
    super(info.detail ?? info.kind, options);
    this.name = 'AppError';
    this.info = info;
  }
  get kind(): ErrorKind {
    return this.info.kind;
  }
}

export const appError = (kind: ErrorKind, rest: Omit<ErrorInfo, 'kind'> = {}, cause?: unknown): AppError =>
  new AppError({ kind, ...rest }, cause === undefined ? undefined : { cause });

/** What a thrown value is to the rest of the app: an AppError's own info, or `internal` with its message. */
export function toErrorInfo(thrown: unknown): ErrorInfo {
  if (thrown instanceof AppError) return thrown.info;
  if (thrown instanceof Error && thrown.name === 'AbortError') return { kind: 'cancelled' };
  return { kind: 'internal', detail: thrown instanceof Error ? thrown.message : String(thrown) };
}
