import { afterEach, expect } from 'vitest';
import type { AccountCtx, Cursor, InboxItem, Stream } from '../../electron/main/networks/network';
import { network, stub, test } from './discord-context';
import type { TestContext } from './context';
import { pullAll } from './suite';

export async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const seen: unknown[] = [];
/** For every test of the file: whatever ended a connection, and no line of the log, has the token in it. */
export function useSecrecy(): void {
  afterEach(() => {
    for (const error of seen.splice(0))
      for (let current: unknown = error; current instanceof Error; current = current.cause)
        expect(`${current.message} ${current.stack} ${JSON.stringify(current)}`).not.toContain(stub.token);
    expect(test.lines.join('\n')).not.toContain(stub.token);
  });
}

/** Listens as the app does: what is told is pulled, each stream from where it stands, after `first`. */
export function listen(
  of: TestContext = test,
  ctx: AccountCtx = of.ctx,
  first: () => Promise<void> = () => Promise.resolve(),
) {
  const cursors: Partial<Record<Stream, Cursor | null>> = {};
  const told: Stream[] = [];
  const items: InboxItem[] = [];
  const pull = async (stream: Stream): Promise<void> => {
    const found = await pullAll(network, stream, cursors[stream] ?? null, ctx);
    cursors[stream] = found.cursor;
    items.push(...found.items);
    told.push(stream);
  };
  const tell = async (stream: Stream): Promise<void> => {
    await first();
    await pull(stream);
  };
  const control = new AbortController();
  const live = { ...ctx, signal: control.signal };
  const ended = network.live!(live, { cursor: (stream) => cursors[stream] ?? null, tell });
  ended.catch((error: unknown) => seen.push(error));
  const texts = () => items.flatMap((item) => (item.kind === 'message' ? [item.text] : []));
  return {
    ended,
    end: async (): Promise<void> => {
      control.abort();
      await ended;
    },
    told,
    items,
    pull,
    cursor: (stream: Stream) => cursors[stream] ?? null,
    texts,
    /** Both streams were looked at, as they are whenever a connection begins. */
    begun: () => until(() => told.length >= 2),
    hears: (text: string) => until(() => texts().includes(text)),
  };
}

/** Hears what the gateway tells and pulls nothing, from when both streams were told of; `end` ends the whole context. */
export async function overhear(ctx: AccountCtx = test.ctx) {
  const told: Stream[] = [];
  const ended = network.live!(ctx, { cursor: () => null, tell: async (stream) => void told.push(stream) });
  await until(() => told.length >= 2);
  return {
    told,
    end: async (): Promise<void> => {
      test.abort();
      await ended;
    },
  };
}

export const callsOf = (op: number) => stub.gateway.calls.filter((call) => call.op === op);
/** Resolves when the app has taken in everything that was sent to it: it answers in order. */
export async function takenIn(): Promise<void> {
  const before = callsOf(1).length;
  stub.gateway.tell(1, null);
  await until(() => callsOf(1).length > before);
}
/** How often messages of the channel were asked for. */
export const asked = (channel: string): number =>
  stub.calls.filter(({ name }) => name === `GET /channels/${channel}/messages`).length;
