import type { AccountCtx } from '../network';
import type { PracticeServer, ServerDoor } from './server/server';
import { practiceSecrets } from './wire';

/** Who calls, and how long they wait: what a request to a real network carries in its headers. */
export type Session = {
  readonly server: PracticeServer;
  readonly token: string;
  readonly signal: AbortSignal;
};

export function sessionOf(door: ServerDoor, ctx: AccountCtx): Session {
  const { token } = practiceSecrets.parse(ctx.secrets.read());
  return { server: door.open(), token, signal: ctx.signal };
}
