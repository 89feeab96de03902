import { AppError, appError } from '@shared/domain/errors';
import type { Database } from './database';
import type { Erased, ErasedList } from './erased-list';
import { hex } from './hashes';
import type { TransparencyLog } from './log';
import type { Logger } from '../ports';
import { createSlotRecords, type SlotPlace, type SlotRecord } from './slot-records';
import { createSubjects, type SubjectKind } from './subjects';
import { truncateWal } from './wal';

/** Erasing a person from the log: texts and salts go, entries and hashes stay, and the log says that it happened. */
export type SubjectHit = {
  readonly subj: string;
  readonly kind?: SubjectKind;
  readonly key?: string;
  readonly entries: number;
};
export type ErasureSearch = {
  readonly subjects: readonly SubjectHit[];
  /** Texts that contain the words, whoever they are about. */
  readonly mentions: readonly SlotRecord[];
};
export type ErasurePreview = {
  readonly subjects: readonly SubjectHit[];
  readonly slots: readonly SlotRecord[];
  readonly held: readonly string[];
  /** Exports given away before, which cannot be recalled. */
  readonly exports: readonly {
    readonly seq: number;
    readonly ts: string;
    readonly bundle: string;
    readonly texts: boolean;
  }[];
};
export type ErasureRequest = {
  readonly subjects?: readonly string[];
  readonly slots?: readonly SlotPlace[];
  readonly reason: 'gdpr.art17' | 'mistake' | 'legal';
  /** Random id of who did it, from `log.subject('reviewer', ...)`. */
  readonly by: string;
};
export type ErasureResult = {
  readonly seq: number;
  readonly erased: number;
  /** False inside a caller's transaction or while another connection reads: call `truncate` later. */
  readonly walTruncated: boolean;
};

export type Erasure = {
  readonly search: (words: string) => ErasureSearch;
  readonly preview: (subjects: readonly string[]) => ErasurePreview;
  /** Throws AppError `not_allowed` where a legal hold stands, `not_found` where there is nothing to erase. */
  readonly erase: (request: ErasureRequest) => ErasureResult;
  /**
   * At start: erases once more what a restored backup brought back. What a legal hold of that backup covers stays.
   * Returns how many texts went.
   */
  readonly again: () => number;
  /** Removes what the write-ahead log still carries of erased texts. */
  readonly truncate: () => boolean;
};

export type ErasureDeps = {
  readonly log: TransparencyLog;
  readonly db: Database;
  readonly list: ErasedList;
  readonly diagnostics: Logger;
};

