import { appError } from '@shared/domain/errors';
import type { SignInPart } from '@shared/ipc/accounts';
import type { Authorized, ConnectIo } from '../../networks/network';
import type { Clock, SignInPages } from '../../ports';
import { readAnswer, signInError } from './answer';
import { listenForAnswer } from './loopback';
import { createProof } from './proof';

export type SignInDeps = {
  readonly clock: Clock;
  readonly pages: SignInPages;
  /** Where the way back may arrive; absent: the ports that the guides name. */
  readonly redirectPorts?: readonly number[];
};
export type SignIn = ReturnType<typeof createSignIn>;
type Doors = Pick<ConnectIo, 'authorizeInBrowser' | 'authorizeInWindow'>;
type Asked = { readonly signal: AbortSignal; readonly part: (part: SignInPart) => void };

/** How long a person has at the network's page. */
export const SIGN_IN_MS = 5 * 60_000;

/**
 * The ways in which a person signs in at a network itself: in their browser with an answer to this device, or in a
 * window of Candor. One at a time: a new one ends the one that waits. Codes and states are in no log.
 */
export function createSignIn({ clock, pages, redirectPorts }: SignInDeps) {
  let waiting: { readonly end: (error: Error) => void; readonly again: () => Promise<void> } | undefined;

  /** Runs one wait that ends with an answer, with the time, by the caller, or by the next sign-in. */
  async function wait<T>(
    { signal }: Asked,
    again: () => Promise<void>,
    work: (ended: AbortSignal) => Promise<T>,
  ): Promise<T> {
    waiting?.end(signInError('cancelled', 'replaced', 'another sign-in was started'));
    const control = new AbortController();
    const end = (error: Error): void => control.abort(error);
    const mine = { end, again };
    waiting = mine;
    const late = (): void =>
      end(signInError('cancelled', 'timeout', 'no answer came in time', { minutes: 5 }));
    const stopClock = clock.after(SIGN_IN_MS, late);
    const cancel = (): void => end(appError('cancelled'));
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      return await Promise.race([work(control.signal), aborted(control.signal)]);
    } finally {
      // whoever still works for this wait learns that it is over
      control.abort(appError('cancelled'));
      stopClock();
      signal.removeEventListener('abort', cancel);
      if (waiting === mine) waiting = undefined;
    }
  }

  const inBrowser = async (
    asked: Asked,
    request: Parameters<Doors['authorizeInBrowser']>[0],
  ): Promise<Authorized> => {
    const { state, verifier, challenge } = createProof();
    const shown: { url?: string } = {};
    const again = async (): Promise<void> => {
      if (shown.url !== undefined) await pages.openInBrowser(shown.url);
    };
    return wait(asked, again, async (ended) => {
      const back = await listenForAnswer(request.host, state, redirectPorts);
      ended.addEventListener('abort', back.close, { once: true });
      if (ended.aborted) back.close();
      ended.throwIfAborted();
      const url = await request.url({ redirectUri: back.redirectUri, state, challenge });
      ended.throwIfAborted();
      shown.url = url;
      await pages.openInBrowser(url);
      asked.part({ kind: 'waiting_for_browser' });
      const code = await back.code;
      asked.part({ kind: 'checking' });
      return { code, redirectUri: back.redirectUri, verifier };
    });
  };

  const inWindow = async (
    asked: Asked,
    { url, redirectUri }: Parameters<Doors['authorizeInWindow']>[0],
  ): Promise<Authorized> => {
    const { state, verifier, challenge } = createProof();
    const nothing = (): Promise<void> => Promise.resolve();
    return wait(asked, nothing, async (ended) => {
      asked.part({ kind: 'waiting_for_window' });
      const wayBack = await pages.openInWindow({
        url: url({ redirectUri, state, challenge }),
        redirectUri,
        signal: ended,
      });
      const answer = readAnswer(new URL(wayBack).searchParams, state);
      if (answer.kind === 'refused') throw answer.error;
      if (answer.kind === 'foreign')
        throw signInError('permission', 'state', 'the answer does not belong to this sign-in');
      asked.part({ kind: 'checking' });
      return { code: answer.code, redirectUri, verifier };
    });
  };

  return {
    /** The doors for one connecting; `signal` ends what waits in them. */
    doors: (asked: Asked): Doors => ({
      authorizeInBrowser: (request) => inBrowser(asked, request),
      authorizeInWindow: (request) => inWindow(asked, request),
    }),
    /** Opens the page of the sign-in that waits once more, for a person who closed it. */
    openAgain: async (): Promise<void> => waiting?.again(),
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const over = (): void => reject(signal.reason as Error);
    if (signal.aborted) over();
    else signal.addEventListener('abort', over, { once: true });
  });
