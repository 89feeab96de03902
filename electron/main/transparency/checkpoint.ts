import type { Database } from './database';
import { fromBase64, hex } from './hashes';
import { createFrontier, type Frontier } from './merkle';
import { formatBody, originOf, parseBody, parseNote, signNote, verifyNote } from './note';
import { sshSign } from './sshsig';
import type { SigningKey } from './ed25519';
import type { SavedHead } from './head-file';

/** A statement about the whole log at one size. Unsigned ones are declared as such and never pass as signed. */
export type Checkpoint = {
  readonly size: number;
  /** RFC 6962 root, hex. */
  readonly root: string;
  readonly body: string;
  /** C2SP signed note, or the body alone. */
  readonly note: string;
  /** SSH signature of the body; empty when unsigned. */
  readonly sshsig: string;
  readonly signed: boolean;
};

export type CheckpointRow = { readonly size: number; readonly note: string; readonly sshsig: string };

export function checkpointFromRow(row: CheckpointRow): Checkpoint | undefined {
  const note = parseNote(row.note);
  const body = note && parseBody(note.body);
  if (!note || !body) return undefined;
  return {
    size: row.size,
    root: hex(body.root),
    body: note.body,
    note: row.note,
    sshsig: row.sshsig,
    signed: row.sshsig !== '',
  };
}

export const noteIsSignedBy = (checkpoint: Checkpoint, logId: string, publicRaw: string): boolean => {
  const note = parseNote(checkpoint.note);
  return note !== undefined && verifyNote(note, originOf(logId), fromBase64(publicRaw));
};

/** Keeps the Merkle frontier in step with committed rows and writes checkpoints. Not inside a transaction. */
export type Checkpointer = {
  readonly last: () => Checkpoint | undefined;
  /** The checkpoint at the present head; the stored one when the head has one already. */
  readonly make: (logId: string, key: SigningKey | undefined) => Checkpoint | undefined;
  /** What the head file keeps. */
  readonly saved: (logId: string) => SavedHead;
};

type SpineRow = { readonly seq: number; readonly hash: Buffer };

export function createCheckpointer(db: Database, resume: SavedHead | undefined): Checkpointer {
  const frontier: Frontier = createFrontier(
    resume && { size: resume.seq, peaks: resume.peaks.map((peak) => Buffer.from(peak, 'hex')) },
  );
  let headHash = resume?.hash ?? '0'.repeat(64);
  const after = db.prepare<[number], SpineRow>(
    'SELECT seq, hash FROM ai_log WHERE seq > ? ORDER BY seq LIMIT 1000',
  );
  const lastRow = db.prepare<[], CheckpointRow>(
    'SELECT size, note, sshsig FROM ai_log_checkpoint ORDER BY size DESC LIMIT 1',
  );
  const insert = db.prepare('INSERT INTO ai_log_checkpoint (size, note, sshsig) VALUES (?, ?, ?)');

  const catchUp = (): void => {
    if (db.inTransaction) throw new Error('a checkpoint covers committed entries only');
    for (;;) {
      const rows = after.all(frontier.size());
      for (const row of rows) {
        frontier.append(row.hash);
        headHash = hex(row.hash);
      }
      if (rows.length < 1000) return;
    }
  };
  const last = (): Checkpoint | undefined => {
    const row = lastRow.get();
    return row && checkpointFromRow(row);
  };

  return {
    last,
    make: (logId, key) => {
      catchUp();
      const size = frontier.size();
      const previous = last();
      if (size === 0 || previous?.size === size) return previous;
      const body = formatBody({ origin: originOf(logId), size, root: frontier.root() });
      const note = key ? signNote(body, originOf(logId), key) : body;
      const sshsig = key ? sshSign(Buffer.from(body, 'utf8'), key) : '';
      insert.run(size, note, sshsig);
      return checkpointFromRow({ size, note, sshsig });
    },
    saved: (logId) => {
      catchUp();
      return { log: logId, seq: frontier.size(), hash: headHash, peaks: frontier.peaks().map(hex) };
    },
  };
}
