import type { AccountCtx, Cursor, PullPage, Stream } from '../network';
import { sessionOf } from './client';
import { toItems } from './mapping';
import type { ServerDoor } from './server/server';
import { eventCursor } from './wire';

/** All that happens around a brand is one numbered log, so one stream carries it; `dm` has nothing of its own. */
export async function pullPractice(
  door: ServerDoor,
  stream: Stream,
  cursor: Cursor | null,
  ctx: AccountCtx,
): Promise<PullPage> {
  if (stream === 'dm') return { items: [], next: cursor, more: false };
  const { server, token, signal } = sessionOf(door, ctx);
  const after = cursor === null ? 0 : eventCursor.parse(cursor).seq;
  const page = await server.events(token, after, signal);
  const items = page.rows.flatMap((event) => (event ? toItems(event, ctx.account.remoteId) : []));
  return { items, next: { seq: page.last }, more: page.left > 0, remaining: page.left };
}
