import { NetworkError } from '../errors';
import type { Clock, OpenSocket, Socket, SocketAnswer } from '../../ports';
import { underOwnSignal } from '../own-signal';
import { limits } from './capabilities';
import type { DiscordEndpoints } from './endpoints';
import { hello, op, readFrame, ready, type Frame } from './frames';

/** What Discord remembers of a connection for some minutes after it was lost: what was missed can be had again. */
export type Session = {
  readonly id: string;
  readonly url: string;
  /** Number of the last event that came in. */
  readonly seq: number;
  readonly at: number;
};
/** Why a connection ended, and what it can be taken up with again; absent: a new one has to be begun. */
type End = { readonly error: Error; readonly session?: Session };

type GatewayDeps = {
  readonly sockets: OpenSocket;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};
type Connection = {
  readonly url: string;
  readonly token: string;
  /** To take up; absent: a new one begins. */
  readonly session?: Session;
  readonly onBegin: () => void;
  readonly onEvent: (frame: Frame) => void;
};

/**
 * Both kinds of message, and no more: none of these needs a switch in the developer portal. Without the intent for the
 * content the events come with no words, but words are fetched by the pull, which the intents of a connection do not
 * concern (Gateway, HTTP restrictions).
 */
const INTENTS = limits.gateway.intentBits.reduce((all, bit) => all | (1 << bit), 0);
const LIBRARY = 'candor';

const lost = (detail: string): NetworkError => new NetworkError({ kind: 'server', detail }, 'no');

/** Discord's own hosts alone get the token, by the protocol that the endpoint has. */
export function isGateway(told: string, { gateway }: DiscordEndpoints): boolean {
  if (!URL.canParse(told)) return false;
  const [one, home] = [new URL(told), new URL(gateway)];
  return one.protocol === home.protocol && (one.host === home.host || one.host.endsWith(`.${home.host}`));
}

/**
 * One connection to the gateway, from the handshake to its end. Never rejects. It is broken off rather than closed:
 * a close in order would end the session too (Gateway, initiating a disconnect).
 */
export async function holdConnection(
  deps: GatewayDeps,
  endpoints: DiscordEndpoints,
  connection: Connection,
): Promise<End> {
  const url = new URL(connection.url);
  url.searchParams.set('v', String(limits.gateway.version));
  url.searchParams.set('encoding', 'json');
  return underOwnSignal(deps.signal, async (control) => {
    const answer = await deps.sockets({ url: url.href, signal: control.signal });
    if (!answer.open) return { error: notOpened(answer), session: connection.session };
    return converse(answer.socket, deps.clock, endpoints, connection, () => control.abort());
  });
}

function notOpened(answer: Exclude<SocketAnswer, { readonly open: true }>): NetworkError {
  switch (answer.why) {
    case 'proxy':
      return new NetworkError(
        { kind: 'unsupported', detail: 'a proxy is in force, which connections of this kind do not use' },
        'no',
      );
    case 'refused':
      return lost(`the gateway refused the connection: ${answer.status}`);
    case 'unreachable':
      return new NetworkError({ kind: 'offline', detail: `gateway: ${answer.detail}` }, 'no');
  }
}

