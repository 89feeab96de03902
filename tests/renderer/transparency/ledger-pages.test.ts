import { expect, it } from 'vitest';
import type { LogRow } from '@shared/ipc/transparency';
import { withNewest, withOlder, type LedgerPages } from '@/features/transparency/ledger-pages';

const row = (seq: number): LogRow => ({
  seq,
  at: seq,
  type: 'ai.request',
  actor: 'ai',
  accountId: null,
  facts: {},
  about: null,
});
const page = (from: number, to: number, next: string | null): LedgerPages => ({
  rows: Array.from({ length: from - to + 1 }, (_, index) => row(from - index)),
  next,
});
const seqs = (pages: LedgerPages): number[] => pages.rows.map((entry) => entry.seq);

it('new entries come on top while the pages below stay', () => {
  const known = withOlder(page(10, 6, '6'), page(5, 1, null));
  const joined = withNewest(known, page(13, 9, '9'));
  expect(seqs(joined)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(joined.next).toBeNull();
});

it('the list starts again when the newest page no longer reaches the known rows', () => {
  const joined = withNewest(page(10, 6, '6'), page(200, 196, '196'));
  expect(seqs(joined)).toEqual([200, 199, 198, 197, 196]);
  expect(joined.next).toBe('196');
});
