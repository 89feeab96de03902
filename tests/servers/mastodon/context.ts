/** Candor connected to a stub, for the test files about Mastodon. */
import { createMastodonNetwork } from '../../../electron/main/networks/mastodon/index';
import { NetworkError } from '../../../electron/main/networks/errors';
import type { BrowserSignIn, ConnectIo, MediaBytes } from '../../../electron/main/networks/network';
import { createTestContext, only, signInIo, type TestContext } from '../../networks/context';
import { patientClock } from '../../networks/patient-clock';
import { startMastodonStub, type MastodonStub } from './stub';

export const network = createMastodonNetwork();
const clock = patientClock();

const image: MediaBytes = { bytes: Buffer.from([137, 80, 78, 71]), mime: 'image/png', width: 1, height: 1 };
const video = (bytes: Uint8Array) => ({ bytes, mime: 'video/mp4', width: 16, height: 9, seconds: 2 });

export type Opened = { readonly stub: MastodonStub; readonly test: TestContext };

/** With the capabilities that the server told, as the app keeps them. */
export async function openMastodon(scopes = 'read write'): Promise<Opened> {
  const stub = await startMastodonStub();
  stub.onHold(clock.runOut);
  const fields = { service: stub.url, token: stub.tokenFor(scopes) };
  const connected = only(await network.connect('access-token', fields, signInIo(fetch, clock)));
  const files = {
    clip: video(Buffer.alloc(9 * 1024 * 1024, 'frame ')),
    broken: video(Buffer.from('broken')),
    avi: { ...video(Buffer.from('x')), mime: 'video/x-msvideo' },
  };
  const options = { ...connected, clock, media: { image }, files };
  const { capabilities } = await network.check(createTestContext(options).ctx);
  return { stub, test: createTestContext({ ...options, capabilities }) };
}

export const errorOf = async (work: Promise<unknown>): Promise<NetworkError> => {
  const error: unknown = await work.then(
    () => new Error('it went through'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof NetworkError) return error;
  throw error;
};

export const thrownBy = (work: () => unknown): NetworkError => {
  try {
    work();
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

type Person = { readonly answer?: 'allow' | 'deny'; readonly port?: number };

/** A person in a browser: opens the page that Candor asks for, and presses one of its two buttons. */
export function personIn({ answer = 'allow', port = 47821 }: Person = {}) {
  const pages: URL[] = [];
  const verifier = 'a-verifier-that-only-this-sign-in-knows-and-nobody-else';
  const authorizeInBrowser = async ({ url, host }: BrowserSignIn) => {
    const redirectUri = `http://${host}:${port}/candor/callback`;
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
    const challenge = Buffer.from(digest).toString('base64url');
    const page = new URL(await url({ redirectUri, state: 'the-state', challenge }));
    pages.push(page);
    const shown = await fetch(page);
    if (!shown.ok) throw new Error(`the browser shows ${shown.status} ${await shown.text()}`);
    const inputs = (await shown.text()).matchAll(/name="([^"]+)" value="([^"]*)">/g);
    const form = new URLSearchParams([...inputs].map(([, name, value]) => [name!, decoded(value!)]));
    form.set('answer', answer);
    const sent = await fetch(new URL('/oauth/authorize', page), {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    const back = new URL(sent.headers.get('location') ?? '');
    if (back.searchParams.get('state') !== 'the-state') throw new Error('another state came back');
    const code = back.searchParams.get('code');
    if (code === null) throw new NetworkError({ kind: 'cancelled', detail: 'access_denied' }, 'no');
    return { code, redirectUri, verifier };
  };
  const io: ConnectIo = { ...signInIo(fetch, clock), authorizeInBrowser };
  return { io, pages, verifier };
}

const decoded = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
