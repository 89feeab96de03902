import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits: what an answer must bring back, and the secret half of PKCE. */
const BYTES = 32;

export type SignInProof = {
  /** Comes back unchanged with the answer that belongs to this sign-in. */
  readonly state: string;
  /** PKCE (RFC 7636): 43 characters that never leave this device before the code is exchanged. */
  readonly verifier: string;
  /** S256 of the verifier. */
  readonly challenge: string;
};

export function createProof(): SignInProof {
  const verifier = randomBytes(BYTES).toString('base64url');
  return {
    state: randomBytes(BYTES).toString('base64url'),
    verifier,
    challenge: createHash('sha256').update(verifier).digest('base64url'),
  };
}

/** Compares without telling by its duration how much was right. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
