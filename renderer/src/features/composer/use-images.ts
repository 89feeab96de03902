import { ref, shallowRef } from 'vue';
import { appError } from '@shared/domain/errors';
import type { Progress } from '@shared/ipc/common';
import type { Media } from '@shared/ipc/composer';
import type { Input } from '@shared/ipc/contract';
import { stream } from '@/bridge/stream';
import { useToasts } from '@/ui/toasts';

type Source = Input<'composer.addMedia'>['source'];

/** As much of a file as crosses to main at a time: a video never lies in memory whole. */
const PART_BYTES = 4 * 1024 * 1024;
const VIDEO_NAME = /\.(mp4|m4v|mov|webm)$/i;

/** Brings images and videos into the app: chosen in the system's dialog, dropped or pasted. */
export function useImages(added: (items: readonly Media[]) => void) {
  const toasts = useToasts();
  const busy = ref(false);
  const progress = shallowRef<Progress | null>(null);
  let cancelRun: (() => void) | null = null;
  let cancelled = false;

  async function take(source: Source, onPart: (part: Progress) => void): Promise<void> {
    if (cancelled) throw appError('cancelled');
    const run = stream('composer.addMedia', { source }, onPart);
    cancelRun = run.cancel;
    const items = await run.result;
    if (items.length > 0) added(items);
  }
  const show = (part: Progress): void => void (progress.value = part);

  async function takeFile(file: File): Promise<void> {
    const name = file.name || (file.type.startsWith('video/') ? 'video' : 'image');
    if (!file.type.startsWith('image/') && !file.type.startsWith('video/') && !VIDEO_NAME.test(name))
      throw appError('media_rejected', { params: { reason: 'not_media' }, detail: `type ${file.type}` });
    if (file.size === 0) throw appError('media_rejected', { params: { reason: 'empty' } });
    const { size } = file;
    if (size <= PART_BYTES) return take({ kind: 'bytes', name, bytes: await bytesOf(file) }, show);
    const upload = crypto.randomUUID();
    for (let from = 0; from < size; from += PART_BYTES) {
      show({ done: from, total: size, label: name });
      const bytes = await bytesOf(file.slice(from, from + PART_BYTES));
      const last = from + PART_BYTES >= size;
      await take({ kind: 'part', upload, name, size, from, bytes, last }, () => undefined);
    }
  }

  async function guarded(work: () => Promise<void>): Promise<void> {
    busy.value = true;
    cancelled = false;
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

  const choose = (): Promise<void> => guarded(() => take({ kind: 'choose' }, show));

  const addFiles = (files: readonly File[]): Promise<void> =>
    guarded(async () => {
      for (const file of files) await takeFile(file);
    });

  const cancel = (): void => {
    cancelled = true;
    cancelRun?.();
  };
  return { busy, progress, choose, addFiles, cancel };
}

const bytesOf = async (blob: Blob): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await blob.arrayBuffer());

/** The files of a drop or a paste; empty when it carries text only. */
export const filesOf = (data: DataTransfer | null): readonly File[] => [...(data?.files ?? [])];
