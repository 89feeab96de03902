import { appError } from '@shared/domain/errors';
import type { Clock } from '../ports';
import type { TransparencyLog } from '../transparency/log';
import { checkAnswer, outputSlots, shownText, type CheckedAnswer } from './check-answer';
import { connectionTest } from './connection-test';
import { assertReady, hostOf, isLoopback, type ModelEndpoint } from './endpoint';
import {
  checksForLog,
  costOf,
  count,
  genAiOfResult,
  plainName,
  providerName,
  requestEntry,
  responseCommon,
} from './entries';
import { failedEntry } from './failed-entry';
import type { AiGate, Lease } from './gate';
import type { AnswerFormat, ChatResult, Gateway } from './gateway';
import type { LanguageDetector } from './guard/language';
import type { Check } from './guard/output-checks';
import { createModelRegister } from './model-register';
import { FormatUnsupported } from './model-errors';
import { createPrepare, nextFormat, type Prepared } from './prepare';
import type { Task, TaskContext } from './task';

export type RunTaskDeps = {
  readonly gate: AiGate;
  readonly gateway: Gateway;
  readonly log: Pick<TransparencyLog, 'append' | 'durably' | 'entries' | 'subject'>;
  readonly clock: Clock;
  readonly language: LanguageDetector;
};

/** What a task brought, after all checks. Text for a person to look at, nothing more. */
export type TaskResult = {
  readonly text: string;
  readonly assumes: string | null;
  readonly checks: readonly Check[];
  readonly injectionSignal: number;
  readonly model: string;
  readonly host: string;
  readonly local: boolean;
  readonly request: { readonly id: string; readonly seq: number };
  readonly response: { readonly id: string; readonly seq: number };
};

export type RunOptions = {
  readonly signal: AbortSignal;
  /** The whole text so far, as a person may see it. */
  readonly onText: (text: string) => void;
  /** Runs in the transaction that writes the response to the log. */
  readonly commit: (result: TaskResult) => void;
};

/** The one door to a model. */
export type RunTask = {
  readonly prepare: (task: Task, context: TaskContext, endpoint: ModelEndpoint) => Promise<Prepared>;
  readonly run: (
    task: Task,
    context: TaskContext,
    endpoint: ModelEndpoint,
    options: RunOptions,
  ) => Promise<TaskResult>;
  /** One logged call that shows whether the endpoint answers. */
  readonly test: (
    endpoint: ModelEndpoint,
    signal: AbortSignal,
  ) => Promise<{ readonly model: string; readonly latencyMs: number }>;
};

const IPTC_TRAINED = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

export function createRunTask(deps: RunTaskDeps): RunTask {
  const { gate, gateway, log, clock, language } = deps;
  const prepare = createPrepare({ language });
  const register = createModelRegister(log);
  /** What a model was found not to take, so that it is asked only once. */
  const formats = new Map<string, AnswerFormat>();
  const keyOf = (endpoint: ModelEndpoint): string => `${endpoint.baseUrl} ${endpoint.model}`;
  const formatFor = (endpoint: ModelEndpoint): AnswerFormat => formats.get(keyOf(endpoint)) ?? 'json_schema';

  const assertOpen = (task: Task): void => {
    const by = gate.stoppedBy();
    // A log that cannot be trusted is not written to either.
    if (by !== null && by !== 'log_broken')
      log.append({
        type: 'ai.blocked',
        actor: { kind: 'system', ref: 'app' },
        task: task.name,
        reason: by === 'person' ? 'kill_switch' : by,
      });
    gate.assertOpen();
  };

  const callOnce = async (
    task: Task,
    context: TaskContext,
    endpoint: ModelEndpoint,
    prepared: Prepared,
    format: AnswerFormat,
    lease: Lease,
    options: RunOptions,
  ): Promise<TaskResult> => {
    register.beforeUse(providerName(endpoint), endpoint.model);
    // On disk before a byte leaves; when this throws there is no call.
    const request = log.append(requestEntry(log, task, context, endpoint, prepared, format !== 'text'));
    const start = clock.monotonic();
    let received = '';
    let last = '';
    const onText = (text: string): void => {
      received = text;
      const now = shownText(text, prepared);
      if (now === last) return;
      last = now;
      options.onText(now);
    };
    let result: ChatResult;
    let checked: CheckedAnswer;
    try {
      result = await gateway.chat(
        endpoint,
        { messages: prepared.messages, maxTokens: prepared.maxTokens, format },
        { signal: lease.signal, onText },
      );
      checked = await checkAnswer(result, prepared, context, format, language);
      if (lease.signal.aborted) throw appError('cancelled');
    } catch (error) {
      log.append(
        failedEntry(
          error,
          responseCommon(log, context, endpoint, request.id),
          clock.monotonic() - start,
          received,
        ),
      );
      throw error;
    }
    const latency = clock.monotonic() - start;
    return log.durably(() => {
      const drift = register.answered(providerName(endpoint), endpoint.model, plainName(result.model));
      const response = log.append({
        ...responseCommon(log, context, endpoint, request.id),
        status: 'ok',
        gen_ai: genAiOfResult(result),
        latency_ms: count(latency),
        ...(result.ttfcMs !== null && { ttfc_ms: count(result.ttfcMs) }),
        ...costOf(endpoint, result),
        model_drift: drift,
        checks: checksForLog(checked.checks),
        provenance: { digital_source_type: IPTC_TRAINED },
        slots: outputSlots(checked, context),
      });
      const done: TaskResult = {
        text: checked.text,
        assumes: checked.assumes,
        checks: checked.checks,
        injectionSignal: prepared.injectionSignal,
        model: plainName(result.model) ?? endpoint.model,
        host: hostOf(endpoint.baseUrl),
        local: isLoopback(endpoint.baseUrl),
        request: { id: request.id, seq: request.seq },
        response: { id: response.id, seq: response.seq },
      };
      options.commit(done);
      return done;
    });
  };

  return {
    prepare: async (task, context, endpoint) => (await prepare(task, context))(formatFor(endpoint)),
    run: async (task, context, endpoint, options) => {
      assertOpen(task);
      assertReady(endpoint);
      const preparedAs = await prepare(task, context);
      const lease = gate.enter(options.signal);
      try {
        for (;;) {
          if (lease.signal.aborted) throw appError('cancelled');
          const format = formatFor(endpoint);
          try {
            return await callOnce(task, context, endpoint, preparedAs(format), format, lease, options);
          } catch (error) {
            const next = error instanceof FormatUnsupported ? nextFormat(format) : undefined;
            if (next === undefined) throw error;
            formats.set(keyOf(endpoint), next);
          }
        }
      } finally {
        lease.leave();
      }
    },
    test: (endpoint, signal) => connectionTest({ gate, gateway, log, clock, register }, endpoint, signal),
  };
}
