import type { MediaHostProblem } from '@shared/domain/media-host';
import type { Clock, Http } from '../ports';
import { HostError } from './host';

export type HostHttp = { readonly http: Http; readonly clock: Clock };

export type HostRequest = {
  readonly url: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'MKCOL';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly timeoutMs?: number;
};
export type HostAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
};

/** Every fetch takes any Uint8Array; the type asks for one over a plain ArrayBuffer. */
type FetchBody = NonNullable<Parameters<Http>[1]>['body'];

const QUICK_MS = 30_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** One request, one answer whatever its status; redirects are not followed. Throws HostError without an answer. */
export async function send(
  { http, clock }: HostHttp,
  request: HostRequest,
  signal: AbortSignal,
): Promise<HostAnswer> {
  const control = new AbortController();
  const stop = (): void => control.abort();
  let late = false;
  const cancelTimeout = clock.after(request.timeoutMs ?? QUICK_MS, () => {
    late = true;
    stop();
  });
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const answer = await http(request.url, {
      method: request.method,
      headers: { 'cache-control': 'no-cache', ...request.headers },
      body: request.body as FetchBody,
      signal: control.signal,
      // What is signed for one place goes to no other.
      redirect: 'manual',
      credentials: 'omit',
    });
    return { status: answer.status, headers: answer.headers, bytes: await readSome(answer) };
  } catch (error) {
    signal.throwIfAborted();
    throw noAnswer(error, late);
  } finally {
    cancelTimeout();
    signal.removeEventListener('abort', stop);
  }
}

async function readSome(answer: Response): Promise<Uint8Array> {
  if (Number(answer.headers.get('content-length') ?? 0) <= MAX_ANSWER_BYTES)
    return new Uint8Array(await answer.arrayBuffer());
  await answer.body?.cancel();
  throw new HostError('unexpected', 'the answer is too large');
}

const TLS = /CERT_|ERR_SSL|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS_|ERR_CERT/;

/** Electron's fetch fails where a redirect is not to be followed. */
const REDIRECT = /redirect was cancelled/i;

export function noAnswer(error: unknown, late: boolean): HostError {
  if (error instanceof HostError) return error;
  if (late) return new HostError('timeout');
  if (error instanceof Error && REDIRECT.test(error.message)) return new HostError('redirected');
  const codes: string[] = [];
  let current: unknown = error;
  // Codes and names only: messages of the platform may carry the address with its signature.
  for (let depth = 0; depth < 4 && current instanceof Error; depth += 1) {
    const { code } = current as { readonly code?: unknown };
    codes.push(typeof code === 'string' ? code : (/net::(ERR_[A-Z_]+)/.exec(current.message)?.[1] ?? ''));
    current = current.cause;
  }
  const detail = codes.filter((code) => code !== '').join(' / ') || 'no answer';
  return new HostError(TLS.test(detail) ? 'tls' : 'unreachable', detail);
}

/** What a status means where the server says nothing more precise; undefined: it is a success. */
export function problemOf(status: number): MediaHostProblem | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) return 'redirected';
  if (status === 401) return 'sign_in';
  if (status === 403 || status === 405) return 'permission';
  if (status === 404 || status === 409 || status === 410) return 'not_found';
  if (status === 413) return 'too_large';
  if (status === 408 || status === 504) return 'timeout';
  return status === 507 ? 'full' : 'unexpected';
}

export function expectSuccess({ status }: Pick<HostAnswer, 'status'>): void {
  const problem = problemOf(status);
  if (problem) throw new HostError(problem, `status ${status}`);
}
