import { appError, AppError, type ErrorKind } from '@shared/domain/errors';

/** What can be known of a failed call, whatever the server: shapes differ between OpenAI and those who copy it. */
type Failure = {
  readonly status?: number;
  readonly code: string;
  readonly type: string;
  readonly param: string;
  /** Never shown or logged: servers repeat keys and prompts in it. */
  readonly message: string;
  readonly retryAfterMs?: number;
};

/** The server does not take the form of answer that was asked for; another form may work. */
export class FormatUnsupported extends AppError {
  constructor(status: number | undefined) {
    super({
      kind: 'ai_malformed',
      detail: 'the form of answer is not supported',
      ...(status && { params: { status } }),
    });
    this.name = 'FormatUnsupported';
  }
}

export type CallFacts = { readonly hasKey: boolean; readonly asksForJson: boolean; readonly now: number };

/** The AppError for anything that a call to a model can throw. Its detail holds status and code only. */
export function toAiError(thrown: unknown, facts: CallFacts): AppError {
  if (thrown instanceof AppError) return thrown;
  // What our own fetch refused comes back wrapped by the client.
  if (thrown instanceof Error && thrown.cause instanceof AppError) return thrown.cause;
  const failure = readFailure(thrown, facts.now);
  if (facts.asksForJson && isAboutFormat(failure)) return new FormatUnsupported(failure.status);
  const kind = kindOf(failure, facts.hasKey, thrown);
  return appError(kind, {
    ...(failure.status !== undefined && { params: { status: failure.status } }),
    ...(failure.retryAfterMs !== undefined && { retryAt: facts.now + failure.retryAfterMs }),
    detail: [failure.status, plainCode(failure.code), plainCode(failure.type)].filter(Boolean).join(' '),
  });
}

const CONTEXT =
  /context[_ ](?:length|size|window)|maximum context|too many tokens|exceed\w* (?:the )?(?:available )?context|prompt is too long|input is too long|reduce the length/iu;
const QUOTA =
  /insufficient_quota|insufficient credits|billing|exceeded your current quota|out of credits|payment required|credit balance/iu;
const REFUSED = /content_filter|content_policy|content policy|moderation|safety|flagged|responsibleai/iu;
const MODEL =
  /model_not_found|model[^.]{0,80}(?:not found|does not exist|not exist|no such|invalid|not a valid|unknown|unavailable|not loaded|not supported)|no models? loaded|not a valid model|invalid model|unknown model|try pulling/iu;
const KEY = /invalid_api_key|incorrect api key|invalid (?:api )?key|authentication|unauthorized|no auth/iu;
const FORMAT = /response_format|json_schema|json_object|json mode|structured output|grammar|schema/iu;

const isAboutFormat = ({ status, param, message, code }: Failure): boolean =>
  (status === 400 || status === 404 || status === 422 || status === 501 || status === 500) &&
  (param.startsWith('response_format') || FORMAT.test(`${code} ${message}`)) &&
  !CONTEXT.test(message);

function kindOf(failure: Failure, hasKey: boolean, thrown: unknown): ErrorKind {
  const { status } = failure;
  const words = `${failure.code} ${failure.type} ${failure.message}`;
  if (CONTEXT.test(words) || status === 413) return 'ai_context_too_long';
  if (status === 402 || QUOTA.test(words)) return 'ai_quota';
  if (status === 429) return 'ai_rate_limited';
  if (status === 401) return hasKey ? 'ai_wrong_key' : 'ai_no_key';
  if (REFUSED.test(words) && status !== undefined && status < 500) return 'ai_refused';
  if (status === 403) return hasKey ? 'ai_wrong_key' : 'ai_no_key';
  if (MODEL.test(words) || status === 404) return 'ai_no_model';
  if (KEY.test(words)) return hasKey ? 'ai_wrong_key' : 'ai_no_key';
  if (status === 408 || status === 504) return 'ai_timeout';
  if (status !== undefined && status >= 500) return 'ai_offline';
  if (status !== undefined || thrown instanceof SyntaxError) return 'ai_malformed';
  return isConnection(thrown) ? 'ai_offline' : 'ai_malformed';
}

const CONNECTION_NAMES = new Set([
  'APIConnectionError',
  'APIConnectionTimeoutError',
  'TypeError',
  'FetchError',
]);
function isConnection(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  return (
    CONNECTION_NAMES.has(thrown.name) ||
    CONNECTION_NAMES.has(thrown.constructor.name) ||
    /^(?:E[A-Z]+|UND_ERR_\w+)$/u.test(code) ||
    /net::ERR_|terminated|socket|network|fetch failed/iu.test(thrown.message)
  );
}

function readFailure(thrown: unknown, now: number): Failure {
  const error = isRecord(thrown) ? thrown : {};
  const body = isRecord(error.error) ? error.error : {};
  const status =
    number(error.status) ?? number(body.status) ?? httpStatus(number(body.code) ?? number(error.code));
  return {
    ...(status !== undefined && { status }),
    code: text(error.code) || text(body.code),
    type: text(error.type) || text(body.type),
    param: text(error.param) || text(body.param),
    message: text(error.message),
    ...retryAfter(error.headers, now),
  };
}

function retryAfter(headers: unknown, now: number): { readonly retryAfterMs?: number } {
  if (!(headers instanceof Headers)) return {};
  const value = headers.get('retry-after');
  if (value === null) return {};
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return { retryAfterMs: Math.max(0, seconds * 1_000) };
  const at = Date.parse(value);
  return Number.isNaN(at) ? {} : { retryAfterMs: Math.max(0, at - now) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const httpStatus = (value: number | undefined): number | undefined =>
  value !== undefined && value >= 400 && value < 600 ? value : undefined;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** Codes are words of lower-case letters; anything else could be content or a key. */
const plainCode = (code: string): string => (/^[a-z_]{1,60}$/u.test(code) ? code : '');
