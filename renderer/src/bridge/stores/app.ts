import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { AppState } from '@shared/ipc/settings';
import { coalesce } from '../coalesce';
import { onEvent } from '../events';
import { invoke } from '../invoke';

/** The state of the app as a whole: connection, sync, what waits, what needs a person. */
export const useAppStore = defineStore('app', () => {
  const state = ref<AppState | null>(null);

  async function load(): Promise<void> {
    state.value = await invoke('app.state', {});
  }

  const reload = coalesce(load);
  onEvent('app.changed', reload);
  onEvent('outbox.changed', reload);
  return { state, load };
});
