import { createHash } from 'node:crypto';
import { sshKeyBlob, sshString, verifyEd25519, type SigningKey } from './ed25519';
import { fromBase64 } from './hashes';

/** Detached signatures that `ssh-keygen -Y verify` reads (PROTOCOL.sshsig), so that a client needs no tool of ours. */
export const SSHSIG_NAMESPACE = 'ai-log@candor';
export const SSHSIG_IDENTITY = 'ai-log';

const MAGIC = Buffer.from('SSHSIG', 'ascii');
const HASH_ALGORITHM = 'sha512';
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';

const signedData = (message: Uint8Array): Buffer =>
  Buffer.concat([
    MAGIC,
    sshString(SSHSIG_NAMESPACE),
    sshString(''),
    sshString(HASH_ALGORITHM),
    sshString(createHash(HASH_ALGORITHM).update(message).digest()),
  ]);

export function sshSign(message: Uint8Array, key: SigningKey): string {
  const blob = Buffer.concat([
    MAGIC,
    Buffer.from([0, 0, 0, 1]),
    sshString(sshKeyBlob(fromBase64(key.publicKey.raw))),
    sshString(SSHSIG_NAMESPACE),
    sshString(''),
    sshString(HASH_ALGORITHM),
    sshString(Buffer.concat([sshString('ssh-ed25519'), sshString(key.sign(signedData(message)))])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return `${[BEGIN, ...lines, END].join('\n')}\n`;
}

/** Reads one length-prefixed string and what follows it. */
function take(buffer: Buffer): readonly [Buffer, Buffer] {
  if (buffer.length < 4) throw new RangeError('SSH signature is cut short');
  const end = 4 + buffer.readUInt32BE(0);
  if (end > buffer.length) throw new RangeError('SSH signature is cut short');
  return [buffer.subarray(4, end), buffer.subarray(end)];
}

type SshSignature = { readonly publicKey: Uint8Array; readonly signature: Uint8Array };

function parseSshSignature(armored: string): SshSignature {
  const inner = armored.trim();
  if (!inner.startsWith(BEGIN) || !inner.endsWith(END)) throw new RangeError('not an SSH signature');
  const blob = Buffer.from(inner.slice(BEGIN.length, -END.length), 'base64');
  if (!blob.subarray(0, 6).equals(MAGIC) || blob.readUInt32BE(6) !== 1)
    throw new RangeError('unknown SSH signature version');
  const [keyBlob, afterKey] = take(blob.subarray(10));
  const [namespace, afterNamespace] = take(afterKey);
  const [, afterReserved] = take(afterNamespace);
  const [algorithm, afterAlgorithm] = take(afterReserved);
  const [signatureBlob, rest] = take(afterAlgorithm);
  const [keyType, keyRest] = take(keyBlob);
  const [publicKey] = take(keyRest);
  const [signatureType, signatureRest] = take(signatureBlob);
  const [signature] = take(signatureRest);
  const asText = [namespace, algorithm, keyType, signatureType]
    .map((part) => part.toString('utf8'))
    .join(' ');
  if (rest.length > 0 || asText !== `${SSHSIG_NAMESPACE} ${HASH_ALGORITHM} ssh-ed25519 ssh-ed25519`) {
    throw new RangeError('SSH signature of another kind');
  }
  return { publicKey, signature };
}

/** The signer's key when the signature is valid; who that key belongs to is the caller's question. */
export function sshVerify(message: Uint8Array, armored: string): Uint8Array | undefined {
  try {
    const { publicKey, signature } = parseSshSignature(armored);
    return verifyEd25519(publicKey, signedData(message), signature) ? publicKey : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Lines for ssh-keygen's allowed_signers file, newest key first. */
export const allowedSigners = (sshPublicKeys: readonly string[]): string =>
  sshPublicKeys.map((key) => `${SSHSIG_IDENTITY} namespaces="${SSHSIG_NAMESPACE}" ${key}\n`).join('');
