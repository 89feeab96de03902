import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import { appError } from '@shared/domain/errors';
import type { AccountId, PostId } from '@shared/domain/ids';
import { postIssues, variantApprovals } from '@shared/domain/post-approval';
import type { VariantState } from '@shared/domain/states';
import { blocks, type Issue } from '@shared/domain/validate';
import type { CalendarPost } from '@shared/ipc/calendar';
import { onEvent } from '@/bridge/events';
import { invoke } from '@/bridge/invoke';
import { useAccountsStore } from '@/bridge/stores/accounts';
import { useResource } from '@/ui/resource';

export type Span = { readonly from: number; readonly to: number };
export type Filters = { readonly accountIds: readonly AccountId[]; readonly states: readonly VariantState[] };

/** Why a post from the tray cannot be scheduled as it is. */
export type Refusal = { readonly why: 'no_account' } | { readonly why: 'issue'; readonly issue: Issue };

/** The posts of the visible time, and the two trays beside it. */
export const useCalendarStore = defineStore('calendar', () => {
  const accounts = useAccountsStore();
  const span = shallowRef<Span | null>(null);
  const filters = shallowRef<Filters>({ accountIds: [], states: [] });
  /** The zone in view; null: the one of the settings. */
  const zone = ref<string | null>(null);

  const posts = useResource(async (): Promise<readonly CalendarPost[]> => {
    if (!span.value) return [];
    const { accountIds, states } = filters.value;
    return invoke('calendar.range', {
      ...span.value,
      accountIds: accountIds.length > 0 ? [...accountIds] : undefined,
      states: states.length > 0 ? [...states] : undefined,
    });
  });
  const unscheduled = useResource(() => invoke('calendar.unscheduled', {}));
  const needsYou = useResource(() => invoke('calendar.needsYou', {}));

  const loadTrays = (): Promise<unknown> => Promise.all([unscheduled.load(), needsYou.load()]);

  async function show(next: Span): Promise<void> {
    if (span.value?.from === next.from && span.value.to === next.to) return;
    span.value = next;
    await posts.load();
  }

  async function filterBy(next: Filters): Promise<void> {
    filters.value = next;
    await posts.load();
  }

  const find = (id: string): CalendarPost | undefined =>
    [...(posts.value.value ?? []), ...(unscheduled.value.value ?? []), ...(needsYou.value.value ?? [])].find(
      (post) => post.id === id,
    );

  /** Shows the new place at once; the answer of main, or its refusal, corrects it. */
  function place(id: PostId, dueAt: number, zoneName: string): void {
    const list = posts.value.value ?? [];
    posts.set(list.map((post) => (post.id === id ? { ...post, dueAt, zone: zoneName } : post)));
  }

  async function move(id: PostId, dueAt: number, zoneName: string): Promise<void> {
    place(id, dueAt, zoneName);
    try {
      await invoke('calendar.move', { id, dueAt, zone: zoneName });
    } finally {
      await posts.load();
    }
  }

  /**
   * Puts a post from the tray at a time. That schedules it, so it approves what each account would publish:
   * the texts are fetched, checked and hashed here; what blocks is returned instead.
   */
  async function schedule(id: PostId, dueAt: number, zoneName: string): Promise<Refusal | null> {
    const post = await invoke('composer.get', { id });
    if (post.variants.length === 0) return { why: 'no_account' };
    const found = postIssues(post, post.variants, (account) => accounts.find(account)?.capabilities);
    const issue = found.flatMap((entry) => entry.issues).find((entry) => blocks([entry]));
    if (issue) return { why: 'issue', issue };
    if (found.length < post.variants.length) throw appError('not_found', { field: 'accountId' });
    await invoke('calendar.move', {
      id,
      dueAt,
      zone: zoneName,
      approvals: await variantApprovals(post, post.variants, (id) => accounts.find(id)?.capabilities),
    });
    await Promise.all([posts.load(), loadTrays()]);
    return null;
  }

  async function unschedule(id: PostId): Promise<void> {
    await invoke('composer.unschedule', { id });
    await Promise.all([posts.load(), loadTrays()]);
  }

  async function remove(id: PostId, deleted: boolean): Promise<void> {
    await invoke('composer.delete', { id, deleted });
    await Promise.all([posts.load(), loadTrays()]);
  }

  onEvent('posts.changed', () => {
    if (span.value) void posts.load();
    void loadTrays();
  });

  return {
    span,
    filters,
    zone,
    posts,
    unscheduled,
    needsYou,
    loadTrays,
    show,
    filterBy,
    find,
    move,
    schedule,
    unschedule,
    remove,
  };
});
