import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { base64, sha256 } from './hashes';

/** A raw public key and the forms in which people and tools see it. */
export type PublicKeyInfo = {
  /** 32 bytes, base64. */
  readonly raw: string;
  readonly pem: string;
  /** As `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** The blob of an authorized_keys or allowed_signers line. */
  readonly ssh: string;
};

export type SigningKey = {
  readonly publicKey: PublicKeyInfo;
  readonly sign: (message: Uint8Array) => Uint8Array;
};

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_TYPE = 'ssh-ed25519';

/** A length-prefixed string of the SSH wire format (RFC 4251). */
export function sshString(data: Uint8Array | string): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : Buffer.from(data);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export const sshKeyBlob = (raw: Uint8Array): Buffer => Buffer.concat([sshString(KEY_TYPE), sshString(raw)]);

const keyObject = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });

export function publicKeyInfo(raw: Uint8Array): PublicKeyInfo {
  const blob = sshKeyBlob(raw);
  return {
    raw: base64(raw),
    pem: keyObject(raw).export({ type: 'spki', format: 'pem' }).toString(),
    fingerprint: `SHA256:${base64(sha256(blob)).replace(/=+$/, '')}`,
    ssh: `${KEY_TYPE} ${base64(blob)}`,
  };
}

export function generatePrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function signingKey(privatePem: string): SigningKey {
  const key = createPrivateKey(privatePem);
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    publicKey: publicKeyInfo(spki.subarray(SPKI_PREFIX.length)),
    sign: (message) => sign(null, message, key),
  };
}

export function verifyEd25519(rawPublicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (rawPublicKey.length !== 32 || signature.length !== 64) return false;
  return verify(null, message, keyObject(rawPublicKey), signature);
}
