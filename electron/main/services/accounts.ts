import { setImmediate as breathe } from 'node:timers/promises';
import type { AccountId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { PracticeFaults } from '@shared/domain/practice-faults';
import type { AccountView, ConnectResult, NetworkView } from '@shared/ipc/accounts';
import type { ParsedInput } from '@shared/ipc/contract';
import type { AppEvent } from '@shared/ipc/events';
import type { Db } from '../db/open';
import type { AccountRow, Accounts } from '../db/repositories/accounts';
import type { SettingsStore } from '../db/repositories/settings';
import type { Connected, Network } from '../networks/network';
import type { Clock, Http, Logger } from '../ports';
import type { AccountCheck } from './account-check';
import type { AccountContexts } from './account-context';
import type { ConfigLog } from './config-log';
import type { RemotePictures } from './remote-pictures';
import { createConnecting, type Asked } from './sign-in/connecting';
import type { SignIn } from './sign-in/sign-in';
import type { Sync } from './sync';

export type AccountsDeps = {
  readonly db: Pick<Db, 'durable'>;
  readonly accounts: Accounts;
  readonly removal: { readonly step: (id: AccountId) => boolean };
  readonly pictures: Pick<RemotePictures, 'address' | 'clear'>;
  readonly contexts: AccountContexts;
  readonly check: Pick<AccountCheck, 'now'>;
  readonly withEntry: ConfigLog;
  readonly registry: Readonly<Record<NetworkId, Network>>;
  readonly sync: Pick<Sync, 'add' | 'remove' | 'syncNow' | 'isSyncing'>;
  readonly store: SettingsStore;
  readonly clock: Clock;
  readonly http: Http;
  readonly signIn: SignIn;
  readonly events: { readonly emit: (event: AppEvent) => void };
  readonly log: Logger;
  /** An account can be used again: what waits for it need not wait for the next sweep. */
  readonly onUsable: (id: AccountId) => void;
  readonly practice: {
    readonly id: NetworkId;
    readonly start: () => readonly Connected[];
    readonly remove: () => void;
    readonly faults: () => PracticeFaults;
    readonly setFaults: (faults: PracticeFaults) => PracticeFaults;
  };
};

/** Accounts whose removal has begun: finished at the next start when the app ended in between. */
const REMOVING = 'accounts.removing';

export function createAccountsService(deps: AccountsDeps) {
  const { accounts, sync, practice } = deps;
  const changed = (...ids: AccountId[]): void => deps.events.emit({ type: 'accounts.changed', ids });
  const toView = viewing(deps);
  const view = (id: AccountId): AccountView => toView(accounts.require(id));
  const connections = createConnecting(deps, changed);
  const removals = removing(deps, changed);
  const ofPractice = (): readonly AccountRow[] =>
    accounts.list().filter(({ network }) => network === practice.id);

  return {
    list: (): readonly AccountView[] => accounts.list().map(toView),
    networks: (): readonly NetworkView[] => Object.values(deps.registry).map(toNetworkView),
    /** Signs in and keeps the account; where the sign-in opens several, the person is asked which. */
    connect: async (input: ParsedInput<'accounts.connect'>, asked: Asked): Promise<ConnectResult> => {
      const result = await connections.connect(input, asked);
      return result.state === 'choose' ? result : { state: 'connected', accounts: result.ids.map(view) };
    },
    choose: async (input: ParsedInput<'accounts.choose'>): Promise<readonly AccountView[]> =>
      (await connections.choose(input)).map(view),
    storedApp: connections.storedApp,
    reopenSignIn: (): Promise<void> => deps.signIn.openAgain(),
    update: ({ accountId, brand, voiceNotes }: ParsedInput<'accounts.update'>): AccountView => {
      const account = accounts.require(accountId);
      const write = (): void => accounts.update(accountId, { brand, voiceNotes });
      const before = account.voiceNotes;
      // Voice notes are part of what a model is told.
      if (voiceNotes === undefined || voiceNotes === before) write();
      else
        deps.withEntry(
          [{ key: 'account.voiceNotes', before, after: voiceNotes, texts: false, account }],
          write,
        );
      changed(accountId);
      return view(accountId);
    },
    test: async ({ accountId }: ParsedInput<'accounts.test'>): Promise<AccountView> => {
      await connections.check(accountId);
      return view(accountId);
    },
    pause: ({ accountId, paused }: ParsedInput<'accounts.pause'>): AccountView => {
      accounts.require(accountId);
      accounts.setHealth(accountId, paused ? 'paused' : 'ok', null);
      void (paused ? sync.remove(accountId) : sync.add(accountId));
      if (!paused) deps.onUsable(accountId);
      changed(accountId);
      return view(accountId);
    },
    remove: ({ accountId }: ParsedInput<'accounts.remove'>): Promise<void> => {
      accounts.require(accountId);
      return removals.remove(accountId);
    },
    sync: ({ accountId }: ParsedInput<'accounts.sync'>): Promise<void> => sync.syncNow(accountId),
    startPractice: (): readonly AccountView[] => {
      const ids = practice
        .start()
        .map((connected) => connections.keep(practice.id, connected, connected.profile.displayName));
      for (const id of ids) void sync.add(id);
      return ids.map(view);
    },
    removePractice: async (): Promise<void> => {
      for (const { id } of ofPractice()) await removals.remove(id);
      practice.remove();
    },
    practiceFaults: (): PracticeFaults => practice.faults(),
    setPracticeFaults: (faults: PracticeFaults): PracticeFaults => practice.setFaults(faults),
    /** Ends the removals that the last run did not. */
    finishRemovals: removals.finish,
  };
}

function removing(deps: AccountsDeps, changed: (...ids: AccountId[]) => void) {
  const { accounts, removal, store, sync } = deps;
  const begun = (): AccountId[] => (store.read(REMOVING) as AccountId[] | undefined) ?? [];
  const remove = async (id: AccountId): Promise<void> => {
    store.write(REMOVING, [...new Set([...begun(), id])]);
    accounts.setHealth(id, 'paused', null);
    await sync.remove(id);
    while (removal.step(id)) await breathe();
    await deps.pictures.clear();
    store.write(
      REMOVING,
      begun().filter((other) => other !== id),
    );
    changed(id);
    for (const type of ['inbox.changed', 'posts.changed', 'outbox.changed'] as const)
      deps.events.emit({ type, ids: [] });
  };
  const finish = async (): Promise<void> => {
    for (const id of begun()) await remove(id);
  };
  return { remove, finish };
}

const viewing =
  ({ sync, pictures }: AccountsDeps) =>
  (row: AccountRow): AccountView => {
    const { remoteId: _remoteId, createdAt: _createdAt, ...shown } = row;
    return {
      ...shown,
      avatarUrl: pictures.address(row.avatarUrl, row.id),
      health: row.health === 'ok' && sync.isSyncing(row.id) ? 'syncing' : row.health,
    };
  };

const toNetworkView = ({ id, defaults, connectMethods }: Network): NetworkView => ({
  id,
  name: defaults.name,
  methods: connectMethods.map((method) => ({
    id: method.id,
    signIn: method.signIn ?? null,
    redirects: [...(method.redirects ?? [])],
    fields: method.fields.map(({ name, secret, optional, placeholder }) => ({
      name,
      secret,
      optional: optional ?? false,
      placeholder: placeholder ?? null,
    })),
  })),
});
