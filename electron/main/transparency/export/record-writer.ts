import { closeSync, openSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const BUFFER = 1 << 16;

/** The files of a record as they are written, each with its SHA-256. */
export type RecordWriter = {
  readonly write: (name: string, content: string) => void;
  /** For files that grow line by line. */
  readonly open: (name: string) => GrowingFile;
  readonly hashes: () => Readonly<Record<string, string>>;
};
export type GrowingFile = { readonly add: (text: string) => void; readonly close: () => void };

export function createRecordWriter(folder: string): RecordWriter {
  const hashes: Record<string, string> = {};

  const open = (name: string): GrowingFile => {
    const handle = openSync(join(folder, name), 'wx', 0o644);
    const hash = createHash('sha256');
    let pending: string[] = [];
    let length = 0;
    const flush = (): void => {
      const bytes = Buffer.from(pending.join(''), 'utf8');
      hash.update(bytes);
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      pending = [];
      length = 0;
    };
    return {
      add: (text) => {
        pending.push(text);
        length += text.length;
        if (length >= BUFFER) flush();
      },
      close: () => {
        flush();
        closeSync(handle);
        hashes[name] = hash.digest('hex');
      },
    };
  };

  return {
    open,
    write: (name, content) => {
      const file = open(name);
      file.add(content);
      file.close();
    },
    hashes: () => ({ ...hashes }),
  };
}

/** `sha256sum -c` reads it; the verifiers know its exact bytes. */
export const sha256Sums = (hashes: Readonly<Record<string, string>>): string =>
  Object.keys(hashes)
    .sort()
    .map((name) => `${hashes[name]}  ${name}\n`)
    .join('');
