import { z } from 'zod';
import {
  code,
  contentClasses,
  count,
  genAi,
  hex64,
  instant,
  int,
  milli,
  nistCategories,
  task,
} from './entry-parts';

/** What each event type carries beside the envelope. Unknown members are refused. */
const verdict = z.enum(['pass', 'warn', 'fail', 'na']);
const answer = z.enum(['yes', 'no', 'na']);
const publicKey = z.strictObject({ fingerprint: code, public: code });

const aiRequest = z.strictObject({
  type: z.literal('ai.request'),
  task,
  task_class: z.enum(['generative', 'assistive_edit', 'analysis']),
  trigger: z.enum(['user', 'rule', 'schedule']),
  rule: code.optional(),
  autonomy: z.enum(['L0', 'L1', 'L2', 'L3']),
  gen_ai: genAi,
  endpoint: z.strictObject({ host: code, local: z.boolean(), region: code.optional() }),
  prompt: z.strictObject({ name: code, version: int, hash: hex64 }),
  system_hash: hex64.optional(),
  inputs: z.array(
    z.strictObject({ kind: code, ref: code.optional(), trust: z.enum(['trusted', 'untrusted']) }),
  ),
  redaction: z.strictObject({ policy: code, counts: z.record(z.string(), count), reversible: z.boolean() }),
  guard: z.strictObject({
    stripped: z.strictObject({ zero_width: count, bidi: count, tag: count }),
    injection_signal_milli: milli,
    datamark: z.boolean(),
    tools: count,
  }),
  legal: z.strictObject({
    purpose: code,
    basis: code,
    recipient: code,
    transfer: z.enum(['none', 'dpf', 'scc', 'unknown']),
    retention_class: code,
  }),
});

const aiResponse = z.strictObject({
  type: z.literal('ai.response'),
  status: z.enum(['ok', 'refused', 'error', 'cancelled', 'timeout', 'invalid']),
  error_type: code.optional(),
  gen_ai: genAi,
  latency_ms: count,
  ttfc_ms: count.optional(),
  cost: z
    .strictObject({
      micros: count,
      ccy: z.string().length(3),
      basis: z.enum(['reported', 'estimated', 'local']),
      price_table: code.optional(),
    })
    .optional(),
  model_drift: z.boolean(),
  checks: z
    .strictObject({
      schema: verdict,
      length: verdict,
      new_urls: verdict,
      new_contacts: verdict,
      promises: verdict,
      language: verdict,
      pii_echo: verdict,
      prompt_leak: verdict,
    })
    .partial()
    .optional(),
  provenance: z
    .strictObject({ digital_source_type: code.optional(), c2pa_manifest_hash: hex64.optional() })
    .optional(),
});

const aiBlocked = z.strictObject({
  type: z.literal('ai.blocked'),
  task: task.optional(),
  reason: z.enum([
    'kill_switch',
    'ai_off',
    'level',
    'budget',
    'policy',
    'guard',
    'log_broken',
    'no_provider',
    'testimonial',
  ]),
  code: code.optional(),
});

const humanDecision = z.strictObject({
  type: z.literal('human.decision'),
  decision: z.enum(['accepted', 'edited', 'rejected', 'regenerated', 'overridden', 'escalated', 'ignored']),
  reviewer: z.strictObject({
    ref: code,
    role: code,
    editorial_responsibility: z.boolean(),
    entity_ref: code.optional(),
  }),
  review: z.strictObject({
    opened_ms: count,
    focused_ms: count,
    end_seen: z.boolean(),
    checks: z
      .strictObject({
        accuracy: answer,
        plausibility: answer,
        sources: answer,
        tone: answer,
        privacy: answer,
      })
      .partial()
      .optional(),
  }),
  contribution: z
    .strictObject({
      class: z.enum(['verbatim', 'light', 'edited', 'rewritten', 'human']),
      kept_milli: milli,
      ai_share_milli: milli,
    })
    .optional(),
  reason: z.enum(['wrong', 'off_brand', 'tone', 'biased', 'unsafe', 'privacy', 'other']).optional(),
});

const publish = z.strictObject({
  type: z.literal('publish'),
  origin: z.enum(['human', 'ai_verbatim', 'ai_edited', 'mixed']),
  approval: int.optional(),
  final_matches_approval: z.literal(true),
  disclosure: z.strictObject({
    decision: code,
    basis: code,
    flag: z.strictObject({ name: code, value: code, accepted_by_api: z.boolean() }).optional(),
    visible: z.boolean(),
    c2pa: z.boolean().optional(),
    iptc: z.boolean().optional(),
    eu_icon: z.boolean().optional(),
    public_interest: z.enum(['yes', 'no', 'unsure']).optional(),
    deepfake: z.boolean().optional(),
    paid_partnership: z.boolean().optional(),
  }),
  scheduled_for: instant.optional(),
  sent_at: instant,
});

