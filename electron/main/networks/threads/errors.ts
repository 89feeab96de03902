import type { GraphErrorRow } from '../graph-errors';
import type { ContainerHealth } from '../media-container';

/** networks.md 6. A token of 60 days that has run out cannot be renewed any more. */
export const threadsErrors: readonly GraphErrorRow[] = [
  { code: 190, kind: 'auth_revoked' },
  { code: 24, kind: 'gone' },
];

/** Published before it is processed, a container is said not to exist: that passes. */
export const publishingErrors: readonly GraphErrorRow[] = [
  { code: 24, kind: 'media_pending' },
  ...threadsErrors,
];

const byStatus: Readonly<Record<string, ContainerHealth>> = {
  FINISHED: 'ready',
  IN_PROGRESS: 'working',
  PUBLISHED: 'published',
  EXPIRED: 'expired',
};

/** `FAILED_…` (fetching, processing) may pass with another container; `INVALID_…` (the file) never does. */
export const containerHealth = (status: string, problem: string | null | undefined): ContainerHealth =>
  byStatus[status] ?? (problem?.startsWith('INVALID_') ? 'refused' : 'failed');
