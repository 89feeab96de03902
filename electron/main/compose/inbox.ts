import type { MediaBytes } from '../networks/network';
import { turn } from '../networks/turns';
import type { Registry } from '../networks/registry';
import type { Db } from '../db/open';
import type { AccountRow } from '../db/repositories/accounts';
import type { Events } from '../ipc/events';
import type { Ports } from '../ports';
import { createAccountCheck } from '../services/account-check';
import { createAccountContexts, type AccountContextDeps } from '../services/account-context';
import { createAccountNumbers } from '../services/account-numbers';
import { createAccountsService, type AccountsDeps } from '../services/accounts';
import { createCacheExpiry } from '../services/cache-expiry';
import { createInboxService, type InboxDeps } from '../services/inbox';
import { createInboxWake } from '../services/inbox-wake';
import { createLive } from '../services/live';
import { createPolling } from '../services/polling';
import type { RemotePictures } from '../services/remote-pictures';
import { createSavedRepliesService } from '../services/saved-replies';
import { createInboxSearch } from '../services/search';
import { createSignIn } from '../services/sign-in/sign-in';
import { createSpending } from '../services/spending';
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
  readonly file: AccountContextDeps['file'];
  readonly mediaHost: AccountContextDeps['mediaHost'];
  readonly pictures: Pick<RemotePictures, 'address' | 'clear'>;
  readonly withEntry: AccountsDeps['withEntry'];
  readonly onFresh: SyncDeps['onFresh'];
  readonly onUsable: AccountsDeps['onUsable'];
  readonly onRead: InboxDeps['onRead'];
};

/** The incoming side: accounts, what they bring in, and everything done with it on this device. */
export function composeInbox(deps: InboxPartDeps) {
  const { ports, db, rows, events, registry } = deps;
  const { clock, http, log, secrets, sockets, system } = ports;
  const spending = createSpending({ uses: rows.apiUse, clock });
  const contexts = createAccountContexts({
    db,
    accounts: rows.accounts,
    secrets,
    clock,
    http,
    sockets,
    log,
    media: deps.media,
    file: deps.file,
    mediaHost: deps.mediaHost,
    onUse: spending.record,
  });
  const check = createAccountCheck({ accounts: rows.accounts, contexts, registry, clock, log });
  const sync = createSync({
    db,
    accounts: rows.accounts,
    writer: rows.inboxWriter,
    turn,
    registry,
    clock,
    contexts,
    refresh: check.refresh,
    stopped: spending.readingStopped,
    live: {
      start: (id) => live.start(id),
      stop: (id) => live.stop(id),
      state: (id) => live.state(id),
    },
    system,
    events,
    log,
    onFresh: deps.onFresh,
    random: Math.random,
  });
  const live = createLive({
    accounts: rows.accounts,
    contexts,
    registry,
    clock,
    log,
    pull: sync.told,
    onLost: sync.liveLost,
    random: Math.random,
  });
  const polling = createPolling({
    db,
    accounts: rows.accounts,
    conversations: rows.conversations,
    sync,
    live,
    spending,
    events,
  });
  const takeNumbers = createAccountNumbers({
    accounts: rows.accounts,
    rows: rows.accountMetrics,
    registry,
    contexts,
    spending,
    clock,
    log,
  });
  const expire = createCacheExpiry({ accounts: rows.accounts, expiry: rows.expiry, clock, events });
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
    signIn: createSignIn({ clock, pages: ports.signIn }),
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
    whyNoAnswer: (network, ref) => {
      const support = registry[network].answerable?.(ref);
      return support && !support.ok ? support.note : null;
    },
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
  /** A media host came or went: what can be published through one is asked again. */
  const recheckMedia = (): void => {
    for (const { id, capabilities } of rows.accounts.list()) {
      if ((capabilities.publish.mediaTransport ?? 'upload') === 'upload') continue;
      void check.now(id).then(() => events.emit({ type: 'accounts.changed', ids: [id] }));
    }
  };
  return { recheckMedia, contexts, sync, accounts, wake, inbox, savedReplies, polling, takeNumbers, expire };
}
