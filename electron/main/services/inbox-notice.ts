import type { AccountRow } from '../db/repositories/accounts';
import type { BatchResult } from '../db/repositories/inbox-writer';
import type { Conversations } from '../db/repositories/conversations';
import type { Notifier } from '../ports';

type NoticeDeps = {
  readonly isWanted: () => boolean;
  readonly notifier: Notifier;
  readonly conversations: Pick<Conversations, 'rows'>;
};

const BODY_LENGTH = 140;

/** One notification per batch of new messages: who wrote to which account, and how it begins. */
export function createInboxNotice({ isWanted, notifier, conversations }: NoticeDeps) {
  return (account: AccountRow, fresh: BatchResult['fresh']): void => {
    const newest = fresh.at(-1);
    if (!newest || !isWanted()) return;
    const [row] = conversations.rows([newest.conversationId]);
    if (!row) return;
    const name = row.author.displayName === '' ? row.author.handle : row.author.displayName;
    const more = fresh.length > 1 ? ` (+${fresh.length - 1})` : '';
    notifier.notify({
      title: account.displayName === '' ? account.handle : account.displayName,
      body: `${name}: ${row.snippet.slice(0, BODY_LENGTH)}${more}`,
      route: `/inbox/${row.id}`,
    });
  };
}
