import type { GraphErrorRow } from '../graph-errors';
import type { ContainerHealth } from '../media-container';

/**
 * Subcodes of Instagram's content publishing (networks.md 5; developers.facebook.com, Instagram Platform, error
 * codes). `again`: another container may work; `refused`: this file or text never will.
 */
const publishing: readonly (readonly [subcode: number, means: 'again' | 'refused' | 'expired'])[] = [
  [2207001, 'again'],
  [2207003, 'again'],
  [2207032, 'again'],
  [2207053, 'again'],
  [2207082, 'again'],
  [2207008, 'expired'],
  [2207020, 'expired'],
  [2207004, 'refused'],
  [2207005, 'refused'],
  [2207009, 'refused'],
  [2207026, 'refused'],
  [2207028, 'refused'],
];
const subcodes = (...means: readonly string[]): readonly number[] =>
  publishing.filter(([, one]) => means.includes(one)).map(([subcode]) => subcode);

const common: readonly GraphErrorRow[] = [
  { subcodes: [2207027], kind: 'media_pending' },
  { subcodes: [2207042], kind: 'quota_exhausted' },
  { subcodes: [2207050, 2207051], kind: 'policy_blocked' },
  { subcodes: [2207010], kind: 'validation', field: 'segments.0.text' },
  { subcodes: subcodes('refused'), kind: 'media_rejected' },
  // Outside the window in which a person may be answered.
  { code: 10, subcodes: [2534022, 2018278], kind: 'policy_blocked' },
  // A token of 60 days that has run out cannot be renewed any more.
  { code: 190, kind: 'auth_revoked' },
];

/** While a container is made, nothing is out: it may simply be made again. */
export const creatingErrors: readonly GraphErrorRow[] = [
  { subcodes: subcodes('again', 'expired'), kind: 'server' },
  ...common,
];

/** For everything else: a container that failed cannot be published. */
export const instagramErrors: readonly GraphErrorRow[] = [
  { subcodes: subcodes('again', 'expired'), kind: 'media_rejected' },
  ...common,
];

const byStatus: Readonly<Record<string, ContainerHealth>> = {
  FINISHED: 'ready',
  IN_PROGRESS: 'working',
  PUBLISHED: 'published',
  EXPIRED: 'expired',
};

/** What a container's `status_code` and, after an error, the subcode in its `status` mean. */
export function containerHealth(statusCode: string, status: string | undefined): ContainerHealth {
  const known = byStatus[statusCode];
  if (known) return known;
  const subcode = Number(/\b22\d{5}\b/.exec(status ?? '')?.[0]);
  const means = publishing.find(([one]) => one === subcode)?.[1];
  // A failure without a known reason is tried once more; the number of tries has an end.
  return means === 'refused' ? 'refused' : means === 'expired' ? 'expired' : 'failed';
}
