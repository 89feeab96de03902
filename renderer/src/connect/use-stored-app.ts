import { shallowRef, watch } from 'vue';
import { toErrorInfo } from '@shared/domain/errors';
import type { StoredApp } from '@shared/ipc/accounts';
import type { Input } from '@shared/ipc/contract';
import { invoke } from '@/bridge/invoke';

/** The app that is stored for a sign-in, if any; null while that is not known. */
export function useStoredApp(wanted: () => Input<'accounts.storedApp'> | null) {
  const app = shallowRef<StoredApp | null>(null);
  let newest = 0;
  const key = (): string => JSON.stringify(wanted());
  watch(
    key,
    async () => {
      const next = wanted();
      const mine = ++newest;
      app.value = null;
      if (!next) return;
      try {
        const found = await invoke('accounts.storedApp', next);
        if (mine === newest) app.value = found;
      } catch (thrown) {
        // the person can type everything
        reportError(new Error(`stored app: ${toErrorInfo(thrown).kind}`));
      }
    },
    { immediate: true },
  );
  return app;
}
