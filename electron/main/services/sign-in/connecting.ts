import { appError } from '@shared/domain/errors';
import { uuidv7, type AccountId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { AccountChoice, SignInPart } from '@shared/ipc/accounts';
import type { ParsedInput } from '@shared/ipc/contract';
import type { AccountRow } from '../../db/repositories/accounts';
import type { Connected, Network } from '../../networks/network';
import { profileColumns } from '../account-check';
import type { AccountsDeps } from '../accounts';
import { signInError } from './answer';
import { createChoices } from './choices';
import { SIGN_IN_MS } from './sign-in';
import { appSecrets, createStoredApps } from './stored-app';

/** Who asks to connect: may cancel, and hears what is waited for. */
export type Asked = { readonly signal: AbortSignal; readonly part: (part: SignInPart) => void };

type ConnectingDeps = Pick<
  AccountsDeps,
  'db' | 'accounts' | 'contexts' | 'check' | 'registry' | 'sync' | 'clock' | 'http' | 'signIn' | 'onUsable'
>;
type Outcome =
  | { readonly state: 'connected'; readonly ids: readonly AccountId[] }
  | { readonly state: 'choose'; readonly token: string; readonly choices: readonly AccountChoice[] };

/** An account whose network charges for reading begins with a limit, in micro-dollars: five dollars a month. */
const FIRST_BUDGET = 5_000_000;
/** What the network itself may take, beside the time that a person takes. */
const NETWORK_MS = 60_000;

/** From the fields of a form, or a sign-in at the network, to accounts that are stored and being fetched. */
export function createConnecting(deps: ConnectingDeps, changed: (...ids: AccountId[]) => void) {
  const { accounts, sync, registry } = deps;
  const keep = keeping(deps, changed);
  const choices = createChoices(deps.clock);
  const apps = createStoredApps(deps);

  const check = async (id: AccountId): Promise<void> => {
    const wasOver = accounts.require(id).health === 'reconnect';
    await deps.check.now(id);
    if (wasOver && accounts.get(id)?.health === 'ok') {
      void sync.add(id);
      deps.onUsable(id);
    }
    changed(id);
  };

  /** What the account can do decides what its first sync asks for. */
  const begin = async (id: AccountId): Promise<void> => {
    await check(id);
    void sync.add(id);
    deps.onUsable(id);
  };

  const signInAt = async (
    network: Network,
    input: ParsedInput<'accounts.connect'>,
    { signal, part }: Asked,
  ): Promise<readonly Connected[]> => {
    const given =
      input.appOf === undefined
        ? input.fields
        : apps.fill(network.id, input.method, input.fields, accounts.require(input.appOf));
    const { method, fields } = checkFields(network, input.method, given);
    const limit = method.signIn ? SIGN_IN_MS + NETWORK_MS : NETWORK_MS;
    const both = AbortSignal.any([signal, AbortSignal.timeout(limit)]);
    part({ kind: 'checking' });
    const connected = await network.connect(method.id, fields, {
      http: deps.http,
      clock: deps.clock,
      signal: both,
      ...deps.signIn.doors({ signal: both, part }),
    });
    // what arrives after the person has cancelled is not kept
    if (signal.aborted) throw appError('cancelled');
    if (connected.length === 0)
      throw signInError('permission', 'none', 'this sign-in opens no account that can be connected');
    const app = appSecrets(method, fields);
    return connected.map(({ profile, secrets }) => ({ profile, secrets: { ...secrets, ...app } }));
  };

  const connect = async (input: ParsedInput<'accounts.connect'>, asked: Asked): Promise<Outcome> => {
    const network = registry[input.network];
    const before = input.accountId === undefined ? undefined : accounts.require(input.accountId);
    choices.drop();
    const connected = await signInAt(network, input, asked);
    if (before) return keepAll(network.id, renewed(before, network.id, connected), input.brand);
    const [first, ...more] = connected;
    if (first && more.length === 0) return keepAll(network.id, [first], input.brand);
    const token = choices.offer({ network: network.id, connected });
    return { state: 'choose', token, choices: connected.map(toChoice(network.id)) };
  };

  /** `brand` is that of the first; the others keep theirs. */
  const keepAll = async (
    network: NetworkId,
    wanted: readonly Connected[],
    brand: string,
  ): Promise<Outcome> => {
    const ids = wanted.map((each, at) => keep(network, each, at === 0 ? brand : ''));
    await Promise.all(ids.map(begin));
    return { state: 'connected', ids };
  };

  /** The account in question, and those that were lost together with it and that this sign-in opens too. */
  const renewed = (
    before: AccountRow,
    network: NetworkId,
    connected: readonly Connected[],
  ): readonly Connected[] => {
    const same = sameAs(before, network, connected);
    const isLost = ({ profile }: Connected): boolean =>
      accounts.findRemote(network, profile.remoteId)?.health === 'reconnect';
    return [same, ...connected.filter((each) => each !== same && isLost(each))];
  };

  const choose = async ({
    token,
    remoteIds,
    brand,
  }: ParsedInput<'accounts.choose'>): Promise<readonly AccountId[]> => {
    const { network, connected } = choices.find(token);
    const wanted = [...new Set(remoteIds)].map((remoteId) => {
      const found = connected.find(({ profile }) => profile.remoteId === remoteId);
      if (!found) throw appError('invalid_input', { field: 'remoteIds' });
      return found;
    });
    const ids = wanted.map((each) => keep(network, each, brand));
    choices.drop();
    await Promise.all(ids.map(begin));
    return ids;
  };

  const toChoice =
    (network: NetworkId) =>
    ({ profile }: Connected): AccountChoice => ({
      remoteId: profile.remoteId,
      handle: profile.handle,
      displayName: profile.displayName,
      avatarUrl: null,
      kept: accounts.findRemote(network, profile.remoteId) !== undefined,
    });

  return { keep, check, connect, choose, storedApp: apps.find };
}

/** Stores who connected and how to act as them, both or neither. */
const keeping =
  ({ db, accounts, contexts, registry, clock }: ConnectingDeps, changed: (id: AccountId) => void) =>
  (network: NetworkId, { profile, secrets }: Connected, brand: string): AccountId => {
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
        if (registry[network].defaults.cost) accounts.update(id, { monthlyBudget: FIRST_BUDGET });
      }
      // the practice network has no secrets, so it works on a machine that has no safe store for them
      if (Object.keys(secrets).length > 0) contexts.storeSecrets(id, secrets);
    });
    changed(id);
    return id;
  };

/** The account to be renewed, among those that the sign-in opened. Throws `conflict` when it is not there. */
function sameAs(before: AccountRow, network: NetworkId, connected: readonly Connected[]): Connected {
  const same = connected.find(
    ({ profile }) => before.network === network && profile.remoteId === before.remoteId,
  );
  if (same) return same;
  const found = connected.map(({ profile }) => profile.handle).join(', ');
  throw appError('conflict', {
    field: 'fields',
    params: { signIn: 'other', expected: before.handle, found },
  });
}

function checkFields(network: Network, methodId: string, given: Readonly<Record<string, string>>) {
  const method = network.connectMethods.find(({ id }) => id === methodId);
  if (!method) throw appError('invalid_input', { field: 'method' });
  for (const { name, optional } of method.fields) {
    if (!optional && (given[name] ?? '').trim() === '')
      throw appError('invalid_input', { field: `fields.${name}` });
  }
  const known = method.fields.flatMap(({ name }) =>
    given[name] === undefined ? [] : [[name, given[name]] as const],
  );
  return { method, fields: Object.fromEntries(known) };
}
