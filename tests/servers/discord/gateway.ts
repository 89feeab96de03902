/**
 * Discord's gateway (docs.discord.com: Gateway, Gateway Events, Opcodes and Status Codes): it counts the starts of a
 * bot, refuses what Discord refuses by the documented close codes, wants heartbeats, and keeps the events of a session
 * that was lost.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { createShapes, type World } from './shapes';
import { BOT, SERVER, type Happening, type Post } from './store';

const intents = { guildMessages: 1 << 9, directMessages: 1 << 12, messageContent: 1 << 15 } as const;
/** Members, presences, the content of messages. */
const PRIVILEGED = (1 << 1) | (1 << 8) | intents.messageContent;
const KNOWN_INTENTS = 0x3ffffff;
const CONTENT_FLAGS = (1 << 18) | (1 << 19);
const MAX_PAYLOAD = 4096;
/** One start per bot in this time. */
const BETWEEN_STARTS_MS = 5_000;

type Event = { readonly op: 0; readonly t: string; readonly d: unknown; readonly s: number };
type Session = {
  readonly id: string;
  readonly intents: number;
  seq: number;
  readonly events: Event[];
  socket?: WebSocket;
};
type Payload = { readonly op: number; readonly d: unknown };
type Fields = Readonly<Record<string, unknown>>;
type GatewayCall = { readonly op: number; readonly d: unknown; readonly path: string };

