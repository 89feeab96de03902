import { z } from 'zod';
import type { Logger } from '../ports';
import { slotNames } from './entry-parts';
import { readFileIfAny, writeFileAtomically } from './files';

const erased = z.object({
  reason: z.enum(['gdpr.art17', 'mistake', 'legal']),
  /** Random ids that stood for persons. */
  subjects: z.array(z.string()).readonly(),
  /** The hash tells an entry from another one that got its number after a restore. */
  slots: z.array(z.object({ seq: z.number().int(), hash: z.string(), slot: z.enum(slotNames) })).readonly(),
});
export type Erased = z.infer<typeof erased>;
const listFile = z.object({ v: z.literal(1), log: z.string(), erased: z.array(erased).readonly() });

/**
 * What was erased, remembered outside the database: a backup that is restored still holds it. Ids, numbers and hashes
 * only; nothing here tells who or what it was.
 */
export type ErasedList = {
  readonly read: () => readonly Erased[];
  readonly add: (item: Erased) => void;
};

export function createErasedList(deps: {
  readonly file: string;
  readonly logId: string;
  readonly log: Logger;
}): ErasedList {
  const { file, logId } = deps;
  const read = (): readonly Erased[] => {
    const text = readFileIfAny(file);
    if (text === undefined) return [];
    try {
      const stored = listFile.parse(JSON.parse(text));
      return stored.log === logId ? stored.erased : [];
    } catch (error) {
      deps.log.error('the list of erased texts is damaged', { error: String(error) });
      return [];
    }
  };
  return {
    read,
    add: (item) => writeFileAtomically(file, JSON.stringify({ v: 1, log: logId, erased: [...read(), item] })),
  };
}