const publishReverted = z.strictObject({
  type: z.literal('publish.reverted'),
  cause: z.enum(['user', 'network', 'unknown_outcome']),
  publish: int.optional(),
});

const modelRegister = z.strictObject({
  type: z.literal('model.register'),
  provider: code,
  model: code,
  licence: code.optional(),
  terms_url: code.optional(),
  card: code.optional(),
  file_sha256: hex64.optional(),
  languages: z.array(code).optional(),
  known_limits: z.array(z.string().max(500)).optional(),
});

const configChange = z.strictObject({
  type: z.literal('config.change'),
  key: code,
  before_hash: hex64.optional(),
  after_hash: hex64.optional(),
});

const killSwitch = z.strictObject({
  type: z.literal('kill.switch'),
  scope: z.enum(['global', 'account', 'feature']),
  feature: code.optional(),
  state: z.enum(['on', 'off']),
  cause: z.enum(['user', 'spine_broken', 'budget', 'model_drift', 'invalid_outputs', 'bias_gate']),
  aborted: count,
  latency_ms: count.optional(),
});

const incident = z.strictObject({
  type: z.literal('incident'),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  category: z.enum(nistCategories),
  seqs: z.array(int).optional(),
  action: code,
  closed: z.boolean(),
});

const logGenesis = z.strictObject({
  type: z.literal('log.genesis'),
  format: z.literal('candor.ai-log/1'),
  key: publicKey.optional(),
});

const logRestored = z.strictObject({
  type: z.literal('log.restored'),
  cause: z.enum(['tail_cut', 'other_history', 'head_missing']),
  expected: z.strictObject({ seq: int, hash: hex64 }).optional(),
  found: z.strictObject({ seq: int, hash: hex64 }),
});

/** Signatures are over `keyRotationStatement`; `sig_old` is absent for a first key and when the old one was lost. */
const keyRotate = z.strictObject({
  type: z.literal('key.rotate'),
  reason: z.enum(['first', 'requested', 'lost']),
  old: publicKey.optional(),
  new: publicKey,
  sig_old: code.optional(),
  sig_new: code,
});

const erasure = z.strictObject({
  type: z.literal('erasure'),
  erases: z.array(z.strictObject({ seq: int, slot: code })),
  reason: z.enum(['gdpr.art17', 'retention', 'mistake', 'legal']),
  by: code,
});

const retentionPrune = z.strictObject({
  type: z.literal('retention.prune'),
  /** Content of a class with seq up to this is removed, except what a legal hold keeps. */
  slots_upto: z.partialRecord(z.enum(contentClasses), int).optional(),
  entries_upto: int.optional(),
  counts: z.strictObject({ slots: count, entries: count, held: count }),
});

const exportEntry = z.strictObject({
  type: z.literal('export'),
  bundle: code,
  phase: z.enum(['begun', 'abandoned']),
  period: z.strictObject({ from: instant.optional(), to: instant.optional() }).optional(),
  texts: z.boolean(),
  names: z.boolean(),
  target: z.enum(['folder', 'zip']),
});

const gapKinds = [
  'draft_without_request',
  'request_without_response',
  'response_without_decision',
  'post_without_decision',
  'post_without_publish',
  'final_differs',
  'calls_differ',
] as const;
export type GapKind = (typeof gapKinds)[number];

const gapFound = z.strictObject({
  type: z.literal('gap.found'),
  kind: z.enum(gapKinds),
  at_seq: int.optional(),
  subject: code.optional(),
  count: count.optional(),
});

const checkpointAnchor = z.strictObject({
  type: z.literal('checkpoint.anchor'),
  size: int,
  root: hex64,
  kind: z.enum(['rfc3161', 'saved', 'emailed']),
  authority: code.optional(),
});

export const entryBody = z.discriminatedUnion('type', [
  logGenesis,
  logRestored,
  keyRotate,
  modelRegister,
  configChange,
  aiRequest,
  aiResponse,
  aiBlocked,
  humanDecision,
  publish,
  publishReverted,
  killSwitch,
  incident,
  erasure,
  retentionPrune,
  exportEntry,
  gapFound,
  checkpointAnchor,
]);
export type EntryBody = z.infer<typeof entryBody>;
