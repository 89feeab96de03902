import type { AccountCtx, Cursor, PullPage, Stream } from '../network';
import { sessionOf } from './client';
import { toItems } from './mapping';
import type { ServerDoor } from './server/server';
import { eventCursor } from './wire';

/** What happens around a brand is one numbered log; each stream reads its own kinds from it, from its own place. */
export async function pullPractice(
  door: ServerDoor,
  stream: Stream,
  cursor: Cursor | null,
  ctx: AccountCtx,
): Promise<PullPage> {
  const { server, token, signal } = sessionOf(door, ctx);
  const after = cursor === null ? 0 : eventCursor.parse(cursor).seq;
  const page = await server.events(token, after, signal, stream);
  const items = page.rows.flatMap((event) => (event ? toItems(event, ctx.account.remoteId) : []));
  return { items, next: { seq: page.last }, more: page.left > 0, remaining: page.left };
}
