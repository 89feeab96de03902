import { randomBytes, createHash } from 'node:crypto';
import { redirectUri } from '@shared/domain/oauth-redirect';
import { createXNetwork } from '../../electron/main/networks/x/index';
import type { ConnectIo, MediaBytes } from '../../electron/main/networks/network';
import type { Clock, Http } from '../../electron/main/ports';
import { OTHER, OWN } from '../servers/x/store';
import { startXStub, type XStub } from '../servers/x/stub';
import { createTestContext, cuttableHttp, only, signInIo, type ContextOptions } from './context';
import { patientClock } from './patient-clock';
import type { NetworkFixture } from './suite';

export const clock = patientClock();
export const image: MediaBytes = {
  bytes: Buffer.from([137, 80, 78, 71]),
  mime: 'image/png',
  width: 1,
  height: 1,
};

/** A person who allows everything on the page of the stub, and a way back that checks nothing for the network. */
export const browserIo = (
  http: Http = fetch,
  at: Clock = clock,
  answer: 'allow' | 'deny' = 'allow',
): ConnectIo => ({
  ...signInIo(http, at),
  authorizeInBrowser: async ({ url, host }) => {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const state = randomBytes(16).toString('base64url');
    const back = redirectUri(host, 47821);
    const page = new URL(await url({ redirectUri: back, state, challenge }));
    const shown = await fetch(page);
    if (!shown.ok) throw new Error(await shown.text());
    const form = new URLSearchParams([...page.searchParams, [answer, '1']]);
    const reply = await fetch(`${page.origin}${page.pathname}`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    const target = new URL(reply.headers.get('location') ?? '');
    if (target.searchParams.get('state') !== state) throw new Error('another state');
    return { code: target.searchParams.get('code') ?? '', redirectUri: back, verifier };
  },
});

export async function connectedTo(stub: XStub, fields: Readonly<Record<string, string>> = {}) {
  stub.onHold(clock.runOut);
  const { http, goOffline } = cuttableHttp();
  const network = createXNetwork(stub.endpoints);
  const input = { clientId: stub.clientId, ...fields };
  const connected = only(await network.connect('sign-in', input, browserIo(http)));
  const context = (more: Partial<ContextOptions> = {}) =>
    createTestContext({ ...connected, clock, http, media: { image }, ...more });
  return { network, connected, context, goOffline };
}

export async function createXFixture(): Promise<NetworkFixture> {
  const stub = await startXStub();
  const { network, context, goOffline } = await connectedTo(stub);
  const root = stub.store.add({ by: OWN, text: 'Our announcement' });
  return {
    network,
    context: () => context(),
    fault: (fault) => {
      if (fault === 'offline') goOffline();
      else stub.break(fault, fault.startsWith('timeout_after') ? 'write' : 'any');
    },
    world: {
      receive: async (text) => stub.store.add({ text, parent: root.id }).id,
      receiveDm: async (text) => stub.store.addDirect(OTHER, text).id,
      published: async () =>
        stub
          .own()
          .filter((post) => post.id !== root.id)
          .map(({ text }) => text),
      sentDms: async () => stub.store.directs.filter(({ by }) => by === OWN).map(({ text }) => text),
      isHidden: async (id) => stub.store.post(id)?.hidden ?? false,
      refreshes: stub.oauth.refreshes,
    },
    imageId: 'image',
    secrets: stub.oauth.secrets,
    close: stub.close,
  };
}
