import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SignInPart } from '@shared/ipc/accounts';
import { createSignIn, SIGN_IN_MS, type SignIn } from '../../../electron/main/services/sign-in/sign-in';
import { createManualClock, createSignInPages, type FakeSignInPages } from '../../fakes/ports';

let pages: FakeSignInPages;
let clock: ReturnType<typeof createManualClock>;
let signIn: SignIn;
let parts: SignInPart[];
beforeEach(() => {
  pages = createSignInPages();
  clock = createManualClock();
  signIn = createSignIn({ clock, pages, redirectPorts: [0] });
  parts = [];
});

const WINDOW_REDIRECT = 'https://network.example/connect/login_success.html';
type Parts = { readonly redirectUri: string; readonly state: string; readonly challenge: string };
const pageUrl = (given: Parts): string =>
  `https://network.example/authorize?${new URLSearchParams({ client_id: 'app', ...given }).toString()}`;
const ways = (signal: AbortSignal = new AbortController().signal) =>
  signIn.doors({ signal, part: (part) => void parts.push(part) });
const browser = (signal?: AbortSignal) =>
  ways(signal).authorizeInBrowser({ url: pageUrl, host: '127.0.0.1' });
const inWindow = (signal?: AbortSignal) =>
  ways(signal).authorizeInWindow({ url: pageUrl, redirectUri: WINDOW_REDIRECT });
const back = (page: URL, query: Readonly<Record<string, string>>): string =>
  `${page.searchParams.get('redirectUri')}?${new URLSearchParams(query).toString()}`;
const stateOf = (page: URL): string => page.searchParams.get('state') ?? '';
const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'signed in',
    (thrown: { info: { kind: string; params?: { signIn?: string } } }) =>
      thrown.info.params?.signIn ?? thrown.info.kind,
  );

describe('signing in with the browser', () => {
  it('opens the page of the network and comes back with the code and what proves that it is ours', async () => {
    const signedIn = browser();
    const page = await pages.nextPage();
    await fetch(back(page, { code: 'c0de', state: stateOf(page) }));
    const { code, redirectUri, verifier } = await signedIn;
    expect(code).toBe('c0de');
    expect(redirectUri).toBe(page.searchParams.get('redirectUri'));
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(
      page.searchParams.get('challenge'),
    );
    expect(page.href).not.toContain(verifier);
    expect(parts.map(({ kind }) => kind)).toEqual(['waiting_for_browser', 'checking']);
    expect(clock.pending()).toBe(0);
  });

  it('uses another state and another verifier each time, with 256 bits in each', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 2; round += 1) {
      const signedIn = browser();
      const page = await pages.nextPage();
      await fetch(back(page, { code: 'c', state: stateOf(page) }));
      const { verifier } = await signedIn;
      for (const secret of [stateOf(page), verifier]) {
        expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
        seen.add(secret);
      }
    }
    expect(seen.size).toBe(4);
  });

  it('ends after five minutes without an answer, and listens no longer', async () => {
    const reason = reasonOf(browser());
    const page = await pages.nextPage();
    clock.advance(SIGN_IN_MS - 1);
    expect((await fetch(back(page, { code: 'c', state: 'foreign' }))).status).toBe(400);
    clock.advance(1);
    expect(await reason).toBe('timeout');
    await expect(fetch(back(page, { code: 'c', state: stateOf(page) }))).rejects.toThrow();
  });

  it('ends at once when the person cancels, and listens no longer', async () => {
    const control = new AbortController();
    const reason = reasonOf(browser(control.signal));
    const page = await pages.nextPage();
    control.abort();
    expect(await reason).toBe('cancelled');
    await expect(fetch(back(page, { code: 'c', state: stateOf(page) }))).rejects.toThrow();
    expect(clock.pending()).toBe(0);
  });

  it('opens nothing when it was cancelled before it began', async () => {
    expect(await reasonOf(browser(AbortSignal.abort()))).toBe('cancelled');
    expect(pages.opened).toEqual([]);
  });

  it('is ended by a second one, which goes on', async () => {
    const first = reasonOf(browser());
    const firstPage = await pages.nextPage();
    const second = browser();
    const page = await pages.nextPage();
    expect(await first).toBe('replaced');
    await expect(fetch(back(firstPage, { code: 'c', state: stateOf(firstPage) }))).rejects.toThrow();
    await fetch(back(page, { code: 'second', state: stateOf(page) }));
    expect((await second).code).toBe('second');
  });

  it('opens the same page again for a person who closed it, as long as it waits', async () => {
    const signedIn = browser();
    const page = await pages.nextPage();
    await signIn.openAgain();
    expect((await pages.nextPage()).href).toBe(page.href);
    await fetch(back(page, { code: 'c', state: stateOf(page) }));
    await signedIn;
    await signIn.openAgain();
    expect(pages.opened).toHaveLength(2);
  });

  it('passes on why the page of the network cannot be made, and listens no longer', async () => {
    let redirect = '';
    const request = ways().authorizeInBrowser({
      host: '127.0.0.1',
      url: ({ redirectUri }) => {
        redirect = redirectUri;
        return Promise.reject(new Error('the server does not answer'));
      },
    });
    await expect(request).rejects.toThrow('the server does not answer');
    await expect(fetch(redirect)).rejects.toThrow();
    expect([pages.opened.length, clock.pending()]).toEqual([0, 0]);
  });
});

describe('signing in with a window', () => {
  it('comes back with the code from the address that the network goes to', async () => {
    const signedIn = inWindow();
    const page = await pages.nextPage();
    pages.goTo(back(page, { code: 'c0de', state: stateOf(page) }));
    expect(await signedIn).toMatchObject({ code: 'c0de', redirectUri: WINDOW_REDIRECT });
    expect(parts.map(({ kind }) => kind)).toEqual(['waiting_for_window', 'checking']);
  });

  it('takes no code that comes with another state', async () => {
    const reason = reasonOf(inWindow());
    const page = await pages.nextPage();
    pages.goTo(back(page, { code: 'stolen', state: 'other' }));
    expect(await reason).toBe('state');
  });

  it('tells when the person refused at the network', async () => {
    const reason = reasonOf(inWindow());
    const page = await pages.nextPage();
    pages.goTo(back(page, { error: 'access_denied', error_reason: 'user_denied', state: stateOf(page) }));
    expect(await reason).toBe('denied');
  });

  it('is cancelled when the person closes it, by the caller, and after five minutes', async () => {
    const closed = reasonOf(inWindow());
    await pages.nextPage();
    pages.closeWindow();
    expect(await closed).toBe('cancelled');

    const control = new AbortController();
    const cancelled = reasonOf(inWindow(control.signal));
    await pages.nextPage();
    control.abort();
    expect(await cancelled).toBe('cancelled');

    const late = reasonOf(inWindow());
    await pages.nextPage();
    clock.advance(SIGN_IN_MS);
    expect(await late).toBe('timeout');
  });
});
