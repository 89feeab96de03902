import { checkpointFromRow, noteIsSignedBy, type CheckpointRow } from './checkpoint';
import type { Database } from './database';
import type { LogEntry } from './entry-types';
import { base64, hex } from './hashes';
import { checkRotation } from './keys';
import { originOf } from './note';
import { sshVerify } from './sshsig';
import { LogDefect } from './verify-defect';

export type CheckpointChecks = {
  /** Follows the key that the log names, from its genesis over every change. */
  readonly learnKey: (entry: LogEntry) => void;
  readonly check: (size: number, root: () => Uint8Array) => void;
  readonly end: (size: number, expectedKey: string | undefined) => void;
  readonly counts: () => { checkpoints: number; signed: number };
};

/** Checkpoints against the Merkle root at their size and the key that the log named by then. */
export function createCheckpointChecks(db: Database): CheckpointChecks {
  const count = { checkpoints: 0, signed: 0 };
  const at = db.prepare<[number], CheckpointRow>(
    'SELECT size, note, sshsig FROM ai_log_checkpoint WHERE size = ?',
  );
  let key: string | undefined;
  let logId = '';

  return {
    learnKey: (entry) => {
      logId = entry.log;
      if (entry.type === 'log.genesis') key = entry.key?.public;
      if (entry.type !== 'key.rotate') return;
      if (checkRotation(entry.log, entry, key) === 'broken')
        throw new LogDefect('key', entry.seq, 'key change is not signed as it must be');
      key = entry.new.public;
    },
    check: (size, root) => {
      const row = at.get(size);
      if (!row) return;
      count.checkpoints += 1;
      const bad = (detail: string): LogDefect => new LogDefect('checkpoint', size, detail);
      const checkpoint = checkpointFromRow(row);
      if (!checkpoint) throw bad('not a checkpoint note');
      const [origin, statedSize] = checkpoint.body.split('\n');
      if (origin !== originOf(logId) || Number(statedSize) !== size) throw bad('names another log or size');
      if (checkpoint.root !== hex(root())) throw bad('root differs: an entry up to here was changed');
      if (!checkpoint.signed) {
        if (checkpoint.note !== checkpoint.body) throw bad('half signed');
        return;
      }
      const signer = sshVerify(Buffer.from(checkpoint.body, 'utf8'), checkpoint.sshsig);
      if (key === undefined || !signer || base64(signer) !== key)
        throw bad('SSH signature is not by the key of the log');
      if (!noteIsSignedBy(checkpoint, logId, key)) throw bad('note signature is not by the key of the log');
      count.signed += 1;
    },
    end: (size, expectedKey) => {
      const beyond = db
        .prepare<[number], { size: number }>(
          'SELECT size FROM ai_log_checkpoint WHERE size > ? ORDER BY size',
        )
        .get(size);
      if (beyond) throw new LogDefect('tail_cut', size + 1, `a checkpoint of ${beyond.size} entries exists`);
      if (expectedKey !== undefined && expectedKey !== key)
        throw new LogDefect('key', undefined, 'the log names another key than this machine holds');
    },
    counts: () => ({ ...count }),
  };
}
