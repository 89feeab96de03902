import { onScopeDispose, watchEffect, type Ref } from 'vue';
import type { Settings } from '@shared/ipc/settings';

/** Puts the chosen theme on the document; `system` follows the operating system while the app runs. */
export function useTheme(theme: Ref<Settings['theme']>): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const resolved = theme.value === 'system' ? (dark.matches ? 'dark' : 'light') : theme.value;
    document.documentElement.dataset['theme'] = resolved;
  };
  watchEffect(apply);
  dark.addEventListener('change', apply);
  onScopeDispose(() => dark.removeEventListener('change', apply));
}
