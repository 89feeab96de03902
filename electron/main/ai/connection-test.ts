import type { Clock } from '../ports';
import type { TransparencyLog } from '../transparency/log';
import { assertReady, hostOf, isLoopback, type ModelEndpoint } from './endpoint';
import {
  count,
  genAiOfResult,
  legalOf,
  modelRef,
  plainName,
  promptOf,
  providerName,
  reviewerOf,
  type RequestEntry,
} from './entries';
import type { AiGate } from './gate';
import type { Gateway } from './gateway';
import type { ModelRegister } from './model-register';
import { promptFile, sha256Hex } from './prompt-file';
import source from './prompts/connection-test.v1.md?raw';
import { redactionPolicy } from './guard/redact';
import { failedEntry } from './failed-entry';

const prompt = promptFile('connection-test', 1, source);
const MAX_TOKENS = 16;

export type TestDeps = {
  readonly gate: AiGate;
  readonly gateway: Gateway;
  readonly log: Pick<TransparencyLog, 'append' | 'subject'>;
  readonly clock: Clock;
  readonly register: ModelRegister;
};

/** Asks a model for one word. A call like any other: gated and logged. It carries nothing of anybody. */
export async function connectionTest(
  { gate, gateway, log, clock, register }: TestDeps,
  endpoint: ModelEndpoint,
  signal: AbortSignal,
): Promise<{ readonly model: string; readonly latencyMs: number }> {
  assertReady(endpoint);
  const lease = gate.enter(signal);
  try {
    register.beforeUse(providerName(endpoint), endpoint.model);
    const request = log.append(requestEntry(log, endpoint));
    const base = {
      type: 'ai.response' as const,
      actor: { kind: 'ai' as const, ref: modelRef(log, endpoint) },
      ref: { request: request.id },
    };
    const start = clock.monotonic();
    let received = '';
    try {
      const result = await gateway.chat(
        endpoint,
        { messages, maxTokens: MAX_TOKENS, format: 'text' },
        { signal: lease.signal, onText: (text) => void (received = text) },
      );
      const latencyMs = count(clock.monotonic() - start);
      const drift = register.answered(providerName(endpoint), endpoint.model, plainName(result.model));
      log.append({
        ...base,
        status: 'ok',
        gen_ai: genAiOfResult(result),
        latency_ms: latencyMs,
        model_drift: drift,
        slots: { output: { text: result.text } },
      });
      return { model: plainName(result.model) ?? endpoint.model, latencyMs };
    } catch (error) {
      log.append(failedEntry(error, base, clock.monotonic() - start, received));
      throw error;
    }
  } finally {
    lease.leave();
  }
}

const messages = [
  { role: 'system', content: prompt.system },
  { role: 'user', content: prompt.user },
] as const;

const requestEntry = (log: TestDeps['log'], endpoint: ModelEndpoint): RequestEntry => ({
  type: 'ai.request',
  actor: { kind: 'human', ref: reviewerOf(log) },
  task: 'judge',
  task_class: 'analysis',
  trigger: 'user',
  autonomy: 'L1',
  gen_ai: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerName(endpoint),
    'gen_ai.request.model': endpoint.model,
    'gen_ai.request.max_tokens': MAX_TOKENS,
  },
  endpoint: { host: hostOf(endpoint.baseUrl), local: isLoopback(endpoint.baseUrl) },
  prompt: promptOf(prompt),
  system_hash: sha256Hex(prompt.system),
  inputs: [],
  redaction: { policy: redactionPolicy, counts: {}, reversible: true },
  guard: {
    stripped: { zero_width: 0, bidi: 0, tag: 0 },
    injection_signal_milli: 0,
    datamark: false,
    tools: 0,
  },
  legal: legalOf('test_connection', endpoint, isLoopback(endpoint.baseUrl)),
  slots: { system: { text: prompt.system }, prompt: { text: prompt.user } },
});
