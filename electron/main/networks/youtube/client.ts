import type { z } from 'zod';
import { parseJson, unreadable } from '../answers';
import { request, type Effect, type HttpAnswer, type HttpDeps } from '../http';
import { failureOf } from './failures';

type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export type ApiCall = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** The resource, or the whole address where YouTube gave one. */
  readonly path: string;
  /** Reading or repeatable; `write` where a second time would be one too many. */
  readonly effect: Effect;
  readonly params?: Params;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
};

const UPLOAD_TIMEOUT_MS = 300_000;

/** One request as the account, with its answer as it is; throws NetworkError for refusals other than `expected`. */
export async function send(
  deps: HttpDeps,
  target: { readonly base: string; readonly token: string },
  call: ApiCall,
  expected: readonly number[] = [],
): Promise<HttpAnswer> {
  const answer = await request(deps, {
    url: address(target.base, call),
    method: call.method,
    effect: call.effect,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${target.token}`,
      ...(call.json !== undefined && { 'content-type': 'application/json; charset=UTF-8' }),
      ...call.headers,
    },
    body: call.bytes ?? (call.json === undefined ? undefined : JSON.stringify(call.json)),
    ...(call.bytes && { timeoutMs: UPLOAD_TIMEOUT_MS }),
  });
  if (expected.includes(answer.status)) return answer;
  const refused = { name: nameOf(call), effect: call.effect, secrets: [target.token], now: deps.clock.now() };
  const failure = failureOf(answer, parseJson(answer.text), refused);
  if (failure) throw failure;
  return answer;
}

/** The body of an answer by its schema. */
export function bodyOf<T>(answer: HttpAnswer, call: ApiCall, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(answer.text));
  if (parsed.success) return parsed.data;
  throw unreadable(nameOf(call), call.effect, parsed.error);
}

/** A form to Google's token service. */
export async function tokenForm<T>(
  deps: HttpDeps,
  url: string,
  fields: Readonly<Record<string, string>>,
  schema: z.ZodType<T>,
  secrets: readonly string[],
): Promise<T> {
  const call: ApiCall = { method: 'POST', path: 'token', effect: 'read' };
  const answer = await request(deps, {
    url,
    method: call.method,
    effect: call.effect,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
  const refused = { name: nameOf(call), effect: call.effect, secrets, now: deps.clock.now() };
  const failure = failureOf(answer, parseJson(answer.text), refused);
  if (failure) throw failure;
  return bodyOf(answer, call, schema);
}

function address(base: string, { path, params }: ApiCall): string {
  const url = new URL(/^https?:/.test(path) ? path : `${base}/${path}`);
  for (const [name, value] of Object.entries(params ?? {})) {
    if (value === undefined) continue;
    url.searchParams.set(name, typeof value === 'object' ? value.join(',') : String(value));
  }
  return url.href;
}

/** The address of an upload is a secret: whoever has it can put a video on the channel. */
const nameOf = ({ method, path }: ApiCall): string =>
  `${method} ${/^https?:/.test(path) ? 'of an upload' : path}`;
