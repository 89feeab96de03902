import { z } from 'zod';
import { parseJson } from '../answers';
import { NetworkError } from '../errors';
import type { AccountCtx } from '../network';
import type { SocketAnswer, SocketRequest } from '../../ports';
import type { Teller } from '../teller';
import { readSecrets } from './auth';
import { createWatchdog, lost, refusedStream, STREAMING, streamOf, type StreamServer } from './stream-parts';

const WHAT = 'socket';
/** Kinds of refusals that the same token would meet everywhere. */
const OF_SIGN_IN: readonly string[] = ['auth_revoked', 'auth_expired', 'permission'];

/** Throws when the connection is lost or the sign-in refused; resolves, with the reason, where no socket can be had. */
export async function followSocket(
  server: StreamServer,
  ctx: AccountCtx,
  teller: Teller,
): Promise<NetworkError> {
  const { token } = readSecrets(ctx.secrets.read());
  const { hello, ...request } = openingFor(server, token);
  const answer = await ctx.sockets({ ...request, signal: ctx.signal });
  if (!answer.open) return whyNone(answer);
  const { socket } = answer;
  let fail: (error: NetworkError) => void;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  const watchdog = createWatchdog(ctx, WHAT, (error) => fail(error));
  const take = createReader(teller, (error) => fail(error));
  try {
    const ended = socket.listen({ onText: take, onSign: watchdog.heard });
    for (const message of hello) socket.send(JSON.stringify(message));
    teller.tell('notifications');
    teller.tell('dm');
    const { code } = await Promise.race([ended, failed, teller.failed]);
    throw lost(WHAT, `the connection ended (${code})`);
  } finally {
    watchdog.stop();
    socket.close();
  }
}

const subscribe = (stream: string) => ({ type: 'subscribe', stream });
const NOTIFICATIONS = 'user:notification';
const both = [subscribe(NOTIFICATIONS), subscribe('direct')];
/** So many may be refused before nothing is left to listen to. */
const STREAMS = both.length;

type Opening = Omit<SocketRequest, 'signal'> & { readonly hello: readonly object[] };

/**
 * One socket for both streams; the token is never part of the address, which servers write into their logs. Mastodon
 * wants it in the header `Authorization` (docs.joinmastodon.org, methods/streaming). GoToSocial does too, and takes
 * notifications only from the address. Akkoma and Pleroma do not read that header: the one takes the token as the
 * subprotocol, the other in a message.
 */
function openingFor({ origin, version }: StreamServer, token: string): Opening {
  const url = `${origin.replace(/^http/, 'ws')}${STREAMING}`;
  if (/\bAkkoma\b/i.test(version)) return { url, protocol: token, hello: both };
  if (/\bPleroma\b/i.test(version)) return { url, hello: [{ type: 'pleroma:authenticate', token }, ...both] };
  return {
    url: `${url}?stream=${NOTIFICATIONS}`,
    headers: { authorization: `Bearer ${token}` },
    hello: [subscribe('direct')],
  };
}

function whyNone(answer: Extract<SocketAnswer, { readonly open: false }>): NetworkError {
  if (answer.why === 'unreachable') return lost(WHAT, answer.detail);
  if (answer.why === 'proxy')
    return new NetworkError({ kind: 'unsupported', detail: `${WHAT}: not through a proxy` }, 'no');
  const refusal = refusedStream(WHAT, answer.status);
  if (OF_SIGN_IN.includes(refusal.kind)) throw refusal;
  return refusal;
}

const frame = z.object({
  event: z.string().optional(),
  payload: z.unknown().optional(),
  error: z.string().optional(),
  status: z.number().optional(),
});
/** Pleroma's answer to what it is sent. */
const reply = z.object({ type: z.string(), result: z.string(), error: z.string().nullish() });

/** Reads frames and leaves out what is none. */
function createReader(teller: Teller, fail: (error: NetworkError) => void): (text: string) => void {
  let refused = 0;
  /** Which stream it was is not said: the other one is enough to go on with. */
  const refuse = (isOfSignIn: boolean): void => {
    refused += 1;
    if (refused < STREAMS) return;
    const kind = isOfSignIn ? 'permission' : 'unsupported';
    fail(new NetworkError({ kind, detail: `${WHAT}: every stream was refused` }, 'no'));
  };
  const answered = (payload: string): void => {
    const told = reply.safeParse(parseJson(payload)).data;
    if (told?.result !== 'error') return;
    if (told.type === 'subscribe') refuse(told.error === 'unauthorized');
    else if (told.type === 'pleroma:authenticate')
      fail(new NetworkError({ kind: 'auth_revoked', detail: `${WHAT}: the token was refused` }, 'no'));
  };
  return (text) => {
    const told = frame.safeParse(parseJson(text)).data;
    if (told === undefined) return;
    if (told.error !== undefined) return refuse(told.status === 401 || told.status === 403);
    const data = typeof told.payload === 'string' ? told.payload : JSON.stringify(told.payload ?? null);
    if (told.event === 'pleroma:respond') return answered(data);
    const stream = streamOf({ name: told.event ?? '', data });
    if (stream) teller.tell(stream);
  };
}
