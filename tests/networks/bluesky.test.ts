import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBlueskyNetwork } from '../../electron/main/networks/bluesky/index';
import type { MediaBytes, Write } from '../../electron/main/networks/network';
import type { Http } from '../../electron/main/ports';
import { APP_PASSWORD, OTHER_DID, OWN_DID, startBlueskyStub, type BlueskyStub } from './bluesky-stub';
import { createTestContext, hurriedClock } from './context';
import { jobOf, runJob } from './drive';
import { networkSuite, pullAll, type NetworkFixture } from './suite';

/** 30 s of patience become 300 ms. */
const clock = hurriedClock(100);
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIwDiqEAAsAAP/h5OGAAAAAElFTkSuQmCC',
  'base64',
);
const image: MediaBytes = { bytes: PIXEL, mime: 'image/png', width: 1, height: 1 };

async function connectedTo(stub: BlueskyStub) {
  const network = createBlueskyNetwork();
  let offline = false;
  const http: Http = (input, init) =>
    offline
      ? Promise.reject(
          new TypeError('fetch failed', { cause: Object.assign(new Error('dns'), { code: 'ENOTFOUND' }) }),
        )
      : fetch(input, init);
  const fields = { identifier: 'brand.test', password: APP_PASSWORD, service: stub.url };
  const connected = await network.connect('app-password', fields, {
    http,
    clock,
    signal: new AbortController().signal,
  });
  const context = () => createTestContext({ ...connected, clock, http, media: { image } });
  return { network, connected, context, goOffline: () => (offline = true) };
}

async function openFixture(): Promise<NetworkFixture> {
  const stub = await startBlueskyStub();
  const { network, context, goOffline } = await connectedTo(stub);
  const root = stub.post(OWN_DID, { text: 'Our announcement' });
  let writing = false;
  return {
    network: {
      ...network,
      runStep: (step, ...rest) => ((writing = step.effect === 'visible'), network.runStep(step, ...rest)),
    },
    context,
    fault: (fault) =>
      fault === 'offline'
        ? void goOffline()
        : stub.break(fault, writing || fault.startsWith('timeout_after') ? 'write' : 'read'),
    healthy: () => undefined,
    world: {
      receive: async (text) => stub.post(OTHER_DID, { text, reply: { root, parent: root } }).uri,
      receiveDm: async (text) => stub.receiveDm(text).id,
      published: async () =>
        stub
          .own('app.bsky.feed.post')
          .filter(({ uri }) => uri !== root.uri)
          .map(({ value }) => (value as { text: string }).text),
      sentDms: async () => {
        const query = new URLSearchParams({ convoId: 'convo1' });
        const { body } = stub.chat.call('chat.bsky.convo.getMessages', query, {}, OWN_DID) as {
          body: { messages: { text: string; sender: { did: string } }[] };
        };
        return body.messages.filter(({ sender }) => sender.did === OWN_DID).map(({ text }) => text);
      },
      isLiked: async (uri) =>
        stub
          .own('app.bsky.feed.like')
          .some(({ value }) => (value as { subject: { uri: string } }).subject.uri === uri),
      isHidden: async (uri) =>
        stub
          .own('app.bsky.feed.threadgate')
          .some(({ value }) => (value as { hiddenReplies: string[] }).hiddenReplies.includes(uri)),
      refreshes: stub.refreshes,
    },
    imageId: 'image',
    secrets: () => [APP_PASSWORD, ...stub.issued],
    close: stub.close,
  };
}

networkSuite('Bluesky', openFixture);
