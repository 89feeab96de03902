import { defineStore } from 'pinia';
import { computed, ref, shallowReactive, shallowRef } from 'vue';
import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { ConversationId } from '@shared/domain/ids';
import type { ConversationView } from '@shared/ipc/inbox';
import { onEvent } from '@/bridge/events';
import { invoke } from '@/bridge/invoke';
import { SKELETON_AFTER_MS } from '@/ui/resource';

const KEPT = 24;

/** Conversations that are shown or about to be: the neighbours are fetched ahead, so that moving is instant. */
export const useConversationStore = defineStore('inbox-conversation', () => {
  const cache = shallowReactive(new Map<ConversationId, ConversationView>());
  const currentId = ref<ConversationId | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  /** The conversation asked for takes so long that a skeleton helps. */
  const slow = ref(false);
  const pending = new Map<ConversationId, Promise<void>>();

  const current = computed(() => (currentId.value ? (cache.get(currentId.value) ?? null) : null));

  function keep(id: ConversationId, view: ConversationView): void {
    cache.delete(id);
    cache.set(id, view);
    for (const oldest of cache.keys()) {
      if (cache.size <= KEPT) break;
      if (oldest !== currentId.value) cache.delete(oldest);
    }
  }

  function fetch(id: ConversationId): Promise<void> {
    const running = pending.get(id);
    if (running) return running;
    const work = invoke('inbox.conversation', { id })
      .then((view) => keep(id, view))
      .finally(() => pending.delete(id));
    pending.set(id, work);
    return work;
  }

  /** Shows what is known at once; an unknown one when it arrives. */
  async function show(id: ConversationId | null): Promise<void> {
    currentId.value = id;
    error.value = null;
    slow.value = false;
    if (id === null || cache.has(id)) return;
    const timer = setTimeout(() => (slow.value = currentId.value === id), SKELETON_AFTER_MS);
    await load(id);
    clearTimeout(timer);
  }

  async function load(id: ConversationId): Promise<void> {
    try {
      await fetch(id);
      if (currentId.value === id) error.value = null;
    } catch (thrown) {
      if (currentId.value === id) error.value = toErrorInfo(thrown);
    }
  }

  async function reload(): Promise<void> {
    const id = currentId.value;
    if (!id) return;
    // One that is under way may have been read before the change.
    await pending.get(id)?.catch(() => undefined);
    await load(id);
  }

  /** A failed look-ahead costs nothing: the conversation is fetched again, with its error shown, when it is opened. */
  function prefetch(ids: readonly (ConversationId | null)[]): void {
    for (const id of ids) if (id && !cache.has(id)) void fetch(id).catch(() => undefined);
  }

  async function loadEarlier(): Promise<void> {
    const view = current.value;
    if (!view?.earlier) return;
    const page = await invoke('inbox.messages', { id: view.row.id, before: view.earlier });
    const now = cache.get(view.row.id);
    if (now)
      keep(view.row.id, { ...now, messages: [...page.messages, ...now.messages], earlier: page.earlier });
  }

  onEvent('inbox.changed', ({ ids }) => {
    const touched = ids.length === 0 ? [...cache.keys()] : (ids as readonly ConversationId[]);
    for (const id of touched) if (id !== currentId.value) cache.delete(id);
    if (currentId.value && (ids.length === 0 || ids.includes(currentId.value))) void reload();
  });
  return { currentId, current, error, slow, show, reload, prefetch, loadEarlier };
});
