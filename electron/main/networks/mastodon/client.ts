import { z } from 'zod';
import { parseJson, unreadable } from '../answers';
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
import type { MultipartBody } from '../multipart';
import type { RateInfo } from '../network';
import { limits } from './capabilities';
import { fieldOf, kindOf } from './errors';

type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export type ApiCall = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the server's address; ids in it are already encoded. */
  readonly path: string;
  /** Reading or repeatable; `write` where a second time would be one too many. */
  readonly effect: Effect;
  readonly params?: Params;
  readonly json?: unknown;
  readonly form?: MultipartBody;
  readonly idempotencyKey?: string;
  /** Limits that the server counts apart from the others. */
  readonly bucket?: 'media' | 'delete';
};

export type ApiTarget = {
  readonly service: string;
  /** Absent while nobody is signed in yet. */
  readonly token?: string;
  /** More that must not appear in an error. */
  readonly secrets?: readonly string[];
  readonly onRate?: (rate: RateInfo) => void;
};

export type ApiAnswer<T> = { readonly status: number; readonly body: T; readonly links: Links };
/** Where a list goes on, in the server's own words: ids in it are opaque. */
export type Links = { readonly older?: string; readonly newer?: string };

const UPLOAD_TIMEOUT_MS = 120_000;
const uploadTimeout = (bytes: number): number =>
  Math.max(UPLOAD_TIMEOUT_MS, (bytes / limits.upload.leastBytesPerSecond) * 1000);

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
    ...(call.form && { timeoutMs: uploadTimeout(call.form.body.byteLength) }),
  });
  const now = deps.clock.now();
  const rate = rateOf(answer.headers, bucketOf(call), now);
  if (rate) target.onRate?.(rate);
  const body = parseJson(answer.text);
  const failure = failureOf(answer, body, call, now, secretsOf(target));
  if (failure) throw failure;
  const parsed = schema.safeParse(body);
  if (parsed.success)
    return { status: answer.status, body: parsed.data, links: linksOf(answer.headers.get('link')) };
  throw unreadable(`${call.method} ${nameOf(call)}`, call.effect, parsed.error);
}

/** What is sent waits while a bucket whose name begins with `write` is empty, polling while one with `read` is. */
const bucketOf = (call: ApiCall): string => call.bucket ?? call.effect;

const secretsOf = ({ token, secrets = [] }: ApiTarget): readonly string[] =>
  token === undefined ? secrets : [token, ...secrets];

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
    ...(target.token !== undefined && { authorization: `Bearer ${target.token}` }),
    ...(call.idempotencyKey && { 'idempotency-key': call.idempotencyKey }),
    ...(call.form
      ? { 'content-type': call.form.type }
      : call.json !== undefined && { 'content-type': 'application/json' }),
  };
}

const errorBody = z.object({ error: z.string().optional(), error_description: z.string().nullish() });

function failureOf(
  answer: HttpAnswer,
  body: unknown,
  call: ApiCall,
  now: number,
  secrets: readonly string[],
): NetworkError | null {
  const byStatus = statusError(answer.status, call.effect);
  if (!byStatus) return null;
  const told = errorBody.safeParse(body).data;
  const words = [told?.error, told?.error_description].filter(Boolean).join(': ');
  const kind = kindOf({ status: answer.status, words }, call) ?? byStatus.kind;
  const retryAt = ['rate_limited', 'server'].includes(kind) ? retryAtOf(answer.headers, now) : undefined;
  const field = kind === 'validation' ? fieldOf(words) : undefined;
  const detail = safeDetail(`${call.method} ${nameOf(call)}: ${answer.status} ${words}`.trim(), secrets);
  return new NetworkError(
    { kind, detail, ...(field && { field }), ...(retryAt !== undefined && { retryAt }) },
    kind === 'unsupported' ? 'no' : byStatus.sent,
  );
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