export function createErasure(deps: ErasureDeps): Erasure {
  const { log, db, list } = deps;
  const records = createSlotRecords(db);
  const subjects = createSubjects(db);
  const holds = db.prepare<[string], { readonly n: number }>(
    "SELECT count(*) AS n FROM ai_log_hold WHERE scope = 'subject' AND ref = ?",
  );
  const accountHolds = db.prepare<[number], { readonly n: number }>(
    "SELECT count(*) AS n FROM ai_log_entry e JOIN ai_log_hold h ON h.scope = 'account' AND h.ref = e.acct WHERE e.seq = ?",
  );
  const declare = db.prepare('INSERT INTO ai_log_erasure (seq, slot, by_seq) VALUES (?, ?, ?)');
  const removeText = db.prepare('DELETE FROM ai_log_content WHERE seq = ? AND slot = ?');

  const spine = db.prepare<[number], { readonly hash: Buffer }>('SELECT hash FROM ai_log WHERE seq = ?');

  const hitOf = (subj: string): SubjectHit => {
    const known = subjects.who(subj);
    const entries = records.entriesAbout(subj).length;
    return known ? { subj, kind: known.kind, key: known.key, entries } : { subj, entries };
  };

  /**
   * A reviewer is named beside many acts, so only what names them goes. Of an author's acts everything goes that is
   * not about somebody else: the answer to a message repeats what the message said.
   */
  const slotsAbout = (subj: string): readonly SlotRecord[] => {
    const own = records.ofSubject(subj);
    if (subjects.who(subj)?.kind === 'reviewer') return own;
    const chain = records.entriesAbout(subj).flatMap((seq) => log.related(seq).map((view) => view.seq));
    const around = [...new Set(chain)].flatMap((seq) => records.ofEntry(seq));
    return [...own, ...around.filter((record) => record.subj === null || record.subj === subj)];
  };

  const unique = <T extends SlotPlace>(places: readonly T[]): readonly T[] =>
    [...new Map(places.map((place) => [`${place.seq}:${place.slot}`, place])).values()].sort(
      (a, b) => a.seq - b.seq || (a.slot < b.slot ? -1 : 1),
    );

  const refuseHeld = (subj: readonly string[], places: readonly SlotPlace[]): void => {
    const held =
      subj.some((one) => (holds.get(one)?.n ?? 0) > 0) ||
      places.some(({ seq }) => (accountHolds.get(seq)?.n ?? 0) > 0);
    if (held) throw appError('not_allowed', { detail: 'a legal hold covers what should be erased' });
  };

  const present = (place: SlotPlace): boolean =>
    records.ofEntry(place.seq).some(({ slot }) => slot === place.slot);

  const hashOf = (seq: number): string | undefined => {
    const row = spine.get(seq);
    return row && hex(row.hash);
  };

  /** Everything that is to go, in one transaction with the entry that says so. */
  const remove = (
    { subjects: ids = [], slots = [], reason, by }: ErasureRequest,
    actor: { readonly kind: 'human' | 'system'; readonly ref: string },
    remember: (places: readonly SlotPlace[]) => void,
  ): ErasureResult => {
    const places = unique<SlotPlace>([...ids.flatMap(slotsAbout), ...slots.filter(present)]);
    if (places.length === 0 && ids.every((id) => subjects.who(id) === undefined))
      throw appError('not_found', { detail: 'nothing to erase' });
    refuseHeld(ids, places);
    const seq = log.durably(() => {
      const erases = places.map(({ seq: at, slot }) => ({ seq: at, slot }));
      const entry = log.append({ type: 'erasure', actor, erases, reason, by });
      for (const { seq: at, slot } of places) {
        declare.run(at, slot, entry.seq);
        removeText.run(at, slot);
      }
      ids.forEach(subjects.forget);
      remember(places);
      return entry.seq;
    });
    return { seq, erased: places.length, walTruncated: truncateWal(db) };
  };

  const eraseAgain = ({ reason, subjects: ids, slots }: Erased): number => {
    const back = {
      subjects: ids.filter((id) => subjects.who(id) !== undefined),
      slots: slots.filter((place) => hashOf(place.seq) === place.hash && present(place)),
    };
    if (back.subjects.length === 0 && back.slots.length === 0) return 0;
    const by = log.subject('reviewer', 'local');
    try {
      return remove({ ...back, reason, by }, { kind: 'system', ref: 'restore' }, () => undefined).erased;
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'not_allowed') throw error;
      deps.diagnostics.warn('a legal hold keeps what was erased after this backup', {
        texts: back.slots.length,
      });
      return 0;
    }
  };

  return {
    search: (words) => {
      const text = words.trim();
      if (text === '') return { subjects: [], mentions: [] };
      const mentions = records.containing(text);
      const ids = new Set([
        ...subjects.find(text).map(({ subj }) => subj),
        ...mentions.flatMap(({ subj }) => subj ?? []),
      ]);
      return { subjects: [...ids].map(hitOf), mentions };
    },
    preview: (ids) => ({
      subjects: ids.map(hitOf),
      slots: unique(ids.flatMap(slotsAbout)),
      held: ids.filter((id) => (holds.get(id)?.n ?? 0) > 0),
      exports: log
        .entries({ types: ['export'], limit: 500 })
        .items.flatMap(({ seq, ts, entry }) =>
          entry.type === 'export' && entry.phase === 'begun'
            ? [{ seq, ts, bundle: entry.bundle, texts: entry.texts || entry.names }]
            : [],
        ),
    }),
    erase: (request) =>
      remove(request, { kind: 'human', ref: request.by }, (places) =>
        list.add({
          reason: request.reason,
          subjects: request.subjects ?? [],
          slots: places.map(({ seq, slot }) => ({ seq, slot, hash: hashOf(seq) ?? '' })),
        }),
      ),
    again: () => list.read().reduce((sum, item) => sum + eraseAgain(item), 0),
    truncate: () => truncateWal(db),
  };
}
