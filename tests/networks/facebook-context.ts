import { createFacebookNetwork } from '../../electron/main/networks/facebook/index';
import type { Authorized, ConnectIo, MediaBytes } from '../../electron/main/networks/network';
import type { Clock, Http } from '../../electron/main/ports';
import type { FacebookStub } from '../servers/facebook/stub';
import { PAGE } from '../servers/facebook/store';
import { createTestContext, cuttableHttp, signInIo } from './context';
import { settle, type StoredJob } from './drive';
import { patientClock } from './patient-clock';

export const clock = patientClock();
const image: MediaBytes = { bytes: Buffer.from([137, 80, 78, 71]), mime: 'image/png', width: 1, height: 1 };
const strange: MediaBytes = { ...image, mime: 'image/x-icon' };
const video = (bytes: number) => ({
  bytes: Buffer.from(Array.from({ length: bytes }, (_, index) => index % 251)),
  mime: 'video/mp4',
  width: 1080,
  height: 1920,
  seconds: 12 as number | null,
});
export const videoFile = video(5000);
const files = {
  video: videoFile,
  wide: { ...video(100), width: 1920, height: 1080 },
  short: { ...video(100), seconds: 1 },
};

/** Signs in as a person would who clicks "Allow" (or "Cancel") on Facebook's page. */
export const windowIo = (http: Http, decision: 'allow' | 'deny' = 'allow'): ConnectIo => ({
  ...signInIo(http, clock),
  authorizeInWindow: async ({ url, redirectUri }): Promise<Authorized> => {
    const state = 'the-state';
    const address = url({ redirectUri, state, challenge: 'unused' });
    const page = await (await fetch(address)).text();
    const inputs = [...page.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')] as const,
    );
    if (inputs.length === 0) throw new Error(`no page to allow on: ${page}`);
    const form = new URLSearchParams([
      ...inputs.map(([name, value]) => [name, value]),
      ['decision', decision],
    ]);
    const answer = await fetch(new URL('decision', address), {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    const back = new URL(answer.headers.get('location') ?? '');
    if (back.searchParams.get('state') !== state) throw new Error('the state is lost');
    const code = back.searchParams.get('code');
    if (code === null) throw new Error('access_denied');
    return { code, redirectUri, verifier: 'unused' };
  },
});

/** Long enough for what is not in Facebook's lists to count as absent. */
const settledClock: Clock = { ...clock, now: () => Date.now() + 31_000 };

export async function connectedTo(stub: FacebookStub) {
  stub.onHold(clock.runOut);
  const { http, goOffline } = cuttableHttp();
  const network = createFacebookNetwork(stub.endpoints);
  const fields = { appId: stub.app.id, appSecret: stub.app.secret };
  const pages = await network.connect('facebook-login', fields, windowIo(http));
  const connected = pages.find(({ profile }) => profile.remoteId === PAGE);
  if (!connected) throw new Error('the Page is missing');
  const context = (more: { readonly clock?: Clock; readonly secrets?: Record<string, string> } = {}) =>
    createTestContext({ ...connected, clock, http, media: { image, strange }, files, ...more });
  /** What two looks at a step in doubt say, with some time between them. */
  const lookTwice = async (job: StoredJob) => [
    await settle(network, job, context().ctx),
    await settle(network, job, context({ clock: settledClock }).ctx),
  ];
  return { network, pages, connected, context, http, lookTwice, goOffline };
}
