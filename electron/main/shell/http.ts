import { net, session, type Session } from 'electron';
import type { Http } from '../ports';

/** What does no harm when a server is asked for it twice. */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A Response may have no body with these, not even an empty one. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Electron's fetch, with the system's proxies and certificates. Chromium sends a request again by itself, whatever its
 * method, when a connection that was used before ends without an answer (`ShouldResendRequest` in Chromium's
 * net/http/http_network_transaction.cc): a post whose answer is lost would be published twice, and nobody told. It
 * never does so on a fresh connection, so whatever is not repeatable gets one.
 */
export function createHttp(): Http {
  const free: Session[] = [];
  let made = 0;
  const take = async (): Promise<Session> => {
    const own = free.pop() ?? session.fromPartition(`once-${(made += 1)}`, { cache: false });
    await own.closeAllConnections();
    return own;
  };
  return async (input, init) => {
    const address = input instanceof URL ? input.href : input;
    const method = init?.method ?? (typeof address === 'string' ? 'GET' : address.method);
    if (REPEATABLE.has(method.toUpperCase())) return net.fetch(address, init);
    const own = await take();
    const release = (): void => void free.push(own);
    try {
      return whenRead(await own.fetch(address, init), release);
    } catch (error) {
      release();
      throw error;
    }
  };
}

/** The same answer; `then` is called when its body has come to an end, or at once where it has none. */
function whenRead(answer: Response, then: () => void): Response {
  if (answer.body === null || BODILESS.has(answer.status)) {
    then();
    return answer;
  }
  const through = new TransformStream<Uint8Array, Uint8Array>();
  // the reader learns of a failure from its own end
  void answer.body
    .pipeTo(through.writable)
    .catch(() => undefined)
    .finally(then);
  return new Response(through.readable, answer);
}
