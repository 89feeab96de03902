/** The live connection of an account on the stub, for the test files about it. */
import { expect } from 'vitest';
import type { AccountCtx, Cursor, Stream } from '../../../electron/main/networks/network';
import type { NetworkError } from '../../../electron/main/networks/errors';
import { createSockets } from '../../../electron/main/shell/sockets';
import { network, type Opened } from './context';

export const behindProxy = createSockets(() => Promise.resolve(false));

/** Begins to watch; `next` resolves with the stream that is told next. */
export function watchLive(ctx: AccountCtx, onTell?: (stream: Stream) => Promise<void>) {
  const told: Stream[] = [];
  let wake: () => void = () => undefined;
  let seen = 0;
  const tell = async (stream: Stream) => {
    told.push(stream);
    wake();
    await onTell?.(stream);
  };
  const next = async (): Promise<Stream> => {
    while (told.length <= seen) await new Promise<void>((resolve) => (wake = resolve));
    return told[seen++]!;
  };
  const cursor = (): Cursor | null => null;
  /** Both streams have been looked at. */
  const begun = async () => expect([await next(), await next()].sort()).toEqual(['dm', 'notifications']);
  return { ended: network.live!(ctx, { tell, cursor }), next, told, begun };
}

/** Resolves when the server has taken what the app says first on a socket. */
export async function subscribedToBoth({ stub: { streams } }: Opened): Promise<void> {
  while (streams.sockets.subscribed()[0]?.join() !== 'direct,user:notification') await streams.changed();
}

/** Neither the error nor the log may carry a token. */
export function expectNoToken({ stub, test }: Opened, error: NetworkError): void {
  const said = JSON.stringify([error.info, error.stack, test.lines]);
  for (const token of stub.tokens.keys()) expect(said).not.toContain(token);
}
