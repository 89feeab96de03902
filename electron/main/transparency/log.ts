import { randomUUID } from 'node:crypto';
import { AppError, appError } from '@shared/domain/errors';
import type { AppInfo, Clock, Logger } from '../ports';
import { createAppender, type Appended, type ContentCapture } from './append';
import { createCheckpointer, type Checkpoint } from './checkpoint';
import type { Database } from './database';
import type { PublicKeyInfo } from './ed25519';
import type { EntryInput, EntryType } from './entry-types';
import type { HeadFile } from './head-file';
import { sha256, hex } from './hashes';
import { jcs } from './jcs';
import type { LogKeys } from './keys';
import { createLogReader, type LogReader } from './reader';
import { createSigner } from './signer';
import { inspectStart, type StartUp } from './start-up';
import { createSubjects, type SubjectKind } from './subjects';
import type { VerifyJob } from './verify-job';

export type LogEvent = { readonly seq: number; readonly type: EntryType; readonly id: string };

/** The transparency log of this installation. The only writer of its tables. */
export type TransparencyLog = LogReader & {
  readonly id: string;
  /** This run of the process. */
  readonly boot: string;
  /** Anything but `new`, `ok` and `unchecked` is an alarm; it is already in the log as log.restored. */
  readonly startup: StartUp;
  /** Synchronous. A savepoint in the caller's transaction, else a durable transaction of its own. */
  readonly append: (input: EntryInput) => Appended;
  /** One transaction that is on disk when this returns: an entry and the rows that depend on it. */
  readonly durably: <T>(work: () => T) => T;
  readonly subject: (kind: SubjectKind, key: string) => string;
  /** After each append. In a caller's transaction it may still be rolled back: treat it as a hint to read again. */
  readonly onAppend: (listener: (event: LogEvent) => void) => () => void;
  readonly checkpoint: () => Checkpoint | undefined;
  readonly lastCheckpoint: () => Checkpoint | undefined;
  /** The key of checkpoints, or undefined while they are declared unsigned. */
  readonly publicKey: () => PublicKeyInfo | undefined;
  /** Makes a key where there is none or where it was lost. False while the store may not keep one. */
  readonly ensureKey: () => boolean;
  readonly rotateKey: () => boolean;
  readonly sign: (message: Uint8Array) => string | undefined;
  readonly verifyJob: (file: string) => VerifyJob;
  /** Checkpoint and head file. Before the database closes. */
  readonly close: () => void;
};

export type LogDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly app: AppInfo;
  readonly keys: LogKeys;
  readonly headFile: HeadFile;
  readonly log: Logger;
  readonly capture?: () => ContentCapture;
};

/** The head file follows the log at this distance; only entries younger than that can be cut off unseen. */
const HEAD_FILE_DELAY_MS = 5_000;
const FULL = 2;

/** Hash of a setting's value for config.change. */
export const configHash = (value: unknown): string => hex(sha256(jcs(value)));

function asAppError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error) || !('code' in error)) return error;
  const codeName = String(error.code);
  if (codeName === 'SQLITE_FULL') return appError('disk_full', { detail: error.message }, error);
  return codeName.startsWith('SQLITE_') ? appError('database', { detail: error.message }, error) : error;
}

function createDurably(db: Database): <T>(work: () => T) => T {
  const run = db.transaction((work: () => unknown): unknown => work());
  return <T>(work: () => T): T => {
    const before = Number(db.pragma('synchronous', { simple: true }));
    if (db.inTransaction) {
      // SQLite cannot raise the level inside a transaction, so a weaker promise is refused, not made silently.
      if (before < FULL) throw appError('internal', { detail: 'a log entry needs a durable transaction' });
      return work();
    }
    if (before < FULL) db.pragma('synchronous = FULL');
    try {
      return run.immediate(work) as T;
    } finally {
      if (before < FULL) db.pragma(`synchronous = ${before}`);
    }
  };
}

export function createLog(deps: LogDeps): TransparencyLog {
  const { db, clock, app, keys, headFile, log } = deps;
  const boot = randomUUID();
  const reader = createLogReader(db);
  const subjects = createSubjects(db);
  const durably = createDurably(db);
  const listeners = new Set<(event: LogEvent) => void>();
  const write = createAppender({
    db,
    clock,
    app,
    boot,
    subjects,
    head: reader.head,
    capture: deps.capture ?? (() => 'full'),
  });

  const append = (logId: string, input: EntryInput): Appended => {
    try {
      const done = durably(() => write(logId, input));
      listeners.forEach((listener) => listener({ seq: done.seq, type: input.type, id: done.id }));
      scheduleHeadFile();
      return done;
    } catch (error) {
      throw asAppError(error);
    }
  };

  const found = inspectStart(db, headFile.read());
  const id = found.logId ?? randomUUID();
  const checkpointer = createCheckpointer(db, found.resume);
  const signer = createSigner({ db, keys, logId: id, append: (input) => append(id, input) });

  let cancelHeadFile: (() => void) | undefined;
  let closed = false;
  const saveHead = (): void => {
    cancelHeadFile?.();
    cancelHeadFile = undefined;
    headFile.write(checkpointer.saved(id));
  };
  /** A timer never runs inside a transaction: those are synchronous. */
  function scheduleHeadFile(): void {
    if (closed || cancelHeadFile) return;
    cancelHeadFile = clock.after(HEAD_FILE_DELAY_MS, () => {
      try {
        saveHead();
      } catch (error) {
        log.error('the head of the transparency log could not be saved', { error: String(error) });
      }
    });
  }

  if (found.logId === undefined) signer.begin();
  else signer.resume();
  if (found.alarm)
    append(id, { type: 'log.restored', actor: { kind: 'system', ref: 'app' }, ...found.alarm });
  if (found.logId === undefined || found.alarm) saveHead();

  const checkpoint = (): Checkpoint | undefined => {
    const made = checkpointer.make(id, signer.current());
    saveHead();
    return made;
  };

  return {
    ...reader,
    id,
    boot,
    startup: found.startup,
    append: (input) => append(id, input),
    durably,
    subject: subjects.of,
    onAppend: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    checkpoint,
    lastCheckpoint: checkpointer.last,
    publicKey: () => signer.current()?.publicKey,
    ensureKey: () => signer.ensure(),
    rotateKey: () => {
      // The old key closes its part of the log before the new one takes over.
      checkpoint();
      return signer.rotate();
    },
    sign: signer.sign,
    verifyJob: (file) => ({ file, logId: id, head: reader.head(), key: signer.named() }),
    close: () => {
      if (closed) return;
      closed = true;
      checkpoint();
    },
  };
}
