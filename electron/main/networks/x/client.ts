import type { z } from 'zod';
import { parseJson, silentMiss } from '../answers';
import { NetworkError } from '../errors';
import { rateOf, request, retryAtOf, safeDetail, type Effect, type HttpAnswer, type HttpDeps } from '../http';
import { multipart, type MultipartBody } from '../multipart';
import type { RateInfo } from '../network';
import { extensionOf } from '../whole-file';
import { refusalOf, wordsOf } from './refusals';
import { problem, type Problem } from './wire';

type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export type ApiCall = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Reading or repeatable; `write` where a second time would be one too many. */
  readonly effect: Effect;
  /**
   * X counts every endpoint apart. While one named `write…` is used up, nothing of the account is sent: only posts have
   * such a name, for the few direct messages that X allows must not hold them back. `read…` holds back the polling.
   */
  readonly bucket: string;
  readonly params?: Params;
  readonly json?: unknown;
  readonly form?: MultipartForm;
  /** Of the token endpoint. */
  readonly urlencoded?: Readonly<Record<string, string>>;
};

type MultipartForm = {
  readonly fields: Readonly<Record<string, string>>;
  readonly media: { readonly bytes: Uint8Array; readonly mime: string };
};

export type ApiTarget = {
  readonly api: string;
  /** The Authorization header for a request, where it takes one. */
  readonly authorize?: (method: string, url: string) => string;
  /** Never to appear in an error. */
  readonly secrets: readonly string[];
  readonly onRate?: (rate: RateInfo) => void;
};

const UPLOAD_TIMEOUT_MS = 120_000;

/** One request to X. Throws NetworkError. */
export async function api<T>(
  deps: HttpDeps,
  target: ApiTarget,
  call: ApiCall,
  schema: z.ZodType<T>,
): Promise<T> {
  const url = address(target.api, call);
  const { body: sent, type } = bodyOf(call);
  const authorization = target.authorize?.(call.method, url);
  const answer = await request(deps, {
    url,
    method: call.method,
    effect: call.effect,
    headers: {
      accept: 'application/json',
      ...(authorization && { authorization }),
      ...(type && { 'content-type': type }),
    },
    body: sent,
    ...(call.form && { timeoutMs: UPLOAD_TIMEOUT_MS }),
  });
  const now = deps.clock.now();
  const rate = rateOf(answer.headers, call.bucket, now);
  if (rate) target.onRate?.(rate);
  const body = parseJson(answer.text);
  const failure = failureOf(answer, body, call, now, target.secrets);
  if (failure) throw failure;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw unreadable(call, body, parsed.error.issues[0]?.path.join('.') ?? 'top', target.secrets);
}

function address(base: string, call: ApiCall): string {
  const url = new URL(call.path, base);
  for (const [name, value] of Object.entries(call.params ?? {})) {
    if (value === undefined) continue;
    url.searchParams.append(name, typeof value === 'object' ? value.join(',') : String(value));
  }
  return url.href;
}

function bodyOf(call: ApiCall): { readonly body?: string | Uint8Array; readonly type?: string } {
  if (call.form) return formOf(call.form);
  if (call.urlencoded)
    return {
      body: new URLSearchParams(call.urlencoded).toString(),
      type: 'application/x-www-form-urlencoded',
    };
  return call.json === undefined ? {} : { body: JSON.stringify(call.json), type: 'application/json' };
}

function formOf({ fields, media }: MultipartForm): MultipartBody {
  const file = {
    name: 'media',
    filename: `media.${extensionOf(media)}`,
    mime: media.mime,
    content: media.bytes,
  };
  return multipart([...Object.entries(fields).map(([name, content]) => ({ name, content })), file]);
}

const noProblem: Problem = {};

/** The first of several problems stands for all, with the words around it. */
function problemOf(body: unknown): Problem {
  const outer = problem.safeParse(body).data ?? noProblem;
  const list: unknown = (body as { readonly errors?: unknown } | undefined)?.errors;
  const inner = Array.isArray(list) ? (problem.safeParse(list[0]).data ?? noProblem) : noProblem;
  return {
    ...outer,
    parameter: outer.parameter ?? inner.parameter,
    message: [outer.message, inner.detail, inner.message].filter(Boolean).join(' '),
  };
}

function failureOf(
  answer: HttpAnswer,
  body: unknown,
  call: ApiCall,
  now: number,
  secrets: readonly string[],
): NetworkError | null {
  const told = problemOf(body);
  const refused = refusalOf(answer.status, told, call.path, call.effect);
  if (!refused) return null;
  const silent = silentMiss(answer.status, body, `${call.method} ${nameOf(call)}`, call.effect);
  if (silent) return silent;
  const { kind, field, sent } = refused;
  const retryAt = ['rate_limited', 'server'].includes(kind) ? retryAtOf(answer.headers, now) : undefined;
  const detail = safeDetail(
    `${call.method} ${nameOf(call)}: ${answer.status} ${wordsOf(told)}`.trim(),
    secrets,
  );
  return new NetworkError(
    { kind, detail, ...(field && { field }), ...(retryAt !== undefined && { retryAt }) },
    sent,
  );
}

const NOT_FOUND = /resource-not-found|not-authorized-for-resource|resource-unavailable/;

/** A 200 without what was asked for: X puts the reason into `errors`. */
function unreadable(call: ApiCall, body: unknown, at: string, secrets: readonly string[]): NetworkError {
  const detail = safeDetail(`${call.method} ${nameOf(call)}: unexpected answer at ${at}`, secrets);
  if (call.effect === 'write') return new NetworkError({ kind: 'ambiguous', detail }, 'yes');
  const list: unknown = (body as { readonly errors?: unknown } | undefined)?.errors;
  const reason = Array.isArray(list) ? problem.safeParse(list[0]).data?.type : undefined;
  return new NetworkError({ kind: NOT_FOUND.test(reason ?? '') ? 'gone' : 'protocol', detail }, 'no');
}

/** A path without its ids, for error texts. */
const nameOf = (call: ApiCall): string =>
  call.path.replace(/\/\d[\w-]*(?=\/|$)/g, (part) => (part === '/2' ? part : '/:id'));
