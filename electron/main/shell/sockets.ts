import WebSocket from 'ws';
import type { OpenSocket, Socket, SocketAnswer, SocketEnd, SocketRequest } from '../ports';

const HANDSHAKE_MS = 30_000;
/** No message of a network is near this large. */
const MAX_FRAME_BYTES = 2 * 1024 * 1024;
/** Said to the other side when the app wants no more. */
const NORMAL = 1000;

/**
 * WebSockets by plain connections of this device. A proxy of the system would be passed by, so that where one is in
 * force (`isDirect` says no) there is no socket: networks have another way to hear of news.
 */
export const createSockets =
  (isDirect: (url: string) => Promise<boolean>): OpenSocket =>
  async (request) => {
    // proxies are chosen by the address of the page that would open the socket
    if (!(await isDirect(request.url.replace(/^ws/, 'http')))) return { open: false, why: 'proxy' };
    try {
      return await connect(request);
    } catch (error) {
      // thrown for an address or a subprotocol that is none; the words would repeat it
      if (!(error instanceof SyntaxError)) throw error;
      return { open: false, why: 'unreachable', detail: 'not a valid address or subprotocol' };
    }
  };

function connect({ url, headers, protocol, signal }: SocketRequest): Promise<SocketAnswer> {
  if (signal.aborted) return Promise.resolve({ open: false, why: 'unreachable', detail: 'cancelled' });
  const socket = new WebSocket(url, protocol === undefined ? [] : [protocol], {
    headers,
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    followRedirects: false,
  });
  const stop = (): void => socket.terminate();
  signal.addEventListener('abort', stop, { once: true });
  const ended = new Promise<SocketEnd>((resolve) => {
    socket.on('close', (code, reason) => {
      signal.removeEventListener('abort', stop);
      resolve({ code, reason: reason.toString() });
    });
  });
  return new Promise((resolve) => {
    socket.on('open', () => resolve({ open: true, socket: wrap(socket, ended) }));
    socket.on('unexpected-response', (_request, answer) => {
      resolve({ open: false, why: 'refused', status: answer.statusCode ?? 0 });
      answer.resume();
      socket.terminate();
    });
    // before it is open this is why it never will be; afterwards `close` follows and says the same
    socket.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ open: false, why: 'unreachable', detail: error.code ?? 'the connection broke' }),
    );
  });
}

/** What came between the handshake and `listen` is kept for it. */
function wrap(socket: WebSocket, ended: Promise<SocketEnd>): Socket {
  const early: string[] = [];
  let listener: Parameters<Socket['listen']>[0] | undefined;
  socket.on('message', (data, isBinary) => {
    listener?.onSign();
    // as `binaryType` is by default, a message is one Buffer
    if (isBinary || !Buffer.isBuffer(data)) return;
    const text = data.toString();
    if (listener) listener.onText(text);
    else early.push(text);
  });
  for (const sign of ['ping', 'pong'] as const) socket.on(sign, () => listener?.onSign());
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(NORMAL),
    listen: (next) => {
      listener = next;
      for (const text of early.splice(0)) next.onText(text);
      return ended;
    },
  };
}
