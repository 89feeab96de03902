import { z } from 'zod';
import { appError } from '@shared/domain/errors';
import type { AccountId } from '@shared/domain/ids';
import type { PriceName } from '@shared/domain/network';
import type { Db } from '../db/open';
import type { AccountRow, Accounts } from '../db/repositories/accounts';
import type { AccountCtx, AccountSecrets, MediaBytes, MediaFile, MediaHost } from '../networks/network';
import type { Clock, Http, Logger, OpenSocket, SecretStore } from '../ports';

export type AccountContextDeps = {
  readonly db: Pick<Db, 'durable'>;
  readonly accounts: Accounts;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly http: Http;
  readonly sockets: OpenSocket;
  readonly log: Logger;
  /** Bytes of a media file fitted to what the account's network takes. */
  readonly media: (mediaId: string, account: AccountRow) => Promise<MediaBytes>;
  /** A media file as it is, read in parts. */
  readonly file: (mediaId: string) => Promise<MediaFile>;
  /** Where this account's network can fetch media from; null while none is set up. */
  readonly mediaHost: (account: AccountRow) => MediaHost | null;
  /** Keeps what a network charges for. */
  readonly onUse: (id: AccountId, price: PriceName, count: number) => void;
};
export type AccountContexts = {
  /** What a network needs to act as this account. Throws `not_found`. */
  readonly open: (id: AccountId, signal: AbortSignal) => AccountCtx;
  /** Encrypts and stores, on disk when it returns. Throws `secret_store` before anything is written. */
  readonly storeSecrets: (id: AccountId, secrets: AccountSecrets) => void;
};

const storedSecrets = z.record(z.string(), z.string());

/** The one place where the secrets of accounts are opened and replaced (design.md 3.6). */
export function createAccountContexts(deps: AccountContextDeps): AccountContexts {
  const { accounts, clock, http, log, sockets } = deps;

  const readSecrets = (id: AccountId): AccountSecrets => {
    const cipher = accounts.secret(id);
    if (!cipher) throw appError('auth_revoked', { detail: 'no credentials are stored for this account' });
    return storedSecrets.parse(JSON.parse(deps.secrets.decrypt(cipher)));
  };
  const storeSecrets = (id: AccountId, secrets: AccountSecrets): void => {
    const cipher = deps.secrets.encrypt(JSON.stringify(secrets));
    deps.db.durable(() => accounts.putSecret(id, cipher, clock.now()));
  };

  return {
    storeSecrets,
    open: (id, signal) => {
      const account = accounts.require(id);
      return {
        account: {
          id,
          remoteId: account.remoteId,
          handle: account.handle,
          serviceUrl: account.serviceUrl,
          capabilities: account.capabilities,
          features: account.features,
        },
        http,
        sockets,
        clock,
        signal,
        log: withAccount(log, id),
        secrets: {
          read: () => readSecrets(id),
          replace: (next) => {
            // The account may have been removed while the network answered: nothing to keep then.
            if (accounts.get(id)) storeSecrets(id, keepFilled(readSecrets(id), next));
          },
        },
        media: (mediaId) => deps.media(mediaId, account),
        file: deps.file,
        mediaHost: deps.mediaHost(account),
        onRate: ({ bucket, limit, remaining, resetAt }) => {
          if (accounts.get(id)) accounts.putRate(id, { bucket, max: limit, remaining, resetAt });
        },
        onUse: (price, count) => {
          if (count > 0 && accounts.get(id)) deps.onUse(id, price, count);
        },
      };
    },
  };
}

/** A network that answers with an empty token must not cost the one in force. */
function keepFilled(before: AccountSecrets, next: AccountSecrets): AccountSecrets {
  const filled = Object.entries(next).filter(([, value]) => value !== '');
  return { ...before, ...Object.fromEntries(filled) };
}

function withAccount(log: Logger, account: AccountId): Logger {
  const at =
    (level: keyof Logger): Logger['info'] =>
    (message, fields) =>
      log[level](message, { ...fields, account });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
