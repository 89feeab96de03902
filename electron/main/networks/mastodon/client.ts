import type { ErrorKind } from '@shared/domain/errors';
import { z } from 'zod';
import { NetworkError } from '../errors';
import {
  rateOf,
  request,
  retryAtOf,
  safeDetail,
  statusError,
  type Effect,
  type HttpAnswer,
  type HttpDeps,
} from '../http';
import type { RateInfo } from '../network';

type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export type ApiCall = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the server's address; ids in it are already encoded. */
  readonly path: string;
  /** Reading or repeatable; `write` where a second time would be one too many. */
  readonly effect: Effect;
  readonly params?: Params;
  readonly json?: unknown;
  readonly form?: { readonly body: Uint8Array; readonly type: string };
  readonly idempotencyKey?: string;
  /** Limits that the server counts apart from the others. */
  readonly bucket?: 'media' | 'delete';
};

export type ApiTarget = {
  readonly service: string;
  readonly token: string;
  readonly onRate?: (rate: RateInfo) => void;
};

export type ApiAnswer<T> = { readonly status: number; readonly body: T; readonly links: Links };
/** Where a list goes on, in the server's own words: ids in it are opaque. */
export type Links = { readonly older?: string; readonly newer?: string };

const UPLOAD_TIMEOUT_MS = 120_000;

/** One request to the account's server. Throws NetworkError. */
export async function api<T>(
  deps: HttpDeps,
  target: ApiTarget,
  call: ApiCall,
  schema: z.ZodType<T>,
): Promise<ApiAnswer<T>> {
  const answer = await request(deps, {
    url: address(target.service, call),
    method: call.method,
    effect: call.effect,
    headers: headersOf(target, call),
    body: call.form?.body ?? (call.json === undefined ? undefined : JSON.stringify(call.json)),
    ...(call.form && { timeoutMs: UPLOAD_TIMEOUT_MS }),
  });
  const now = deps.clock.now();
  const rate = rateOf(answer.headers, call.bucket ?? 'account', now);
  if (rate) target.onRate?.(rate);
  const body = parseJson(answer.text);
  const failure = failureOf(answer, body, call, now, target.token);
  if (failure) throw failure;
  const parsed = schema.safeParse(body);
  if (parsed.success)
    return { status: answer.status, body: parsed.data, links: linksOf(answer.headers.get('link')) };
  const at = parsed.error.issues[0]?.path.join('.') ?? 'top';
  const detail = `${call.method} ${nameOf(call)}: unexpected answer at ${at}`;
  // A write that was accepted with an unreadable answer is out: look, never send again.
  throw call.effect === 'write'
    ? new NetworkError({ kind: 'ambiguous', detail }, 'yes')
    : new NetworkError({ kind: 'protocol', detail }, 'no');
}

function address(service: string, call: ApiCall): string {
  const url = new URL(call.path, service);
  for (const [name, value] of Object.entries(call.params ?? {})) {
    if (value === undefined) continue;
    if (typeof value === 'object') for (const one of value) url.searchParams.append(`${name}[]`, one);
    else url.searchParams.append(name, String(value));
  }
  return url.href;
}

function headersOf(target: ApiTarget, call: ApiCall): Record<string, string> {
  return {
    accept: 'application/json',
    authorization: `Bearer ${target.token}`,
    ...(call.idempotencyKey && { 'idempotency-key': call.idempotencyKey }),
    ...(call.form
      ? { 'content-type': call.form.type }
      : call.json !== undefined && { 'content-type': 'application/json' }),
  };
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // A page of a proxy or of a small server: the schema refuses it, or the status tells.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const errorBody = z.object({ error: z.string().optional(), error_description: z.string().nullish() });

function failureOf(
  answer: HttpAnswer,
  body: unknown,
  call: ApiCall,
  now: number,
  token: string,
): NetworkError | null {
  const byStatus = statusError(answer.status, call.effect);
  if (!byStatus) return null;
  const told = errorBody.safeParse(body).data;
  const words = [told?.error, told?.error_description].filter(Boolean).join(': ');
  const kind = kindOf(answer.status, words, call) ?? byStatus.kind;
  const retryAt = ['rate_limited', 'server'].includes(kind) ? retryAtOf(answer.headers, now) : undefined;
  const field = kind === 'validation' && /character limit|text/i.test(words) ? 'text' : undefined;
  const detail = safeDetail(`${call.method} ${nameOf(call)}: ${answer.status} ${words}`.trim(), [token]);
  return new NetworkError(
    { kind, detail, ...(field && { field }), ...(retryAt !== undefined && { retryAt }) },
    byStatus.sent,
  );
}

/** Where the server's words, or the method, say more than the status. */
function kindOf(status: number, words: string, call: ApiCall): ErrorKind | undefined {
  // Tokens do not run out here: one that is refused was taken back.
  if (status === 401) return 'auth_revoked';
  if (status === 503 && call.effect === 'read') return 'server';
  if (status !== 422) return undefined;
  // Small servers refuse a bad token with 422 and nothing else; Mastodon always says what is wrong.
  if (words === '' && call.method === 'GET') return 'auth_revoked';
  if (/have not finished processing/i.test(words)) return 'media_pending';
  return call.form ? 'media_rejected' : undefined;
}

/** A path without its ids, for error texts. */
const nameOf = (call: ApiCall): string => call.path.replace(/\/\d[\w-]*/g, '/:id');

/** Values of `max_id` and `min_id` in the Link header's `next` and `prev`. */
export function linksOf(header: string | null): Links {
  const found: { older?: string; newer?: string } = {};
  for (const [, target = '', relation] of (header ?? '').matchAll(/<([^>]+)>\s*;\s*rel="?(next|prev)"?/g)) {
    if (!URL.canParse(target, 'http://localhost')) continue;
    const query = new URL(target, 'http://localhost').searchParams;
    if (relation === 'next') found.older = query.get('max_id') ?? undefined;
    else found.newer = query.get('min_id') ?? query.get('since_id') ?? undefined;
  }
  return found;
}
