import type { Cursor, PullPage, Stream } from '../network';
import { perAccount } from '../per-account';
import { limits } from './capabilities';
import type { News } from './frames';
import { messageKey } from './keys';

export type Change = {
  readonly kind: 'edited' | 'deleted';
  readonly channel: string;
  readonly id: string;
};
/** What the gateway named and no pull has looked at yet. */
export type Named = { readonly channels: ReadonlySet<string>; readonly changes: readonly Change[] };

/** What a pull was given, and between which cursors. */
type Handed = { readonly named: Named; readonly from: string; readonly to: string };

const MAX_CHANGES = 500;

/**
 * What the gateway has named since the app began, for the next pull: edits and deletions anywhere in a channel, which
 * could not be found by asking, and which direct channels are worth asking. What is lost with it costs nothing but
 * changes of messages beyond the newest page.
 */
export type Memory = ReturnType<typeof createMemory>;

function createMemory() {
  const channels = new Set<string>();
  const changes = new Map<string, Change>();
  const handed = new Map<Stream, Handed>();
  let isListening = false;
  let allAt = -Infinity;
  /** Of the connection: what was asked for before it began says nothing of what it names. */
  let connection = 0;

  const put = (change: Change): void => {
    const key = messageKey(change.channel, change.id);
    if (changes.get(key)?.kind !== 'deleted') changes.set(key, change);
    for (const oldest of changes.keys()) {
      if (changes.size <= MAX_CHANGES) return;
      changes.delete(oldest);
    }
  };

  const giveBack = (named: Named): void => {
    named.channels.forEach((channel) => channels.add(channel));
    named.changes.forEach(put);
  };

  return {
    listening: (is: boolean): void => {
      isListening = is;
      connection += 1;
      allAt = -Infinity;
    },
    note: ({ kind, channel, ids }: News): void => {
      channels.add(channel);
      if (kind !== 'created') ids.forEach((id) => put({ kind, channel, id }));
    },
    /** There is more to read there than one page. */
    moreIn: (channel: string): void => void channels.add(channel),
    /** Whether the gateway would have named what is new: only what it named has to be asked for. */
    isCurrent: (now: number): boolean => now - allAt < limits.gateway.askAllMs,
    connection: (): number => connection,
    /** All were asked for, from a time on when this connection was open. */
    askedAll: (now: number, since: number): void => {
      if (isListening && since === connection) allAt = now;
    },
    /** Hands over what was named in these channels; what comes meanwhile is for the time after. */
    take: (of: readonly string[]): Named => {
      const taken = of.filter((channel) => channels.delete(channel));
      const found = [...changes].filter(([, { channel }]) => of.includes(channel));
      found.forEach(([key]) => changes.delete(key));
      return { channels: new Set(taken), changes: found.map(([, change]) => change) };
    },
    /** For the next pull, which has to ask in their channels. */
    putOff: (left: readonly Change[]): void =>
      left.forEach((change) => {
        channels.add(change.channel);
        put(change);
      }),
    giveBack,
    /** Until the next pull of the stream tells by its cursor whether this page was stored. */
    handOver: (stream: Stream, given: Handed): void => void handed.set(stream, given),
    /** A pull from where the one before began: its page was not stored, and with it all that it was given. */
    beginFrom: (stream: Stream, from: string): void => {
      const last = handed.get(stream);
      handed.delete(stream);
      if (last?.from !== from || last.to === from) return;
      giveBack(last.named);
      allAt = -Infinity;
    },
  };
}

export const createMemories = () => perAccount(createMemory);
export type Memories = ReturnType<typeof createMemories>;

type Asked = {
  readonly stream: Stream;
  readonly cursor: Cursor | null;
  readonly channels: readonly string[];
};

/** Gives what was named in these channels to `read`; what fails, or is not stored, leaves it for the next time. */
export async function withNamed(
  memory: Memory,
  { stream, cursor, channels }: Asked,
  read: (named: Named) => Promise<PullPage>,
): Promise<PullPage> {
  const from = JSON.stringify(cursor);
  memory.beginFrom(stream, from);
  const named = memory.take(channels);
  try {
    const page = await read(named);
    memory.handOver(stream, { named, from, to: JSON.stringify(page.next) });
    return page;
  } catch (error) {
    memory.giveBack(named);
    throw error;
  }
}
