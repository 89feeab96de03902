import { NetworkError } from '../errors';
import type { AccountCtx, LiveIo } from '../network';
import { underOwnSignal } from '../own-signal';
import { unsupported } from '../plan-checks';
import { createTeller } from '../teller';
import { fetchInstance, isOnThisDevice, readSecrets } from './auth';
import { followEvents } from './stream-events';
import type { StreamServer } from './stream-parts';
import { followSocket } from './stream-socket';
import { streamingUrl } from './wire';

/**
 * Mastodon streams by WebSocket and by server-sent events (docs.joinmastodon.org, methods/streaming). The socket comes
 * first: other makes of servers have nothing else. Events are for where it cannot be had: they go through the same
 * door as every other request, with the system's proxy and certificates.
 */

/** Runs until it is told to stop; throws when a connection is lost, `unsupported` where the server has none. */
export async function watch(ctx: AccountCtx, io: LiveIo): Promise<void> {
  if (ctx.signal.aborted) return;
  try {
    await underOwnSignal(ctx.signal, ({ signal }) => follow({ ...ctx, signal }, io));
  } catch (error) {
    if (!ctx.signal.aborted) throw error;
  }
}

async function follow(ctx: AccountCtx, io: LiveIo): Promise<void> {
  const server = await streamServer(ctx);
  const teller = createTeller(io);
  const noSocket = await followSocket(server, ctx, teller);
  try {
    await followEvents(server, ctx, teller);
  } catch (error) {
    // A server without events may have a socket again the next time.
    const hasNone = error instanceof NetworkError && error.kind === 'unsupported';
    throw hasNone ? noSocket : error;
  }
}

/** The server says where it streams. Plain connections are for servers that are themselves on this device. */
async function streamServer(ctx: AccountCtx): Promise<StreamServer> {
  const { serviceUrl: service } = ctx.account;
  const { token } = readSecrets(ctx.secrets.read());
  const told = await fetchInstance(ctx, { service, token, onRate: ctx.onRate });
  const url = streamingUrl(told)?.replace(/^ws(s?):/i, 'http$1:');
  if (url === undefined || !URL.canParse(url)) throw unsupported('the server names no stream');
  const { protocol, origin, hostname } = new URL(url);
  if (protocol !== 'https:' && !(protocol === 'http:' && isOnThisDevice(hostname)))
    throw unsupported('the server’s stream is not encrypted');
  return { origin, version: told?.version ?? '' };
}
