import { afterEach, beforeEach } from 'vitest';
import type { Connected, Cursor, MediaBytes, Network, Write } from '../../electron/main/networks/network';
import { createYoutubeNetwork } from '../../electron/main/networks/youtube/index';
import type { Clock } from '../../electron/main/ports';
import { CLIENT } from '../servers/youtube/oauth';
import { CHANNEL } from '../servers/youtube/store';
import { startYoutubeStub, type YoutubeStub } from '../servers/youtube/stub';
import { createTestContext, cuttableHttp, type TestContext } from './context';
import { jobOf, runJob } from './drive';
import { patientClock } from './patient-clock';
import { type NetworkFixture, pullAll } from './suite';

export const clock = patientClock();
export const later = (ms: number): Clock => ({ ...clock, now: () => Date.now() + ms });
const MB = 1024 * 1024;
const video = (bytes: number, mime = 'video/mp4', seconds = 20): MediaBytes & { seconds: number } => ({
  bytes: Buffer.alloc(bytes, 7),
  mime,
  width: 640,
  height: 360,
  seconds,
});
const files = {
  clip: video(1000),
  film: video(70 * MB),
  gif: video(1000, 'image/gif'),
  endless: video(1000, 'video/mp4', 43_201),
};

function openAccount(stub: YoutubeStub) {
  stub.onHold(clock.runOut);
  const network = createYoutubeNetwork(stub.endpoints);
  const { http, goOffline } = cuttableHttp();
  const account: Connected = {
    profile: { remoteId: CHANNEL, handle: 'brand', displayName: 'Brand', serviceUrl: stub.endpoints.web },
    secrets: {
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      expiresAt: String(Date.now() + 3_599_000),
      ...stub.oauth.signIn(),
    },
  };
  const context = (now: Clock = clock) => createTestContext({ ...account, clock: now, http, files });
  return { network, context, goOffline };
}

export type Publish = Extract<Write, { kind: 'publish' }>;
export const publish = (text: string, rest: Partial<Publish> = {}, mediaId = 'clip'): Publish => ({
  kind: 'publish',
  segments: [{ text, media: [{ mediaId, alt: '', kind: 'video' }] }],
  options: { title: 'A film' },
  ...rest,
});

export async function openFixture(): Promise<NetworkFixture> {
  const stub = await startYoutubeStub();
  const { network, context, goOffline } = openAccount(stub);
  const root = stub.store.addVideo({ title: 'Our film' });
  return {
    network,
    context: () => context(),
    fault: (fault) => {
      if (fault === 'offline') goOffline();
      else stub.break(fault, fault.startsWith('timeout_after') ? 'write' : 'any');
    },
    world: {
      receive: async (text) => stub.receive(root.id, text).id,
      published: async () =>
        [...stub.store.videos.values()]
          .filter(({ id, status }) => id !== root.id && status.privacyStatus === 'public')
          .map(({ description }) => description),
      isHidden: async (id) => stub.store.comments.get(id)?.moderation === 'heldForReview',
      refreshes: stub.oauth.refreshes,
    },
    imageId: 'clip',
    post: (text) => publish(text),
    secrets: stub.oauth.secrets,
    close: stub.close,
  };
}

export let stub: YoutubeStub;
export let opened: ReturnType<typeof openAccount>;
export let network: Network;
export let test: TestContext;
/** Begins anew for every test of the file; what is exported here is then that test's. */
export function useYoutube(): void {
  beforeEach(async () => {
    stub = await startYoutubeStub();
    opened = openAccount(stub);
    network = opened.network;
    test = opened.context();
  });
  afterEach(() => stub.close());
}

export const run = (write: Write, one = test) => runJob(network, jobOf(network, write, one.ctx), one.ctx);
export const plan = (write: Write) => network.plan(write, test.ctx.account, { now: 0 });
export const pull = (cursor: Cursor | null = null, one = test) =>
  pullAll(network, 'notifications', cursor, one.ctx);
export const newest = () => [...stub.store.videos.values()].at(-1)!;
export const puts = () => stub.calls.filter((call) => call.startsWith('PUT /upload')).length;
export const conversation = (remoteKey: string) => ({ remoteKey, type: 'comment' }) as const;
