import type { MessageId } from '@shared/domain/ids';
import type { Db } from '../open';

/**
 * A message that the person deleted while the network has not agreed yet: it shows as deleted, its text stays until
 * the network has taken it down, so that a refusal can bring it back.
 */
export function createPendingDeletes(db: Db) {
  const set = db.prepare<[number | null, MessageId]>(
    'message.pendingDelete',
    'UPDATE message SET deleted_at = ? WHERE id = ?',
  );
  return {
    mark: (id: MessageId, at: number): void => void set.run(at, id),
    restore: (id: MessageId): void => void set.run(null, id),
  };
}
export type PendingDeletes = ReturnType<typeof createPendingDeletes>;
