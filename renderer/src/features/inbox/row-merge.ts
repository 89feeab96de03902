import type { ConversationId } from '@shared/domain/ids';
import type { ConversationRow } from '@shared/ipc/inbox';

type Options = {
  /** The head is the whole list: what is not in it no longer belongs to the view. */
  readonly complete: boolean;
  /** Stays where it is although it left the view, because the person is looking at it. */
  readonly keep: ConversationId | null;
};

/**
 * The list after a change: `head` in main's order, then the rows that were further down, in the form that
 * `current` gives them; rows that no longer exist go. The row the person looks at keeps its neighbours.
 */
export function mergeHead(
  before: readonly ConversationRow[],
  head: readonly ConversationRow[],
  current: readonly ConversationRow[],
  { complete, keep }: Options,
): readonly ConversationRow[] {
  const inHead = new Set(head.map((row) => row.id));
  const now = new Map(current.map((row) => [row.id, row]));
  const last = head.at(-1);
  const tail =
    complete || !last
      ? []
      : before.flatMap((row) => {
          const row2 = inHead.has(row.id) ? undefined : now.get(row.id);
          return row2 && row2.lastMessageAt <= last.lastMessageAt ? [row2] : [];
        });
  const merged = [...head, ...tail];
  const kept = keep && !merged.some((row) => row.id === keep) ? now.get(keep) : undefined;
  if (kept) merged.splice(placeOf(kept.id, before, merged), 0, kept);
  return merged;
}

/** Right after the nearest row above it that is still there. */
function placeOf(
  id: ConversationId,
  before: readonly ConversationRow[],
  merged: readonly ConversationRow[],
): number {
  const places = new Map(merged.map((row, index) => [row.id, index]));
  const at = before.findIndex((row) => row.id === id);
  for (let index = at - 1; index >= 0; index--) {
    const place = places.get(before[index]?.id ?? id);
    if (place !== undefined) return place + 1;
  }
  return 0;
}

export const withoutRows = (
  rows: readonly ConversationRow[],
  ids: readonly ConversationId[],
): readonly ConversationRow[] => rows.filter((row) => !ids.includes(row.id));
