/** Server-sent events as Mastodon's streaming server sends them: a greeting, signs of life, events. */
import type { ServerResponse } from 'node:http';

export type Channel = 'user/notification' | 'direct';

export function createStreams() {
  const open = new Map<ServerResponse, Channel>();
  const missing = new Set<Channel>();
  const waiting: (() => void)[] = [];
  const wake = () => waiting.splice(0).forEach((resume) => resume());
  return {
    /** False where this server has no such channel. */
    connect: (channel: Channel, response: ServerResponse): boolean => {
      if (missing.has(channel)) return false;
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'private, no-store' });
      response.write(':)\n');
      open.set(response, channel);
      response.on('close', () => {
        open.delete(response);
        wake();
      });
      wake();
      return true;
    },
    send: (channel: Channel, event: string, payload: unknown): void => {
      for (const [response, of] of open)
        if (of === channel) {
          response.write(':thump\n');
          // Two pieces, as the network may cut them.
          const text = `event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`;
          response.write(text.slice(0, 20));
          response.write(text.slice(20));
        }
    },
    without: (...channels: readonly Channel[]) => channels.forEach((one) => missing.add(one)),
    drop: () => [...open.keys()].forEach((response) => response.destroy()),
    end: () => [...open.keys()].forEach((response) => response.end()),
    count: () => open.size,
    /** Resolves when so many connections are open. */
    until: async (count: number): Promise<void> => {
      while (open.size !== count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
