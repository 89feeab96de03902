import { base64, fromBase64, sameBytes, sha256 } from './hashes';
import { verifyEd25519, type SigningKey } from './ed25519';

/**
 * Signed notes and checkpoints of C2SP (signed-note, tlog-checkpoint). The key's name is the log's origin, and
 * its id the first four bytes of SHA-256(name 0x0A 0x01 key).
 */
export const originOf = (logId: string): string => `candor/ai-log/${logId}`;

const SIGNATURE_MARK = '\u2014 ';
const ED25519 = Uint8Array.of(0x0a, 0x01);

export type CheckpointBody = { readonly origin: string; readonly size: number; readonly root: Uint8Array };

export const formatBody = ({ origin, size, root }: CheckpointBody): string =>
  `${origin}\n${size}\n${base64(root)}\n`;

export function parseBody(text: string): CheckpointBody | undefined {
  const [origin, size, root, rest, ...more] = text.split('\n');
  if (!origin || !size || !root || rest !== '' || more.length > 0 || !/^(0|[1-9]\d{0,15})$/.test(size))
    return undefined;
  const bytes = fromBase64(root);
  return bytes.length === 32 && base64(bytes) === root
    ? { origin, size: Number(size), root: bytes }
    : undefined;
}

export const noteKeyId = (name: string, rawPublicKey: Uint8Array): Uint8Array =>
  sha256(name, ED25519, rawPublicKey).subarray(0, 4);

/** The body, an empty line, and one signature line; an unsigned note is its body alone. */
export function signNote(body: string, name: string, key: SigningKey): string {
  const signature = key.sign(Buffer.from(body, 'utf8'));
  const id = noteKeyId(name, fromBase64(key.publicKey.raw));
  return `${body}\n${SIGNATURE_MARK}${name} ${base64(Buffer.concat([id, signature]))}\n`;
}

export type Note = {
  readonly body: string;
  readonly signatures: readonly { readonly name: string; readonly blob: Uint8Array }[];
};

export function parseNote(text: string): Note | undefined {
  const cut = text.indexOf('\n\n');
  if (cut < 0) return text.endsWith('\n') ? { body: text, signatures: [] } : undefined;
  const lines = text.slice(cut + 2).split('\n');
  if (lines.pop() !== '') return undefined;
  const signatures = lines.map((line) => {
    const match = /^\u2014 (\S+) (\S+)$/.exec(line);
    return match?.[1] && match[2] ? { name: match[1], blob: fromBase64(match[2]) } : undefined;
  });
  const known = signatures.filter((signature) => signature !== undefined);
  return known.length === signatures.length ? { body: text.slice(0, cut + 1), signatures: known } : undefined;
}

/** Whether a signature line of this name and key is valid. Lines of other keys (witnesses) are passed over. */
export function verifyNote(note: Note, name: string, rawPublicKey: Uint8Array): boolean {
  const id = noteKeyId(name, rawPublicKey);
  const body = Buffer.from(note.body, 'utf8');
  return note.signatures.some(
    ({ name: signer, blob }) =>
      signer === name &&
      sameBytes(blob.subarray(0, 4), id) &&
      verifyEd25519(rawPublicKey, body, blob.subarray(4)),
  );
}
