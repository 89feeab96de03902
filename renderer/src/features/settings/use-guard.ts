import { ref } from 'vue';
import { useToasts } from '@/ui/toasts';

/** Runs one action at a time; what goes wrong is said in words. */
export function useGuard() {
  const toasts = useToasts();
  const busy = ref(false);
  async function run(work: () => Promise<unknown>, said?: string): Promise<boolean> {
    busy.value = true;
    try {
      await work();
      if (said !== undefined) toasts.info(said);
      return true;
    } catch (thrown) {
      toasts.error(thrown);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, run };
}
