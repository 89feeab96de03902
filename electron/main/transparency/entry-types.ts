import { z } from 'zod';
import { networkIds } from '@shared/domain/network';
import { entryBody, type EntryBody } from './entry-bodies';
import {
  actor,
  code,
  contentClasses,
  count,
  hex64,
  instant,
  refs,
  type Actor,
  type Refs,
  type SlotName,
} from './entry-parts';

/**
 * The event types that this version writes. The format also has ai.triage, ai.recommendation, bias.run and feedback,
 * for features that write them when they exist; verifiers take any type.
 */
export type EntryType = EntryBody['type'];

/** A text beside its entry. Only its commitment stands in the entry. */
export type SlotInput = {
  readonly text: string;
  /** The person it is about, from `log.subject`. */
  readonly subj?: string;
  /** What is kept instead of `text` when the user chose to keep redacted texts only. */
  readonly redacted?: string;
};

export type EntryCommon = {
  readonly actor: Actor;
  readonly acct?: string;
  readonly net?: (typeof networkIds)[number];
  readonly ref?: Refs;
  /** Random ids of the people concerned, from `log.subject`. Those of slots are added. */
  readonly subj?: readonly string[];
  readonly slots?: Partial<Record<SlotName, SlotInput>>;
};

type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

export type EntryInput = DeepReadonly<EntryBody> & EntryCommon;
export type EntryInputOf<Type extends EntryType> = Extract<EntryInput, { readonly type: Type }>;

/** How a slot appears in its entry. `kept: false` says that the text was never stored, so its absence is no loss. */
const slotCommitment = z.strictObject({
  alg: z.literal('hmac-sha256'),
  commit: hex64,
  cls: z.enum(contentClasses),
  kept: z.literal(false).optional(),
});

const envelope = z.object({
  v: z.literal(1),
  log: z.uuid(),
  seq: z.int().min(1),
  prev: hex64,
  id: z.uuid(),
  ts: instant,
  mono: count,
  boot: z.uuid(),
  app: z.strictObject({ name: code, version: code, commit: code }),
  actor,
  acct: code.optional(),
  net: z.enum(networkIds).optional(),
  ref: refs.optional(),
  subj: z.array(code).optional(),
  content: z.record(z.string(), slotCommitment).optional(),
});
export type Envelope = DeepReadonly<z.infer<typeof envelope>>;
export type LogEntry = Envelope & DeepReadonly<EntryBody>;
export type LogEntryOf<Type extends EntryType> = Extract<LogEntry, { readonly type: Type }>;
export type SlotCommitment = z.infer<typeof slotCommitment>;

/** Refuses a body with a member it should not have, a float, or a wrong word, before anything is written. */
export const parseBody = (body: unknown): EntryBody => entryBody.parse(body);
export const parseEnvelope = (value: unknown): Envelope => envelope.parse(value);

/**
 * An entry as read back. It was checked when written and its bytes are bound by its hash, so members that a newer
 * version added are left alone.
 */
export const readEntry = (text: string): LogEntry => JSON.parse(text) as LogEntry;
