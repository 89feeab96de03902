import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { PostId } from '@shared/domain/ids';
import type { Input } from '@shared/ipc/contract';
import type { MissedPost } from '@shared/ipc/calendar';
import { onEvent } from '@/bridge/events';
import { invoke } from '@/bridge/invoke';

export type MissedDecision = Input<'calendar.decideMissed'>['decision'];

/** Posts that were due while the app was closed and wait for the person's word. */
export const useMissedStore = defineStore('missed', () => {
  const missed = ref<readonly MissedPost[]>([]);
  const putOff = ref(false);
  const open = computed(() => missed.value.length > 0 && !putOff.value);

  async function load(): Promise<void> {
    const next = await invoke('calendar.missed', {});
    if (next.length > missed.value.length) putOff.value = false;
    missed.value = next;
  }

  async function decide(id: PostId, decision: MissedDecision): Promise<void> {
    await invoke('calendar.decideMissed', { id, decision });
    missed.value = missed.value.filter((entry) => entry.post.id !== id);
  }

  /** Later: they stay under "Needs you" in the calendar. */
  const later = (): void => void (putOff.value = true);

  onEvent('posts.changed', () => void load().catch(reportError));
  return { missed, open, load, decide, later };
});
