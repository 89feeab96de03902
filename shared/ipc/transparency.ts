import { z } from 'zod';
import { accountId } from '../domain/ids';
import { instant, nothing, pageOf, progress, text } from './common';
import { method, streaming } from './define';

export const logRow = z.object({
  seq: z.number().int(),
  at: instant,
  type: z.string(),
  actor: z.enum(['human', 'ai', 'system']),
  accountId: accountId.nullable(),
  /** What the entry is about in a few words: task, model, decision; codes, never free text. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Whom or what it concerns, from content that can be erased; null when erased or none. */
  about: z.string().nullable(),
});
export type LogRow = z.infer<typeof logRow>;

export const wordDiff = z
  .array(z.object({ text: z.string(), kind: z.enum(['same', 'added', 'removed']) }))
  .readonly();

export const logDetail = z.object({
  row: logRow,
  hash: z.string(),
  prev: z.string(),
  /** The canonical text of the entry as it is hashed; null where it was pruned. */
  entry: z.string().nullable(),
  /** Opened texts by slot; an erased slot has no text. */
  content: z
    .array(z.object({ slot: z.string(), cls: z.string(), text: z.string().nullable(), erased: z.boolean() }))
    .readonly(),
  /** The acts of the same case in order: request, response, decision, publication. */
  related: z.array(logRow).readonly(),
  /** From what the AI proposed to what was approved, by words; null where one of them is missing. */
  diff: wordDiff.nullable(),
});
export type LogDetail = z.infer<typeof logDetail>;

export const logState = z.object({
  size: z.number().int(),
  verifiedAt: instant.nullable(),
  verifying: z.boolean(),
  broken: z.object({ seq: z.number().int(), reason: z.string() }).nullable(),
  signed: z.boolean(),
  fingerprint: z.string().nullable(),
  checkWords: z.string().nullable(),
  coverageMilli: z.number().int(),
  gaps: z.number().int(),
  keptMilliMedian: z.number().int().nullable(),
  acts: z.object({ total: z.number().int(), onDevice: z.number().int() }),
  sentWithoutPerson: z.number().int(),
});
export type LogState = z.infer<typeof logState>;

export const transparency = {
  'transparency.state': method(nothing, logState),
  'transparency.list': method(
    z.object({
      types: z.array(z.string().max(40)).max(40).optional(),
      actors: z.array(z.enum(['human', 'ai', 'system'])).optional(),
      accountId: accountId.optional(),
      from: instant.optional(),
      to: instant.optional(),
      query: text(200).optional(),
      after: z.string().nullable().default(null),
      limit: z.number().int().min(1).max(200).default(100),
    }),
    pageOf(logRow),
  ),
  'transparency.detail': method(z.object({ seq: z.number().int().min(1) }), logDetail),
  'transparency.verify': streaming(nothing, progress, logState),
  'transparency.export': streaming(
    z.object({
      from: instant.optional(),
      to: instant.optional(),
      accountId: accountId.optional(),
      includeTexts: z.boolean(),
      includeNames: z.boolean(),
      format: z.enum(['folder', 'zip']),
      /** Where to put it; absent: ask with the system's dialog. */
      directory: z.string().optional(),
    }),
    progress,
    z.object({ path: z.string().nullable(), entries: z.number().int() }),
  ),
  'transparency.showExport': method(z.object({ path: z.string() }), z.void()),
  'transparency.models': method(
    nothing,
    z.object({
      models: z
        .array(
          z.object({
            name: z.string(),
            host: z.string(),
            local: z.boolean(),
            firstUsedAt: instant,
            acts: z.number().int(),
          }),
        )
        .readonly(),
      prompts: z
        .array(
          z.object({
            name: z.string(),
            version: z.number().int(),
            hash: z.string(),
            text: z.string(),
            acts: z.number().int(),
          }),
        )
        .readonly(),
    }),
  ),
  'transparency.leaving': method(
    nothing,
    z
      .array(
        z.object({
          host: z.string(),
          local: z.boolean(),
          acts: z.number().int(),
          lastAt: instant,
          redactions: z.record(z.string(), z.number()),
        }),
      )
      .readonly(),
  ),
  'transparency.findSubject': method(
    z.object({ query: text(200).min(1) }),
    z
      .array(
        z.object({
          subject: z.string(),
          label: z.string(),
          slots: z.number().int(),
          entries: z.number().int(),
        }),
      )
      .readonly(),
  ),
  'transparency.erase': method(
    z.object({ subject: z.string(), reason: z.enum(['gdpr.art17', 'mistake', 'legal']) }),
    z.object({ erased: z.number().int() }),
  ),
};
