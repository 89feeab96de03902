import { ref, shallowRef } from 'vue';
import { appError } from '@shared/domain/errors';
import type { Progress } from '@shared/ipc/common';
import type { Media } from '@shared/ipc/composer';
import { stream } from '@/bridge/stream';
import { useToasts } from '@/ui/toasts';

type Source =
  | { readonly kind: 'choose' }
  | { readonly kind: 'bytes'; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };

/** Brings images into the app: chosen in the system's dialog, dropped or pasted. */
export function useImages(added: (items: readonly Media[]) => void) {
  const toasts = useToasts();
  const busy = ref(false);
  const progress = shallowRef<Progress | null>(null);
  let cancelRun: (() => void) | null = null;

  async function take(source: Source): Promise<void> {
    const run = stream('composer.addMedia', { source }, (part) => (progress.value = part));
    cancelRun = run.cancel;
    added(await run.result);
  }

  async function guarded(work: () => Promise<void>): Promise<void> {
    busy.value = true;
    try {
      await work();
    } catch (thrown) {
      toasts.error(thrown);
    } finally {
      busy.value = false;
      progress.value = null;
      cancelRun = null;
    }
  }

  const choose = (): Promise<void> => guarded(() => take({ kind: 'choose' }));

  const addFiles = (files: readonly File[]): Promise<void> =>
    guarded(async () => {
      for (const file of files) {
        if (!file.type.startsWith('image/'))
          throw appError('media_rejected', { detail: `not an image: ${file.type}` });
        await take({
          kind: 'bytes',
          name: file.name || 'image',
          bytes: new Uint8Array(await file.arrayBuffer()),
        });
      }
    });

  const cancel = (): void => cancelRun?.();
  return { busy, progress, choose, addFiles, cancel };
}

/** The files of a drop or a paste; empty when it carries text only. */
export const filesOf = (data: DataTransfer | null): readonly File[] => [...(data?.files ?? [])];
