import { defineStore } from 'pinia';
import type { JobId } from '@shared/domain/ids';
import { onEvent } from '@/bridge/events';
import { invoke } from '@/bridge/invoke';
import { useResource } from '@/ui/resource';

/** Every action that no network has accepted yet. */
export const useOutboxStore = defineStore('outbox', () => {
  const items = useResource(() => invoke('outbox.list', {}));

  const after = async (call: Promise<void>): Promise<void> => {
    await call;
    await items.load();
  };
  const retry = (id: JobId): Promise<void> => after(invoke('outbox.retry', { id }));
  const discard = (id: JobId): Promise<void> => after(invoke('outbox.discard', { id }));
  const confirmSent = (id: JobId): Promise<void> => after(invoke('outbox.confirmSent', { id }));
  const sendAgain = (id: JobId): Promise<void> => after(invoke('outbox.sendAgain', { id }));

  onEvent('outbox.changed', () => void items.load());
  return { items, retry, discard, confirmSent, sendAgain };
});
