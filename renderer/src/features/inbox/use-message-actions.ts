import { ref } from 'vue';
import type { Capabilities, Support } from '@shared/domain/network';
import type { MessageView } from '@shared/ipc/inbox';
import type { AccountView } from '@shared/ipc/accounts';
import { invoke } from '@/bridge/invoke';
import { t } from '@/text/i18n';
import { useToasts } from '@/ui/toasts';

type Act = keyof Capabilities['act'];

/** Why an action is not possible with this account; null when it is. */
export const whyNot = (account: AccountView | undefined, act: Act): string | null => {
  const support: Support | undefined = account?.capabilities.act[act];
  return support && !support.ok ? support.note : null;
};

/** What can be done with one message on its network, and with one of ours that did not arrive. */
export function useMessageActions() {
  const toasts = useToasts();
  const deleting = ref<MessageView | null>(null);
  const attempt = (work: Promise<unknown>): void => void work.catch(toasts.error);

  const like = (message: MessageView): void =>
    attempt(invoke('inbox.like', { messageId: message.id, liked: !message.liked }));

  async function setHidden(message: MessageView, hidden: boolean): Promise<void> {
    await invoke('inbox.hide', { messageId: message.id, hidden });
    if (hidden) toasts.undo(t('inbox.toast.hidden'), () => attempt(setHidden(message, false)));
  }
  const hide = (message: MessageView): void => attempt(setHidden(message, !message.hidden));

  const askDelete = (message: MessageView): void => void (deleting.value = message);
  async function confirmDelete(): Promise<void> {
    const message = deleting.value;
    deleting.value = null;
    if (!message) return;
    try {
      await invoke('inbox.delete', { messageId: message.id });
      toasts.info(t('inbox.toast.deleted'));
    } catch (thrown) {
      toasts.error(thrown);
    }
  }

  const openUrl = (url: string): void => attempt(invoke('app.openExternal', { url }));
  const retry = (message: MessageView): void => {
    if (message.jobId) attempt(invoke('outbox.retry', { id: message.jobId }));
  };
  /** Takes it out of the outbox; main gives its text back as the draft. */
  const edit = (message: MessageView): void => {
    if (message.jobId) attempt(invoke('outbox.discard', { id: message.jobId }));
  };
  const isThere = (message: MessageView): void => {
    if (message.jobId) attempt(invoke('outbox.confirmSent', { id: message.jobId }));
  };
  const sendAgain = (message: MessageView): void => {
    if (message.jobId) attempt(invoke('outbox.sendAgain', { id: message.jobId }));
  };
  return { like, hide, askDelete, deleting, confirmDelete, openUrl, retry, edit, isThere, sendAgain };
}
export type MessageActions = ReturnType<typeof useMessageActions>;
