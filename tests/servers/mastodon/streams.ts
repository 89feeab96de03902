/**
 * Streaming as Mastodon's streaming server does it: by WebSocket, and by server-sent events with a greeting and signs
 * of life (docs.joinmastodon.org, methods/streaming).
 */
import type { ServerResponse } from 'node:http';
import { createSocketStreams, type Channel } from './sockets';

/** `grantedBy`: the scopes of a token, undefined for one that is refused. */
export function createStreams(grantedBy: (token: string) => string | undefined) {
  const waiting: (() => void)[] = [];
  const wake = () => waiting.splice(0).forEach((resume) => resume());
  const missing = new Set<Channel>();
  const events = createEventStreams(wake);
  const sockets = createSocketStreams({ grantedBy, missing, onChange: wake });
  const both = [events, sockets] as const;
  const count = () => events.count() + sockets.count();
  return {
    /** False where this server has no such channel by events. */
    connect: (channel: Channel, response: ServerResponse): boolean => {
      if (missing.has(channel) || sockets.isOnly()) return false;
      events.open(channel, response);
      return true;
    },
    sockets,
    send: (channel: Channel, event: string, payload: unknown): void =>
      both.forEach((way) => way.send(channel, event, payload)),
    /** This server has no such channels. */
    without: (...channels: readonly Channel[]) => channels.forEach((one) => missing.add(one)),
    drop: () => both.forEach((way) => way.drop()),
    end: () => both.forEach((way) => way.end()),
    /** Only the connection of events that carries this channel. */
    endEvents: (channel: Channel) => events.end(channel),
    count,
    /** Resolves when a connection comes, goes or says something. */
    changed: () => new Promise<void>((resolve) => waiting.push(resolve)),
    /** Resolves when so many connections are open. */
    until: async (wanted: number): Promise<void> => {
      while (count() !== wanted) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}

function createEventStreams(onChange: () => void) {
  const responses = new Map<ServerResponse, Channel>();
  return {
    open: (channel: Channel, response: ServerResponse): void => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'private, no-store' });
      response.write(':)\n');
      responses.set(response, channel);
      response.on('close', () => {
        responses.delete(response);
        onChange();
      });
      onChange();
    },
    send: (channel: Channel, event: string, payload: unknown): void => {
      for (const [response, of] of responses)
        if (of === channel) {
          response.write(':thump\n');
          // Two pieces, as the network may cut them.
          const text = `event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`;
          response.write(text.slice(0, 20));
          response.write(text.slice(20));
        }
    },
    drop: () => [...responses.keys()].forEach((response) => response.destroy()),
    end: (channel?: Channel) => {
      for (const [response, of] of responses) if (channel === undefined || of === channel) response.end();
    },
    count: () => responses.size,
  };
}