export async function startGateway(world: World, now: () => number, url: () => string, onReset: () => void) {
  const { store } = world;
  const { messageOf } = createShapes(world, url);
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 1024 * 1024 });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  const home = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sessions = new Map<string, Session>();
  const calls: GatewayCall[] = [];
  const state = {
    heartbeatMs: 41_250,
    /** Whether it greets nobody. */
    isSilent: false,
    /** Whether heartbeats are answered. */
    acks: true,
    /** Where a lost session is to be taken up. */
    resumeUrl: `${home}/resume`,
    startUrl: home,
    /** Intents that this bot may not have, beside the privileged ones. */
    refused: 0,
    starts: { total: 1000, remaining: 1000, reset_after: 14_400_000, max_concurrency: 1 },
    lastStartAt: -Infinity,
  };
  let token = store.token;

  const dispatch = (session: Session, t: string, d: unknown): void => {
    const event: Event = { op: 0, t, d, s: (session.seq += 1) };
    session.events.push(event);
    session.socket?.send(JSON.stringify(event));
  };

  const wants = ({ intents: has }: Session, { channel, flags }: Post): boolean => {
    const isDirect = store.recipientOf(channel) !== undefined || (flags & 64) !== 0;
    return (has & (isDirect ? intents.directMessages : intents.guildMessages)) !== 0;
  };
  const serverOf = ({ channel, flags }: Post): Fields =>
    store.recipientOf(channel) === undefined && (flags & 64) === 0 ? { guild_id: SERVER } : {};

  store.onHappening((happening: Happening) => {
    for (const session of sessions.values()) {
      if (happening.kind !== 'deleted') {
        const { post, kind } = happening;
        if (!wants(session, post)) continue;
        const content = world.content && (session.intents & intents.messageContent) !== 0;
        const d = { ...messageOf(post, true, content), ...serverOf(post) };
        dispatch(session, kind === 'created' ? 'MESSAGE_CREATE' : 'MESSAGE_UPDATE', d);
        continue;
      }
      const [first, ...more] = happening.posts;
      if (!first || !wants(session, first)) continue;
      const place = { channel_id: first.channel, ...serverOf(first) };
      if (more.length === 0) dispatch(session, 'MESSAGE_DELETE', { id: first.id, ...place });
      else dispatch(session, 'MESSAGE_DELETE_BULK', { ids: happening.posts.map(({ id }) => id), ...place });
    }
  });

  /** The code that Discord closes the connection with; undefined where the payload is in order. */
  const refusalOf = (d: Fields): number | undefined => {
    if (d.token !== token) return 4004;
    const { intents: asked, properties } = d;
    const known = (properties ?? {}) as Fields;
    if (!['os', 'browser', 'device'].every((name) => typeof known[name] === 'string')) return 4002;
    if (typeof asked !== 'number' || (asked & ~KNOWN_INTENTS) !== 0) return 4013;
    const isGranted = (world.flags & CONTENT_FLAGS) !== 0;
    const refused = state.refused | (isGranted ? PRIVILEGED & ~intents.messageContent : PRIVILEGED);
    return (asked & refused) === 0 ? undefined : 4014;
  };

  const identify = (socket: WebSocket, d: Fields): Session | undefined => {
    const code = refusalOf(d);
    if (code !== undefined) return void socket.close(code);
    if (state.starts.remaining <= 0) {
      // All sessions end and the owner has to fetch a new token.
      token = randomBytes(20).toString('base64url');
      for (const one of sessions.values()) one.socket?.close(4004);
      sessions.clear();
      onReset();
      return undefined;
    }
    const isTooSoon = now() - state.lastStartAt < BETWEEN_STARTS_MS;
    state.lastStartAt = now();
    state.starts.remaining -= 1;
    if (isTooSoon) {
      socket.send(JSON.stringify({ op: 9, d: false, s: null, t: null }));
      return undefined;
    }
    const id = randomBytes(16).toString('hex');
    const session: Session = { id, intents: d.intents as number, seq: 0, events: [], socket };
    sessions.set(id, session);
    dispatch(session, 'READY', {
      v: 10,
      user: store.userOf(BOT),
      guilds: [{ id: SERVER, unavailable: true }],
      session_id: id,
      resume_gateway_url: state.resumeUrl,
      application: { id: BOT, flags: world.flags },
    });
    return session;
  };

  const resume = (socket: WebSocket, d: Fields): Session | undefined => {
    if (d.token !== token) return void socket.close(4004);
    const session = sessions.get(String(d.session_id));
    if (!session) return void socket.send(JSON.stringify({ op: 9, d: false, s: null, t: null }));
    const seq = d.seq;
    if (typeof seq !== 'number' || seq > session.seq) return void socket.close(4007);
    session.socket = socket;
    for (const event of session.events.filter(({ s }) => s > seq)) socket.send(JSON.stringify(event));
    dispatch(session, 'RESUMED', {});
    return session;
  };

  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', home);
    if (searchParams.get('v') !== '10' || searchParams.get('encoding') !== 'json')
      return void socket.close(4012);
    let session: Session | undefined;
    let silence: NodeJS.Timeout | undefined;
    const awaitBeat = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.close(4009), state.heartbeatMs * 1.5).unref();
    };
    if (!state.isSilent)
      socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: state.heartbeatMs }, s: null, t: null }));
    awaitBeat();

    const take = ({ op, d }: Payload): void => {
      calls.push({ op, d, path });
      switch (op) {
        case 1:
          if (d !== null && (typeof d !== 'number' || d > (session?.seq ?? 0))) return socket.close(4007);
          awaitBeat();
          if (state.acks) socket.send(JSON.stringify({ op: 11, d: null, s: null, t: null }));
          return;
        case 2:
        case 6:
          if (session) return socket.close(4005);
          session = (op === 2 ? identify : resume)(socket, (d ?? {}) as Fields);
          return;
        default:
          socket.close(session ? 4001 : 4003);
      }
    };
    socket.on('message', (data) => {
      const text = (data as Buffer).toString();
      try {
        if (text.length > MAX_PAYLOAD) return socket.close(4002);
        take(JSON.parse(text) as Payload);
      } catch {
        socket.close(4002);
      }
    });
    socket.on('close', (code) => {
      clearTimeout(silence);
      if (!session || session.socket !== socket) return;
      session.socket = undefined;
      // A close in order ends the session; any other leaves it to be taken up.
      if (code === 1000 || code === 1001) sessions.delete(session.id);
    });
  });

  const each = (use: (socket: WebSocket) => void): void => server.clients.forEach(use);
  return {
    home,
    state,
    calls,
    sessions,
    answer: () => ({ url: state.startUrl, shards: 1, session_start_limit: state.starts }),
    connections: (): number => server.clients.size,
    /** Sends this as it is to whoever is connected. */
    send: (text: string): void => each((socket) => socket.send(text)),
    tell: (op: number, d: unknown): void =>
      each((socket) => socket.send(JSON.stringify({ op, d, s: null, t: null }))),
    end: (code: number): void => each((socket) => socket.close(code)),
    drop: (): void => each((socket) => socket.terminate()),
    forget: (): void => sessions.clear(),
    close: async (): Promise<void> => {
      each((socket) => socket.terminate());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
