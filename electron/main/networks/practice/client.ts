import type { AccountCtx } from '../network';
import type { PracticeServer, ServerDoor } from './server/server';

/**
 * Who calls, and how long they wait: what a request to a real network carries in its headers. The brand's id is its
 * token: there is nothing to protect, and a secret would need a store that not every machine has.
 */
export type Session = {
  readonly server: PracticeServer;
  readonly token: string;
  readonly signal: AbortSignal;
};

export function sessionOf(door: ServerDoor, ctx: AccountCtx): Session {
  return { server: door.open(), token: ctx.account.remoteId, signal: ctx.signal };
}
