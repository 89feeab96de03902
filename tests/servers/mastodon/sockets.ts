/**
 * The WebSocket of the streaming endpoint. Mastodon as it is documented; the makes that speak its API differ in where
 * they read the token and in what they say, each as in its published source.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { allows } from './oauth';

export type Channel = 'user:notification' | 'direct';
const channelScopes: Readonly<Record<Channel, string>> = {
  'user:notification': 'read:notifications',
  direct: 'read:statuses',
};

type Handshake = {
  readonly header: string | undefined;
  readonly protocol: string | undefined;
  readonly query: string | undefined;
};
type Make = {
  /** Its name in `version`, as compatible servers write it. */
  readonly version: string;
  readonly tokenIn: (handshake: Handshake) => string | undefined;
  /** Opens without a token too: only streams need one. */
  readonly opensToAnybody: boolean;
  /** Repeats the subprotocol, without which clients end the handshake. */
  readonly echoes: boolean;
  /** It has server-sent events too. */
  readonly hasEvents: boolean;
};
const makes = {
  mastodon: {
    version: '4.6.0',
    tokenIn: ({ header, query, protocol }) => header ?? query ?? protocol,
    opensToAnybody: false,
    echoes: true,
    hasEvents: true,
  },
  gotosocial: {
    version: '0.19.1',
    tokenIn: ({ header, query, protocol }) => query ?? protocol ?? header,
    opensToAnybody: false,
    echoes: false,
    hasEvents: false,
  },
  pleroma: {
    version: '2.7.2 (compatible; Pleroma 2.9.1)',
    tokenIn: ({ query, protocol }) => protocol ?? query,
    opensToAnybody: true,
    echoes: false,
    hasEvents: false,
  },
  akkoma: {
    version: '2.7.2 (compatible; Akkoma 3.15.2-0-gabcdef)',
    tokenIn: ({ query, protocol }) => query ?? protocol,
    opensToAnybody: true,
    echoes: true,
    hasEvents: false,
  },
} as const satisfies Record<string, Make>;
export type MakeName = keyof typeof makes;

type Peer = { readonly socket: WebSocket; token: string | undefined; readonly channels: Set<Channel> };
type Access = {
  readonly grantedBy: (token: string) => string | undefined;
  readonly missing: ReadonlySet<Channel>;
  readonly onChange: () => void;
};

const PING_MS = 30_000;
const UNSUPPORTED_DATA = 1003;
const isChannel = (name: unknown): name is Channel => typeof name === 'string' && name in channelScopes;

