import type { AccountRow } from '../db/repositories/accounts';
import type { BatchResult } from '../db/repositories/inbox-writer';
import type { Notifier } from '../ports';

type FreshNoticeDeps = {
  readonly notifier: Notifier;
  readonly wanted: () => boolean;
};

/** One notification of the system for what came in together, while the window is not in front. */
export function createFreshNotice({ notifier, wanted }: FreshNoticeDeps) {
  let focused = true;
  return {
    setFocused: (is: boolean): void => {
      focused = is;
    },
    tell: (account: AccountRow, fresh: BatchResult['fresh']): void => {
      const first = fresh[0];
      if (focused || !first || !wanted()) return;
      const body = fresh.length === 1 ? 'One new message' : `${fresh.length} new messages`;
      notifier.notify({ title: `@${account.handle}`, body, route: `/inbox/${first.conversationId}` });
    },
  };
}
