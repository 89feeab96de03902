import { computed, ref, watch, type Ref } from 'vue';
import { approvalHash, type Disclosure } from '@shared/domain/content';
import { contributionOf } from '@shared/domain/contribution';
import { countText, type TextCount } from '@shared/domain/count';
import { disclosedText } from '@shared/domain/disclosed-text';
import { namedAnswer } from '@shared/domain/named-answer';
import type { JobId, MessageId } from '@shared/domain/ids';
import type { AccountView } from '@shared/ipc/accounts';
import type { ConversationView, MessageView } from '@shared/ipc/inbox';
import { invoke } from '@/bridge/invoke';
import { useSettingsStore } from '@/bridge/stores/settings';
import { t } from '@/text/i18n';
import { useToasts } from '@/ui/toasts';
import { useConversationStore } from './conversation-store';
import { useDraftStore } from './draft-store';
import { replyDisclosure } from './reply-disclosure';
import { useFocusTime } from './focus-time';

/** Everything about the reply that is being written: its target, length, declaration, and sending it. */
export function useReply(view: Ref<ConversationView | null>, account: Ref<AccountView | undefined>) {
  const drafts = useDraftStore();
  const conversations = useConversationStore();
  const settings = useSettingsStore();
  const toasts = useToasts();
  const focus = useFocusTime();

  const chosenParent = ref<MessageId | null>(null);
  const askedToDeclare = ref(false);
  /** The answer goes to the author alone, as a direct message. */
  const inPrivate = ref(false);
  const sending = ref(false);
  const id = computed(() => view.value?.row.id ?? null);
  watch(id, () => {
    chosenParent.value = null;
    inPrivate.value = false;
    askedToDeclare.value = false;
    focus.restart();
  });

  const text = computed({
    get: () => drafts.current?.text ?? '',
    set: (next: string) => id.value && drafts.type(id.value, next),
  });
  const isDirect = computed(() => view.value?.row.type === 'dm');

  /** The message that is answered: the chosen one, else the newest that came in. A direct message needs none. */
  const parent = computed<MessageView | null>(() => {
    if (isDirect.value) return null;
    const messages = view.value?.messages ?? [];
    const chosen = messages.find((message) => message.id === chosenParent.value);
    return (
      chosen ?? messages.findLast((message) => message.direction === 'incoming' && !message.deleted) ?? null
    );
  });

  const kept = computed(() => {
    const suggestion = drafts.current?.suggestion;
    return suggestion ? contributionOf(suggestion.text, text.value) : null;
  });
  const fromAi = computed(() => kept.value !== null && kept.value.class !== 'human');
  /** The network has a rule of its own about answers that AI drafted. */
  const needsApprovalOfNetwork = computed(() =>
    fromAi.value && account.value?.capabilities.disclosure.aiReply === 'needs-approval'
      ? account.value.capabilities.name
      : null,
  );
  const disclosure = computed<Disclosure>(() =>
    replyDisclosure({
      fromAi: fromAi.value,
      setting: settings.settings?.disclosure ?? 'ask',
      asked: askedToDeclare.value,
      canFlag:
        account.value?.capabilities.disclosure.replyFlag === true && !isDirect.value && !inPrivate.value,
      line: t('inbox.reply.disclosureText'),
    }),
  );

  /** What would go out: the text, and in front of it the name without which it reaches nobody on some networks. */
  const outgoing = computed(() => {
    const written = text.value.trim();
    const capabilities = account.value?.capabilities;
    const handle = parent.value?.author?.handle ?? view.value?.row.author.handle;
    if (inPrivate.value) return written;
    return capabilities && handle && written !== '' ? namedAnswer(written, handle, capabilities) : written;
  });
  /** The name that is put in front; null when the text names the person itself or the network needs no name. */
  const nameInFront = computed(() =>
    outgoing.value === text.value.trim() ? null : (outgoing.value.split(' ')[0] ?? null),
  );

  const count = computed<TextCount | null>(() => {
    const capabilities = account.value?.capabilities;
    if (!capabilities) return null;
    const limit =
      isDirect.value || inPrivate.value ? capabilities.directMessage.text : capabilities.publish.text;
    return countText(disclosedText(outgoing.value, disclosure.value), limit);
  });

  /** Why a reply is not possible here at all; null when it is. */
  const blocked = computed<string | null>(() => {
    const act = account.value?.capabilities.act;
    const support = isDirect.value ? act?.dm : inPrivate.value ? act?.privateReply : act?.reply;
    if (support && !support.ok) return support.note;
    const deadline = view.value?.row.replyDeadline;
    if (deadline !== null && deadline !== undefined && deadline < Date.now())
      return t('inbox.reply.windowClosed');
    return null;
  });
  const canSend = computed(
    () => !sending.value && blocked.value === null && text.value.trim() !== '' && count.value?.over === false,
  );

  async function send(markDone: boolean): Promise<boolean> {
    const current = view.value;
    if (!current || !canSend.value) return false;
    sending.value = true;
    const written = text.value;
    const content = {
      kind: 'reply' as const,
      accountId: current.row.accountId,
      conversationId: current.row.id,
      parentId: parent.value?.id,
      ...(inPrivate.value && { private: true as const }),
      text: outgoing.value,
      disclosure: disclosure.value,
    };
    try {
      const { jobId } = await invoke('inbox.reply', {
        id: content.conversationId,
        parentId: content.parentId,
        private: content.private,
        text: content.text,
        disclosure: content.disclosure,
        suggestionId: drafts.current?.suggestion?.id,
        review: focus.measure(),
        approvedHash: await approvalHash(content),
        markDone,
      });
      drafts.sent(content.conversationId, written);
      inPrivate.value = false;
      toasts.undo(t('inbox.toast.replySent'), () => void takeBack(jobId, content.text).catch(toasts.error));
      await conversations.reload();
      return true;
    } catch (thrown) {
      toasts.error(thrown);
      return false;
    } finally {
      sending.value = false;
    }
  }

  async function takeBack(jobId: JobId, sentText: string): Promise<void> {
    const back = id.value;
    const { undone } = await invoke('inbox.undoReply', { jobId });
    if (!undone) toasts.info(t('inbox.toast.tooLate'));
    else if (back && text.value === '') drafts.stored(back, { text: sentText, savedAt: Date.now() });
    await conversations.reload();
  }

  function replyTo(message: MessageId | null, privately = false): void {
    chosenParent.value = message;
    inPrivate.value = privately;
  }
  return {
    text,
    parent,
    chosenParent,
    inPrivate,
    replyTo,
    isDirect,
    fromAi,
    kept,
    needsApprovalOfNetwork,
    disclosure,
    askedToDeclare,
    count,
    nameInFront,
    blocked,
    canSend,
    sending,
    send,
    focus,
  };
}
