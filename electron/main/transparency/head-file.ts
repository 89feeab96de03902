import { z } from 'zod';
import { AppError } from '@shared/domain/errors';
import type { Logger, SecretStore } from '../ports';
import { readFileIfAny, writeFileAtomically } from './files';
import { base64, fromBase64 } from './hashes';

/** The last entry of the log. At seq 0 the hash is 64 zeros. */
export type Head = { readonly seq: number; readonly hash: string };

/**
 * What is remembered outside the database: the head, which shows a cut tail or an old backup, and the frontier of
 * the Merkle tree at that head, which spares hashing the whole log again.
 */
const savedHead = z.object({
  log: z.string(),
  seq: z.number().int(),
  hash: z.string(),
  peaks: z.array(z.string()).readonly(),
});
export type SavedHead = z.infer<typeof savedHead>;

export type HeadFile = {
  /** `unreadable`: there is one, but the store cannot open it now. */
  readonly read: () => SavedHead | 'none' | 'unreadable' | 'damaged';
  readonly write: (head: SavedHead) => void;
};

const headFile = z.object({ v: z.literal(1), protected: z.boolean(), data: z.string() });

export function createHeadFile(deps: {
  readonly file: string;
  readonly secrets: SecretStore;
  readonly log: Logger;
}): HeadFile {
  const { file, secrets, log } = deps;

  const seal = (text: string): { readonly protected: boolean; readonly data: string } => {
    try {
      return { protected: true, data: base64(secrets.encrypt(text)) };
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'secret_store') throw error;
      return { protected: false, data: base64(Buffer.from(text, 'utf8')) };
    }
  };

  return {
    read: () => {
      const text = readFileIfAny(file);
      if (text === undefined) return 'none';
      try {
        const stored = headFile.parse(JSON.parse(text));
        if (stored.protected && secrets.protection() === 'unavailable') return 'unreadable';
        const bytes = fromBase64(stored.data);
        return savedHead.parse(
          JSON.parse(stored.protected ? secrets.decrypt(bytes) : Buffer.from(bytes).toString('utf8')),
        );
      } catch (error) {
        log.error('the head file of the transparency log is damaged', { error: String(error) });
        return 'damaged';
      }
    },
    write: (head) => writeFileAtomically(file, JSON.stringify({ v: 1, ...seal(JSON.stringify(head)) })),
  };
}
