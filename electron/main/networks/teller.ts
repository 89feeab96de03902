import type { LiveIo, Stream } from './network';

export type Teller = {
  /** Never resolves; rejects with what a pull failed with. */
  readonly failed: Promise<never>;
  readonly tell: (stream: Stream) => void;
};

/** What comes in while a stream is being pulled is one more pull of it together. */
export function createTeller(io: Pick<LiveIo, 'tell'>): Teller {
  const running = new Set<Stream>();
  const again = new Set<Stream>();
  let fail: (error: unknown) => void;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  // a connection that has ended for another reason does not look at it any more
  failed.catch(() => undefined);
  const run = async (stream: Stream): Promise<void> => {
    running.add(stream);
    do {
      again.delete(stream);
      await io.tell(stream);
    } while (again.has(stream));
    running.delete(stream);
  };
  return {
    failed,
    tell: (stream) => {
      if (running.has(stream)) again.add(stream);
      else run(stream).catch((error: unknown) => fail(error));
    },
  };
}
