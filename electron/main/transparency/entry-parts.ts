import { z } from 'zod';

/** Entries that explain the log itself: kept by retention, never stubbed in an export. They carry no personal data. */
export const structuralTypes = [
  'log.genesis',
  'log.restored',
  'key.rotate',
  'erasure',
  'retention.prune',
  'checkpoint.anchor',
  'export',
] as const;
export const isStructural = (type: string): boolean => (structuralTypes as readonly string[]).includes(type);

export const contentClasses = ['own', 'third_party', 'identity'] as const;
export type ContentClass = (typeof contentClasses)[number];

/** Every place where a person's words or name may stand, with the class that decides how long it is kept. */
export const slotClasses = {
  prompt: 'own',
  system: 'own',
  output: 'own',
  final: 'own',
  note: 'own',
  disclosure_text: 'own',
  remote_ref: 'own',
  before: 'own',
  after: 'own',
  input_message: 'third_party',
  thread_context: 'third_party',
  author: 'identity',
  reviewer_name: 'identity',
} as const satisfies Record<string, ContentClass>;
export type SlotName = keyof typeof slotClasses;
export const slotNames = Object.keys(slotClasses) as readonly SlotName[];
export const isSlotName = (name: string): name is SlotName => name in slotClasses;

export const int = z.int();
export const count = z.int().min(0);
export const milli = z.int().min(0).max(1000);
export const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
/** Words that the app chose. What a person wrote is a slot. */
export const code = z.string().min(1).max(200);
export const instant = z.iso.datetime({ precision: 3 });

export const task = z.enum([
  'reply_draft',
  'post_draft',
  'rewrite',
  'translate',
  'summarise',
  'triage',
  'recommend',
  'hashtags',
  'alt_text',
  'image_generate',
  'image_edit',
  'embed',
  'judge',
]);

/** OpenTelemetry names; numbers that are not integers are decimal strings. */
export const genAi = z.record(z.string(), z.union([z.string(), int, z.boolean(), z.array(z.string())]));

export const refs = z.strictObject({
  request: code.optional(),
  response: code.optional(),
  decision: code.optional(),
  draft: code.optional(),
  post: code.optional(),
  thread: code.optional(),
  message: code.optional(),
  model: code.optional(),
  config: code.optional(),
});
export type Refs = z.infer<typeof refs>;

export const actor = z.strictObject({ kind: z.enum(['human', 'ai', 'system']), ref: code });
export type Actor = z.infer<typeof actor>;

/** Risk categories of NIST AI 600-1. */
export const nistCategories = [
  'cbrn',
  'confabulation',
  'dangerous_content',
  'data_privacy',
  'environmental',
  'harmful_bias',
  'human_ai_configuration',
  'information_integrity',
  'information_security',
  'intellectual_property',
  'obscene_content',
  'value_chain',
] as const;
