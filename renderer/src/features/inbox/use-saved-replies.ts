import { onScopeDispose, ref, shallowRef } from 'vue';
import type { ConversationId, SavedReplyId } from '@shared/domain/ids';
import type { SavedReply } from '@shared/ipc/inbox';
import { coalesce } from '@/bridge/coalesce';
import { onEvent } from '@/bridge/events';
import { invoke } from '@/bridge/invoke';
import { t } from '@/text/i18n';
import { useToasts } from '@/ui/toasts';

/** A `;` at the start of a word, and what is typed after it, up to the cursor. */
const TRIGGER = /(?:^|\s);([\p{L}\p{N}_-]*)$/u;

export type Trigger = { readonly query: string; /** Index of the `;`. */ readonly start: number };

export function triggerBefore(text: string): Trigger | null {
  const match = TRIGGER.exec(text);
  const query = match?.[1];
  return query === undefined ? null : { query, start: text.length - query.length - 1 };
}

/** The saved replies that match what is typed, following changes. */
export function useSavedReplies() {
  const toasts = useToasts();
  const replies = shallowRef<readonly SavedReply[]>([]);
  const query = ref('');
  let alive = true;
  onScopeDispose(() => (alive = false));

  const load = coalesce(async () => {
    const found = await invoke('inbox.savedReplies', { query: query.value });
    if (alive) replies.value = found;
  });
  function find(text: string): void {
    query.value = text;
    load();
  }

  /** The text with its variables filled in; names what could not be filled. */
  async function fill(id: SavedReplyId, conversationId: ConversationId): Promise<string> {
    const { text, missing } = await invoke('inbox.fillSavedReply', { id, conversationId });
    if (missing.length > 0) toasts.info(t('inbox.savedReplies.missing', { list: missing.join(', ') }));
    return text;
  }

  onEvent('savedReplies.changed', load);
  return { replies, find, fill };
}
