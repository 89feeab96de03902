import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Socket, SocketAnswer } from '../../../electron/main/ports';
import { createSockets } from '../../../electron/main/shell/sockets';

const open = createSockets(() => Promise.resolve(true));
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
/** A server that does `greet` with whoever connects. */
async function serve(greet: (socket: WebSocket) => void): Promise<string> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', greet);
  closing.push(() => sockets.clients.forEach((one) => one.terminate()));
  return listening(server);
}
const signal = () => new AbortController().signal;
function opened(answer: SocketAnswer): Socket {
  if (!answer.open) throw new Error(`not open: ${answer.why}`);
  return answer.socket;
}
const silent = { onText: () => undefined, onSign: () => undefined };

it('hands over in order what came before anybody listened, and tells how it ended', async () => {
  const url = await serve((peer) => {
    peer.send('one');
    peer.send('two');
    peer.on('message', (data) => peer.close(4004, `heard ${(data as Buffer).toString()}`));
  });
  const socket = opened(await open({ url, signal: signal() }));
  const texts: string[] = [];
  const end = await socket.listen({
    onText: (text) => {
      texts.push(text);
      if (texts.length === 2) socket.send('both');
    },
    onSign: () => undefined,
  });
  expect(texts).toEqual(['one', 'two']);
  expect(end).toEqual({ code: 4004, reason: 'heard both' });
});

it('says which status a server refused the handshake with', async () => {
  const url = await listening(createServer((_, answer) => answer.writeHead(401).end('no')));
  const server = createServer();
  server.on('upgrade', (_request, wire) =>
    wire.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n'),
  );
  const refusing = await listening(server);
  for (const one of [url, refusing])
    expect(await open({ url: one, signal: signal() })).toEqual({ open: false, why: 'refused', status: 401 });
});

it('does not follow a redirect, which would carry the token elsewhere', async () => {
  let reached = 0;
  const elsewhere = await serve(() => void (reached += 1));
  const server = createServer();
  server.on('upgrade', (_request, wire) =>
    wire.end(`HTTP/1.1 302 Found\r\nlocation: ${elsewhere}\r\ncontent-length: 0\r\n\r\n`),
  );
  const url = await listening(server);
  expect(await open({ url, signal: signal() })).toEqual({ open: false, why: 'refused', status: 302 });
  expect(reached).toBe(0);
});

it('opens none where the system wants a proxy, and asks about the address as pages are asked about', async () => {
  const asked: string[] = [];
  const behind = createSockets((url) => {
    asked.push(url);
    return Promise.resolve(false);
  });
  expect(await behind({ url: 'wss://social.example/stream', signal: signal() })).toEqual({
    open: false,
    why: 'proxy',
  });
  expect(asked).toEqual(['https://social.example/stream']);
});

it('names a server that is not there without its address', async () => {
  const url = await listening(createServer());
  closing.splice(0).forEach((close) => close());
  const answer = await open({ url: `${url}/?access_token=secret`, signal: signal() });
  expect(answer).toEqual({ open: false, why: 'unreachable', detail: 'ECONNREFUSED' });
});

it('ends at once when it is told to, before it is open and after', async () => {
  const url = await serve(() => undefined);
  const control = new AbortController();
  const socket = opened(await open({ url, signal: control.signal }));
  const end = socket.listen(silent);
  control.abort();
  expect((await end).code).toBe(1006);
  expect(await open({ url, signal: control.signal })).toMatchObject({ open: false, why: 'unreachable' });
  const mute = await listening(createServer().on('upgrade', () => undefined));
  const early = new AbortController();
  const answer = open({ url: mute, signal: early.signal });
  early.abort();
  expect(await answer).toMatchObject({ open: false, why: 'unreachable' });
});

it('ends a connection that sends more than any network does', async () => {
  const url = await serve((peer) => peer.send('x'.repeat(3 * 1024 * 1024)));
  const socket = opened(await open({ url, signal: signal() }));
  const texts: string[] = [];
  await socket.listen({ ...silent, onText: (text) => texts.push(text) });
  expect(texts).toEqual([]);
});

it('tells of signs of life that are no messages', async () => {
  const url = await serve((peer) => peer.on('message', () => peer.ping()));
  const control = new AbortController();
  const socket = opened(await open({ url, signal: control.signal }));
  await new Promise<void>((resolve) => {
    void socket.listen({ onText: () => undefined, onSign: resolve });
    socket.send('anybody there?');
  });
  control.abort();
});

it('asks for a subprotocol, and says so when the server answers with none, or when it can be none', async () => {
  const url = await serve(() => undefined);
  const socket = opened(await open({ url, protocol: 'a-token_1', signal: signal() }));
  socket.close();
  await socket.listen(silent);
  const mute = createServer();
  new WebSocketServer({ server: mute, handleProtocols: () => false });
  const refusing = await listening(mute);
  for (const [at, protocol] of [
    [refusing, 'a-token_1'],
    [url, 'a token'],
  ] as const) {
    const answer = await open({ url: at, protocol, signal: signal() });
    expect(answer).toMatchObject({ open: false, why: 'unreachable' });
    expect(JSON.stringify(answer)).not.toContain(protocol);
  }
});
