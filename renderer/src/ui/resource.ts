import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';

/** After this long a wait is worth showing; before it a skeleton would only flicker. */
export const SKELETON_AFTER_MS = 150;

export type Resource<Value> = {
  readonly value: Readonly<ShallowRef<Value | null>>;
  readonly error: Readonly<ShallowRef<ErrorInfo | null>>;
  readonly loading: Readonly<Ref<boolean>>;
  /** Loading for so long, and with nothing to show, that a skeleton helps. */
  readonly showSkeleton: ComputedRef<boolean>;
  readonly load: () => Promise<void>;
  readonly set: (value: Value) => void;
};

/**
 * What a view shows that comes from elsewhere: keeps the last value while a newer one is fetched, and lets
 * only the newest request decide. `load` never rejects: the failure is in `error`.
 */
export function useResource<Value>(fetch: () => Promise<Value>): Resource<Value> {
  const value = shallowRef<Value | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const loading = ref(false);
  const slow = ref(false);
  let newest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const settle = (): void => {
    clearTimeout(timer);
    loading.value = false;
    slow.value = false;
  };

  async function load(): Promise<void> {
    const mine = ++newest;
    if (!loading.value) timer = setTimeout(() => (slow.value = true), SKELETON_AFTER_MS);
    loading.value = true;
    try {
      const result = await fetch();
      if (mine !== newest) return;
      value.value = result;
      error.value = null;
      settle();
    } catch (thrown) {
      if (mine !== newest) return;
      error.value = toErrorInfo(thrown);
      settle();
    }
  }

  function set(next: Value): void {
    newest++;
    value.value = next;
    error.value = null;
    settle();
  }

  onScopeDispose(() => clearTimeout(timer));
  return {
    value,
    error,
    loading,
    showSkeleton: computed(() => slow.value && value.value === null),
    load,
    set,
  };
}
