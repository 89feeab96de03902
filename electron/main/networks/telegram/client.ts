import type { z } from 'zod';
import { parseJson, unreadable } from '../answers';
import { NetworkError } from '../errors';
import { request, safeDetail, statusError, type Effect, type HttpAnswer, type HttpDeps } from '../http';
import { multipart } from '../multipart';
import type { RateInfo } from '../network';
import { limits } from './capabilities';
import { ruleFor } from './errors';
import { envelope, type Envelope } from './wire';

type Value = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>;
export type Params = Readonly<Record<string, Value | undefined>>;
export type UploadFile = {
  readonly field: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
};

export type ApiCall = {
  readonly method: string;
  /** Reading or repeatable; `write` where a second time would be one too many. */
  readonly effect: Effect;
  readonly params?: Params;
  readonly files?: readonly UploadFile[];
  readonly timeoutMs?: number;
};

export type ApiTarget = {
  readonly api: string;
  readonly token: string;
  readonly onRate?: (rate: RateInfo) => void;
};

const UPLOAD_TIMEOUT_MS = 300_000;

/**
 * One call of the Bot API. Throws NetworkError. The address carries the token, so that no error of the platform,
 * which may carry the address, goes on from here: only its name does.
 */
export async function callApi<T>(
  deps: HttpDeps,
  target: ApiTarget,
  call: ApiCall,
  schema: z.ZodType<T>,
): Promise<T> {
  const answer = await send(deps, target, call);
  const body = envelope.safeParse(parseJson(answer.text)).data;
  const failure = failureOf(answer, body, call, target, deps.clock.now());
  if (failure) throw failure;
  const parsed = schema.safeParse(body?.result);
  if (parsed.success) return parsed.data;
  throw unreadable(call.method, call.effect, parsed.error);
}

async function send(deps: HttpDeps, target: ApiTarget, call: ApiCall): Promise<HttpAnswer> {
  const { body, type } = bodyOf(call);
  try {
    return await request(deps, {
      url: `${target.api}/bot${target.token}/${call.method}`,
      method: 'POST',
      effect: call.effect,
      headers: { accept: 'application/json', 'content-type': type },
      body,
      timeoutMs: call.timeoutMs ?? (call.files ? UPLOAD_TIMEOUT_MS : undefined),
    });
  } catch (error) {
    if (error instanceof NetworkError)
      throw new NetworkError(
        {
          ...error.info,
          detail: safeDetail(`${call.method}: ${error.info.detail ?? error.kind}`, [target.token]),
        },
        error.sent,
      );
    throw error;
  }
}

function bodyOf(call: ApiCall): { readonly body: string | Uint8Array; readonly type: string } {
  const given = Object.entries(call.params ?? {}).filter(([, value]) => value !== undefined);
  if (!call.files || call.files.length === 0)
    return { body: JSON.stringify(Object.fromEntries(given)), type: 'application/json' };
  const fields = given.map(([name, value]) => ({
    name,
    content: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  const files = call.files.map(({ field, name, mime, bytes }) => ({
    name: field,
    filename: name,
    mime,
    content: bytes,
  }));
  return multipart([...fields, ...files]);
}

function failureOf(
  answer: HttpAnswer,
  body: Envelope | undefined,
  call: ApiCall,
  target: ApiTarget,
  now: number,
): NetworkError | null {
  const failed = body ? !body.ok : answer.status < 200 || answer.status >= 300;
  if (!failed) return null;
  const code = body?.error_code ?? answer.status;
  const words = body?.description ?? '';
  const byStatus = statusError(code, call.effect) ?? { kind: 'protocol', sent: 'maybe' };
  const rule = ruleFor(code, words);
  const kind = rule?.kind ?? byStatus.kind;
  const after = kind === 'rate_limited' ? (body?.parameters?.retry_after ?? 1) : undefined;
  const retryAt = after === undefined ? undefined : now + after * 1000;
  // Telegram tells its limits only when they are reached.
  if (retryAt !== undefined)
    target.onRate?.({
      bucket: call.effect === 'write' ? 'write' : 'read',
      limit: limits.writesPerMinuteInGroup,
      remaining: 0,
      resetAt: retryAt,
    });
  const detail = rule?.note ?? safeDetail(`${call.method}: ${code} ${words}`.trim(), [target.token]);
  return new NetworkError(
    { kind, detail, ...(rule?.field && { field: rule.field }), ...(retryAt !== undefined && { retryAt }) },
    rule ? 'no' : byStatus.sent,
  );
}
