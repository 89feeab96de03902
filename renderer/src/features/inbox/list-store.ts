import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { ConversationId } from '@shared/domain/ids';
import type { ConversationRow, InboxFilter } from '@shared/ipc/inbox';
import { coalesce } from '@/bridge/coalesce';
import { onEvent } from '@/bridge/events';
import { invoke } from '@/bridge/invoke';
import { SKELETON_AFTER_MS } from '@/ui/resource';
import { mergeHead, withoutRows } from './row-merge';

const PAGE = 60;
const MOST_AT_ONCE = 200;
const MOST_ROWS = 500;

/** The rows of the chosen view: pages by cursor, follows changes by id, and keeps the chosen row in its place. */
export const useListStore = defineStore('inbox-list', () => {
  const filter = ref<InboxFilter>({ view: 'needs_reply' });
  const rows = shallowRef<readonly ConversationRow[]>([]);
  const selectedId = ref<ConversationId | null>(null);
  const marked = ref<ReadonlySet<ConversationId>>(new Set());
  const next = ref<string | null>(null);
  const loading = ref(false);
  const slow = ref(false);
  const loaded = ref(false);
  const error = shallowRef<ErrorInfo | null>(null);
  /** Rises when the list starts anew, so that the view scrolls to its top. */
  const generation = ref(0);
  let newest = 0;

  const selectedIndex = computed(() => rows.value.findIndex((row) => row.id === selectedId.value));
  const selected = computed(() => rows.value[selectedIndex.value] ?? null);
  /** What an action applies to: the marked rows, or the selected one. */
  const targets = computed<readonly ConversationId[]>(() =>
    marked.value.size > 0 ? [...marked.value] : selectedId.value ? [selectedId.value] : [],
  );

  async function guarded(work: (isCurrent: () => boolean) => Promise<void>): Promise<void> {
    const mine = ++newest;
    const timer = setTimeout(() => (slow.value = mine === newest), SKELETON_AFTER_MS);
    loading.value = true;
    try {
      await work(() => mine === newest);
      if (mine === newest) error.value = null;
    } catch (thrown) {
      if (mine === newest) error.value = toErrorInfo(thrown);
    } finally {
      clearTimeout(timer);
      if (mine === newest) {
        loading.value = false;
        slow.value = false;
      }
    }
  }

  async function open(nextFilter: InboxFilter): Promise<void> {
    filter.value = nextFilter;
    marked.value = new Set();
    loaded.value = false;
    rows.value = [];
    next.value = null;
    generation.value++;
    await guarded(async (isCurrent) => {
      const page = await invoke('inbox.list', { filter: nextFilter, limit: PAGE });
      if (!isCurrent()) return;
      rows.value = page.items;
      next.value = page.next;
      loaded.value = true;
    });
  }

  /** The first page, asked for once: at the start before the view is there, and by the view that needs it. */
  let beginning: Promise<void> | undefined;
  function begin(): Promise<void> {
    if (loaded.value) return Promise.resolve();
    beginning ??= open(filter.value).finally(() => (beginning = undefined));
    return beginning;
  }

  async function more(): Promise<void> {
    const after = next.value;
    if (after === null || loading.value) return;
    await guarded(async (isCurrent) => {
      const page = await invoke('inbox.list', { filter: filter.value, after, limit: PAGE });
      if (!isCurrent()) return;
      const known = new Set(rows.value.map((row) => row.id));
      rows.value = [...rows.value, ...page.items.filter((row) => !known.has(row.id))];
      next.value = page.next;
    });
  }

  /** Ids that events named since the last refresh; null when one of them said "many". */
  let changed: Set<ConversationId> | null = new Set();
  function note(ids: readonly string[]): void {
    if (ids.length === 0) changed = null;
    else for (const id of ids) changed?.add(id as ConversationId);
  }

  /** The head of the list as it is now, and the current form of those rows below it that changed. */
  async function refresh(): Promise<void> {
    const named = changed;
    changed = new Set();
    if (!loaded.value) return;
    const used = filter.value;
    const limit = Math.min(MOST_AT_ONCE, Math.max(PAGE, rows.value.length));
    const head = await invoke('inbox.list', { filter: used, limit });
    const inHead = new Set(head.items.map((row) => row.id));
    const below = rows.value.filter((row) => !inHead.has(row.id));
    const suspect = below.filter((row) => named?.has(row.id) ?? true).slice(0, MOST_ROWS);
    const asked = new Set(suspect.map((row) => row.id));
    const fetched = asked.size === 0 ? [] : await invoke('inbox.rows', { ids: [...asked] });
    if (used !== filter.value) return;
    if (rows.value.length <= limit) next.value = head.next;
    const current = [...fetched, ...below.filter((row) => !asked.has(row.id))];
    rows.value = mergeHead(rows.value, head.items, current, {
      complete: head.next === null,
      keep: selectedId.value,
    });
  }

  function select(id: ConversationId | null): void {
    selectedId.value = id;
  }

  /** The id `steps` rows further, within the list. */
  function neighbour(steps: number): ConversationId | null {
    const at = selectedIndex.value === -1 ? (steps > 0 ? -1 : 0) : selectedIndex.value;
    const target = Math.max(0, Math.min(rows.value.length - 1, at + steps));
    return rows.value[target]?.id ?? null;
  }

  /** Takes rows off the list at once; what main says follows by event. */
  function remove(ids: readonly ConversationId[]): void {
    rows.value = withoutRows(rows.value, ids);
    marked.value = new Set();
  }

  function patch(ids: readonly ConversationId[], change: Partial<ConversationRow>): void {
    rows.value = rows.value.map((row) => (ids.includes(row.id) ? { ...row, ...change } : row));
  }

  function setMarked(ids: Iterable<ConversationId>): void {
    marked.value = new Set(ids);
  }

  const follow = coalesce(refresh);
  onEvent('inbox.changed', ({ ids }) => {
    note(ids);
    follow();
  });
  return {
    filter,
    rows,
    selectedId,
    selectedIndex,
    selected,
    marked,
    targets,
    next,
    loading,
    slow,
    loaded,
    error,
    generation,
    open,
    begin,
    more,
    refresh,
    select,
    neighbour,
    remove,
    patch,
    setMarked,
  };
});
