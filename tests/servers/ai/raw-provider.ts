import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider down to the socket: for what happens on the wire when calls are cut, hang or send nonsense. */
export type RawProvider = {
  readonly baseUrl: string;
  /** Bytes that reached an open connection, by time. */
  readonly writes: () => readonly number[];
  readonly closedAt: () => number | undefined;
  readonly bodies: () => readonly string[];
  readonly stop: () => Promise<void>;
};
export type Respond = (response: ServerResponse, request: IncomingMessage) => void;

export const chunkOf = (content: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'raw-1', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
export const startStream = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'text/event-stream' });

/** A chunk every `everyMs` for as long as anybody listens. */
export const drip =
  (everyMs: number): Respond =>
  (response) => {
    startStream(response);
    const timer = setInterval(() => response.write(chunkOf('word ')), everyMs);
    response.on('close', () => clearInterval(timer));
  };

export async function startRawProvider(respond: Respond): Promise<RawProvider> {
  const writes: number[] = [];
  const bodies: string[] = [];
  let closedAt: number | undefined;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString('utf8')));
    request.on('end', () => {
      bodies.push(body);
      const write = response.write.bind(response) as (...args: unknown[]) => boolean;
      response.write = ((...args: unknown[]) => {
        if (!response.destroyed) writes.push(performance.now());
        return write(...args);
      }) as typeof response.write;
      response.on('close', () => (closedAt ??= performance.now()));
      respond(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    writes: () => writes,
    closedAt: () => closedAt,
    bodies: () => bodies,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
