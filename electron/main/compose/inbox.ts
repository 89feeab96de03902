import type { MediaBytes } from '../networks/network';
import type { Registry } from '../networks/registry';
import type { Db } from '../db/open';
import type { AccountRow } from '../db/repositories/accounts';
import type { Events } from '../ipc/events';
import type { Ports } from '../ports';
import { createAccountCheck } from '../services/account-check';
import { createAccountContexts } from '../services/account-context';
import { createAccountsService, type AccountsDeps } from '../services/accounts';
import { createInboxService, type InboxDeps } from '../services/inbox';
import { createInboxWake } from '../services/inbox-wake';
import type { RemotePictures } from '../services/remote-pictures';
import { createSavedRepliesService } from '../services/saved-replies';
import { createInboxSearch } from '../services/search';
import { createSync, type SyncDeps } from '../services/sync';
import type { Repositories } from './workspace';

type InboxPartDeps = {
  readonly ports: Ports;
  readonly db: Db;
  readonly rows: Repositories;
  readonly events: Events;
  readonly registry: Registry;
  readonly practice: AccountsDeps['practice'];
  readonly media: (mediaId: string, account: AccountRow) => Promise<MediaBytes>;
  readonly pictures: Pick<RemotePictures, 'address' | 'clear'>;
  readonly withEntry: AccountsDeps['withEntry'];
  readonly onFresh: SyncDeps['onFresh'];
  readonly onUsable: AccountsDeps['onUsable'];
  readonly onRead: InboxDeps['onRead'];
};

/** The incoming side: accounts, what they bring in, and everything done with it on this device. */
export function composeInbox(deps: InboxPartDeps) {
  const { ports, db, rows, events, registry } = deps;
  const { clock, http, log, secrets, system } = ports;
  const contexts = createAccountContexts({
    db,
    accounts: rows.accounts,
    secrets,
    clock,
    http,
    log,
    media: deps.media,
  });
  const check = createAccountCheck({ accounts: rows.accounts, contexts, registry, clock, log });
  const sync = createSync({
    db,
    accounts: rows.accounts,
    writer: rows.inboxWriter,
    registry,
    clock,
    contexts,
    refresh: check.refresh,
    system,
    events,
    log,
    onFresh: deps.onFresh,
    random: Math.random,
  });
  const accounts = createAccountsService({
    db,
    accounts: rows.accounts,
    removal: rows.accountRemoval,
    pictures: deps.pictures,
    contexts,
    check,
    withEntry: deps.withEntry,
    registry,
    sync,
    store: rows.settings,
    clock,
    http,
    events,
    log,
    practice: deps.practice,
    onUsable: deps.onUsable,
  });
  const wake = createInboxWake({ conversations: rows.conversations, clock, system, events });
  const inbox = createInboxService({
    conversations: rows.conversations,
    messages: rows.messages,
    drafts: rows.drafts,
    accounts: rows.accounts,
    picture: deps.pictures.address,
    search: createInboxSearch({ search: rows.search, conversations: rows.conversations }),
    clock,
    events,
    onSnoozed: wake.plan,
    onRead: deps.onRead,
  });
  const savedReplies = createSavedRepliesService({
    savedReplies: rows.savedReplies,
    conversations: rows.conversations,
    accounts: rows.accounts,
    clock,
    events,
  });
  return { contexts, sync, accounts, wake, inbox, savedReplies };
}
