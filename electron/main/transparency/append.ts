import { randomBytes } from 'node:crypto';
import { uuidv7 } from '@shared/domain/ids';
import { appError } from '@shared/domain/errors';
import type { AppInfo, Clock } from '../ports';
import type { Database } from './database';
import { isSlotName, slotClasses, type SlotName } from './entry-parts';
import {
  parseBody,
  parseEnvelope,
  type EntryInput,
  type SlotCommitment,
  type SlotInput,
} from './entry-types';
import { commitment, hex, leafHash } from './hashes';
import { jcs, wellFormed } from './jcs';
import type { Head } from './head-file';
import type { Subjects } from './subjects';

/** Which texts are kept beside the log: all, redacted ones, or none (their commitments are written in any case). */
export type ContentCapture = 'full' | 'redacted' | 'commitments';

export type Appended = { readonly seq: number; readonly hash: string; readonly id: string };

type PreparedSlot = {
  readonly slot: SlotName;
  readonly subj: string | undefined;
  readonly salt: Uint8Array;
  readonly body: string;
  readonly kept: boolean;
};

/** What is committed to and whether it is stored. Other people's words are not kept unredacted in redacted mode. */
function prepareSlot(slot: SlotName, input: SlotInput, capture: ContentCapture): PreparedSlot {
  const redactable = capture === 'redacted' && input.redacted !== undefined;
  const kept = capture === 'full' || redactable || (capture === 'redacted' && slotClasses[slot] === 'own');
  const body = wellFormed(redactable ? (input.redacted ?? '') : input.text);
  return { slot, subj: input.subj, salt: randomBytes(32), body, kept };
}

function prepareSlots(slots: EntryInput['slots'], capture: ContentCapture): readonly PreparedSlot[] {
  return Object.entries(slots ?? {}).flatMap(([name, slot]) => {
    if (!isSlotName(name)) throw appError('internal', { detail: `unknown slot of a log entry: ${name}` });
    return slot ? [prepareSlot(name, slot, capture)] : [];
  });
}

const commitmentOf = ({ slot, salt, body, kept }: PreparedSlot): SlotCommitment => ({
  alg: 'hmac-sha256',
  commit: commitment(salt, body),
  cls: slotClasses[slot],
  ...(kept ? {} : { kept: false as const }),
});

export type Appender = (logId: string, input: EntryInput) => Appended;

/** Writes one entry after the head. Atomic by itself, and a savepoint inside a caller's transaction. */
export function createAppender(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly app: AppInfo;
  readonly boot: string;
  readonly subjects: Subjects;
  readonly head: () => Head;
  readonly capture: () => ContentCapture;
}): Appender {
  const { db, clock, app, boot, subjects, head, capture } = deps;
  const startedAt = clock.monotonic();
  const spine = db.prepare('INSERT INTO ai_log (seq, hash, prev) VALUES (?, ?, ?)');
  const entries = db.prepare('INSERT INTO ai_log_entry (seq, ts, type, entry) VALUES (?, ?, ?, ?)');
  const contents = db.prepare(
    'INSERT INTO ai_log_content (seq, slot, cls, subj, salt, body) VALUES (?, ?, ?, ?, ?, ?)',
  );

  const build = (logId: string, input: EntryInput, slots: readonly PreparedSlot[], last: Head): object => {
    const { actor, acct, net, ref, subj, slots: _texts, ...body } = input;
    const now = clock.now();
    const people = new Set([...(subj ?? []), ...slots.flatMap((slot) => slot.subj ?? [])]);
    const envelope = parseEnvelope({
      v: 1,
      log: logId,
      seq: last.seq + 1,
      prev: last.hash,
      id: uuidv7(now),
      ts: new Date(now).toISOString(),
      mono: Math.max(0, Math.floor(clock.monotonic() - startedAt)),
      boot,
      app: { name: app.name, version: app.version, commit: app.commit },
      actor,
      acct,
      net,
      ref,
      subj: people.size > 0 ? [...people].sort() : undefined,
      content:
        slots.length > 0
          ? Object.fromEntries(slots.map((slot) => [slot.slot, commitmentOf(slot)]))
          : undefined,
    });
    const checked = parseBody(body);
    const clash = Object.keys(checked).find((name) => name in envelope);
    if (clash !== undefined) throw appError('internal', { detail: `a body names the envelope's ${clash}` });
    return { ...checked, ...envelope };
  };

  const write = db.transaction((logId: string, input: EntryInput): Appended => {
    const last = head();
    const slots = prepareSlots(input.slots, capture());
    const entry = build(logId, input, slots, last) as { id: string; ts: string; subj?: readonly string[] };
    const text = jcs(entry);
    const hash = leafHash(text);
    const seq = last.seq + 1;
    spine.run(seq, hash, Buffer.from(last.hash, 'hex'));
    entries.run(seq, entry.ts, input.type, text);
    for (const { slot, subj, salt, body, kept } of slots) {
      if (kept) contents.run(seq, slot, slotClasses[slot], subj ?? null, salt, body);
    }
    subjects.concern(seq, entry.subj ?? []);
    return { seq, hash: hex(hash), id: entry.id };
  });

  return (logId, input) => write.immediate(logId, input);
}
