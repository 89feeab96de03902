/** What both ways of streaming have in common: which news matter, and when a connection is dead. */
import { z } from 'zod';
import { parseJson } from '../answers';
import { NetworkError } from '../errors';
import { statusError } from '../http';
import type { AccountCtx, Stream } from '../network';
import { limits } from './capabilities';
import { kindOf } from './errors';

export const STREAMING = '/api/v1/streaming';

export type StreamServer = {
  /** `https:`, or `http:` for a server on this device. */
  readonly origin: string;
  /** The make of the server in its own words. */
  readonly version: string;
};

export type StreamEvent = { readonly name: string; readonly data: string };

const notified = z.object({ type: z.string() });

/** Where an event says that something is new. Favourites, boosts and the like are no messages. */
export function streamOf({ name, data }: StreamEvent): Stream | undefined {
  if (name === 'conversation') return 'dm';
  if (name === 'notifications_merged') return 'notifications';
  if (name !== 'notification') return undefined;
  const told = notified.safeParse(parseJson(data)).data;
  return told === undefined || ['mention', 'quote'].includes(told.type) ? 'notifications' : undefined;
}

/** Servers send a sign of life at least every 30 seconds: without one it is dead, whatever the system says. */
export function createWatchdog(ctx: AccountCtx, what: string, onSilence: (error: NetworkError) => void) {
  const bark = (): void => onSilence(lost(what, 'silent for too long'));
  let cancel = ctx.clock.after(limits.streamSilenceMs, bark);
  return {
    heard: () => {
      cancel();
      cancel = ctx.clock.after(limits.streamSilenceMs, bark);
    },
    stop: () => cancel(),
  };
}

/** A connection that is to be begun again after a while. */
export const lost = (what: string, detail: string, cause?: unknown): NetworkError =>
  new NetworkError({ kind: 'server', detail: `${what}: ${detail}` }, 'no', { cause });

/** Why a server opens no stream; `unsupported` where it has none of this kind. */
export function refusedStream(what: string, status: number): NetworkError {
  const byWords = kindOf({ status, words: 'refused' }, { method: 'GET', effect: 'read' });
  const kind = byWords ?? statusError(status, 'read')?.kind ?? 'unsupported';
  const isNone = ['gone', 'protocol', 'validation'].includes(kind);
  const detail = `${what}: ${status}, no stream`;
  return new NetworkError({ kind: isNone ? 'unsupported' : kind, detail }, 'no');
}
