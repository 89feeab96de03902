import type { Clock, Http } from '../ports';
import { isPublicIp, reachOf } from './picture-address';

export const pictureTypes = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const;
export type PictureType = (typeof pictureTypes)[number];
export type Picture = { readonly bytes: Uint8Array; readonly type: PictureType };

/** What came is not shown, and asking again would not change that. Carries no address. */
export class PictureRefused extends Error {
  override readonly name = 'PictureRefused';
}

type DownloadDeps = {
  readonly http: Http;
  readonly clock: Clock;
  /** The IP addresses of a name; rejects when it is not known here, as behind a proxy that resolves names. */
  readonly lookup: (host: string) => Promise<readonly string[]>;
};

/** Who gave the address: somebody who wrote a message, or the account's network, asked for it just now. */
type AddressGiver = 'stranger' | 'network';

const MAX_BYTES = 5 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
const ACCEPT = pictureTypes.map((type) => `image/${type}`).join(', ');

const HOW = {
  // A redirect leads to a place that no message named and nothing here has looked at.
  redirect: 'manual',
  credentials: 'omit',
  // The platform's cache on the disk would keep the address too, and whatever secret it carries.
  cache: 'no-store',
} as const;

/**
 * Fetches one picture from an address that a stranger chose: without cookies, redirects or more than 5 MB, and
 * only what both its header and its first bytes call a picture. SVG is a document with scripts, so it is none. What
 * a network opens is held to the same, but that the bytes alone tell: stores of files call everything "bytes".
 */
export async function downloadPicture(
  deps: DownloadDeps,
  address: string,
  signal: AbortSignal,
  from: AddressGiver = 'stranger',
): Promise<Picture> {
  const control = new AbortController();
  const stop = (): void => control.abort();
  signal.addEventListener('abort', stop, { once: true });
  const cancelTimeout = deps.clock.after(TIMEOUT_MS, stop);
  try {
    signal.throwIfAborted();
    await refusePrivate(deps, address);
    const answer = await deps.http(address, {
      headers: { accept: ACCEPT, 'cache-control': 'no-cache' },
      signal: control.signal,
      ...HOW,
    });
    try {
      checkHead(answer, from);
      const bytes = await readCapped(answer);
      const type = sniff(bytes);
      if (!type) throw new PictureRefused('its bytes are no picture');
      return { bytes, type };
    } catch (error) {
      // nobody reads the rest
      control.abort();
      throw error;
    }
  } finally {
    cancelTimeout();
    signal.removeEventListener('abort', stop);
  }
}

/** A public name may point into the network that this machine is in. */
async function refusePrivate({ lookup }: DownloadDeps, address: string): Promise<void> {
  const reach = reachOf(address);
  if (reach === 'loopback') return;
  if (reach === 'refused') throw new PictureRefused('the address is not allowed');
  const found = await lookup(new URL(address).hostname.replace(/^\[|\]$/gu, '')).catch(() => []);
  if (!found.every(isPublicIp)) throw new PictureRefused('the name points to a private network');
}

function checkHead({ status, headers }: Response, from: AddressGiver): void {
  if (status >= 500 || status === 429 || status === 408) throw new Error(`status ${status}`);
  // What a network opened can be over already; it gives another address the next time.
  if (status !== 200)
    throw from === 'network' ? new Error(`status ${status}`) : new PictureRefused(`status ${status}`);
  const [, declared] = /^image\/(\w+)\s*(?:;|$)/iu.exec(headers.get('content-type') ?? '') ?? [];
  if (from === 'stranger' && !pictureTypes.some((type) => type === declared?.toLowerCase()))
    throw new PictureRefused('its type is no picture');
  if (Number(headers.get('content-length') ?? 0) > MAX_BYTES) throw new PictureRefused('too large');
}

async function readCapped(answer: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new PictureRefused('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const SIGNATURES: readonly (readonly [PictureType, RegExp])[] = [
  ['jpeg', /^\xff\xd8\xff/u],
  ['png', /^\x89PNG\r\n/u],
  ['gif', /^GIF8[79]a/u],
  ['webp', /^RIFF[^]{4}WEBP/u],
  ['avif', /^[^]{4}ftypavi[fs]/u],
];

function sniff(bytes: Uint8Array): PictureType | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  return SIGNATURES.find(([, signature]) => signature.test(start))?.[0];
}
