import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Output } from '@shared/ipc/contract';
import { coalesce } from '../coalesce';
import { onEvent } from '../events';
import { invoke } from '../invoke';

/** How many conversations each view of the inbox holds. */
export const useCountsStore = defineStore('counts', () => {
  const counts = ref<Output<'inbox.counts'> | null>(null);

  async function load(): Promise<void> {
    counts.value = await invoke('inbox.counts', {});
  }

  onEvent('inbox.changed', coalesce(load));
  onEvent('accounts.changed', coalesce(load));
  return { counts, load };
});
