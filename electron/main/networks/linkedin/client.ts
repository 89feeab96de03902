import type { z } from 'zod';
import { parseJson, unreadable } from '../answers';
import { NetworkError } from '../errors';
import { request, type Effect, type HttpDeps } from '../http';
import { limits } from './capabilities';
import { failureOf } from './failures';

export type ApiCall = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the API's address, query included; ids in it are already encoded as Rest.li wants them. */
  readonly path: string;
  /** Reading or repeatable; `write` where a second time would be one too many. */
  readonly effect: Effect;
  readonly json?: unknown;
};

export type ApiTarget = {
  readonly api: string;
  readonly token: string;
  /** YYYYMM; absent: the usual one. */
  readonly version?: string;
};

/** `id` is what LinkedIn calls what a POST has made. */
export type ApiAnswer<T> = { readonly body: T; readonly id: string | undefined };

const UPLOAD_TIMEOUT_MS = 300_000;

/** One request to the API. Throws NetworkError. */
export async function api<T>(
  deps: HttpDeps,
  target: ApiTarget,
  call: ApiCall,
  schema: z.ZodType<T>,
): Promise<ApiAnswer<T>> {
  const now = deps.clock.now();
  const version = target.version ?? usualVersion(now);
  const answer = await request(deps, {
    url: `${target.api}${call.path}`,
    method: call.method,
    effect: call.effect,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${target.token}`,
      'linkedin-version': version,
      'x-restli-protocol-version': '2.0.0',
      ...(call.json !== undefined && { 'content-type': 'application/json' }),
    },
    body: call.json === undefined ? undefined : JSON.stringify(call.json),
  });
  const body = parseJson(answer.text);
  const name = `${call.method} ${nameOf(call.path)}`;
  const failure = failureOf(answer, body, {
    name,
    effect: call.effect,
    version,
    secrets: [target.token],
    now,
  });
  if (failure) throw failure;
  const parsed = schema.safeParse(body);
  if (parsed.success) return { body: parsed.data, id: answer.headers.get('x-restli-id') ?? undefined };
  throw unreadable(name, call.effect, parsed.error);
}

/**
 * Bytes to an address that LinkedIn gave for them; the address is a secret and appears nowhere. Images want the token
 * too, parts of videos are signed by their address alone.
 */
export async function putBytes(
  deps: HttpDeps,
  url: string,
  bytes: Uint8Array,
  token?: string,
): Promise<string | undefined> {
  const answer = await request(deps, {
    url,
    method: 'PUT',
    effect: 'read',
    headers: {
      'content-type': 'application/octet-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: bytes,
    timeoutMs: UPLOAD_TIMEOUT_MS,
  });
  const name = 'PUT of a file';
  const now = deps.clock.now();
  const failure = failureOf(answer, {}, { name, effect: 'read', secrets: [token ?? '', url], now });
  if (failure?.kind === 'validation')
    throw new NetworkError({ ...failure.info, kind: 'media_rejected' }, 'no');
  if (failure) throw failure;
  return answer.headers.get('etag')?.replace(/^"|"$/g, '');
}

/** A form to the sign-in service. */
export async function oauthForm<T>(
  deps: HttpDeps,
  url: string,
  fields: Readonly<Record<string, string>>,
  schema: z.ZodType<T>,
  secrets: readonly string[],
): Promise<T> {
  const answer = await request(deps, {
    url,
    method: 'POST',
    effect: 'read',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
  const body = parseJson(answer.text);
  const name = 'POST accessToken';
  const failure = failureOf(answer, body, { name, effect: 'read', secrets, now: deps.clock.now() });
  if (failure) throw failure;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw unreadable(name, 'read', parsed.error);
}

/** A version a few months old: the newest ones are not open to everybody at once, each is shut off after a year. */
export function usualVersion(now: number): string {
  const date = new Date(now);
  const month = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - limits.version.monthsBack, 1));
  return month.toISOString().slice(0, 7).replace('-', '');
}

/** A path without its ids and query, for error texts. */
const nameOf = (path: string): string =>
  path.replace(/\?(?!action=\w+$).*$/, '').replace(/\/(?:urn%3A|\(|\d)[^/?]*/gi, '/:id');
