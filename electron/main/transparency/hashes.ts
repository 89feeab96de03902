import { createHash, createHmac } from 'node:crypto';

/** Sizes and domain bytes of RFC 6962: a leaf can never be mistaken for a node. */
export const HASH_BYTES = 32;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
export const ZERO_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

export const sha256 = (...parts: readonly (Uint8Array | string)[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
export const leafHash = (entry: string | Uint8Array): Uint8Array => sha256(LEAF, entry);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE, left, right);

/** Binds a text into its entry without storing it there; useless without the salt, which an erasure removes. */
export const commitment = (salt: Uint8Array, text: string): string =>
  createHmac('sha256', salt).update(text, 'utf8').digest('hex');

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const fromHex = (text: string): Uint8Array => Buffer.from(text, 'hex');
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
export const fromBase64 = (text: string): Uint8Array => Buffer.from(text, 'base64');
export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
