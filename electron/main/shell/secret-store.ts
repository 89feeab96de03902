import { safeStorage } from 'electron';
import { appError } from '@shared/domain/errors';
import type { SecretProtection, SecretStore } from '../ports';

/**
 * Secrets by the operating system's store. On Linux without a keyring Chromium falls back to a fixed password:
 * that counts as plain text and is refused until the user has agreed in words.
 */
export function createSecretStore(): SecretStore {
  let agreed = false;

  const protection = (): SecretProtection => {
    const weak = process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text';
    if (!weak) return safeStorage.isEncryptionAvailable() ? 'os-store' : 'unavailable';
    return agreed ? 'plain-text' : 'unavailable';
  };
  const demand = (): void => {
    if (protection() === 'unavailable') {
      throw appError('secret_store', {
        detail: 'no store of the operating system, and plain text was not agreed to',
      });
    }
  };
  return {
    protection,
    encrypt: (plain) => {
      demand();
      return safeStorage.encryptString(plain);
    },
    decrypt: (cipher) => {
      demand();
      return safeStorage.decryptString(Buffer.from(cipher));
    },
    allowPlainText: (allowed) => {
      agreed = allowed;
      if (process.platform === 'linux') safeStorage.setUsePlainTextEncryption(allowed);
    },
  };
}
