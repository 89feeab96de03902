import { NetworkError } from '../errors';
import type { AccountCtx, Stream } from '../network';
import type { Teller } from '../teller';
import { underOwnSignal } from '../own-signal';
import { readSecrets } from './auth';
import { readEvents } from './sse';
import { createWatchdog, lost, refusedStream, STREAMING, streamOf, type StreamServer } from './stream-parts';

/** Server-sent events carry one stream in each connection. */
type Channel = { readonly path: string; readonly stream: Stream; readonly optional: boolean };
const channels: readonly Channel[] = [
  { path: `${STREAMING}/user/notification`, stream: 'notifications', optional: false },
  { path: `${STREAMING}/direct`, stream: 'dm', optional: true },
];

/** Throws when a connection is lost or cannot be had. */
export async function followEvents(server: StreamServer, ctx: AccountCtx, teller: Teller): Promise<void> {
  await Promise.all(channels.map((channel) => follow(server, channel, ctx, teller)));
}

const follow = (server: StreamServer, channel: Channel, ctx: AccountCtx, teller: Teller): Promise<void> =>
  underOwnSignal(ctx.signal, (control) => hear(server, channel, ctx, teller, control));

async function hear(
  { origin }: StreamServer,
  { path, stream, optional }: Channel,
  ctx: AccountCtx,
  teller: Teller,
  control: AbortController,
): Promise<void> {
  let silent: NetworkError | undefined;
  const watchdog = createWatchdog(ctx, path, (error) => {
    silent = error;
    control.abort();
  });
  try {
    const body = await open(`${origin}${path}`, path, { ...ctx, signal: control.signal });
    teller.tell(stream);
    const events = readEvents(body, watchdog.heard).each((event) => {
      const about = streamOf(event);
      if (about) teller.tell(about);
    });
    await Promise.race([teller.failed, events]);
    throw lost(path, 'the server ended the stream');
  } catch (error) {
    const isMissing = error instanceof NetworkError && ['unsupported', 'permission'].includes(error.kind);
    if (optional && isMissing) return;
    throw silent ?? named(error, path);
  } finally {
    watchdog.stop();
  }
}

/** What the platform throws when a connection breaks says nothing more than that. */
const named = (error: unknown, path: string): unknown =>
  error instanceof Error && ['TypeError', 'AbortError'].includes(error.name)
    ? lost(path, 'the connection broke', error)
    : error;

async function open(url: string, path: string, ctx: AccountCtx): Promise<ReadableStream<Uint8Array>> {
  const { token } = readSecrets(ctx.secrets.read());
  const answer = await ctx.http(url, {
    method: 'GET',
    headers: { accept: 'text/event-stream', 'cache-control': 'no-cache', authorization: `Bearer ${token}` },
    signal: ctx.signal,
    redirect: 'manual',
    credentials: 'omit',
  });
  const isStream = (answer.headers.get('content-type') ?? '').startsWith('text/event-stream');
  if (answer.status === 200 && isStream && answer.body) return answer.body;
  await answer.body?.cancel();
  throw refusedStream(path, answer.status);
}
