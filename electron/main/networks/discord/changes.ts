import { NetworkError } from '../errors';
import type { InboxItem } from '../network';
import type { Agent } from './agent';
import { messageKey } from './keys';
import { toEdited, type Viewer } from './mapping';
import type { Change } from './memory';
import type { Message } from './wire';

/** Messages and the time of each one's last edit. */
export type Recent = [id: string, edited: string][];
type Changed = { readonly items: readonly InboxItem[]; readonly recent: Recent };

/**
 * What the gateway said has changed in a channel, as items; `recent` knows of it afterwards, so that the look back does
 * not find it once more. Of an edit only the id was kept: the words are asked for here.
 */
export async function followChanges(
  agent: Agent,
  channel: string,
  changes: readonly Change[],
  recent: Recent,
  viewer: Viewer,
): Promise<Changed> {
  const items: InboxItem[] = [];
  const gone = new Set<string>();
  const edits = new Map<string, string>();
  for (const { kind, id } of changes) {
    const message = kind === 'edited' ? await unlessUnreadable(agent.message(channel, id)) : undefined;
    if (message === 'unreadable') continue;
    if (!message) {
      gone.add(id);
      items.push({ kind: 'deleted', remoteId: messageKey(channel, id) });
      continue;
    }
    const item = toEdited(message, viewer);
    if (item) items.push(item);
    edits.set(id, message.edited_timestamp ?? '');
  }
  const kept = recent.filter(([id]) => !gone.has(id));
  return { items, recent: kept.map(([id, edited]) => [id, edits.get(id) ?? edited]) };
}

/** One that cannot be read is left out as in a list: it would stop everything after it for good. */
async function unlessUnreadable(
  work: Promise<Message | undefined>,
): Promise<Message | undefined | 'unreadable'> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NetworkError && error.kind === 'protocol') return 'unreadable';
    throw error;
  }
}
