/** What every stand-in for a network is served by. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export type Served = { readonly url: string; readonly close: () => Promise<void> };

/** Listens on this device. What `respond` fails with is told to the caller, who would wait for ever otherwise. */
export async function serve(
  respond: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  onUpgrade?: (request: IncomingMessage, wire: Duplex, head: Buffer) => void,
): Promise<Served> {
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(`the stub failed: ${String(error)}`);
    });
  });
  if (onUpgrade) server.on('upgrade', onUpgrade);
  // A connection that is closed just when the next call comes in would be an error of no test's making.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The body, or its first `most` bytes: the connection is cut then. */
export async function readBody(request: IncomingMessage, most = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).byteLength;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

/** Uploads that break off in the middle: each is met once, by the next body of bytes. */
export function createCuts() {
  let next: number | undefined;
  return {
    /** The next upload is cut off when this many of its bytes have arrived. */
    cutAfter: (bytes: number): void => void (next = bytes),
    take: (request: IncomingMessage): number | undefined => {
      if (request.headers['content-type'] !== 'application/octet-stream') return undefined;
      const bytes = next;
      next = undefined;
      return bytes;
    },
  };
}
