import { z } from 'zod';
import { AppError } from '@shared/domain/errors';
import type { Logger, SecretStore } from '../ports';
import {
  generatePrivateKey,
  signingKey,
  verifyEd25519,
  type PublicKeyInfo,
  type SigningKey,
} from './ed25519';
import { readFileIfAny, writeFileAtomically } from './files';
import { base64, fromBase64 } from './hashes';

/**
 * The log's signing keys: private halves encrypted by the operating system's store in a file outside the database,
 * never exported. Which key is the log's is written in the log; this only keeps them.
 */
export type LogKeys = {
  /** The private half of a key that the log names; undefined when it is not here or cannot be decrypted. */
  readonly load: (publicRaw: string) => SigningKey | undefined;
  /** A new key, saved before it is returned; undefined when the store may not keep secrets. */
  readonly create: () => SigningKey | undefined;
  /** Drops every key but this one, once the log has named it. */
  readonly keepOnly: (publicRaw: string) => void;
};

const keyFile = z.object({
  v: z.literal(1),
  keys: z.array(z.object({ public: z.string(), cipher: z.string() })),
});
type StoredKeys = z.infer<typeof keyFile>['keys'];

export function createLogKeys(deps: {
  readonly file: string;
  readonly secrets: SecretStore;
  readonly log: Logger;
}): LogKeys {
  const { file, secrets, log } = deps;

  const read = (): StoredKeys => {
    const text = readFileIfAny(file);
    if (text === undefined) return [];
    try {
      return keyFile.parse(JSON.parse(text)).keys;
    } catch (error) {
      log.error('the key file of the transparency log cannot be read', { error: String(error) });
      return [];
    }
  };
  const write = (keys: StoredKeys): void => writeFileAtomically(file, JSON.stringify({ v: 1, keys }));

  return {
    load: (publicRaw) => {
      const stored = read().find((key) => key.public === publicRaw);
      if (stored === undefined || secrets.protection() === 'unavailable') return undefined;
      try {
        return signingKey(secrets.decrypt(fromBase64(stored.cipher)));
      } catch (error) {
        log.warn('the signing key of the transparency log cannot be decrypted', { error: String(error) });
        return undefined;
      }
    },
    create: () => {
      const pem = generatePrivateKey();
      const key = signingKey(pem);
      try {
        const cipher = base64(secrets.encrypt(pem));
        write([...read(), { public: key.publicKey.raw, cipher }]);
        return key;
      } catch (error) {
        if (error instanceof AppError && error.kind === 'secret_store') return undefined;
        throw error;
      }
    },
    keepOnly: (publicRaw) => write(read().filter((key) => key.public === publicRaw)),
  };
}

type NamedKey = { readonly fingerprint: string; readonly public: string };
export const namedKey = (key: PublicKeyInfo): NamedKey => ({ fingerprint: key.fingerprint, public: key.raw });

/** What both keys sign when the log changes its key. */
export const keyRotationStatement = (
  logId: string,
  oldPublic: string | undefined,
  newPublic: string,
): Uint8Array =>
  Buffer.from(`candor/ai-log/key.rotate/1\n${logId}\n${oldPublic ?? '-'}\n${newPublic}\n`, 'utf8');

export type RotationSignatures = { readonly sig_old?: string; readonly sig_new: string };

export function signRotation(
  logId: string,
  oldKey: SigningKey | undefined,
  oldPublic: string | undefined,
  newKey: SigningKey,
): RotationSignatures {
  const statement = keyRotationStatement(logId, oldPublic, newKey.publicKey.raw);
  return {
    ...(oldKey ? { sig_old: base64(oldKey.sign(statement)) } : {}),
    sig_new: base64(newKey.sign(statement)),
  };
}

type Rotation = RotationSignatures & { readonly old?: NamedKey; readonly new: NamedKey };

/** `vouched`: the old key signed too. `broken`: a signature that is there is wrong. */
export function checkRotation(
  logId: string,
  rotation: Rotation,
  current: string | undefined,
): 'vouched' | 'unvouched' | 'broken' {
  if (rotation.old?.public !== current) return 'broken';
  const statement = keyRotationStatement(logId, rotation.old?.public, rotation.new.public);
  const valid = (key: string, signature: string): boolean =>
    verifyEd25519(fromBase64(key), statement, fromBase64(signature));
  if (!valid(rotation.new.public, rotation.sig_new)) return 'broken';
  if (rotation.old === undefined || rotation.sig_old === undefined) return 'unvouched';
  return valid(rotation.old.public, rotation.sig_old) ? 'vouched' : 'broken';
}
