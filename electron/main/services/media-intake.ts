import { appendFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { appError } from '@shared/domain/errors';
import type { Output, ParsedInput } from '@shared/ipc/contract';
import type { Media } from '@shared/ipc/composer';
import type { ShellControls } from '../ports';
import { diskError } from './media-files';
import { MAX_VIDEO_BYTES, type MediaStore } from './media-store';

type IntakeDeps = {
  readonly media: Pick<MediaStore, 'add' | 'addFile' | 'staging'>;
  readonly chooseFiles: ShellControls['chooseFiles'];
};
type Progress = { readonly done: number; readonly total: number | null; readonly label?: string };
type Stream = { readonly signal: AbortSignal; readonly part: (value: Progress) => void };
type Part = Extract<ParsedInput<'composer.addMedia'>['source'], { kind: 'part' }>;
type Upload = { readonly path: string; received: number };

const EXTENSIONS = [
  ...['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'bmp', 'tif', 'tiff'],
  ...['mp4', 'm4v', 'mov', 'webm'],
];
const MB = 1024 * 1024;
/** More files that arrive at the same time than a person can drop. */
const MOST_UPLOADS = 8;

/** How files come in: chosen in the system's dialog, or handed over by the window whole or in parts. */
export function createMediaIntake({ media, chooseFiles }: IntakeDeps) {
  const uploads = new Map<string, Upload>();

  const drop = async (id: string): Promise<void> => {
    const upload = uploads.get(id);
    uploads.delete(id);
    if (upload) await rm(upload.path, { force: true });
  };

  /** Files of the window have no path here: it sends them part by part, in order, and the last one ends it. */
  const take = async ({ upload: id, from, size, last, name, bytes }: Part): Promise<readonly Media[]> => {
    if (size > MAX_VIDEO_BYTES)
      throw appError('media_rejected', { params: { reason: 'too_large', max: MAX_VIDEO_BYTES / MB } });
    if (from === 0 && uploads.size >= MOST_UPLOADS) for (const old of [...uploads.keys()]) await drop(old);
    const upload = uploads.get(id) ?? { path: await media.staging(), received: 0 };
    uploads.set(id, upload);
    try {
      if (from !== upload.received || from + bytes.byteLength > size)
        throw appError('invalid_input', { field: 'source.from', detail: 'parts come in order' });
      await appendFile(upload.path, bytes).catch((error: unknown) => {
        throw diskError(error);
      });
      upload.received += bytes.byteLength;
      if (!last) return [];
      if (upload.received !== size)
        throw appError('invalid_input', { field: 'source.size', detail: 'a part is missing' });
      const added = await media.addFile(upload.path, name);
      await drop(id);
      return [added];
    } catch (error) {
      await drop(id);
      throw error;
    }
  };

  const choose = async (stream: Stream): Promise<readonly Media[]> => {
    const paths = await chooseFiles('Images and videos', EXTENSIONS);
    const added: Media[] = [];
    for (const [done, path] of paths.entries()) {
      stream.signal.throwIfAborted();
      const name = basename(path);
      stream.part({ done, total: paths.length, label: name });
      added.push(await media.addFile(path, name, { signal: stream.signal }));
    }
    if (paths.length > 0) stream.part({ done: paths.length, total: paths.length });
    return added;
  };

  return {
    addMedia: async (
      { source }: ParsedInput<'composer.addMedia'>,
      stream: Stream,
    ): Promise<Output<'composer.addMedia'>> => {
      if (source.kind === 'bytes') return [await media.add(source.bytes, source.name)];
      return source.kind === 'part' ? take(source) : choose(stream);
    },
  };
}
