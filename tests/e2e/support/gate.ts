import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A way to a server on this device that can be shut, or lose the answer to one request that has arrived. */
export type Gate = {
  readonly url: string;
  readonly shut: () => Promise<void>;
  readonly open: () => Promise<void>;
  /** The next request that begins so gets through; its connection ends before the answer. */
  readonly loseAnswerTo: (start: string) => void;
  /** How many answers were lost. */
  readonly lost: () => number;
};

export async function startGate(to: string): Promise<Gate> {
  const target = Number(new URL(to).port);
  const sockets = new Set<Socket>();
  let wanted: string | null = null;
  let lost = 0;

  const join = (client: Socket): void => {
    const server = connect(target, '127.0.0.1');
    let cut = false;
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (part) => {
      if (wanted !== null && part.toString('latin1').startsWith(wanted)) {
        wanted = null;
        cut = true;
      }
      server.write(part);
    });
    server.on('data', (part) => {
      if (!cut) return void client.write(part);
      lost += 1;
      client.destroy();
    });
  };
  const listener = createServer(join);
  const listen = (port: number): Promise<void> =>
    new Promise((ready) => listener.listen(port, '127.0.0.1', ready));
  await listen(0);
  const { port } = listener.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    shut: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((closed) => void (listener.listening ? listener.close(() => closed()) : closed()));
    },
    open: () => listen(port),
    loseAnswerTo: (start) => (wanted = start),
    lost: () => lost,
  };
}
