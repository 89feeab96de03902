import { openStandIn, type StandIn, type StandInId } from '../../fakes/stand-ins';
import { startNetworkFront, type NetworkFront } from './network-front';
import { answerParent } from './worker-process';

/** The networks, in a process of their own: their work and their memory are not the app's. */
export type ServersAsk = {
  /** So many accounts on each of these networks, with so many messages each. */
  readonly open: {
    readonly accounts: Readonly<Partial<Record<StandInId, number>>>;
    readonly messages: number;
  };
  /** One Mastodon account with nothing between it and the app. */
  readonly openPlain: { readonly messages: number };
  /** The sign-in of this account comes next. */
  readonly turn: { readonly account: number };
  /** So many more messages for every account. */
  readonly receive: { readonly messages: number };
  readonly counts: Record<string, never>;
};
export type ServersAnswer = {
  readonly open: readonly ServedAccount[];
  readonly openPlain: ServedAccount;
  readonly turn: null;
  readonly receive: null;
  readonly counts: Readonly<Record<string, { readonly calls: number; readonly refused: number }>>;
};
export type ServedAccount = Pick<StandIn, 'id' | 'endpoints' | 'signIn' | 'remoteId'>;

type Served = { readonly front: NetworkFront; readonly index: number; readonly standIn: StandIn };
const served: Served[] = [];
let written = 0;

const receive = (count: number, by: readonly StandIn[]): void => {
  for (let at = 0; at < count; at += 1)
    for (const standIn of by)
      standIn.receive(
        `Message number ${(written += 1)} about an order that is late: where is it now, please?`,
      );
};
const everybody = (): readonly StandIn[] => served.map(({ standIn }) => standIn);

/** Mastodon has a server for every account; the other networks are one for all. */
async function serve(id: StandInId, count: number): Promise<void> {
  const standIns: StandIn[] = [];
  for (let at = 0; at < count; at += 1) standIns.push(await openStandIn(id));
  const groups = id === 'mastodon' ? standIns.map((one) => [one]) : [standIns];
  for (const group of groups) {
    const front = await startNetworkFront(group);
    group.forEach((standIn, index) => served.push({ front, index, standIn }));
  }
}

const described = ({ front, index, standIn }: Served): ServedAccount => {
  const { method, fields } = front.signIns[index]!;
  const named = Object.entries(fields).map(([name, value]) => {
    if (name === 'service') return [name, front.url] as const;
    return [name, name === 'channel' ? front.nameOf(index, value) : value] as const;
  });
  return {
    id: standIn.id,
    endpoints: front.endpoints,
    signIn: { method, fields: Object.fromEntries(named) },
    remoteId: standIn.remoteId && front.nameOf(index, standIn.remoteId),
  };
};

answerParent<ServersAsk, ServersAnswer>({
  open: async ({ accounts, messages }) => {
    for (const [id, count] of Object.entries(accounts)) await serve(id as StandInId, count);
    receive(messages, everybody());
    return served.map(described);
  },
  openPlain: async ({ messages }) => {
    const { id, signIn, ...standIn } = await openStandIn('mastodon');
    receive(messages, [{ id, signIn, ...standIn }]);
    return { id, signIn };
  },
  turn: async ({ account }) => {
    const { front, index } = served[account]!;
    front.setCurrent(index);
    return null;
  },
  receive: async ({ messages }) => {
    receive(messages, everybody());
    return null;
  },
  counts: async () => {
    const all: Record<string, { calls: number; refused: number }> = {};
    for (const front of new Set(served.map((one) => one.front))) {
      const { id } = served.find((one) => one.front === front)!.standIn;
      const { calls, refused } = front.counts();
      const before = all[id] ?? { calls: 0, refused: 0 };
      all[id] = { calls: before.calls + calls, refused: before.refused + refused };
    }
    return all;
  },
});
