import type { ErrorKind } from '@shared/domain/errors';
import type { Clock, Http } from '../ports';
import { NetworkError, type Sent } from './errors';
import type { RateInfo } from './network';
import { turn } from './turns';

/** `write`: repeating the request may do the thing twice, so an unclear end is `ambiguous`, never `offline`. */
export type Effect = 'read' | 'write';

export type HttpRequest = {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly effect: Effect;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly timeoutMs?: number;
};

export type HttpAnswer = { readonly status: number; readonly headers: Headers; readonly text: string };

export type HttpDeps = { readonly http: Http; readonly clock: Clock; readonly signal: AbortSignal };

/** Every fetch takes any Uint8Array; the type asks for one over a plain ArrayBuffer. */
type FetchBody = NonNullable<Parameters<Http>[1]>['body'];

const DEFAULT_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;
/** Taking this much apart takes little time, and somebody may be waiting to publish. */
const SHORT_ANSWER = 4_096;

/**
 * One request, one answer, whatever its status. Throws NetworkError when there is no whole answer: `offline` with
 * `sent: 'no'` where the connection was never made, `ambiguous` where a write may be out. Never repeats anything.
 */
export async function request(deps: HttpDeps, input: HttpRequest): Promise<HttpAnswer> {
  if (deps.signal.aborted) throw new NetworkError({ kind: 'cancelled' }, 'no');
  const control = new AbortController();
  const stop = () => control.abort();
  deps.signal.addEventListener('abort', stop, { once: true });
  const cancelTimeout = deps.clock.after(input.timeoutMs ?? DEFAULT_TIMEOUT_MS, stop);
  let status: number | undefined;
  try {
    const answer = await deps.http(input.url, {
      method: input.method,
      // Electron's fetch has the browser's cache; what a network says is only true now.
      headers: { 'cache-control': 'no-cache', ...input.headers },
      body: input.body as FetchBody,
      signal: control.signal,
      // A redirect would carry the account's token to a place that nobody chose.
      redirect: 'manual',
      credentials: 'omit',
    });
    status = answer.status;
    const text = await readText(answer);
    // What is read is taken apart next: for one account after the other, when many are asked at once.
    if (input.effect === 'read') await turn(text.length > SHORT_ANSWER ? 'begin' : 'finish');
    return { status, headers: answer.headers, text };
  } catch (error) {
    throw noAnswer(error, input, status, deps.signal.aborted, control.signal.aborted);
  } finally {
    cancelTimeout();
    deps.signal.removeEventListener('abort', stop);
  }
}

async function readText(answer: Response): Promise<string> {
  if (Number(answer.headers.get('content-length') ?? 0) > MAX_ANSWER_BYTES) {
    await answer.body?.cancel();
    throw new TypeError('answer too large');
  }
  return answer.text();
}

/** Failures of which it is certain that no byte of the request reached the server. */
const NEVER_CONNECTED = new RegExp(
  [
    'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT',
    'ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_ADDRESS_UNREACHABLE',
    'ERR_PROXY_CONNECTION_FAILED|ERR_TUNNEL_CONNECTION_FAILED|ERR_CONNECTION_TIMED_OUT',
    'CERT_|ERR_SSL_VERSION_OR_CIPHER_MISMATCH|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS_|ERR_NETWORK_ACCESS_DENIED',
  ].join('|'),
);

const REDIRECTED = /redirect was cancell?ed|ERR_UNSAFE_REDIRECT/i;
const wasRedirected = (error: unknown): boolean =>
  error instanceof Error && (REDIRECTED.test(error.message) || wasRedirected(error.cause));

function noAnswer(
  error: unknown,
  input: HttpRequest,
  status: number | undefined,
  cancelled: boolean,
  timedOut: boolean,
): NetworkError {
  const detail = describeCause(error, cancelled ? 'cancelled' : timedOut ? 'timeout' : undefined);
  const options = { cause: error };
  // Electron's fetch throws where others hand over the answer: the server sent the request elsewhere, undone.
  if (wasRedirected(error))
    return new NetworkError({ kind: 'protocol', detail: 'a redirect' }, 'no', options);
  if (status === undefined && !cancelled && !timedOut && NEVER_CONNECTED.test(detail))
    return new NetworkError({ kind: 'offline', detail }, 'no', options);
  if (input.effect === 'write')
    return new NetworkError({ kind: 'ambiguous', detail }, accepted(status) ? 'yes' : 'maybe', options);
  return new NetworkError({ kind: cancelled ? 'cancelled' : 'server', detail }, 'no', options);
}

