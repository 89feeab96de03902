import { describe, expect, it } from 'vitest';
import type { ConversationRow } from '@shared/ipc/inbox';
import { mergeHead } from '@/features/inbox/row-merge';
import { NOW, sampleAccount, sampleRow } from '../support/sample';

const account = sampleAccount();
const rows = ['A', 'B', 'C', 'D', 'E'].map((name, index) =>
  sampleRow(account, name, { lastMessageAt: NOW - index * 1000 }),
);
const row = (index: number): ConversationRow => rows[index]!;
const names = (list: readonly ConversationRow[]): string =>
  list.map((item) => item.author.displayName).join('');

describe('the list after a change', () => {
  it('takes the order of the head and keeps the rows below it', () => {
    const arrived = sampleRow(account, 'N', { lastMessageAt: NOW + 1000 });
    const merged = mergeHead(rows, [arrived, row(0), row(1)], [row(2), row(3), row(4)], {
      complete: false,
      keep: null,
    });
    expect(names(merged)).toBe('NABCDE');
  });

  it('drops rows below the head that no longer exist', () => {
    const merged = mergeHead(rows, [row(0), row(1)], [row(2), row(4)], { complete: false, keep: null });
    expect(names(merged)).toBe('ABCE');
  });

  it('drops every row that left the view when the head is the whole list', () => {
    const merged = mergeHead(rows, [row(0), row(3)], [row(1), row(2), row(4)], {
      complete: true,
      keep: null,
    });
    expect(names(merged)).toBe('AD');
  });

  it('leaves the row that the person looks at between its neighbours although it left the view', () => {
    const read = { ...row(2), unread: 0 };
    const merged = mergeHead(rows, [row(0), row(1), row(3)], [read, row(4)], {
      complete: true,
      keep: row(2).id,
    });
    expect(names(merged)).toBe('ABCD');
    expect(merged[2]?.unread).toBe(0);
  });

  it('lets the kept row go when it no longer exists', () => {
    const merged = mergeHead(rows, [row(0), row(1)], [], { complete: true, keep: row(2).id });
    expect(names(merged)).toBe('AB');
  });
});
