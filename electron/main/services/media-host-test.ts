import type { MediaHostProblem } from '@shared/domain/media-host';
import type { MediaHostTest } from '@shared/ipc/media-host';
import type { Clock, Http } from '../ports';
import { detailOf, problemOf } from './media-host-errors';

type Content = {
  readonly mime: string;
  readonly bytes: number;
  readonly read: (from: number, length: number) => Promise<Uint8Array>;
};
type TestDeps = {
  readonly http: Http;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly put: (content: Content) => Promise<{ readonly key: string; readonly url: string }>;
  readonly remove: (key: string) => Promise<void>;
};
type Step = MediaHostTest['steps'][number];

const FETCH_MS = 30_000;
const MIME = 'image/png';
/** One grey pixel: small, and of a type that a server knows by itself. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

/** Puts a picture there, fetches it as a network would, and removes it: which of the three fails says what is wrong. */
export async function testMediaHost(deps: TestDeps): Promise<Omit<MediaHostTest, 'hostKey'>> {
  const steps: Step[] = [];
  const run = async <T>(step: Step['step'], work: () => Promise<T>): Promise<T | undefined> => {
    try {
      const value = await work();
      steps.push({ step, state: 'ok', problem: null, detail: null });
      return value;
    } catch (error) {
      deps.signal.throwIfAborted();
      steps.push({ step, state: 'failed', problem: problemOf(error), detail: detailOf(error) });
      return undefined;
    }
  };
  const skip = (step: Step['step']): void =>
    void steps.push({ step, state: 'skipped', problem: null, detail: null });

  const content: Content = {
    mime: MIME,
    bytes: PICTURE.byteLength,
    read: (from, length) => Promise.resolve(PICTURE.subarray(from, from + length)),
  };
  const there = await run('put', () => deps.put(content));
  if (!there) {
    skip('fetch');
    skip('remove');
    return { steps, privateAddress: false };
  }
  await run('fetch', () => fetchBack(deps, there.url));
  await run('remove', () => deps.remove(there.key));
  return { steps, privateAddress: isPrivate(new URL(there.url).hostname) };
}

class FetchFailed extends Error {
  readonly problem: MediaHostProblem;
  readonly detail: string | null;
  constructor(problem: MediaHostProblem, detail: string | null = null) {
    super(problem);
    this.problem = problem;
    this.detail = detail;
  }
}

/** Without any sign-in, as a network does it. */
async function fetchBack({ http, clock, signal }: TestDeps, url: string): Promise<void> {
  const control = new AbortController();
  const stop = (): void => control.abort();
  signal.addEventListener('abort', stop, { once: true });
  const cancelTimeout = clock.after(FETCH_MS, stop);
  try {
    const answer = await http(url, {
      headers: { 'cache-control': 'no-cache' },
      redirect: 'manual',
      credentials: 'omit',
      signal: control.signal,
    }).catch((error: unknown) => {
      const redirected = error instanceof Error && /redirect was cancelled/i.test(error.message);
      if (redirected) throw new FetchFailed('redirected');
      throw new FetchFailed(control.signal.aborted ? 'timeout' : 'unreachable');
    });
    await checkAnswer(answer);
  } finally {
    cancelTimeout();
    signal.removeEventListener('abort', stop);
  }
}

async function checkAnswer(answer: Response): Promise<void> {
  const status = `status ${answer.status}`;
  if (answer.status === 401 || answer.status === 403) throw new FetchFailed('not_public', status);
  if (answer.status === 404) throw new FetchFailed('not_found', status);
  if (answer.type === 'opaqueredirect' || (answer.status >= 300 && answer.status < 400))
    throw new FetchFailed('redirected', status);
  if (answer.status !== 200) throw new FetchFailed('unexpected', status);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const type = (answer.headers.get('content-type') ?? '').split(';')[0]?.trim();
  if (!PICTURE.equals(bytes)) throw new FetchFailed('wrong_bytes', `${bytes.byteLength} bytes`);
  if (type !== MIME) throw new FetchFailed('wrong_type', type === '' ? 'no type' : (type ?? null));
}

/** Loopback, private and link-local addresses (RFC 1918, RFC 4193, RFC 3927) and names that only a home network knows. */
export function isPrivate(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (/^(localhost|.*\.(local|localhost|internal|lan|home\.arpa))$/.test(name)) return true;
  if (/^(::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/.test(name)) return true;
  if (/^(0|10|127)\.|^192\.168\.|^169\.254\./.test(name)) return true;
  const second = /^172\.(\d+)\./.exec(name)?.[1];
  return second !== undefined && Number(second) >= 16 && Number(second) <= 31;
}
