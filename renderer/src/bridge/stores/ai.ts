import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { AiState } from '@shared/ipc/ai';
import { coalesce } from '../coalesce';
import { onEvent } from '../events';
import { invoke } from '../invoke';

export const useAiStore = defineStore('ai', () => {
  const state = ref<AiState | null>(null);

  async function load(): Promise<void> {
    state.value = await invoke('ai.state', {});
  }

  async function setStopped(stopped: boolean): Promise<void> {
    state.value = await invoke('ai.killSwitch', { stopped });
  }

  onEvent('ai.changed', coalesce(load));
  return { state, load, setStopped };
});
