import type { Database } from './database';
import { publicKeyInfo, type SigningKey } from './ed25519';
import { fromBase64 } from './hashes';
import { readEntry, type EntryInput } from './entry-types';
import { namedKey, signRotation, type LogKeys } from './keys';
import { sshSign } from './sshsig';

/** The key that the log names now, and changing it. Without a usable store the log goes on, declared unsigned. */
export type Signer = {
  /** First entry of a new log. */
  readonly begin: () => void;
  /** Loads the key of an existing log; makes one where the log never had one and the store allows it. */
  readonly resume: () => void;
  readonly current: () => SigningKey | undefined;
  /** Base64 of the public key that the log names, also when its private half is not at hand. */
  readonly named: () => string | undefined;
  readonly ensure: () => boolean;
  readonly rotate: () => boolean;
  readonly sign: (message: Uint8Array) => string | undefined;
};

const SYSTEM = { kind: 'system', ref: 'app' } as const;

/** The last key that the log names: of its genesis or of the latest change. */
function keyNamedByLog(db: Database): string | undefined {
  const row = db
    .prepare<[], { entry: string }>(
      "SELECT entry FROM ai_log_entry WHERE type IN ('log.genesis', 'key.rotate') ORDER BY seq DESC LIMIT 1",
    )
    .get();
  const entry = row && readEntry(row.entry);
  if (entry?.type === 'key.rotate') return entry.new.public;
  return entry?.type === 'log.genesis' ? entry.key?.public : undefined;
}

export function createSigner(deps: {
  readonly db: Database;
  readonly keys: LogKeys;
  readonly logId: string;
  readonly append: (input: EntryInput) => unknown;
}): Signer {
  const { db, keys, logId, append } = deps;
  let named: string | undefined;
  let current: SigningKey | undefined;

  const change = (reason: 'first' | 'requested' | 'lost'): boolean => {
    const next = keys.create();
    if (!next) return false;
    const old = named === undefined ? undefined : namedKey(publicKeyInfo(fromBase64(named)));
    append({
      type: 'key.rotate',
      actor: SYSTEM,
      reason,
      ...(old ? { old } : {}),
      new: namedKey(next.publicKey),
      ...signRotation(logId, current, named, next),
    });
    named = next.publicKey.raw;
    current = next;
    keys.keepOnly(named);
    return true;
  };

  return {
    begin: () => {
      current = keys.create();
      named = current?.publicKey.raw;
      append({
        type: 'log.genesis',
        actor: SYSTEM,
        format: 'candor.ai-log/1',
        ...(current ? { key: namedKey(current.publicKey) } : {}),
      });
    },
    resume: () => {
      named = keyNamedByLog(db);
      current = named === undefined ? undefined : keys.load(named);
      if (named === undefined) change('first');
    },
    current: () => current,
    named: () => named,
    ensure: () => {
      if (current) return true;
      current = named === undefined ? undefined : keys.load(named);
      return current !== undefined || change(named === undefined ? 'first' : 'lost');
    },
    rotate: () => change(current ? 'requested' : named === undefined ? 'first' : 'lost'),
    sign: (message) => current && sshSign(message, current),
  };
}
