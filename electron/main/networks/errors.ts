import { AppError, type ErrorInfo, type ErrorKind } from '@shared/domain/errors';

/** Whether a write may have reached the network when the error came up (design.md 3.1). */
export type Sent = 'no' | 'maybe' | 'yes';

/** What to do after an error of a network; the retry policy reads it. */
export type Retry = 'backoff' | 'at' | 'after_reconcile' | 'after_refresh' | 'person' | 'never';

const retryByKind: Partial<Record<ErrorKind, Retry>> = {
  offline: 'backoff',
  server: 'backoff',
  rate_limited: 'at',
  quota_exhausted: 'at',
  media_pending: 'at',
  ambiguous: 'after_reconcile',
  duplicate: 'after_reconcile',
  auth_expired: 'after_refresh',
  auth_revoked: 'person',
  permission: 'person',
};

/** An error of a network in the app's own terms. `sent` says whether the write may be out. */
export class NetworkError extends AppError {
  readonly sent: Sent;
  constructor(info: ErrorInfo, sent: Sent, options?: { readonly cause?: unknown }) {
    super(info, options);
    this.name = 'NetworkError';
    this.sent = sent;
  }
  get retry(): Retry {
    return retryByKind[this.kind] ?? 'never';
  }
}
