import type { ErrorKind } from '@shared/domain/errors';
import { z } from 'zod';
import { NetworkError, type Sent } from '../errors';
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

export type XrpcCall = {
  readonly nsid: string;
  /** Reading or repeatable; `write` where a second time would be one too many. */
  readonly effect: Effect;
  readonly params?: Params;
  /** A procedure that has no body. */
  readonly post?: boolean;
  /** A procedure's body: JSON, or bytes with their type. */
  readonly input?: unknown;
  readonly bytes?: { readonly data: Uint8Array; readonly mime: string };
  /** The service (`did#id`) that the account's server shall ask on our behalf. */
  readonly proxy?: string;
};

export type XrpcTarget = {
  readonly service: string;
  readonly token?: string;
  /** Never to appear in an error. */
  readonly secrets?: readonly string[];
  readonly onRate?: (rate: RateInfo) => void;
};

const UPLOAD_TIMEOUT_MS = 120_000;
const REPO_WRITE = /^com\.atproto\.repo\.(putRecord|deleteRecord|uploadBlob)$/;

/** One XRPC request. Throws NetworkError with the kind by the server's own error name. */
export async function xrpc<T>(
  deps: HttpDeps,
  target: XrpcTarget,
  call: XrpcCall,
  schema: z.ZodType<T>,
): Promise<T> {
  const posts = call.post === true || call.input !== undefined || call.bytes !== undefined;
  const answer = await request(deps, {
    url: address(target.service, call),
    method: posts ? 'POST' : 'GET',
    effect: call.effect,
    headers: headersOf(target, call),
    body: call.bytes?.data ?? (call.input === undefined ? undefined : JSON.stringify(call.input)),
    ...(call.bytes && { timeoutMs: UPLOAD_TIMEOUT_MS }),
  });
  const now = deps.clock.now();
  const rate = rateOf(answer.headers, REPO_WRITE.test(call.nsid) ? 'write' : 'read', now);
  if (rate) target.onRate?.(rate);
  const body = parseJson(answer.text);
  const failure = failureOf(answer, body, call, now, [...(target.secrets ?? []), target.token ?? '']);
  if (failure) throw failure;
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const detail = `${call.nsid}: unexpected answer at ${parsed.error.issues[0]?.path.join('.') ?? 'top'}`;
  // A write that was accepted with an unreadable answer is out: look, never send again.
  throw call.effect === 'write'
    ? new NetworkError({ kind: 'ambiguous', detail }, 'yes')
    : new NetworkError({ kind: 'protocol', detail }, 'no');
}

function address(service: string, call: XrpcCall): string {
  const url = new URL(`/xrpc/${call.nsid}`, service);
  for (const [name, value] of Object.entries(call.params ?? {})) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) url.searchParams.append(name, String(one));
  }
  return url.href;
}

function headersOf(target: XrpcTarget, call: XrpcCall): Record<string, string> {
  return {
    accept: 'application/json',
    ...(target.token && { authorization: `Bearer ${target.token}` }),
    ...(call.proxy && { 'atproto-proxy': call.proxy }),
    ...(call.bytes
      ? { 'content-type': call.bytes.mime }
      : call.input !== undefined && { 'content-type': 'application/json' }),
  };
}

function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // A page of a proxy or a portal: the schema refuses it, or the status tells.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const errorBody = z.object({ error: z.string().optional(), message: z.string().optional() });

/** The server's error names, where they say more than the status. */
const kindByName: Readonly<Record<string, ErrorKind>> = {
  ExpiredToken: 'auth_expired',
  InvalidToken: 'auth_expired',
  AuthenticationRequired: 'auth_revoked',
  AuthMissing: 'auth_revoked',
  AuthFactorTokenRequired: 'auth_revoked',
  AccountTakedown: 'permission',
  AccountDeactivated: 'permission',
  RepoTakendown: 'permission',
  RepoDeactivated: 'permission',
  RateLimitExceeded: 'rate_limited',
  InvalidSwap: 'duplicate',
  RecordNotFound: 'gone',
  NotFound: 'gone',
  InvalidConvo: 'gone',
  BlobNotFound: 'media_rejected',
  BlobTooLarge: 'media_rejected',
  PayloadTooLarge: 'media_rejected',
  InvalidMimeType: 'media_rejected',
  BlockedActor: 'policy_blocked',
  BlockedByActor: 'policy_blocked',
  ConvoLocked: 'policy_blocked',
  MethodNotImplemented: 'unsupported',
  XRPCNotSupported: 'unsupported',
};

function failureOf(
  answer: HttpAnswer,
  body: unknown,
  call: XrpcCall,
  now: number,
  secrets: readonly string[],
): NetworkError | null {
  const byStatus = statusError(answer.status, call.effect);
  if (!byStatus) return null;
  const { error = '', message = '' } = errorBody.safeParse(body).data ?? {};
  const kind = kindOf(answer.status, error, message) ?? byStatus.kind;
  const sent: Sent = kind === byStatus.kind ? byStatus.sent : 'no';
  const field = kind === 'validation' ? fieldOf(message) : undefined;
  const retryAt = kind === 'rate_limited' || kind === 'server' ? retryAtOf(answer.headers, now) : undefined;
  const detail = safeDetail(`${call.nsid}: ${answer.status} ${error} ${message}`.trim(), secrets);
  return new NetworkError(
    { kind, detail, ...(field && { field }), ...(retryAt !== undefined && { retryAt }) },
    sent,
  );
}

function kindOf(status: number, error: string, message: string): ErrorKind | undefined {
  if (status >= 500) return undefined;
  // An app password without access to messages is told so by the token's scope, with the name InvalidToken.
  if (/^bad token (scope|method)/i.test(message)) return 'permission';
  if (error === 'InvalidRequest' && /could not (locate|find) record|not found/i.test(message)) return 'gone';
  if (error === 'InvalidRequest' && /could not find blob|unable to find blob/i.test(message))
    return 'media_rejected';
  return kindByName[error];
}

/** The field in "Invalid app.bsky.feed.post record: Record/text must not be longer than …". */
export const fieldOf = (message: string): string | undefined =>
  /\b(?:Record|Input\/record|Input\/message|Input)\/([\w/]+)/.exec(message)?.[1]?.replaceAll('/', '.');

const tokenClaims = z.object({ scope: z.string().optional() });

/** The scope inside an access token; undefined for tokens of another kind. Only for display, it proves nothing. */
export function tokenScope(token: string): string | undefined {
  const part = token.split('.')[1];
  if (part === undefined) return undefined;
  const claims = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
  return tokenClaims.safeParse(claims).data?.scope;
}
