import { startFacebookStub } from '../servers/facebook/stub';
import { connectedTo } from './facebook-context';
import { networkSuite, type NetworkFixture } from './suite';

async function openFixture(): Promise<NetworkFixture> {
  const stub = await startFacebookStub();
  const { network, context, goOffline } = await connectedTo(stub);
  const root = stub.store.addPost({ text: 'Our announcement' });
  return {
    network,
    context,
    fault: (fault) => {
      if (fault === 'offline') goOffline();
      else stub.break(fault, fault === 'timeout_after_commit' ? 'write' : 'any');
    },
    world: {
      receive: async (text) => stub.store.addComment({ text, on: root.id }).id,
      receiveDm: async (text) => stub.store.addMessage({ text }).id,
      published: async () => stub.published().filter((text) => text !== root.text),
      sentDms: async () => stub.sentMessages(),
      isLiked: async (id) => stub.store.comment(id)?.liked ?? false,
      isHidden: async (id) => stub.store.comment(id)?.hidden ?? false,
      refreshes: () => stub.tokens.state.renewed,
    },
    imageId: 'image',
    secrets: stub.secrets,
    close: stub.close,
  };
}

networkSuite('Facebook', openFixture);
