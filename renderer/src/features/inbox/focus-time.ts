import { onScopeDispose } from 'vue';

/**
 * How long the person has had a text before them, for the review that the log keeps: since it was opened, and
 * of that how long the window had the focus.
 */
export function useFocusTime(now: () => number = Date.now) {
  let openedAt = now();
  let focusedSince: number | null = document.hasFocus() ? now() : null;
  let focusedMs = 0;

  const gained = (): void => void (focusedSince ??= now());
  function lost(): void {
    if (focusedSince !== null) focusedMs += now() - focusedSince;
    focusedSince = null;
  }
  function restart(): void {
    openedAt = now();
    focusedMs = 0;
    focusedSince = document.hasFocus() ? now() : null;
  }
  function measure(): { readonly openedMs: number; readonly focusedMs: number } {
    const running = focusedSince === null ? 0 : now() - focusedSince;
    return { openedMs: Math.max(0, now() - openedAt), focusedMs: Math.max(0, focusedMs + running) };
  }

  window.addEventListener('focus', gained);
  window.addEventListener('blur', lost);
  onScopeDispose(() => {
    window.removeEventListener('focus', gained);
    window.removeEventListener('blur', lost);
  });
  return { restart, measure };
}