const accepted = (status: number | undefined): boolean =>
  status !== undefined && status >= 200 && status < 300;

/** Codes and names only: messages of the platform may carry the address with its parameters. */
function describeCause(error: unknown, known: string | undefined): string {
  if (known) return known;
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 4 && current instanceof Error; depth += 1) {
    const { code, errors } = current as { readonly code?: unknown; readonly errors?: readonly unknown[] };
    const named = /net::(ERR_[A-Z_]+)/.exec(current.message)?.[1];
    parts.push(typeof code === 'string' ? code : (named ?? current.name));
    current = errors?.[0] ?? current.cause;
  }
  return parts.join(' / ') || 'no answer';
}

/** What a status means where the network says nothing more precise. Null: it is a success. */
export function statusError(
  status: number,
  effect: Effect,
): { readonly kind: ErrorKind; readonly sent: Sent } | null {
  if (status >= 200 && status < 300) return null;
  if (status === 429) return { kind: 'rate_limited', sent: 'no' };
  if (status === 501) return { kind: 'unsupported', sent: 'no' };
  if (status >= 500 || status === 408)
    return effect === 'write' ? { kind: 'ambiguous', sent: 'maybe' } : { kind: 'server', sent: 'no' };
  if (status === 401) return { kind: 'auth_expired', sent: 'no' };
  if (status === 402) return { kind: 'quota_exhausted', sent: 'no' };
  if (status === 403) return { kind: 'permission', sent: 'no' };
  if (status === 404 || status === 410) return { kind: 'gone', sent: 'no' };
  if (status === 409) return { kind: 'duplicate', sent: 'no' };
  if (status === 413 || status === 415) return { kind: 'media_rejected', sent: 'no' };
  if (status === 400 || status === 422) return { kind: 'validation', sent: 'no' };
  return { kind: 'protocol', sent: effect === 'write' ? 'maybe' : 'no' };
}

export type RateHeaders = { readonly limit: string; readonly remaining: string; readonly reset: string };

/** The usual spellings: `ratelimit-*` (IETF draft, Bluesky) and `x-ratelimit-*` (Mastodon, X). */
const RATE_HEADERS: readonly RateHeaders[] = ['ratelimit', 'x-ratelimit', 'x-rate-limit'].map((prefix) => ({
  limit: `${prefix}-limit`,
  remaining: `${prefix}-remaining`,
  reset: `${prefix}-reset`,
}));

/** Rate limits as the answer tells them; undefined where it does not. */
export function rateOf(headers: Headers, bucket: string, now: number): RateInfo | undefined {
  for (const names of RATE_HEADERS) {
    const limit = count(headers.get(names.limit));
    const remaining = count(headers.get(names.remaining));
    const resetAt = instant(headers.get(names.reset), now);
    if (limit !== undefined && remaining !== undefined && resetAt !== undefined)
      return { bucket, limit, remaining, resetAt };
  }
  return undefined;
}

/** When to try again: Retry-After, else the reset of an exhausted limit. */
export function retryAtOf(headers: Headers, now: number): number | undefined {
  const after = instant(headers.get('retry-after'), now);
  if (after !== undefined) return after;
  const rate = rateOf(headers, '', now);
  return rate && rate.remaining <= 0 ? rate.resetAt : undefined;
}

const count = (value: string | null): number | undefined =>
  value !== null && /^\d+/.test(value.trim()) ? Number.parseInt(value, 10) : undefined;

/** Numbers above this are seconds since the epoch, below it seconds from now. */
const EPOCH_SECONDS_FROM = 1_000_000_000;

function instant(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const seconds = Number(value);
  if (value.trim() !== '' && Number.isFinite(seconds))
    return seconds >= EPOCH_SECONDS_FROM ? seconds * 1000 : now + Math.max(0, seconds) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

const TOKEN_SHAPES = /\b(?:eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|Bearer\s+\S+|[a-z0-9]{4}(?:-[a-z0-9]{4}){3})\b/gi;
const DETAIL_LIMIT = 240;

/** A server's own words, fit for an error: known secrets and anything shaped like a token taken out, and short. */
export function safeDetail(words: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length >= 4);
  const cleaned = known.reduce((text, secret) => text.replaceAll(secret, '[secret]'), words);
  return cleaned.replace(TOKEN_SHAPES, '[secret]').slice(0, DETAIL_LIMIT);
}
