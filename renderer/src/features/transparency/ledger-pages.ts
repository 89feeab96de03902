import type { LogRow } from '@shared/ipc/transparency';

export type LedgerPages = { readonly rows: readonly LogRow[]; readonly next: string | null };

/**
 * The rows known so far with the newest page put on top. The log only grows, so older rows stay; when the new
 * page does not reach them any more there would be a hole, and the list starts again from the page.
 */
export function withNewest(known: LedgerPages | null, page: LedgerPages): LedgerPages {
  const last = page.rows.at(-1);
  const newestKnown = known?.rows[0];
  if (!known || !last || !newestKnown || last.seq > newestKnown.seq) return page;
  return { rows: [...page.rows, ...known.rows.filter((row) => row.seq < last.seq)], next: known.next };
}

export const withOlder = (known: LedgerPages, page: LedgerPages): LedgerPages => ({
  rows: [...known.rows, ...page.rows],
  next: page.next,
});
