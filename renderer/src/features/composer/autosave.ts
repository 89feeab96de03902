import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { toErrorInfo, type ErrorInfo } from '@shared/domain/errors';

export type SaveStatus = 'saved' | 'unsaved' | 'saving' | 'failed';

export type Autosave = {
  readonly status: Readonly<Ref<SaveStatus>>;
  readonly savedAt: Readonly<Ref<number | null>>;
  readonly error: Readonly<ShallowRef<ErrorInfo | null>>;
  /** Something changed: it is saved after a short rest. */
  readonly touch: () => void;
  /** Saves what is unsaved now; false when that failed, the reason then being in `error`. */
  readonly flush: () => Promise<boolean>;
  /** Forgets what is unsaved: another post is shown. */
  readonly reset: () => void;
};

/**
 * Saves a rest after the last change, one save at a time. A change during a save is saved after it, so that
 * the last state always wins.
 */
export function createAutosave(save: () => Promise<void>, restMs = 600): Autosave {
  const status = ref<SaveStatus>('saved');
  const savedAt = ref<number | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;
  let dirty = false;

  async function saveOnce(): Promise<void> {
    dirty = false;
    status.value = 'saving';
    try {
      await save();
      error.value = null;
      savedAt.value = Date.now();
      status.value = dirty ? 'unsaved' : 'saved';
    } catch (thrown) {
      dirty = true;
      error.value = toErrorInfo(thrown);
      status.value = 'failed';
    }
  }

  async function flush(): Promise<boolean> {
    clearTimeout(timer);
    if (running) await running;
    while (dirty) {
      running = saveOnce();
      await running;
      running = null;
      if (status.value === 'failed') return false;
    }
    return true;
  }

  function touch(): void {
    dirty = true;
    if (status.value !== 'saving') status.value = 'unsaved';
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), restMs);
  }

  function reset(): void {
    clearTimeout(timer);
    dirty = false;
    error.value = null;
    savedAt.value = null;
    status.value = 'saved';
  }

  return { status, savedAt, error, touch, flush, reset };
}
