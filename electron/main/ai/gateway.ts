import type OpenAI from 'openai';
import { appError } from '@shared/domain/errors';
import type { Clock } from '../ports';
import { answerJsonSchema } from './answer';
import { createDeadline, type Deadline, type Timeouts } from './deadline';
import { isLoopback, presets, type ModelEndpoint } from './endpoint';
import { guardedFetch, type GuardedFetchDeps } from './guarded-fetch';
import { toAiError } from './model-errors';

export type ChatMessage = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string };
/** The form of answer that is asked for, from the strictest to none. */
export const answerFormats = ['json_schema', 'json_object', 'text'] as const;
export type AnswerFormat = (typeof answerFormats)[number];
export type ChatRequest = {
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly format: AnswerFormat;
};
export type Usage = { readonly input: number; readonly output: number; readonly costUsd?: number };
export type ChatResult = {
  readonly text: string;
  readonly id: string | null;
  readonly model: string | null;
  readonly finishReason: string | null;
  readonly usage: Usage | null;
  readonly ttfcMs: number | null;
};
export type ChatOptions = {
  readonly signal: AbortSignal;
  /** All text received so far. */
  readonly onText: (text: string) => void;
};

/** Models on this machine may have to be loaded before they answer. */
const remoteTimeouts: Timeouts = { firstToken: 45_000, total: 180_000, list: 15_000 };
const localTimeouts: Timeouts = { firstToken: 180_000, total: 600_000, list: 5_000 };

export type GatewayDeps = GuardedFetchDeps & {
  readonly clock: Clock;
  readonly timeouts?: { readonly remote: Timeouts; readonly local: Timeouts };
};

/** The only way to a model. It does not retry: each outbound call is one that somebody asked for. */
export type Gateway = {
  readonly chat: (endpoint: ModelEndpoint, request: ChatRequest, options: ChatOptions) => Promise<ChatResult>;
  readonly models: (
    endpoint: ModelEndpoint,
    options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ) => Promise<readonly string[]>;
  /** Outbound calls since the start; coverage compares `chat` with the requests in the log. */
  readonly calls: () => { readonly chat: number; readonly other: number };
};

/** More than any task asks for: a server that sends on and on is cut off. */
const MAX_RECEIVED_CHARS = 100_000;
/** Models that think before they answer spend tokens on it. */
const THINKING_ROOM = 2_000;

export function createGateway(deps: GatewayDeps): Gateway {
  const { clock, gate } = deps;
  const counts = { chat: 0, other: 0 };
  const timeoutsFor = (endpoint: ModelEndpoint): Timeouts =>
    isLoopback(endpoint.baseUrl)
      ? (deps.timeouts?.local ?? localTimeouts)
      : (deps.timeouts?.remote ?? remoteTimeouts);

  const client = async (endpoint: ModelEndpoint, kind: keyof typeof counts): Promise<OpenAI> => {
    // Loaded at the first call: the package is large and the window should not wait for it.
    const { OpenAI: Client } = await import('openai');
    return new Client({
      baseURL: endpoint.baseUrl,
      apiKey: endpoint.key ?? 'none',
      // The environment of the user's shell must not add accounts, headers or logging.
      organization: null,
      project: null,
      adminAPIKey: null,
      webhookSecret: null,
      logLevel: 'off',
      maxRetries: 0,
      timeout: timeoutsFor(endpoint).total,
      fetch: guardedFetch(deps, endpoint, () => (counts[kind] += 1)),
    });
  };

  return {
    chat: async (endpoint, request, { signal, onText }) => {
      const asksForJson = request.format !== 'text';
      const deadline = createDeadline(clock, signal, timeoutsFor(endpoint));
      try {
        const openai = await Promise.race([client(endpoint, 'chat'), deadline.aborted]);
        gate.assertOpen();
        deadline.begin();
        const received = receive(openai, endpoint, request, deadline, clock, onText);
        return await Promise.race([received, deadline.aborted]);
      } catch (error) {
        throw (
          deadline.reason() ??
          toAiError(error, { hasKey: endpoint.key !== null, asksForJson, now: clock.now() })
        );
      } finally {
        deadline.end();
      }
    },
    models: async (endpoint, options = {}) => {
      const total = options.timeoutMs ?? timeoutsFor(endpoint).list;
      const lease = gate.enter(options.signal);
      const deadline = createDeadline(clock, lease.signal, { firstToken: total, total, list: total });
      try {
        const openai = await Promise.race([client(endpoint, 'other'), deadline.aborted]);
        deadline.begin();
        const listed = openai.models.list({ signal: deadline.signal }).then((page) => page.data);
        const models: unknown = await Promise.race([listed, deadline.aborted]);
        return modelIds(models);
      } catch (error) {
        throw (
          deadline.reason() ??
          toAiError(error, { hasKey: endpoint.key !== null, asksForJson: false, now: clock.now() })
        );
      } finally {
        deadline.end();
        lease.leave();
      }
    },
    calls: () => ({ ...counts }),
  };
}

