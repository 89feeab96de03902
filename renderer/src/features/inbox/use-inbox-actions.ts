import { useRouter } from 'vue-router';
import type { ConversationId } from '@shared/domain/ids';
import type { ConversationState } from '@shared/domain/states';
import { invoke } from '@/bridge/invoke';
import { t } from '@/text/i18n';
import { formatDayTime } from '@/ui/format';
import { useToasts } from '@/ui/toasts';
import { useConversationStore } from './conversation-store';
import { useListStore } from './list-store';

/** What can be done with conversations of the list. Everything is shown at once and can be undone. */
export function useInboxActions() {
  const list = useListStore();
  const conversation = useConversationStore();
  const router = useRouter();
  const toasts = useToasts();

  /** Chooses a conversation without waiting for anything; its neighbours are fetched ahead. */
  function select(id: ConversationId | null): void {
    if (list.selectedId !== id) {
      list.select(id);
      void conversation.show(id);
      void router.replace(id ? `/inbox/${id}` : '/inbox');
    }
    conversation.prefetch([list.neighbour(1), list.neighbour(2), list.neighbour(-1)]);
  }

  const move = (steps: number): void => {
    const id = list.neighbour(steps);
    if (id) select(id);
  };

  /** The row to go on with when these leave the list. */
  function successor(ids: readonly ConversationId[]): ConversationId | null {
    const stays = (row: { id: ConversationId }): boolean => !ids.includes(row.id);
    const below = list.rows.slice(Math.max(0, list.selectedIndex)).find(stays);
    return (below ?? list.rows.slice(0, Math.max(0, list.selectedIndex)).findLast(stays))?.id ?? null;
  }

  async function setState(state: ConversationState, until?: number): Promise<void> {
    const ids = [...list.targets];
    if (ids.length === 0) return;
    const before = list.rows
      .filter((row) => ids.includes(row.id))
      .map((row) => ({ id: row.id, state: row.state, until: row.snoozedUntil }));
    const next = list.selectedId && ids.includes(list.selectedId) ? successor(ids) : list.selectedId;
    list.remove(ids);
    select(next);
    try {
      await invoke('inbox.setState', { ids, state, until });
      toasts.undo(stateText(state, ids.length, until), () => void restore(before).catch(toasts.error));
    } catch (thrown) {
      toasts.error(thrown);
      await list.refresh();
    }
  }

  function stateText(state: ConversationState, count: number, until?: number): string {
    if (state === 'snoozed' && until) return t('inbox.toast.snoozed', { time: formatDayTime(until) }, count);
    return t(state === 'done' ? 'inbox.toast.done' : 'inbox.toast.reopened', {}, count);
  }

  async function restore(
    before: readonly { id: ConversationId; state: ConversationState; until: number | null }[],
  ): Promise<void> {
    for (const { id, state, until } of before)
      await invoke('inbox.setState', { ids: [id], state, until: until ?? undefined });
    const first = before[0];
    await list.refresh();
    if (first) select(first.id);
  }

  async function setUnread(
    unread: boolean,
    ids: readonly ConversationId[] = [...list.targets],
  ): Promise<void> {
    if (ids.length === 0) return;
    list.patch(ids, { unread: unread ? 1 : 0 });
    try {
      await invoke('inbox.setUnread', { ids: [...ids], unread });
    } catch (thrown) {
      toasts.error(thrown);
    }
  }

  return { select, move, setState, setUnread };
}
