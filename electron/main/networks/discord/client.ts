import type { z } from 'zod';
import { parseJson, silentMiss, unreadable } from '../answers';
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
import { multipart } from '../multipart';
import type { RateInfo } from '../network';
import { meaningOf } from './errors';
import { errorBody, type ErrorBody } from './wire';

export type UploadFile = { readonly name: string; readonly mime: string; readonly bytes: Uint8Array };
type Params = Readonly<Record<string, string | number | boolean | undefined>>;

export type ApiCall = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the API's address; ids in it are already encoded. */
  readonly path: string;
  /** Reading or repeatable; `write` where a second time would be one too many. */
  readonly effect: Effect;
  readonly params?: Params;
  readonly json?: unknown;
  readonly files?: readonly UploadFile[];
};

export type ApiTarget = {
  readonly api: string;
  /** Absent for webhooks, whose address is their secret. */
  readonly token?: string;
  /** Whatever must not reach an error. */
  readonly secrets: readonly string[];
  readonly onRate?: (rate: RateInfo) => void;
};

const UPLOAD_TIMEOUT_MS = 180_000;
/** Discord turns requests without such a name away (developer documentation, user agent). */
const AGENT = 'DiscordBot (Candor, 1)';

/**
 * One request to Discord. Throws NetworkError. The address of a webhook is its secret, so that no error of the
 * platform, which may carry the address, goes on from here: only its name does.
 */
export async function callApi<T>(
  deps: HttpDeps,
  target: ApiTarget,
  call: ApiCall,
  schema: z.ZodType<T>,
): Promise<T> {
  const answer = await send(deps, target, call);
  const now = deps.clock.now();
  const rate = rateOf(answer.headers, bucketOf(call, answer.headers), now);
  if (rate) target.onRate?.(rate);
  const body = parseJson(answer.text);
  const failure = failureOf(answer, body, call, target, now);
  if (failure) throw failure;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw unreadable(`${call.method} ${nameOf(call)}`, call.effect, parsed.error);
}

async function send(deps: HttpDeps, target: ApiTarget, call: ApiCall): Promise<HttpAnswer> {
  const sent = bodyOf(call);
  try {
    return await request(deps, {
      url: address(target.api, call),
      method: call.method,
      effect: call.effect,
      headers: {
        accept: 'application/json',
        'user-agent': AGENT,
        ...(target.token !== undefined && { authorization: `Bot ${target.token}` }),
        ...(sent && { 'content-type': sent.type }),
      },
      body: sent?.body,
      ...((call.files ?? []).length > 0 && { timeoutMs: UPLOAD_TIMEOUT_MS }),
    });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const detail = safeDetail(
      `${call.method} ${nameOf(call)}: ${error.info.detail ?? error.kind}`,
      target.secrets,
    );
    throw new NetworkError({ ...error.info, detail }, error.sent);
  }
}

function address(api: string, call: ApiCall): string {
  const url = new URL(`${api}${call.path}`);
  for (const [name, value] of Object.entries(call.params ?? {}))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

function bodyOf({
  json,
  files = [],
}: ApiCall): { readonly body: string | Uint8Array; readonly type: string } | undefined {
  if (json === undefined) return undefined;
  const words = { mime: 'application/json', content: JSON.stringify(json) };
  if (files.length === 0) return { body: words.content, type: words.mime };
  const parts = files.map(({ name, mime, bytes }, index) => ({
    name: `files[${index}]`,
    filename: name,
    mime,
    content: bytes,
  }));
  return multipart([{ name: 'payload_json', ...words }, ...parts]);
}

/** Limits that hold writes back carry `write` in front; Discord's own name tells one bucket from another. */
function bucketOf(call: ApiCall, headers: Headers): string {
  const own = headers.get('x-ratelimit-bucket');
  return [call.effect, own ?? `${call.method} ${nameOf(call)}`].join(':');
}

function failureOf(
  answer: HttpAnswer,
  body: unknown,
  call: ApiCall,
  target: ApiTarget,
  now: number,
): NetworkError | null {
  const byStatus = statusError(answer.status, call.effect);
  if (!byStatus) return null;
  const silent = silentMiss(answer.status, body, `${call.method} ${nameOf(call)}`, call.effect);
  if (silent) return silent;
  const told = errorBody.safeParse(body).data;
  const meaning = answer.status < 500 ? meaningOf(answer.status, told) : undefined;
  const kind = meaning?.kind ?? byStatus.kind;
  const retryAt = ['rate_limited', 'server'].includes(kind) ? retryAfter(answer, told, now) : undefined;
  if (retryAt !== undefined && kind === 'rate_limited')
    target.onRate?.({ bucket: heldBy(answer, told, call), limit: 1, remaining: 0, resetAt: retryAt });
  const words = `${call.method} ${nameOf(call)}: ${answer.status} ${told?.code ?? ''} ${told?.message ?? ''}`;
  const detail = meaning?.note ?? safeDetail(words.replace(/\s+/g, ' ').trim(), target.secrets);
  return new NetworkError(
    {
      kind,
      detail,
      ...(meaning?.field && { field: meaning.field }),
      ...(retryAt !== undefined && { retryAt }),
    },
    meaning ? 'no' : byStatus.sent,
  );
}

/** The body has fractions of a second, which the header rounds. */
const retryAfter = (answer: HttpAnswer, told: ErrorBody | undefined, now: number): number | undefined =>
  told?.retry_after === undefined ? retryAtOf(answer.headers, now) : now + Math.ceil(told.retry_after * 1000);

const heldBy = (answer: HttpAnswer, told: ErrorBody | undefined, call: ApiCall): string =>
  told?.global === true || answer.headers.get('x-ratelimit-global') === 'true'
    ? 'write:global'
    : bucketOf(call, answer.headers);

/** A path without its ids and without the secret of a webhook, for error texts. */
const nameOf = (call: ApiCall): string =>
  call.path.replace(/^\/webhooks\/\d+\/[^/]+/, '/webhooks/:id/:secret').replace(/\/\d+/g, '/:id');
