import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { redirectPath, redirectPorts, redirectUri } from '@shared/domain/oauth-redirect';
import { readAnswer, signInError } from './answer';
import { pageHeaders, pageOf } from './page';

export type LoopbackHost = '127.0.0.1' | 'localhost';
export type Loopback = {
  readonly redirectUri: string;
  /** The code of the first answer that belongs to this sign-in; the listener is closed when it settles. */
  readonly code: Promise<string>;
  /** Stops listening; `code` stays as it is. */
  readonly close: () => void;
};

const HEADER_MAX = 8_192;
const REQUEST_MS = 10_000;
const CONNECTIONS_MAX = 16;

/**
 * Listens on this device for the way back of one sign-in (RFC 8252, 7.3): on the loopback addresses only, for one
 * answer. Whatever does not carry the `state` of this sign-in is refused, and the listener goes on waiting.
 * Throws `conflict` with the ports when other programs have them all.
 */
export async function listenForAnswer(
  host: LoopbackHost,
  state: string,
  ports: readonly number[] = redirectPorts,
): Promise<Loopback> {
  let settle: (code: string) => void;
  let refuse: (error: Error) => void;
  const code = new Promise<string>((resolve, reject) => {
    settle = resolve;
    refuse = reject;
  });
  // a sign-in that was given up has nobody left who waits for the code
  code.catch(() => undefined);
  let answered = false;

  const handle: Handle = (request, response) => {
    const query = queryOf(request, `${host}:${request.socket.localPort}`);
    if (typeof query === 'number') return send(response, query, 'foreign');
    const answer = readAnswer(query, state);
    if (answered || answer.kind === 'foreign') return send(response, 400, 'foreign');
    answered = true;
    response.once('close', () => {
      close();
      if (answer.kind === 'code') settle(answer.code);
      else refuse(answer.error);
    });
    send(response, 200, answer.kind === 'code' ? 'arrived' : 'refused');
  };

  const { port, servers } = await listenOnFirstFree(host, ports, handle);
  const close = (): void => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  return { redirectUri: redirectUri(host, port), code, close };
}

/** The query of a request for the redirect address, or the status with which it is refused. */
function queryOf({ method, url, headers }: IncomingMessage, authority: string): URLSearchParams | number {
  // another name that resolves to this device (DNS rebinding) is none of ours
  if (headers.host !== authority) return 400;
  const address = `http://${authority}${url ?? ''}`;
  if (!url?.startsWith('/') || !URL.canParse(address)) return 400;
  const { pathname, searchParams } = new URL(address);
  if (pathname !== redirectPath) return 404;
  return method === 'GET' ? searchParams : 405;
}

function send(response: ServerResponse, status: number, page: Parameters<typeof pageOf>[0]): void {
  response.writeHead(status, pageHeaders).end(pageOf(page));
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;
type Listening = { readonly port: number; readonly servers: readonly Server[] };

async function listenOnFirstFree(
  host: LoopbackHost,
  ports: readonly number[],
  handle: Handle,
): Promise<Listening> {
  for (const port of ports) {
    const listening = await listenOn(host, port, handle);
    if (listening) return listening;
  }
  const list = ports.join(', ');
  throw signInError('conflict', 'ports', `the ports ${list} are in use`, { ports: list });
}

/**
 * Undefined where the port is taken. A browser may go to either address of `localhost`: a port whose IPv6 half
 * another program holds would hand the code to that program, so it counts as taken.
 */
async function listenOn(host: LoopbackHost, wanted: number, handle: Handle): Promise<Listening | undefined> {
  const servers: Server[] = [];
  let port = wanted;
  for (const address of host === 'localhost' ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
    const server = makeServer(handle);
    const outcome = await tryListen(server, address, port);
    if (outcome === 'taken') {
      for (const open of servers) open.close();
      return undefined;
    }
    if (outcome === 'no such address') continue;
    servers.push(server);
    port = (server.address() as AddressInfo).port;
  }
  return servers.length === 0 ? undefined : { port, servers };
}

function makeServer(listener: Handle): Server {
  const server = createServer(
    { maxHeaderSize: HEADER_MAX, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    listener,
  );
  server.maxConnections = CONNECTIONS_MAX;
  return server;
}

const NO_SUCH_ADDRESS: ReadonlySet<string | undefined> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);

const tryListen = (
  server: Server,
  address: string,
  port: number,
): Promise<'listening' | 'taken' | 'no such address'> =>
  new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(NO_SUCH_ADDRESS.has(error.code) ? 'no such address' : 'taken'),
    );
    server.listen({ host: address, port, exclusive: true }, () => resolve('listening'));
  });
