import type { ErrorKind } from '@shared/domain/errors';
import { statusError, type Effect } from '../http';
import type { Sent } from '../errors';
import type { Problem } from './wire';

type Refusal = {
  readonly status?: readonly number[];
  /** In the problem's type, title, reason, detail or message. */
  readonly words?: RegExp;
  /** Only for requests whose path begins so. */
  readonly path?: string;
  readonly kind: ErrorKind;
  readonly field?: string;
  readonly sent?: Sent;
};

/**
 * What X says beyond the status (networks.md 7 and 13.2). The first row that fits decides. Wordings change: what fits
 * no row keeps the meaning of its status.
 */
export const refusals: readonly Refusal[] = [
  // Money and plans: only the person can do something about it, so no time to try again is given.
  { status: [402], kind: 'quota_exhausted' },
  {
    status: [400, 403, 429],
    words:
      /usage-capped|UsageCapExceeded|client-forbidden|CreditsDepleted|problems\/credits|\bcredits\b|spend(ing)? (cap|limit)/i,
    kind: 'quota_exhausted',
  },
  { status: [429], kind: 'rate_limited' },
  // A replay that is refused for this reason may well be the proof that the first try has arrived.
  { status: [403], words: /duplicate content/i, kind: 'duplicate', sent: 'maybe' },
  {
    status: [403],
    words: /not been mentioned or otherwise engaged|reply to this conversation is not allowed/i,
    kind: 'policy_blocked',
  },
  { status: [403], words: /deleted or not visible/i, kind: 'gone' },
  {
    status: [403],
    path: '/2/dm_conversations',
    words: /permission to DM|cannot send messages/i,
    kind: 'policy_blocked',
  },
  {
    status: [403],
    words: /oauth1-permissions|oauth1 app permissions|unsupported-authentication|scope/i,
    kind: 'permission',
  },
  { status: [400, 403], words: /too long|over the character limit/i, kind: 'validation', field: 'text' },
  { status: [400, 403], words: /cashtag/i, kind: 'validation', field: 'text' },
  {
    status: [400],
    words: /media ids? (are|is) invalid|file size exceeds|not a valid (video|image|media)|unsupported media/i,
    kind: 'media_rejected',
  },
  { status: [400], path: '/2/media', words: /media|file|segment/i, kind: 'media_rejected' },
  { status: [404], kind: 'gone' },
];

export type Refused = { readonly kind: ErrorKind; readonly sent: Sent; readonly field?: string };

/** What an answer means; null for a success. */
export function refusalOf(status: number, told: Problem, path: string, effect: Effect): Refused | null {
  const byStatus = statusError(status, effect);
  if (!byStatus) return null;
  const words = wordsOf(told);
  const row = refusals.find(
    (one) =>
      (one.status === undefined || one.status.includes(status)) &&
      (one.path === undefined || path.startsWith(one.path)) &&
      (one.words === undefined || one.words.test(words)),
  );
  if (!row) return byStatus;
  return { kind: row.kind, sent: row.sent ?? 'no', ...(row.field && { field: row.field }) };
}

export const wordsOf = (told: Problem): string =>
  [told.type, told.title, told.reason, told.detail, told.message, told.error, told.error_description]
    .filter(Boolean)
    .join(' · ');
