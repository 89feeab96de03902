import { computed, ref, shallowRef, watch, type Ref } from 'vue';
import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';
import type { AiTask, Suggestion } from '@shared/ipc/ai';
import type { ConversationView } from '@shared/ipc/inbox';
import { invoke } from '@/bridge/invoke';
import { sentToAi } from '@/bridge/sent-to-ai';
import { useAiStore } from '@/bridge/stores/ai';
import { useSuggestion } from '@/bridge/suggestion';
import { errorText } from '@/text/error-text';
import { t } from '@/text/i18n';
import { useToasts } from '@/ui/toasts';
import type { RejectReason, RewriteStyle, ShownOutgoing } from '@/ui/suggestion-types';

type Deps = {
  readonly view: Ref<ConversationView | null>;
  /** Puts the suggestion into the text and remembers where it came from. */
  readonly insert: (suggestion: Suggestion) => void;
};

/** AI for the reply: asks on request, shows its answer beside the text, and what is sent for it. */
export function useAiReply({ view, insert }: Deps) {
  const ai = useAiStore();
  const toasts = useToasts();
  const panel = useSuggestion();
  const previewOpen = ref(false);
  const outgoing = shallowRef<ShownOutgoing | null>(null);
  const previewError = shallowRef<ErrorInfo | null>(null);

  const expectsModel = computed(() => Boolean(ai.state?.provider));
  const label = computed(() => t(expectsModel.value ? 'inbox.reply.askAi' : 'inbox.reply.askHelper'));
  const why = computed(() => {
    if (ai.state?.enabled !== false) return null;
    return errorText({ kind: ai.state.stoppedBy === 'log_broken' ? 'log_broken' : 'ai_off' }).what;
  });
  const attempt = (work: Promise<unknown>): void => void work.catch(toasts.error);

  watch(
    () => view.value?.row.id,
    () => panel.cancel(),
  );

  function ask(): void {
    const current = view.value;
    if (!current || why.value) return;
    attempt(panel.ask({ task: 'reply_draft', conversationId: current.row.id }));
  }

  function rewrite(style: RewriteStyle): void {
    const current = view.value;
    if (!current || panel.text.value === '') return;
    const next: AiTask = {
      task: 'rewrite',
      style,
      text: panel.text.value,
      accountId: current.row.accountId,
      conversationId: current.row.id,
    };
    attempt(panel.followUp(next));
  }

  async function take(): Promise<void> {
    const taken = await panel.take();
    if (taken) insert(taken);
  }

  async function preview(): Promise<void> {
    const current = view.value;
    const task: AiTask | null =
      panel.task.value ?? (current ? { task: 'reply_draft', conversationId: current.row.id } : null);
    if (!task) return;
    outgoing.value = null;
    previewError.value = null;
    previewOpen.value = true;
    try {
      const shown = panel.suggestion.value;
      outgoing.value = (shown && (await sentToAi(shown))) ?? (await invoke('ai.preview', task));
    } catch (thrown) {
      previewError.value = toErrorInfo(thrown);
    }
  }

  return {
    panel,
    expectsModel,
    label,
    why,
    ask,
    rewrite,
    insert: () => attempt(take()),
    again: () => attempt(panel.again()),
    discard: (reason?: RejectReason) => attempt(panel.discard(reason)),
    preview: () => void preview(),
    previewOpen,
    outgoing,
    previewError,
  };
}
