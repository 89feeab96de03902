import { createThreadsNetwork } from '../../electron/main/networks/threads/index';
import type { MediaBytes } from '../../electron/main/networks/network';
import { SIGNATURE, startFileHost } from '../servers/instagram/file-host';
import { jpegOf } from '../servers/instagram/media-eye';
import { startThreadsStub } from '../servers/threads/stub';
import { createTestContext, cuttableHttp, only, signInIo } from './context';
import { patientClock } from './patient-clock';
import { networkSuite, type NetworkFixture } from './suite';

const image: MediaBytes = { bytes: jpegOf(1080, 1080), mime: 'image/jpeg', width: 1080, height: 1080 };

async function openFixture(): Promise<NetworkFixture> {
  const stub = await startThreadsStub();
  const files = await startFileHost({ image });
  const network = createThreadsNetwork(stub.endpoints);
  const clock = patientClock(stub.now);
  stub.onHold(clock.runOut);
  const { http, goOffline } = cuttableHttp();
  const connected = only(
    await network.connect('threads-token', { token: stub.token() }, signInIo(http, clock)),
  );
  const root = stub.store.add({ text: 'Our announcement', by: stub.own.name });
  return {
    network,
    context: () => createTestContext({ ...connected, clock, http, media: { image }, mediaHost: files.host }),
    fault: (fault) => {
      if (fault === 'offline') goOffline();
      else if (fault === 'expired_token') stub.passTime(31 * 86_400_000);
      else stub.break(fault, fault === 'timeout_after_commit' ? 'write' : 'any');
    },
    world: {
      receive: async (text) => stub.store.add({ text, parent: root.id }).id,
      published: async () =>
        stub.store
          .own()
          .filter(({ id }) => id !== root.id)
          .map(({ text }) => text),
      isHidden: async (id) => stub.store.find(id)?.hidden === true,
      refreshes: () => stub.signIn.state.refreshes,
    },
    imageId: 'image',
    secrets: () => [...stub.signIn.tokens.keys(), SIGNATURE],
    close: async () => {
      await Promise.all([stub.close(), files.close()]);
    },
  };
}

networkSuite('Threads', openFixture);
