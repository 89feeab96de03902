import { z } from 'zod';
import { NetworkError } from '../errors';
import { statusError } from '../http';
import type { AccountCtx, LiveIo, Stream } from '../network';
import { unsupported } from '../plan-checks';
import { fetchInstance, readSecrets } from './auth';
import { limits } from './capabilities';
import { kindOf } from './errors';
import { readEvents, type StreamEvent } from './sse';
import { streamingUrl } from './wire';

/**
 * Mastodon streams by server-sent events and by WebSocket. Events are used: they go through the same door as every
 * other request, with the system's proxy and certificates, and the token stays in a header.
 * Source: docs.joinmastodon.org, methods/streaming.
 */
const channels: readonly { readonly path: string; readonly stream: Stream; readonly optional: boolean }[] = [
  { path: '/api/v1/streaming/user/notification', stream: 'notifications', optional: false },
  { path: '/api/v1/streaming/direct', stream: 'dm', optional: true },
];

/** Runs until it is told to stop; throws when a connection is lost, `unsupported` where the server has none. */
export async function watch(ctx: AccountCtx, io: LiveIo): Promise<void> {
  if (ctx.signal.aborted) return;
  const control = new AbortController();
  const stop = () => control.abort();
  ctx.signal.addEventListener('abort', stop, { once: true });
  try {
    const base = await streamingBase(ctx);
    await Promise.all(
      channels.map((channel) => follow(base, channel, { ...ctx, signal: control.signal }, io)),
    );
  } catch (error) {
    if (!ctx.signal.aborted) throw error;
  } finally {
    ctx.signal.removeEventListener('abort', stop);
    control.abort();
  }
}

/** The server says where it streams. Plain connections are for servers that are themselves on this device. */
async function streamingBase(ctx: AccountCtx): Promise<string> {
  const { serviceUrl: service } = ctx.account;
  const { token } = readSecrets(ctx.secrets.read());
  const told = streamingUrl(await fetchInstance(ctx, { service, token, onRate: ctx.onRate }));
  const url = told?.replace(/^ws(s?):/i, 'http$1:');
  if (url === undefined || !URL.canParse(url)) throw unsupported('the server names no stream');
  const { protocol, origin } = new URL(url);
  if (protocol !== 'https:' && protocol !== new URL(service).protocol)
    throw unsupported('the server’s stream is not encrypted');
  return origin;
}

async function follow(
  base: string,
  { path, stream, optional }: (typeof channels)[number],
  ctx: AccountCtx,
  io: LiveIo,
): Promise<void> {
  const control = new AbortController();
  const stop = () => control.abort();
  ctx.signal.addEventListener('abort', stop, { once: true });
  let lost: NetworkError | undefined;
  const watchdog = createWatchdog(ctx, () => {
    lost = new NetworkError({ kind: 'server', detail: `${path}: silent for too long` }, 'no');
    stop();
  });
  const teller = createTeller(() => io.tell(stream));
  try {
    const body = await open(`${base}${path}`, path, { ...ctx, signal: control.signal });
    teller.tell();
    const events = readEvents(body, watchdog.heard);
    await Promise.race([teller.failed, events.each((event) => matters(event) && teller.tell())]);
    throw new NetworkError({ kind: 'server', detail: `${path}: the server ended the stream` }, 'no');
  } catch (error) {
    const isMissing = error instanceof NetworkError && ['unsupported', 'permission'].includes(error.kind);
    if (optional && isMissing) return;
    throw lost ?? named(error, path);
  } finally {
    watchdog.stop();
    ctx.signal.removeEventListener('abort', stop);
    control.abort();
  }
}

/** What the platform throws when a connection breaks says nothing more than that. */
const named = (error: unknown, path: string): unknown =>
  error instanceof Error && ['TypeError', 'AbortError'].includes(error.name)
    ? new NetworkError({ kind: 'server', detail: `${path}: the connection broke` }, 'no', { cause: error })
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
  const call = { method: 'GET', effect: 'read' } as const;
  const byWords = kindOf({ status: answer.status, words: 'refused' }, call);
  const kind = byWords ?? statusError(answer.status, 'read')?.kind ?? 'unsupported';
  const isNone = ['gone', 'protocol', 'validation'].includes(kind);
  const detail = `${path}: ${answer.status}, no stream`;
  throw new NetworkError({ kind: isNone ? 'unsupported' : kind, detail }, 'no');
}

const notified = z.object({ type: z.string() });

/** Favourites, boosts and the like are no messages. */
function matters({ name, data }: StreamEvent): boolean {
  if (name === 'conversation' || name === 'notifications_merged') return true;
  if (name !== 'notification') return false;
  try {
    const told = notified.safeParse(JSON.parse(data)).data;
    return told === undefined || ['mention', 'quote'].includes(told.type);
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

/** Servers send a sign of life every 15 seconds: without one the connection is dead, whatever the system says. */
function createWatchdog(ctx: AccountCtx, onSilence: () => void) {
  let cancel = ctx.clock.after(limits.streamSilenceMs, onSilence);
  return {
    heard: () => {
      cancel();
      cancel = ctx.clock.after(limits.streamSilenceMs, onSilence);
    },
    stop: () => cancel(),
  };
}

/** What comes in while a pull is on its way is one more pull together. */
function createTeller(pull: () => Promise<void>) {
  let running = false;
  let again = false;
  let fail: (error: unknown) => void;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  const run = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      await pull();
    } while (again);
    running = false;
  };
  return {
    failed,
    tell: (): void => {
      if (running) again = true;
      else run().catch((error: unknown) => fail(error));
    },
  };
}
