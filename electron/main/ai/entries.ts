import type { EntryInputOf } from '../transparency/entry-types';
import type { TransparencyLog } from '../transparency/log';
import { hostOf, isLoopback, presets, type ModelEndpoint } from './endpoint';
import type { ChatResult } from './gateway';
import type { Check } from './guard/output-checks';
import { redactionPolicy } from './guard/redact';
import type { Stripped } from './guard/normalise';
import type { Prepared } from './prepare';
import type { PromptFile } from './prompt-file';
import type { Task, TaskContext } from './task';

type Subject = Pick<TransparencyLog, 'subject'>;
export type RequestEntry = EntryInputOf<'ai.request'>;
export type ResponseEntry = EntryInputOf<'ai.response'>;

/** The person at this installation, as all entries name them. */
export const reviewerOf = (log: Subject): string => log.subject('reviewer', 'local');

export const providerName = (endpoint: ModelEndpoint): string =>
  endpoint.preset === 'custom' ? hostOf(endpoint.baseUrl) : presets[endpoint.preset].provider;
export const modelRef = (log: Subject, endpoint: ModelEndpoint): string =>
  log.subject('model', `${providerName(endpoint)}:${endpoint.model}`);

/** The log counts three types; every other invisible character is counted with those of no width. */
export const strippedForLog = (stripped: Stripped): RequestEntry['guard']['stripped'] => ({
  zero_width: stripped.zero_width + stripped.variation + stripped.private_use + stripped.control,
  bidi: stripped.bidi,
  tag: stripped.tag,
});

const common = (context: TaskContext) => ({
  ...(context.account && { acct: context.account.id, net: context.account.network }),
  ...(Object.keys(context.refs).length > 0 && { ref: context.refs }),
});

/** The entry that must be on disk before a byte leaves. */
export function requestEntry(
  log: Subject,
  task: Task,
  context: TaskContext,
  endpoint: ModelEndpoint,
  prepared: Prepared,
  json: boolean,
): RequestEntry {
  const local = isLoopback(endpoint.baseUrl);
  const { message } = context;
  const subj = message?.author ? context.subjects[message.author.handle] : undefined;
  const personal = subj === undefined ? {} : { subj };
  const { slots } = prepared;
  return {
    type: 'ai.request',
    actor: { kind: 'human', ref: reviewerOf(log) },
    ...common(context),
    subj: Object.values(context.subjects),
    task: task.name,
    task_class: task.taskClass,
    trigger: 'user',
    autonomy: 'L1',
    gen_ai: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': providerName(endpoint),
      'gen_ai.request.model': endpoint.model,
      'gen_ai.request.max_tokens': prepared.maxTokens,
      'gen_ai.output.type': json ? 'json' : 'text',
    },
    endpoint: { host: hostOf(endpoint.baseUrl), local },
    prompt: promptOf(task.prompt),
    system_hash: prepared.systemHash,
    inputs: inputsOf(context),
    redaction: { policy: redactionPolicy, counts: prepared.redactions, reversible: true },
    guard: {
      stripped: strippedForLog(prepared.stripped),
      injection_signal_milli: prepared.injectionSignal,
      datamark: true,
      tools: 0,
    },
    legal: legalOf(task.purpose, endpoint, local),
    slots: {
      system: { text: slots.system },
      prompt: { text: slots.prompt },
      ...(slots.thread_context && { thread_context: { text: slots.thread_context, ...personal } }),
      ...(slots.input_message && { input_message: { text: slots.input_message, ...personal } }),
      ...(message?.author && {
        author: {
          text: `${message.author.name} @${message.author.handle}`,
          ...personal,
          redacted: '[PERSON] [HANDLE]',
        },
      }),
    },
  };
}

export const promptOf = ({ name, version, hash }: PromptFile): RequestEntry['prompt'] => ({
  name,
  version,
  hash,
});
export const legalOf = (purpose: string, endpoint: ModelEndpoint, local: boolean): RequestEntry['legal'] => ({
  purpose,
  // Which basis applies is the controller's to say; the app does not know it.
  basis: 'unspecified',
  recipient: local ? 'none' : hostOf(endpoint.baseUrl),
  transfer: local ? 'none' : 'unknown',
  retention_class: 'default',
});

function inputsOf(context: TaskContext): RequestEntry['inputs'] {
  return [
    ...context.thread.map(({ id, from }) => ({
      kind: 'thread_message',
      ref: id,
      trust: from === 'author' ? ('untrusted' as const) : ('trusted' as const),
    })),
    ...(context.message ? [{ kind: 'message', ref: context.message.id, trust: 'untrusted' as const }] : []),
    ...(context.own === null ? [] : [{ kind: 'own_text', trust: 'trusted' as const }]),
    ...(context.account?.voiceNotes
      ? [{ kind: 'voice_notes', ref: context.account.id, trust: 'trusted' as const }]
      : []),
  ];
}

/** What a server says about itself, when it is a plain name; a server could send anything. */
export const plainName = (name: string | null): string | null =>
  name !== null && /^[\w.:/@+-]{1,200}$/u.test(name) ? name : null;

export function genAiOfResult(result: ChatResult): ResponseEntry['gen_ai'] {
  const id = plainName(result.id);
  const model = plainName(result.model);
  const reason = plainName(result.finishReason);
  return {
    ...(id && { 'gen_ai.response.id': id }),
    ...(model && { 'gen_ai.response.model': model }),
    ...(reason && { 'gen_ai.response.finish_reasons': [reason] }),
    ...(result.usage && {
      'gen_ai.usage.input_tokens': count(result.usage.input),
      'gen_ai.usage.output_tokens': count(result.usage.output),
    }),
  };
}

export function costOf(endpoint: ModelEndpoint, result: ChatResult): Pick<ResponseEntry, 'cost'> {
  if (isLoopback(endpoint.baseUrl)) return { cost: { micros: 0, ccy: 'USD', basis: 'local' } };
  const costUsd = result.usage?.costUsd;
  return costUsd === undefined
    ? {}
    : { cost: { micros: count(costUsd * 1_000_000), ccy: 'USD', basis: 'reported' } };
}

export const checksForLog = (checks: readonly Check[]): ResponseEntry['checks'] =>
  Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));

/** A count as the log takes it, whatever a server reports. */
export const count = (value: number): number =>
  Number.isFinite(value) ? Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(value))) : 0;

export const responseCommon = (
  log: Subject,
  context: TaskContext,
  endpoint: ModelEndpoint,
  requestId: string,
) => ({
  type: 'ai.response' as const,
  actor: { kind: 'ai' as const, ref: modelRef(log, endpoint) },
  ...common(context),
  ref: { ...context.refs, request: requestId },
});