async function converse(
  socket: Socket,
  clock: Clock,
  endpoints: DiscordEndpoints,
  { token, onBegin, onEvent, ...connection }: Connection,
  stop: () => void,
): Promise<End> {
  let session = connection.session;
  let ended: End | undefined;
  let isGreeted = false;
  let isAnswered = true;
  let cancel = clock.after(limits.gateway.helloMs, () => end(lost('the gateway says nothing'), session));

  const end = (error: Error, kept: Session | undefined): void => {
    ended ??= { error, session: kept };
    stop();
  };
  const send = (code: number, d: unknown): void => socket.send(JSON.stringify({ op: code, d }));
  const beat = (everyMs: number): void => {
    if (!isAnswered) return end(lost('the gateway answers no heartbeat'), session);
    isAnswered = false;
    send(op.heartbeat, session?.seq ?? null);
    cancel = clock.after(everyMs, () => beat(everyMs));
  };
  const greet = (d: unknown): void => {
    const everyMs = hello.safeParse(d).data?.heartbeat_interval;
    if (everyMs === undefined) return end(unreadable('hello'), session);
    if (isGreeted) return;
    isGreeted = true;
    cancel();
    cancel = clock.after(everyMs * Math.random(), () => beat(everyMs));
    if (session) return send(op.resume, { token, session_id: session.id, seq: session.seq });
    const properties = { os: process.platform, browser: LIBRARY, device: LIBRARY };
    send(op.identify, { token, intents: INTENTS, properties });
  };
  const begin = (frame: Frame): void => {
    const told = ready.safeParse(frame.d).data;
    if (!told || !isGateway(told.resume_gateway_url, endpoints)) return end(unreadable('ready'), undefined);
    session = { id: told.session_id, url: told.resume_gateway_url, seq: frame.s ?? 0, at: clock.now() };
    onBegin();
  };
  const heard = (frame: Frame): void => {
    if (session) session = { ...session, seq: frame.s ?? session.seq, at: clock.now() };
  };
  const take = (frame: Frame): void => {
    switch (frame.op) {
      case op.hello:
        return greet(frame.d);
      case op.heartbeat:
        return send(op.heartbeat, session?.seq ?? null);
      case op.heartbeatAck:
        isAnswered = true;
        return heard(frame);
      case op.reconnect:
        return end(lost('Discord wants a new connection'), session);
      case op.invalidSession:
        return end(lost('Discord has ended the session'), frame.d === true ? session : undefined);
      case op.dispatch:
        if (frame.t === 'READY') return begin(frame);
        if (!session) return;
        heard(frame);
        return frame.t === 'RESUMED' ? onBegin() : onEvent(frame);
    }
  };

  const closed = await socket.listen({
    onText: (text) => {
      // What cannot be read is left out: a gap in the numbers loses nothing, since the pull looks for itself.
      const frame = ended ? undefined : readFrame(text);
      try {
        if (frame) take(frame);
      } catch (error) {
        end(error instanceof Error ? error : lost('an event could not be taken'), session);
      }
    },
    onSign: () => undefined,
  });
  cancel();
  return ended ?? closedBy(closed.code, session);
}

const unreadable = (name: string): NetworkError =>
  new NetworkError({ kind: 'protocol', detail: `gateway: unexpected ${name}` }, 'no');

const PORTAL = 'In the Discord Developer Portal, page Bot,';
/**
 * Codes after which the session is over (Opcodes and Status Codes, gateway close event codes). Without a kind a new one
 * can be begun; every other code lets the session be taken up.
 */
const closeCodes: Readonly<
  Record<number, { readonly kind?: 'auth_revoked' | 'permission' | 'unsupported'; readonly detail: string }>
> = {
  4003: { detail: 'the session is not valid any more' },
  4004: { kind: 'auth_revoked', detail: `Discord refuses the token. ${PORTAL} choose Reset Token.` },
  4007: { detail: 'the session does not know the number of the last event' },
  4009: { detail: 'the session has run out' },
  4010: { kind: 'unsupported', detail: 'Discord wants the servers of this bot on several connections.' },
  4011: { kind: 'unsupported', detail: 'Discord wants the servers of this bot on several connections.' },
  4012: { kind: 'unsupported', detail: 'Discord does not serve this version of the gateway any more.' },
  4013: {
    kind: 'permission',
    detail: `Discord does not know what this connection asks for. ${PORTAL} look at Privileged Gateway Intents.`,
  },
  4014: {
    kind: 'permission',
    detail: `Discord does not let the bot hear of messages. ${PORTAL} switch on Message Content Intent under Privileged Gateway Intents.`,
  },
};

function closedBy(code: number, session: Session | undefined): End {
  const known = closeCodes[code];
  if (!known) return { error: lost(`the gateway closed the connection: ${code}`), session };
  return { error: new NetworkError({ kind: known.kind ?? 'server', detail: known.detail }, 'no') };
}
