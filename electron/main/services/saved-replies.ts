import { appError } from '@shared/domain/errors';
import { uuidv7, type SavedReplyId } from '@shared/domain/ids';
import { fillVariables } from '@shared/domain/reply-variables';
import type { Output, ParsedInput } from '@shared/ipc/contract';
import type { AppEvent } from '@shared/ipc/events';
import type { Accounts } from '../db/repositories/accounts';
import type { Conversations } from '../db/repositories/conversations';
import type { SavedReplies } from '../db/repositories/saved-replies';
import type { Clock } from '../ports';

export type SavedRepliesDeps = {
  readonly savedReplies: SavedReplies;
  readonly conversations: Pick<Conversations, 'rows'>;
  readonly accounts: Pick<Accounts, 'require'>;
  readonly clock: Clock;
  readonly events: { readonly emit: (event: AppEvent) => void };
};

export function createSavedRepliesService({
  savedReplies,
  conversations,
  accounts,
  clock,
  events,
}: SavedRepliesDeps) {
  const changed = (id: SavedReplyId): void => events.emit({ type: 'savedReplies.changed', ids: [id] });
  return {
    savedReplies: ({ query }: ParsedInput<'inbox.savedReplies'>): Output<'inbox.savedReplies'> =>
      savedReplies.list(query),
    saveSavedReply: (input: ParsedInput<'inbox.saveSavedReply'>): Output<'inbox.saveSavedReply'> => {
      if (input.accountId !== null) accounts.require(input.accountId);
      const now = clock.now();
      const saved = savedReplies.save({ ...input, id: input.id ?? uuidv7<SavedReplyId>(now) }, now);
      changed(saved.id);
      return saved;
    },
    deleteSavedReply: ({ id, deleted }: ParsedInput<'inbox.deleteSavedReply'>): void => {
      savedReplies.setDeleted(id, deleted ? clock.now() : null);
      changed(id);
    },
    /** Counts as a use: the list shows first what is used most. */
    fillSavedReply: ({
      id,
      conversationId,
    }: ParsedInput<'inbox.fillSavedReply'>): Output<'inbox.fillSavedReply'> => {
      const reply = savedReplies.require(id);
      const [row] = conversations.rows([conversationId]);
      if (!row) throw appError('not_found', { field: 'conversationId' });
      const account = accounts.require(row.accountId);
      savedReplies.used(id);
      changed(id);
      return fillVariables(reply.body, {
        author: row.author.displayName,
        handle: row.author.handle,
        account: account.displayName,
        brand: account.brand,
      });
    },
  };
}
