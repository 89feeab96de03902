import { z } from 'zod';
import { accountId, conversationId, postId, providerId, suggestionId } from '../domain/ids';
import { done, failure, instant, nothing, text } from './common';
import { method, streaming } from './define';

export const providerPreset = z.enum(['openai', 'openrouter', 'ollama', 'lmstudio', 'llamacpp', 'custom']);
export const provider = z.object({
  id: providerId,
  preset: providerPreset,
  name: z.string(),
  baseUrl: z.string(),
  model: z.string(),
  hasKey: z.boolean(),
  /** Runs on this device: its address is loopback. */
  local: z.boolean(),
  active: z.boolean(),
});
export type Provider = z.infer<typeof provider>;

export const rewriteStyle = z.enum(['shorter', 'longer', 'friendlier', 'more_formal']);
export const aiTask = z.discriminatedUnion('task', [
  z.object({ task: z.literal('reply_draft'), conversationId }),
  z.object({
    task: z.literal('rewrite'),
    style: rewriteStyle,
    text: text(20_000).min(1),
    accountId: accountId.nullable(),
    conversationId: conversationId.optional(),
    postId: postId.optional(),
  }),
  z.object({
    task: z.literal('post_draft'),
    brief: text(4_000).min(1),
    accountId: accountId.nullable(),
    postId: postId.optional(),
  }),
]);
export type AiTask = z.infer<typeof aiTask>;

/** Exactly what a call sends, and where to. */
export const outgoing = z.object({
  host: z.string(),
  local: z.boolean(),
  model: z.string(),
  prompt: z.object({ name: z.string(), version: z.number().int() }),
  messages: z
    .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .readonly(),
  /** What was replaced by placeholders, by type; the values stay here. */
  redactions: z.record(z.string(), z.number()),
  /** Invisible characters that were taken out, by type. */
  stripped: z.record(z.string(), z.number()),
  injectionSignal: z.number().min(0).max(1000),
});
export type Outgoing = z.infer<typeof outgoing>;

export const outputCheck = z.object({
  id: z.enum([
    'schema',
    'length',
    'new_urls',
    'new_contacts',
    'promises',
    'language',
    'pii_echo',
    'prompt_leak',
  ]),
  ok: z.boolean(),
  /** What to look at, as found in the text. */
  found: z.array(z.string()).readonly(),
});

/** What the AI, or the on-device helper, proposes. It is never in a text before the person inserts it. */
export const suggestion = z.object({
  id: suggestionId,
  task: z.enum(['reply_draft', 'rewrite', 'post_draft']),
  text: z.string(),
  /** 'model': a language model; 'helper': saved replies found on this device, which is not a model. */
  source: z.enum(['model', 'helper']),
  model: z.string().nullable(),
  host: z.string().nullable(),
  local: z.boolean(),
  checks: z.array(outputCheck).readonly(),
  /** Injection signal of what it read, 0..1000. A badge, never a gate. */
  injectionSignal: z.number(),
  assumes: z.string().nullable(),
  /** Saved replies or past answers that the helper used. */
  sources: z.array(z.object({ kind: z.enum(['saved_reply', 'past_answer']), title: z.string() })).readonly(),
  requestSeq: z.number().int().nullable(),
  responseSeq: z.number().int().nullable(),
  createdAt: instant,
});
export type Suggestion = z.infer<typeof suggestion>;

export const aiState = z.object({
  /** false: the kill switch is on, or the log is broken. */
  enabled: z.boolean(),
  stoppedBy: z.enum(['person', 'log_broken', 'budget']).nullable(),
  provider: provider.nullable(),
  running: z.number().int(),
});
export type AiState = z.infer<typeof aiState>;

export const ai = {
  'ai.state': method(nothing, aiState),
  'ai.providers': method(nothing, z.array(provider).readonly()),
  'ai.saveProvider': method(
    z.object({
      id: providerId.optional(),
      preset: providerPreset,
      name: text(80).min(1),
      baseUrl: z.url({ protocol: /^https?$/ }).max(500),
      model: text(200),
      /** undefined keeps the stored key, '' removes it. */
      key: text(4_000).optional(),
    }),
    provider,
  ),
  'ai.removeProvider': method(z.object({ id: providerId }), done),
  'ai.useProvider': method(z.object({ id: providerId.nullable() }), aiState),
  'ai.models': method(z.object({ id: providerId }), z.array(z.string()).readonly()),
  'ai.test': method(
    z.object({ id: providerId }),
    z.object({
      ok: z.boolean(),
      problem: failure.nullable(),
      model: z.string().nullable(),
      latencyMs: z.number().nullable(),
    }),
  ),
  /** Looks for Ollama, LM Studio and llama.cpp on loopback. */
  'ai.findLocal': method(
    nothing,
    z
      .array(
        z.object({ preset: providerPreset, baseUrl: z.string(), models: z.array(z.string()).readonly() }),
      )
      .readonly(),
  ),
  'ai.preview': method(aiTask, outgoing),
  /** A part is the whole text so far: what was replaced by placeholders is already put back. */
  'ai.suggest': streaming(aiTask, z.object({ text: z.string() }), suggestion),
  /** A person's decision on a suggestion that did not end in an approval. */
  'ai.decide': method(
    z.object({
      id: suggestionId,
      decision: z.enum(['inserted', 'rejected', 'regenerated']),
      reason: z.enum(['wrong', 'off_brand', 'tone', 'biased', 'unsafe', 'privacy', 'other']).optional(),
    }),
    done,
  ),
  'ai.killSwitch': method(z.object({ stopped: z.boolean() }), aiState),
};
