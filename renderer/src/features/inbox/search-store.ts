import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { InboxFilter, SearchHit } from '@shared/ipc/inbox';
import { coalesce } from '@/bridge/coalesce';
import { onEvent } from '@/bridge/events';
import { invoke } from '@/bridge/invoke';

const TYPING_PAUSE_MS = 60;
const MOST_ROWS = 500;

/** Full-text search over all messages, narrowed by the same filters as the list. */
export const useSearchStore = defineStore('inbox-search', () => {
  const query = ref('');
  /** undefined: in every view. */
  const filter = ref<Partial<InboxFilter>>({});
  const hits = shallowRef<readonly SearchHit[]>([]);
  const next = ref<string | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const searching = ref(false);
  const active = computed(() => query.value.trim() !== '');
  let newest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function run(after: string | null): Promise<void> {
    const mine = ++newest;
    const text = query.value.trim();
    if (text === '') {
      hits.value = [];
      next.value = null;
      searching.value = false;
      return;
    }
    searching.value = true;
    try {
      const page = await invoke('inbox.search', { query: text, filter: filter.value, after });
      if (mine !== newest) return;
      hits.value = after === null ? page.items : [...hits.value, ...page.items];
      next.value = page.next;
      error.value = null;
    } catch (thrown) {
      if (mine === newest) error.value = toErrorInfo(thrown);
    } finally {
      if (mine === newest) searching.value = false;
    }
  }

  function type(text: string): void {
    query.value = text;
    clearTimeout(timer);
    timer = setTimeout(() => void run(null), TYPING_PAUSE_MS);
  }

  function narrow(next: Partial<InboxFilter>): void {
    filter.value = next;
    void run(null);
  }

  /** Rows among the hits that changed are shown as they are now; the hits themselves stay. */
  async function refresh(): Promise<void> {
    const ids = [...new Set(hits.value.map((hit) => hit.conversation.id))].slice(0, MOST_ROWS);
    if (!active.value || ids.length === 0) return;
    const rows = new Map((await invoke('inbox.rows', { ids })).map((row) => [row.id, row]));
    hits.value = hits.value.map((hit) => ({
      ...hit,
      conversation: rows.get(hit.conversation.id) ?? hit.conversation,
    }));
  }
  onEvent('inbox.changed', coalesce(refresh));

  const more = (): Promise<void> => (next.value && !searching.value ? run(next.value) : Promise.resolve());
  const clear = (): void => type('');
  return {
    query,
    filter,
    hits,
    next,
    error,
    searching,
    active,
    type,
    narrow,
    more,
    retry: () => run(null),
    clear,
  };
});
