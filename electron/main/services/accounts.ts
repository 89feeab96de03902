import { setImmediate as breathe } from 'node:timers/promises';
import { appError } from '@shared/domain/errors';
import { uuidv7, type AccountId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { PracticeFaults } from '@shared/domain/practice-faults';
import type { AccountView, NetworkView } from '@shared/ipc/accounts';
import type { ParsedInput } from '@shared/ipc/contract';
import type { AppEvent } from '@shared/ipc/events';
import type { Db } from '../db/open';
import type { AccountRow, Accounts } from '../db/repositories/accounts';
import type { SettingsStore } from '../db/repositories/settings';
import type { Connected, Network } from '../networks/network';
import type { Clock, Http, Logger } from '../ports';
import { profileColumns, type AccountCheck } from './account-check';
import type { AccountContexts } from './account-context';
import type { ConfigLog } from './config-log';
import type { RemotePictures } from './remote-pictures';
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

const CONNECT_TIMEOUT_MS = 60_000;
/** Accounts whose removal has begun: finished at the next start when the app ended in between. */
const REMOVING = 'accounts.removing';

export function createAccountsService(deps: AccountsDeps) {
  const { accounts, sync, practice } = deps;
  const changed = (...ids: AccountId[]): void => deps.events.emit({ type: 'accounts.changed', ids });
  const toView = viewing(deps);
  const view = (id: AccountId): AccountView => toView(accounts.require(id));
  const connections = connecting(deps, changed);
  const removals = removing(deps, changed);
  const ofPractice = (): readonly AccountRow[] =>
    accounts.list().filter(({ network }) => network === practice.id);

  return {
    list: (): readonly AccountView[] => accounts.list().map(toView),
    networks: (): readonly NetworkView[] => Object.values(deps.registry).map(toNetworkView),
    connect: async (input: ParsedInput<'accounts.connect'>): Promise<AccountView> =>
      view(await connections.connect(input)),
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

function connecting(deps: AccountsDeps, changed: (...ids: AccountId[]) => void) {
  const { db, accounts, contexts, registry, sync, clock } = deps;

  /** Stores who connected and how to act as them, both or neither. */
  const keep = (network: NetworkId, { profile, secrets }: Connected, brand: string): AccountId => {
    const known = accounts.findRemote(network, profile.remoteId);
    const id = known?.id ?? uuidv7<AccountId>(clock.now());
    db.durable(() => {
      if (known)
        accounts.update(id, {
          ...profileColumns(profile),
          health: 'ok',
          problem: null,
          ...(brand === '' ? {} : { brand }),
        });
      else {
        accounts.insert({
          id,
          network,
          remoteId: profile.remoteId,
          ...profileColumns(profile),
          brand,
          voiceNotes: '',
          health: 'ok',
          problem: null,
          capabilities: registry[network].defaults,
          lastSyncAt: null,
          createdAt: clock.now(),
        });
      }
      // the practice network has no secrets, so it works on a machine that has no safe store for them
      if (Object.keys(secrets).length > 0) contexts.storeSecrets(id, secrets);
    });
    changed(id);
    return id;
  };

  const check = async (id: AccountId): Promise<void> => {
    const wasOver = accounts.require(id).health === 'reconnect';
    await deps.check.now(id);
    if (wasOver && accounts.get(id)?.health === 'ok') {
      void sync.add(id);
      deps.onUsable(id);
    }
    changed(id);
  };

  const connect = async (input: ParsedInput<'accounts.connect'>): Promise<AccountId> => {
    const network = registry[input.network];
    const fields = checkFields(network, input.method, input.fields);
    const before = input.accountId === undefined ? undefined : accounts.require(input.accountId);
    const signal = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
    const connected = await network.connect(input.method, fields, { http: deps.http, clock, signal });
    if (before && (before.network !== network.id || before.remoteId !== connected.profile.remoteId)) {
      throw appError('conflict', {
        field: 'fields',
        params: { expected: before.handle, found: connected.profile.handle },
      });
    }
    const id = keep(network.id, connected, input.brand);
    // What the account can do decides what its first sync asks for.
    await check(id);
    void sync.add(id);
    deps.onUsable(id);
    return id;
  };
  return { keep, check, connect };
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

function checkFields(
  network: Network,
  methodId: string,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const method = network.connectMethods.find(({ id }) => id === methodId);
  if (!method) throw appError('invalid_input', { field: 'method' });
  for (const { name, optional } of method.fields) {
    if (!optional && (given[name] ?? '').trim() === '')
      throw appError('invalid_input', { field: `fields.${name}` });
  }
  const known = method.fields.flatMap(({ name }) =>
    given[name] === undefined ? [] : [[name, given[name]] as const],
  );
  return Object.fromEntries(known);
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
    fields: method.fields.map(({ name, secret, optional, placeholder }) => ({
      name,
      secret,
      optional: optional ?? false,
      placeholder: placeholder ?? null,
    })),
  })),
});
