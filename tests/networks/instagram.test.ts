import { createInstagramNetwork } from '../../electron/main/networks/instagram/index';
import type { MediaBytes, Write } from '../../electron/main/networks/network';
import { SIGNATURE, startFileHost } from '../servers/instagram/file-host';
import { jpegOf } from '../servers/instagram/media-eye';
import { ANA, OWN } from '../servers/instagram/store';
import { startInstagramStub } from '../servers/instagram/stub';
import { createTestContext, cuttableHttp, only, signInIo } from './context';
import { patientClock } from './patient-clock';
import { networkSuite, type NetworkFixture } from './suite';

const image: MediaBytes = { bytes: jpegOf(1080, 1080), mime: 'image/jpeg', width: 1080, height: 1080 };

async function openFixture(): Promise<NetworkFixture> {
  const stub = await startInstagramStub();
  const files = await startFileHost({ image });
  const network = createInstagramNetwork(stub.endpoints);
  const clock = patientClock(stub.now);
  stub.onHold(clock.runOut);
  const { http, goOffline } = cuttableHttp();
  const token = stub.token();
  const connected = only(await network.connect('instagram-token', { token }, signInIo(http, clock)));
  const root = stub.store.addPost({ caption: 'Our announcement' });
  return {
    network,
    context: () => createTestContext({ ...connected, clock, http, media: { image }, mediaHost: files.host }),
    fault: (fault) => {
      if (fault === 'offline') goOffline();
      else if (fault === 'expired_token') stub.passTime(31 * 86_400_000);
      else stub.break(fault, fault === 'timeout_after_commit' ? 'write' : 'any');
    },
    world: {
      receive: async (text) => stub.store.remark({ post: root.id, text }).id,
      receiveDm: async (text) => stub.store.letter({ text }).id,
      published: async () => [
        ...stub.store.posts.filter(({ id }) => id !== root.id).map(({ caption }) => caption),
        ...stub.store.remarks.filter(({ by }) => by.id === OWN).map(({ text }) => text),
      ],
      sentDms: async () =>
        stub.store.letters.filter(({ own, person }) => own && person === ANA.id).map(({ text }) => text),
      isHidden: async (id) => stub.store.remarks.find((one) => one.id === id)?.hidden === true,
      refreshes: () => stub.signIn.state.refreshes,
    },
    imageId: 'image',
    post: (text): Write => ({
      kind: 'publish',
      segments: [{ text, media: [{ mediaId: 'image', alt: 'a square' }] }],
    }),
    secrets: () => [...stub.signIn.tokens.keys(), SIGNATURE],
    close: async () => {
      await Promise.all([stub.close(), files.close()]);
    },
  };
}

networkSuite('Instagram', openFixture);