export function createSocketStreams({ grantedBy: granted, missing, onChange }: Access) {
  const forgotten = new Set<string>();
  const grantedBy = (token: string) => (forgotten.has(token) ? undefined : granted(token));
  const peers = new Set<Peer>();
  const addresses: string[] = [];
  let heard = 0;
  let name: MakeName = 'mastodon';
  /** What every handshake is met with instead: a status, or the end of the connection. */
  let refusal: number | 'hang up' | null = null;
  const make = (): Make => makes[name];
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: ([first]) => (make().echoes && first !== undefined ? first : false),
  });
  const pings = setInterval(() => peers.forEach(({ socket }) => socket.ping()), PING_MS);
  pings.unref();

  /** Undefined where the stream may be had; otherwise the status that says why not. */
  const wrongWith = (channel: unknown, token: string | undefined): 400 | 401 | undefined => {
    if (!isChannel(channel) || missing.has(channel)) return 400;
    const scopes = token === undefined ? undefined : grantedBy(token);
    return scopes !== undefined && allows(scopes, channelScopes[channel]) ? undefined : 401;
  };
  const say = ({ socket }: Peer, message: unknown) => socket.send(JSON.stringify(message));

  const subscribe = (peer: Peer, channel: unknown): void => {
    const wrong = wrongWith(channel, peer.token);
    if (wrong === undefined && isChannel(channel)) peer.channels.add(channel);
    if (name === 'mastodon' && wrong !== undefined) {
      const error = wrong === 400 ? 'Unknown stream type' : 'Access token does not have the required scopes';
      say(peer, { error, status: wrong });
    }
    if (name === 'pleroma')
      respond(
        peer,
        wrong === undefined
          ? { type: 'subscribe', result: 'success' }
          : { type: 'subscribe', result: 'error', error: wrong === 400 ? 'bad_topic' : 'unauthorized' },
      );
  };
  const respond = (peer: Peer, payload: object) =>
    say(peer, { event: 'pleroma:respond', payload: JSON.stringify(payload) });
  const authenticate = (peer: Peer, token: string): void => {
    const type = 'pleroma:authenticate';
    if (peer.token !== undefined) respond(peer, { type, result: 'error', error: 'already_authenticated' });
    else if (grantedBy(token) === undefined) respond(peer, { type, result: 'error', error: 'unauthorized' });
    else {
      peer.token = token;
      respond(peer, { type, result: 'success' });
    }
  };
  const hear = (peer: Peer, data: RawData, isBinary: boolean): void => {
    if (isBinary) return peer.socket.close(UNSUPPORTED_DATA);
    const { type, stream, token } = JSON.parse((data as Buffer).toString()) as Record<string, unknown>;
    // GoToSocial knows this one in the address only.
    if (name === 'gotosocial' && stream === 'user:notification') return;
    if (type === 'subscribe') subscribe(peer, stream);
    else if (type === 'unsubscribe' && isChannel(stream)) peer.channels.delete(stream);
    else if (type === 'pleroma:authenticate' && name === 'pleroma') authenticate(peer, String(token));
  };

  const upgrade = (request: IncomingMessage, wire: Duplex, head: Buffer): void => {
    addresses.push(request.url ?? '');
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const refuse = (status: number) =>
      wire.end(`HTTP/1.1 ${status} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    if (refusal === 'hang up') return void wire.destroy();
    if (refusal !== null) return void refuse(refusal);
    if (pathname !== '/api/v1/streaming') return void refuse(404);
    const token = make().tokenIn({
      header: request.headers.authorization?.replace(/^Bearer /, ''),
      protocol: request.headers['sec-websocket-protocol'],
      query: searchParams.get('access_token') ?? undefined,
    });
    if (token === undefined ? !make().opensToAnybody : grantedBy(token) === undefined)
      return void refuse(401);
    const wanted = searchParams.get('stream');
    const wrong = wanted === null ? undefined : wrongWith(wanted, token);
    if (wrong !== undefined && make().opensToAnybody) return void refuse(wrong === 400 ? 404 : wrong);
    server.handleUpgrade(request, wire, head, (socket) => {
      const peer: Peer = { socket, token, channels: new Set() };
      peers.add(peer);
      socket.on('message', (data, isBinary) => {
        heard += 1;
        hear(peer, data, isBinary);
        onChange();
      });
      socket.on('close', () => {
        peers.delete(peer);
        onChange();
      });
      if (wanted !== null) subscribe(peer, wanted);
      onChange();
    });
  };

  return {
    upgrade,
    /** Addresses of all handshakes, as a server would log them. */
    addresses,
    beMadeBy: (next: MakeName): string => {
      name = next;
      return make().version;
    },
    /** The streams alone know these tokens no more. */
    forget: (...tokens: readonly string[]) => tokens.forEach((token) => forgotten.add(token)),
    isOnly: () => !make().hasEvents,
    refuse: (how: typeof refusal) => (refusal = how),
    send: (channel: Channel, event: string, payload: unknown): void => {
      for (const peer of peers)
        if (peer.channels.has(channel))
          say(peer, { stream: [channel], event, payload: JSON.stringify(payload) });
    },
    /** As it is, to all. */
    sendRaw: (data: string | Uint8Array) => peers.forEach(({ socket }) => socket.send(data)),
    ping: () => peers.forEach(({ socket }) => socket.ping()),
    drop: () => peers.forEach(({ socket }) => socket.terminate()),
    end: () => peers.forEach(({ socket }) => socket.close()),
    count: () => peers.size,
    /** How many messages have come in. */
    heard: () => heard,
    /** What each connection is subscribed to. */
    subscribed: () => [...peers].map(({ channels }) => [...channels].sort()),
    close: () => {
      clearInterval(pings);
      peers.forEach(({ socket }) => socket.terminate());
    },
  };
}
