import type { AccountId } from '@shared/domain/ids';
import { networkIds, type NetworkId } from '@shared/domain/network';
import { settingsView } from '@shared/ipc/settings';
import type { AppEvent } from '@shared/ipc/events';
import { createAccountRemoval } from '../../electron/main/db/repositories/account-removal';
import { createAccounts } from '../../electron/main/db/repositories/accounts';
import { createApiUse } from '../../electron/main/db/repositories/api-use';
import { createConversations } from '../../electron/main/db/repositories/conversations';
import { createDrafts } from '../../electron/main/db/repositories/drafts';
import { createInboxWriter, type BatchResult } from '../../electron/main/db/repositories/inbox-writer';
import { createMessages } from '../../electron/main/db/repositories/messages';
import { createSavedReplies } from '../../electron/main/db/repositories/saved-replies';
import { createSearch } from '../../electron/main/db/repositories/search';
import { createSettingsStore } from '../../electron/main/db/repositories/settings';
import type { Network } from '../../electron/main/networks/network';
import { turn } from '../../electron/main/networks/turns';
import type { Ports } from '../../electron/main/ports';
import { createAccountCheck } from '../../electron/main/services/account-check';
import { createAccountContexts } from '../../electron/main/services/account-context';
import { createAccountsService } from '../../electron/main/services/accounts';
import type { ConfigLog } from '../../electron/main/services/config-log';
import { createInboxService } from '../../electron/main/services/inbox';
import { createInboxWake } from '../../electron/main/services/inbox-wake';
import { createLive } from '../../electron/main/services/live';
import { createPolling } from '../../electron/main/services/polling';
import { createRemotePictures } from '../../electron/main/services/remote-pictures';
import { createSavedRepliesService } from '../../electron/main/services/saved-replies';
import { createInboxSearch } from '../../electron/main/services/search';
import { createSettingsService } from '../../electron/main/services/settings';
import { createSignIn } from '../../electron/main/services/sign-in/sign-in';
import { createSpending } from '../../electron/main/services/spending';
import { createSync } from '../../electron/main/services/sync';
import { createTestDb } from './db';
import { createScriptedNetwork, northwind } from './network';
import { createManualClock, createPorts } from './ports';

export type Workspace = ReturnType<typeof createWorkspace>;

/** The inbox side of the core over a real file, with one network in place of all. */
export function createWorkspace(
  network: Network = createScriptedNetwork(),
  time = createManualClock(),
  more: Partial<Ports> = {},
) {
  const test = createTestDb();
  const ports = createPorts(test.dir, { clock: time, ...more });
  const { db } = test;
  const { clock, log, system } = ports;
  const emitted: AppEvent[] = [];
  const fresh: BatchResult['fresh'][number][] = [];
  const read: string[] = [];
  const events = { emit: (event: AppEvent): void => void emitted.push(event) };
  const registry = Object.fromEntries(networkIds.map((id) => [id, network])) as Record<NetworkId, Network>;

  const store = createSettingsStore(db);
  const accounts = createAccounts(db);
  const conversations = createConversations(db);
  const messages = createMessages(db);
  const drafts = createDrafts(db);
  const writer = createInboxWriter(db);
  const savedReplies = createSavedReplies(db);
  const spending = createSpending({ uses: createApiUse(db), clock });
  const contexts = createAccountContexts({
    db,
    accounts,
    secrets: ports.secrets,
    clock,
    http: ports.http,
    sockets: ports.sockets,
    log,
    media: () => Promise.reject(new Error('no media here')),
    file: () => Promise.reject(new Error('no files here')),
    mediaHost: () => null,
    onUse: spending.record,
  });
  const check = createAccountCheck({ accounts, contexts, registry, clock, log });
  const sync = createSync({
    db,
    accounts,
    writer,
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
    random: () => 1,
    onFresh: (_account, more) => void fresh.push(...more),
  });
  const live = createLive({
    accounts,
    contexts,
    registry,
    clock,
    log,
    pull: sync.told,
    onLost: sync.liveLost,
    random: () => 1,
  });
  const polling = createPolling({ db, accounts, conversations, sync, live, spending, events });
  const wake = createInboxWake({ conversations, clock, system, events });
  const recorded: string[] = [];
  const withEntry: ConfigLog = (changes, write) => {
    write();
    recorded.push(...changes.map(({ key }) => key));
  };
  const practiceCalls: string[] = [];
  const pictures = createRemotePictures({
    http: ports.http,
    lookup: () => Promise.resolve([]),
    clock,
    log,
    paths: ports.paths,
    store,
    wanted: () => true,
    serviceOf: (id) => accounts.get(id)?.serviceUrl,
    openerOf: () => undefined,
  });
  const accountsService = createAccountsService({
    db,
    accounts,
    removal: createAccountRemoval(db),
    pictures,
    contexts,
    check,
    withEntry,
    registry,
    sync,
    store,
    clock,
    http: ports.http,
    signIn: createSignIn({ clock, pages: ports.signIn, redirectPorts: [0] }),
    events,
    log,
    onUsable: () => undefined,
    practice: {
      id: 'practice',
      start: () => [northwind],
      remove: () => void practiceCalls.push('remove'),
      faults: () => ({ mode: 'none', calls: null, arrivals: true }),
      setFaults: (faults) => faults,
    },
  });
  const search = createInboxSearch({ search: createSearch(db), conversations });
  const inbox = createInboxService({
    conversations,
    messages,
    drafts,
    accounts,
    search,
    picture: pictures.address,
    whyNoAnswer: (_network, { closed }) => closed ?? null,
    clock,
    events,
    onSnoozed: wake.plan,
    onRead: (ids) => void read.push(...ids),
  });
  /** Connects the one account that the network's sign-in opens; with `accountId`, it is connected anew. */
  const connectOne = async (accountId?: AccountId): Promise<AccountId> => {
    const fields = { handle: 'n', password: 'p' };
    const input = { network: 'practice', method: 'password', fields, brand: '', accountId } as const;
    const asked = { signal: new AbortController().signal, part: () => undefined };
    const result = await accountsService.connect(input, asked);
    const [account] = result.state === 'connected' ? result.accounts : [];
    if (!account) throw new Error('the sign-in opened several accounts');
    return account.id;
  };
  return {
    connectOne,
    db,
    ports,
    clock,
    log,
    system,
    store,
    accounts,
    conversations,
    messages,
    drafts,
    writer,
    contexts,
    sync,
    wake,
    accountsService,
    polling,
    spending,
    live,
    inbox,
    search,
    emitted,
    fresh,
    read,
    practiceCalls,
    recorded,
    savedReplies: createSavedRepliesService({ savedReplies, conversations, accounts, clock, events }),
    createSettings: (locale = 'en-GB') =>
      createSettingsService({
        withEntry,
        store,
        schema: settingsView,
        events,
        shell: ports.shell,
        secrets: ports.secrets,
        log,
        system: { zone: 'Europe/Berlin', locale },
      }),
    close: async (): Promise<void> => {
      await sync.stop();
      wake.stop();
      test.remove();
    },
  };
}
