import type { ConversationId } from '@shared/domain/ids';
import type { Conversations } from '../db/repositories/conversations';
import type { Clock } from '../ports';
import type { AccountDirectory, NewJob } from './job-types';

type ReadMarksDeps = {
  readonly conversations: Pick<Conversations, 'ref'>;
  readonly accounts: Pick<AccountDirectory, 'get'>;
  readonly enqueue: (job: NewJob) => unknown;
  readonly clock: Clock;
};

/**
 * Tells the network that direct messages were read here, so that other devices do not show them as new. Only for
 * direct messages: elsewhere networks know one mark for the whole account, which would hide what nobody has read.
 */
export const createReadMarks =
  ({ conversations, accounts, enqueue, clock }: ReadMarksDeps) =>
  (ids: readonly ConversationId[]): void => {
    for (const id of ids) {
      const ref = conversations.ref(id);
      const account = ref && accounts.get(ref.accountId);
      if (ref?.type !== 'dm' || ref.lastIncomingAt === null || !account?.capabilities.act.markRead.ok)
        continue;
      enqueue({
        accountId: ref.accountId,
        kind: 'mark_read',
        subjectId: id,
        lane: `read:${id}`,
        dueAt: clock.now(),
        write: {
          kind: 'mark_read',
          conversation: { remoteKey: ref.remoteKey, type: ref.type },
          upTo: ref.lastIncomingAt,
        },
        summary: '',
      });
    }
  };