async function receive(
  openai: OpenAI,
  endpoint: ModelEndpoint,
  request: ChatRequest,
  deadline: Deadline,
  clock: Clock,
  onText: (text: string) => void,
): Promise<ChatResult> {
  const start = clock.monotonic();
  const stream = await openai.chat.completions.create(bodyOf(endpoint, request), { signal: deadline.signal });
  let result: ChatResult = { text: '', id: null, model: null, finishReason: null, usage: null, ttfcMs: null };
  let refused = false;
  for await (const chunk of stream) {
    // A call that was given up hands on nothing more, whatever is still in the pipe.
    deadline.signal.throwIfAborted();
    const choice = chunk.choices?.[0];
    const added = typeof choice?.delta?.content === 'string' ? choice.delta.content : '';
    refused ||= Boolean(choice?.delta?.refusal) || choice?.finish_reason === 'content_filter';
    // Thinking counts as answering: a model may think for minutes before its first word.
    deadline.answered();
    result = {
      text: result.text + added,
      id: chunk.id ?? result.id,
      model: chunk.model ?? result.model,
      finishReason: choice?.finish_reason ?? result.finishReason,
      usage: usageOf(chunk.usage) ?? result.usage,
      ttfcMs: result.ttfcMs ?? (added === '' ? null : Math.round(clock.monotonic() - start)),
    };
    if (result.text.length > MAX_RECEIVED_CHARS)
      throw appError('ai_malformed', { detail: 'the answer does not end' });
    if (added !== '') onText(result.text);
  }
  deadline.signal.throwIfAborted();
  if (refused) throw appError('ai_refused');
  if (result.text.trim() === '') throw appError('ai_malformed', { detail: 'the answer is empty' });
  return result;
}

function bodyOf(endpoint: ModelEndpoint, request: ChatRequest): OpenAI.ChatCompletionCreateParamsStreaming {
  const { tokenLimit } = presets[endpoint.preset];
  const limit =
    tokenLimit === 'max_completion_tokens' ? request.maxTokens + THINKING_ROOM : request.maxTokens;
  return {
    model: endpoint.model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: true,
    [tokenLimit]: limit,
    ...(endpoint.preset !== 'custom' && { stream_options: { include_usage: true } }),
    ...(request.format === 'json_schema' && {
      response_format: { type: 'json_schema' as const, json_schema: answerJsonSchema },
    }),
    ...(request.format === 'json_object' && { response_format: { type: 'json_object' as const } }),
  };
}

function usageOf(usage: unknown): Usage | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const {
    prompt_tokens: input,
    completion_tokens: output,
    cost,
  } = usage as Readonly<Record<string, unknown>>;
  if (typeof input !== 'number' || typeof output !== 'number') return undefined;
  return { input, output, ...(typeof cost === 'number' && cost >= 0 && { costUsd: cost }) };
}

function modelIds(models: unknown): readonly string[] {
  if (!Array.isArray(models)) throw appError('ai_malformed', { detail: 'not a list of models' });
  const ids = models.flatMap((model: unknown) =>
    typeof model === 'object' && model !== null && 'id' in model && typeof model.id === 'string'
      ? [model.id.slice(0, 200)]
      : [],
  );
  return [...new Set(ids)].sort((a, b) => a.localeCompare(b)).slice(0, 2_000);
}
