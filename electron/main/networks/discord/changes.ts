import { NetworkError } from '../errors';
import type { InboxItem } from '../network';
import type { Agent } from './agent';
import { limits } from './capabilities';
import { messageKey, newer } from './keys';
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

/** What a look for one message gives; undefined: it is gone. */
type Look = Message | undefined | 'unreadable' | 'held up';

/** Each is a request of its own, and Discord counts those of a channel by the second. */
const EDITS_AT_ONCE = 5;

/**
 * What the gateway said has changed in a channel, as items; `recent` knows of it afterwards, so that the look back does
 * not find it once more. Of an edit only the id was kept: the words are asked for here, of several by one page.
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
  const inPage = await newestFor(agent, channel, changes, recent);
  let looks = 0;
  const lookAt = async (id: string): Promise<Look> => {
    const found = inPage(id);
    if (found !== 'beyond') return found;
    if (looks >= EDITS_AT_ONCE) return 'held up';
    looks += 1;
    const message = await unlessRefused(agent.message(channel, id));
    if (message === 'held up') looks = EDITS_AT_ONCE;
    return message;
  };
  for (const change of changes) {
    const { kind, id } = change;
    const message = kind === 'edited' ? await lookAt(id) : undefined;
    if (message === 'held up') left.push(change);
    else if (message === undefined) {
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

/** Answers by the newest page, which is asked for where several edits are likely in it. */
async function newestFor(
  agent: Agent,
  channel: string,
  changes: readonly Change[],
  recent: Recent,
): Promise<(id: string) => Look | 'beyond'> {
  const [[from] = ['0']] = recent;
  const near = changes.filter(({ kind, id }) => kind === 'edited' && newer(id, from) >= 0);
  const page = near.length > 1 ? await unlessRefused(agent.messages(channel)) : undefined;
  if (page === undefined || typeof page === 'string') return () => 'beyond';
  const { found, ids } = page;
  const [first] = ids;
  const oldest = ids.length < limits.pageSize ? '0' : first;
  const messages = new Map(found.map((message) => [message.id, message]));
  const present = new Set(ids);
  return (id) => {
    // Without the permission to read the history Discord answers with nothing, which says nothing.
    if (first === undefined || oldest === undefined || newer(id, oldest) < 0) return 'beyond';
    return messages.get(id) ?? (present.has(id) ? 'unreadable' : undefined);
  };
}

/**
 * One that cannot be read is left out as in a list, and a limit that is reached puts off the rest: either would keep
 * back everything else of the channel, for good.
 */
async function unlessRefused<T>(work: Promise<T>): Promise<T | 'unreadable' | 'held up'> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (error.kind === 'protocol') return 'unreadable';
    if (error.kind === 'rate_limited') return 'held up';
    throw error;
  }
}
