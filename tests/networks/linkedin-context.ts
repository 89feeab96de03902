import { afterEach, beforeEach } from 'vitest';
import { createLinkedinNetwork } from '../../electron/main/networks/linkedin/index';
import type { Cursor, MediaBytes, Network, Write } from '../../electron/main/networks/network';
import type { Clock } from '../../electron/main/ports';
import { PAGE } from '../servers/linkedin/store';
import { type LinkedinStub, startLinkedinStub } from '../servers/linkedin/stub';
import { createTestContext, cuttableHttp, signInIo, type TestContext } from './context';
import { jobOf, runJob } from './drive';
import { patientClock } from './patient-clock';
import { type NetworkFixture, pullAll } from './suite';

export const clock = patientClock();
export const later = (ms: number): Clock => ({ ...clock, now: () => Date.now() + ms });
const image: MediaBytes = {
  bytes: Buffer.from([137, 80, 78, 71]),
  mime: 'image/png',
  width: 1,
  height: 1,
};
const empty: MediaBytes = { ...image, bytes: Buffer.alloc(0) };
const MB = 1024 * 1024;
const film = {
  bytes: Buffer.alloc(41 * MB, 7),
  mime: 'video/mp4',
  width: 640,
  height: 360,
  seconds: 20,
};
const files = { film, long: { ...film, seconds: 1801 }, mov: { ...film, mime: 'video/quicktime' } };

export async function connectedTo(stub: LinkedinStub, token = stub.token) {
  stub.onHold(clock.runOut);
  const network = createLinkedinNetwork(stub.endpoints);
  const { http, goOffline } = cuttableHttp();
  const accounts = await network.connect('access-token', { token }, signInIo(http, clock));
  const as = (urn: string, now: Clock = clock) => {
    const account = accounts.find(({ profile }) => profile.remoteId === urn)!;
    return createTestContext({ ...account, clock: now, http, media: { image, empty }, files });
  };
  return { network, accounts, as, goOffline };
}

export async function openFixture(): Promise<NetworkFixture> {
  const stub = await startLinkedinStub();
  const { network, as, goOffline } = await connectedTo(stub);
  const root = stub.store.addPost({ commentary: 'Our announcement' });
  return {
    network,
    context: () => as(PAGE),
    fault: (fault) => {
      if (fault === 'offline') goOffline();
      else stub.break(fault, fault.startsWith('timeout_after') ? 'write' : 'any');
    },
    world: {
      receive: async (text) => stub.receive(root.id, text).urn,
      published: async () =>
        stub
          .published()
          .filter(({ id }) => id !== root.id)
          .map(({ text }) => text),
      isLiked: async (urn) => stub.store.reactions.has(`${PAGE} ${urn}`),
    },
    imageId: 'image',
    secrets: () => [stub.token],
    close: stub.close,
  };
}

export let stub: LinkedinStub;
export let opened: Awaited<ReturnType<typeof connectedTo>>;
export let network: Network;
export let test: TestContext;
/** Begins anew for every test of the file; what is exported here is then that test's. */
export function useLinkedin(): void {
  beforeEach(async () => {
    stub = await startLinkedinStub();
    opened = await connectedTo(stub);
    network = opened.network;
    test = opened.as(PAGE);
  });
  afterEach(() => stub.close());
}

type Publish = Extract<Write, { kind: 'publish' }>;
export const publish = (text: string, rest: Partial<Publish> = {}): Publish => ({
  kind: 'publish',
  segments: [{ text, media: [] }],
  ...rest,
});
export const withMedia = (media: Publish['segments'][number]['media']): Publish => ({
  kind: 'publish',
  segments: [{ text: 'Look', media }],
});
export const run = (write: Write, one = test) => runJob(network, jobOf(network, write, one.ctx), one.ctx);
export const plan = (write: Write, one = test) => network.plan(write, one.ctx.account, { now: 0 });
export const pull = (cursor: Cursor | null = null, one = test) =>
  pullAll(network, 'notifications', cursor, one.ctx);
export const postNow = () => [...stub.store.posts.values()].at(-1)!;
