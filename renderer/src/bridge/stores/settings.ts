import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Settings } from '@shared/ipc/settings';
import { coalesce } from '../coalesce';
import { onEvent } from '../events';
import { invoke } from '../invoke';

export const useSettingsStore = defineStore('settings', () => {
  const settings = ref<Settings | null>(null);

  async function load(): Promise<void> {
    settings.value = await invoke('settings.get', {});
  }

  /** Shows the change at once; what main answers is what holds. */
  async function change(part: Partial<Settings>): Promise<void> {
    const before = settings.value;
    if (before) settings.value = { ...before, ...part };
    try {
      settings.value = await invoke('settings.set', part);
    } catch (thrown) {
      settings.value = before;
      throw thrown;
    }
  }

  onEvent('settings.changed', coalesce(load));
  return { settings, load, change };
});
