import { defineStore } from 'pinia';
import { computed, reactive, ref } from 'vue';
import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { ConversationId, SuggestionId } from '@shared/domain/ids';
import { invoke } from '@/bridge/invoke';

const SAVE_AFTER_MS = 400;

type Draft = {
  text: string;
  /** Typed here and not yet stored: wins over what main sends. */
  dirty: boolean;
  savedAt: number | null;
  problem: ErrorInfo | null;
  /** The last suggestion that was inserted, and its text, while any of this text may come from it. */
  suggestion: { readonly id: SuggestionId; readonly text: string } | null;
  openedAt: number;
};

/** What the person has typed per conversation, kept as they type. */
export const useDraftStore = defineStore('inbox-drafts', () => {
  const drafts = reactive(new Map<ConversationId, Draft>());
  const currentId = ref<ConversationId | null>(null);
  const timers = new Map<ConversationId, ReturnType<typeof setTimeout>>();
  const current = computed(() => (currentId.value ? (drafts.get(currentId.value) ?? null) : null));

  function ensure(id: ConversationId): Draft {
    const known = drafts.get(id);
    if (known) return known;
    drafts.set(id, {
      text: '',
      dirty: false,
      savedAt: null,
      problem: null,
      suggestion: null,
      openedAt: Date.now(),
    });
    return drafts.get(id) as Draft;
  }

  /** Shows the draft of this conversation, saving the one before it. */
  function open(id: ConversationId | null): void {
    if (currentId.value && currentId.value !== id) void flush(currentId.value);
    currentId.value = id;
    if (id) ensure(id).openedAt = Date.now();
  }

  /** What main has stored; it never replaces what is being typed. */
  function stored(
    id: ConversationId,
    draft: { readonly text: string; readonly savedAt: number } | null,
  ): void {
    const mine = ensure(id);
    if (mine.dirty) return;
    mine.text = draft?.text ?? '';
    mine.savedAt = draft?.savedAt ?? null;
    if (mine.text === '') mine.suggestion = null;
  }

  function type(id: ConversationId, text: string): void {
    const draft = ensure(id);
    if (draft.text === text) return;
    draft.text = text;
    draft.dirty = true;
    if (text.trim() === '') draft.suggestion = null;
    clearTimeout(timers.get(id));
    timers.set(
      id,
      setTimeout(() => void flush(id), SAVE_AFTER_MS),
    );
  }

  function inserted(id: ConversationId, suggestion: Draft['suggestion']): void {
    ensure(id).suggestion = suggestion;
  }

  async function flush(id: ConversationId): Promise<void> {
    clearTimeout(timers.get(id));
    timers.delete(id);
    const draft = drafts.get(id);
    if (!draft?.dirty) return;
    const { text } = draft;
    try {
      const { savedAt } = await invoke('inbox.saveDraft', { id, text });
      draft.savedAt = savedAt;
      draft.problem = null;
      if (draft.text === text) draft.dirty = false;
    } catch (thrown) {
      draft.problem = toErrorInfo(thrown);
    }
  }

  /** `text` has been sent: nothing of it stays here. What was typed while it was on its way does. */
  function sent(id: ConversationId, text: string): void {
    const draft = drafts.get(id);
    if (draft && draft.text !== text) {
      draft.dirty = true;
      void flush(id);
      return;
    }
    clearTimeout(timers.get(id));
    timers.delete(id);
    drafts.delete(id);
    if (currentId.value === id) ensure(id);
  }

  const flushAll = (): void => void Promise.all([...drafts.keys()].map(flush));
  window.addEventListener('pagehide', flushAll);
  window.addEventListener('blur', flushAll);
  return { currentId, current, open, stored, type, inserted, flush, sent };
});
