import { uuidv7, type AccountId } from '@shared/domain/ids';
import type {
  AccountCtx,
  AccountSecrets,
  ConnectIo,
  MediaBytes,
  MediaFile,
  MediaHost,
  Profile,
  RateInfo,
} from '../../electron/main/networks/network';
import type { Capabilities, PriceName } from '@shared/domain/network';
import type { Clock, Http, OpenSocket } from '../../electron/main/ports';
import { createSockets } from '../../electron/main/shell/sockets';

/** A clock that tells the real time and waits a fraction of what it is asked to. */
export const hurriedClock = (factor: number): Clock => ({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, fn) => {
    const timer = setTimeout(fn, ms / factor);
    return () => clearTimeout(timer);
  },
});

/** A way to the network that can be cut. */
export function cuttableHttp(): { readonly http: Http; readonly goOffline: () => void } {
  let isOffline = false;
  // As platforms do, it names the address, which may carry a token.
  const lost = (address: string) =>
    new TypeError(`fetch of ${address} failed`, {
      cause: Object.assign(new Error('dns'), { code: 'ENOTFOUND' }),
    });
  return {
    http: (input, init) => (isOffline ? Promise.reject(lost(new Request(input).url)) : fetch(input, init)),
    goOffline: () => void (isOffline = true),
  };
}

export type TestContext = {
  readonly ctx: AccountCtx;
  readonly lines: readonly string[];
  readonly rates: readonly RateInfo[];
  /** What the network charges for, in the order in which it happened. */
  readonly uses: readonly (readonly [PriceName, number])[];
  /** Every set of secrets that was stored, oldest first. */
  readonly stored: readonly AccountSecrets[];
  /** Aborts what runs in this context. */
  readonly abort: () => void;
};

export type ContextOptions = {
  readonly profile: Profile;
  readonly secrets: AccountSecrets;
  readonly clock: Clock;
  readonly http?: Http;
  readonly sockets?: OpenSocket;
  readonly media?: Readonly<Record<string, MediaBytes>>;
  /** Videos and other files, by media id; `seconds` is what the file says of its length. */
  readonly files?: Readonly<Record<string, MediaBytes & { readonly seconds: number | null }>>;
  readonly mediaHost?: MediaHost;
  readonly capabilities?: Capabilities;
};

const fileOf = (found: MediaBytes & { readonly seconds: number | null }): MediaFile => ({
  mime: found.mime,
  bytes: found.bytes.byteLength,
  width: found.width,
  height: found.height,
  seconds: found.seconds,
  read: async (from, length) => found.bytes.subarray(from, from + length),
});

/** An account context as the app makes it, with everything that leaves a network kept for inspection. */
export function createTestContext(options: ContextOptions): TestContext {
  const lines: string[] = [];
  const rates: RateInfo[] = [];
  const uses: [PriceName, number][] = [];
  const stored: AccountSecrets[] = [options.secrets];
  const control = new AbortController();
  const write = (message: string, fields?: object) =>
    lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  const { remoteId, handle, serviceUrl } = options.profile;
  const ctx: AccountCtx = {
    account: {
      id: uuidv7<AccountId>(Date.now()),
      remoteId,
      handle,
      serviceUrl,
      ...(options.capabilities && { capabilities: options.capabilities }),
    },
    http: options.http ?? fetch,
    sockets: options.sockets ?? createSockets(() => Promise.resolve(true)),
    clock: options.clock,
    signal: control.signal,
    log: { debug: write, info: write, warn: write, error: write },
    secrets: { read: () => stored.at(-1) ?? {}, replace: (secrets) => void stored.push(secrets) },
    media: async (mediaId) => {
      const found = options.media?.[mediaId];
      if (!found) throw new Error(`no media ${mediaId}`);
      return found;
    },
    file: async (mediaId) => {
      const found = options.files?.[mediaId];
      if (!found) throw new Error(`no file ${mediaId}`);
      return fileOf(found);
    },
    mediaHost: options.mediaHost ?? null,
    onRate: (rate) => void rates.push(rate),
    onUse: (price, count) => void uses.push([price, count]),
  };
  return { ctx, lines, rates, uses, stored, abort: () => control.abort() };
}

/** For a sign-in by fields alone: nobody may open a browser. */
const noSignIn = {
  authorizeInBrowser: () => Promise.reject(new Error('no browser was expected')),
  authorizeInWindow: () => Promise.reject(new Error('no window was expected')),
};

/** The one account that a sign-in opened. */
export function only<T>(list: readonly T[]): T {
  const [first, ...more] = list;
  if (first === undefined || more.length > 0) throw new Error(`${list.length} accounts instead of one`);
  return first;
}

/** Every port of the sign-in that tests of fields need. */
export const signInIo = (http: Http, clock: Clock): ConnectIo => ({
  http,
  clock,
  signal: new AbortController().signal,
  ...noSignIn,
});
