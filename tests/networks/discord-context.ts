import { afterEach, beforeEach } from 'vitest';
import { createDiscordNetwork } from '../../electron/main/networks/discord/index';
import type { Cursor, MediaBytes, Network, Write } from '../../electron/main/networks/network';
import type { Clock } from '../../electron/main/ports';
import { ANA, BOT, CHANNEL } from '../servers/discord/store';
import { type DiscordStub, startDiscordStub } from '../servers/discord/stub';
import { createTestContext, cuttableHttp, only, signInIo, type TestContext } from './context';
import { jobOf, runJob } from './drive';
import { refusalOf } from './outcome';
import { patientClock } from './patient-clock';
import { type NetworkFixture, pullAll } from './suite';

export const clock = patientClock();
export const image: MediaBytes = {
  bytes: Buffer.from([137, 80, 78, 71]),
  mime: 'image/png',
  width: 1,
  height: 1,
};
const big: MediaBytes = { ...image, bytes: Buffer.alloc(10_485_761) };
const video = {
  bytes: Buffer.alloc(5_000_000, 7),
  mime: 'video/mp4',
  width: 4,
  height: 3,
  seconds: 9,
};
export const files = { video, huge: { ...video, bytes: Buffer.alloc(10_485_761) } };

export async function connectedTo(stub: DiscordStub, method: 'bot' | 'webhook' = 'bot') {
  stub.onHold(clock.runOut);
  const { http, goOffline } = cuttableHttp();
  const network = createDiscordNetwork(stub.endpoints);
  const fields: Record<string, string> =
    method === 'bot' ? { token: stub.token, channel: CHANNEL } : { webhook: stub.hookUrl };
  const connected = only(await network.connect(method, fields, signInIo(http, clock)));
  const context = (now: Clock = clock) =>
    createTestContext({ ...connected, clock: now, http, media: { image, big }, files });
  return { network, connected, context, goOffline };
}

export async function openFixture(): Promise<NetworkFixture> {
  const stub = await startDiscordStub();
  const { network, context, goOffline } = await connectedTo(stub);
  const root = stub.store.add({ by: BOT, text: 'Our announcement' });
  let contacted: string | undefined;
  const contexts: TestContext[] = [];
  return {
    network,
    context: () => {
      const made = context();
      // Somebody who was written to before: only such people reach a bot that has no gateway.
      contacted = stub.store.openDirect(ANA);
      made.ctx.secrets.replace({ ...made.ctx.secrets.read(), direct: contacted });
      contexts.push(made);
      return made;
    },
    fault: (fault) => {
      if (fault === 'offline') goOffline();
      else if (fault !== 'expired_token')
        stub.break(fault, fault.startsWith('timeout_after') ? 'write' : 'any');
    },
    world: {
      receive: async (text) => `${CHANNEL}/${stub.store.add({ text, to: root.id }).id}`,
      receiveDm: async (text) => `${contacted}/${stub.store.add({ text, channel: contacted }).id}`,
      published: async () =>
        stub
          .own()
          .filter(({ id }) => id !== root.id)
          .map(({ text }) => text),
      sentDms: async () => stub.own(contacted).map(({ text }) => text),
      isLiked: async (id) => (stub.store.reactions.get(id.split('/')[1]!)?.size ?? 0) > 0,
    },
    imageId: 'image',
    secrets: () => [stub.token],
    close: stub.close,
  };
}

export let stub: DiscordStub;
export let network: Network;
export let opened: Awaited<ReturnType<typeof connectedTo>>;
export let test: TestContext;
/** Begins anew for every test of the file; what is exported here is then that test's. */
export function useDiscord(): void {
  beforeEach(async () => {
    stub = await startDiscordStub();
    opened = await connectedTo(stub);
    network = opened.network;
    test = opened.context();
  });
  afterEach(() => stub.close());
}

type Publish = Extract<Write, { kind: 'publish' }>;
export const publish = (
  text: string,
  media: Publish['segments'][number]['media'] = [],
  options = {},
): Publish => ({
  kind: 'publish',
  segments: [{ text, media }],
  options,
});
export const picture = { mediaId: 'image', alt: 'A red square' };
export const movie = { mediaId: 'video', alt: '', kind: 'video' } as const;
export const run = (write: Write, ctx = test.ctx) => runJob(network, jobOf(network, write, ctx), ctx);
export const planError = (write: Write, ctx = test.ctx) =>
  refusalOf(() => network.plan(write, ctx.account, { now: 0 }));
export const pull = (cursor: Cursor | null = null, ctx = test.ctx) =>
  pullAll(network, 'notifications', cursor, ctx);
export const at = (ms: number): Clock => ({ ...clock, now: () => Date.now() + ms });
export const posts = () => stub.calls.filter(({ name }) => name.startsWith('POST'));
