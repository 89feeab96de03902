import { createHmac, hash } from 'node:crypto';

/** Sizes and domain bytes of RFC 6962: a leaf can never be mistaken for a node. */
export const HASH_BYTES = 32;
export const ZERO_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

const bytesOf = (part: Uint8Array | string): Uint8Array =>
  typeof part === 'string' ? Buffer.from(part, 'utf8') : part;

export const sha256 = (...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  hash('sha256', Buffer.concat(parts.map(bytesOf)), 'buffer');

const leafPrefix = Buffer.of(0);
const nodeBuffer = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

export const leafHash = (entry: string | Uint8Array): Uint8Array => sha256(leafPrefix, entry);

/** One shared buffer: this runs once for every entry of the log. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeBuffer.set(left, 1);
  nodeBuffer.set(right, 1 + HASH_BYTES);
  return hash('sha256', nodeBuffer, 'buffer');
}

/** Binds a text into its entry without storing it there; useless without the salt, which an erasure removes. */
export const commitment = (salt: Uint8Array, text: string): string =>
  createHmac('sha256', salt).update(text, 'utf8').digest('hex');

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const fromHex = (text: string): Uint8Array => Buffer.from(text, 'hex');
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
export const fromBase64 = (text: string): Uint8Array => Buffer.from(text, 'base64');
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
