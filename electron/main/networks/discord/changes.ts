import { NetworkError } from '../errors';
import type { InboxItem } from '../network';
import type { Agent } from './agent';
import { messageKey } from './keys';
import { toEdited, type Viewer } from './mapping';
import type { Change } from './memory';
import type { Message } from './wire';

/** Messages and the time of each one's last edit. */
type Recent = [id: string, edited: string][];
type Changed = {
  readonly items: readonly InboxItem[];
  readonly recent: Recent;
  /** What was not come to: for the next pull. */
  readonly left: readonly Change[];
};

/** Each edit is a request of its own, and Discord counts those of a channel by the second. */
const EDITS_AT_ONCE = 5;

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
  const left: Change[] = [];
  let looks = 0;
  for (const change of changes) {
    const { kind, id } = change;
    if (kind === 'edited' && looks >= EDITS_AT_ONCE) {
      left.push(change);
      continue;
    }
    const message = kind === 'edited' ? await unlessUnreadable(agent.message(channel, id)) : undefined;
    looks += kind === 'edited' ? 1 : 0;
    if (message === 'held up') {
      left.push(change);
      looks = EDITS_AT_ONCE;
    } else if (message === undefined) {
      gone.add(id);
      items.push({ kind: 'deleted', remoteId: messageKey(channel, id) });
    } else if (message !== 'unreadable') {
      const item = toEdited(message, viewer);
      if (item) items.push(item);
      edits.set(id, message.edited_timestamp ?? '');
    }
  }
  const kept = recent.filter(([id]) => !gone.has(id));
  return {
    items,
    recent: kept.map(([id, at]) => [id, edits.get(id) ?? at]),
    left,
  };
}

/**
 * One that cannot be read is left out as in a list, and a limit that is reached puts off the rest: either would keep
 * back everything else of the channel, for good.
 */
async function unlessUnreadable(
  work: Promise<Message | undefined>,
): Promise<Message | undefined | 'unreadable' | 'held up'> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (error.kind === 'protocol') return 'unreadable';
    if (error.kind === 'rate_limited') return 'held up';
    throw error;
  }
}
