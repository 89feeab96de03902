import { onDeactivated, onScopeDispose, watch } from 'vue';
import type { ConversationId } from '@shared/domain/ids';
import { useListStore } from './list-store';
import { useInboxActions } from './use-inbox-actions';

const DWELL_MS = 1_200;

/**
 * A conversation counts as read when it was opened on purpose, or shown for long enough; passing over it with
 * the keys does not count. `hold` leaves the shown one as the person has just marked it.
 */
export function useReadOnDwell() {
  const list = useListStore();
  const inbox = useInboxActions();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function readNow(id: ConversationId): void {
    clearTimeout(timer);
    const row = list.rows.find((entry) => entry.id === id);
    if (!row || row.unread > 0) void inbox.setUnread(false, [id]);
  }
  const hold = (): void => clearTimeout(timer);

  watch(
    () => list.selectedId,
    (id) => {
      hold();
      if (id)
        timer = setTimeout(() => document.hasFocus() && list.selectedId === id && readNow(id), DWELL_MS);
    },
  );
  onDeactivated(hold);
  onScopeDispose(hold);
  return { readNow, hold };
}
