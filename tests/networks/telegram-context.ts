import { afterEach, beforeEach } from 'vitest';
import type { Cursor, MediaBytes, Network, Write } from '../../electron/main/networks/network';
import { createTelegramNetwork } from '../../electron/main/networks/telegram/index';
import type { Clock } from '../../electron/main/ports';
import { CHANNEL, DISCUSSION } from '../servers/telegram/store';
import { startTelegramStub, type TelegramStub } from '../servers/telegram/stub';
import { createTestContext, cuttableHttp, only, signInIo, type TestContext } from './context';
import { jobOf, runJob } from './drive';
import { refusalOf } from './outcome';
import { patientClock } from './patient-clock';
import { type NetworkFixture, pullAll } from './suite';

const HURRY = 100;
export const clock = patientClock();
const image: MediaBytes = {
  bytes: Buffer.from([137, 80, 78, 71]),
  mime: 'image/png',
  width: 1,
  height: 1,
};
const strange: MediaBytes = { ...image, mime: 'image/x-icon' };
const video = {
  bytes: Buffer.alloc(9_000_000, 7),
  mime: 'video/mp4',
  width: 4,
  height: 3,
  seconds: 9,
};
const files = {
  video,
  wrong: { ...video, mime: 'video/quicktime' },
  half: { ...video, bytes: Buffer.alloc(27_000_000) },
  huge: { ...video, bytes: Buffer.alloc(52_428_801) },
};

async function connectedTo(stub: TelegramStub, chat = '@candornews') {
  stub.onHold(clock.runOut);
  const { http, goOffline } = cuttableHttp();
  const network = createTelegramNetwork(stub.endpoints);
  const fields = { token: stub.token, chat };
  const connected = only(await network.connect('bot-token', fields, signInIo(http, clock)));
  const context = (now: Clock = clock) =>
    createTestContext({ ...connected, clock: now, http, media: { image, strange }, files });
  return { network, connected, context, goOffline };
}

export async function openFixture(): Promise<NetworkFixture> {
  const stub = await startTelegramStub({ hurry: HURRY });
  const { network, context, goOffline } = await connectedTo(stub);
  const root = stub.store.post('Our announcement');
  return {
    network,
    context,
    fault: (fault) => {
      if (fault === 'offline') goOffline();
      else if (fault !== 'expired_token')
        stub.break(fault, fault.startsWith('timeout_after') ? 'write' : 'any');
    },
    world: {
      receive: async (text) => `${DISCUSSION}/${stub.store.comment(text, root).message_id}`,
      published: async () => [...stub.texts(CHANNEL), ...stub.texts(DISCUSSION)],
      isLiked: async (id) => stub.store.reactions.has(id),
    },
    imageId: 'image',
    secrets: () => [stub.token],
    close: stub.close,
  };
}

export let stub: TelegramStub;
export let network: Network;
export let opened: Awaited<ReturnType<typeof connectedTo>>;
export let test: TestContext;
/** Begins anew for every test of the file; what is exported here is then that test's. */
export function useTelegram(): void {
  beforeEach(async () => {
    stub = await startTelegramStub({ hurry: HURRY });
    opened = await connectedTo(stub);
    network = opened.network;
    test = opened.context();
  });
  afterEach(() => {
    test.abort();
    return stub.close();
  });
}

type Media = Extract<Write, { kind: 'publish' }>['segments'][number]['media'];
export const publish = (text: string, media: Media = [], options = {}): Write => ({
  kind: 'publish',
  segments: [{ text, media }],
  options,
});
export const picture = { mediaId: 'image', alt: '' };
export const movie = { mediaId: 'video', alt: '', kind: 'video' } as const;
export const run = (write: Write, ctx = test.ctx) => runJob(network, jobOf(network, write, ctx), ctx);
export const planError = (write: Write) => refusalOf(() => network.plan(write, test.ctx.account, { now: 0 }));
export const pull = (cursor: Cursor | null = null, ctx = test.ctx) =>
  pullAll(network, 'notifications', cursor, ctx);
export const sentCalls = () => stub.calls.filter(({ method }) => method.startsWith('send'));
