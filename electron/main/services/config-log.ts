import type { AccountId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import { reviewerOf } from '../ai/entries';
import { configHash, type TransparencyLog } from '../transparency/log';

type ConfigChange = {
  readonly key: string;
  /** null: there was nothing, there is nothing any more. */
  readonly before: unknown;
  readonly after: unknown;
  /** Also what the value is, not only its hash. */
  readonly texts: boolean;
  readonly account?: { readonly id: AccountId; readonly network: NetworkId };
};
/** Makes a change and writes it into the log, both or neither. */
export type ConfigLog = (changes: readonly ConfigChange[], write: () => void) => void;

/** For settings that change what the AI may do, is told, or what is disclosed about it. */
export const createConfigLog =
  (log: Pick<TransparencyLog, 'append' | 'durably' | 'subject'>): ConfigLog =>
  (changes, write) =>
    log.durably(() => {
      write();
      for (const { key, before, after, texts, account } of changes) {
        log.append({
          type: 'config.change',
          actor: { kind: 'human', ref: reviewerOf(log) },
          ...(account && { acct: account.id, net: account.network }),
          key,
          ...(before !== null && { before_hash: configHash(before) }),
          ...(after !== null && { after_hash: configHash(after) }),
          ...(texts && {
            slots: {
              ...(before !== null && { before: { text: JSON.stringify(before) } }),
              ...(after !== null && { after: { text: JSON.stringify(after) } }),
            },
          }),
        });
      }
    });
