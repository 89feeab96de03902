/** A person at the consent page, without a browser: reads the form and presses one of its buttons. */
import type { Authorized, ConnectIo, WindowSignIn } from '../../../electron/main/networks/network';
import type { Clock } from '../../../electron/main/ports';

type Press = 'allow' | 'deny';

/** The window that a sign-in opens; closes when it is sent to the redirect address, as the app's own does. */
export function windowOf(press: Press = 'allow') {
  const opened: URL[] = [];
  const authorizeInWindow = async ({ url, redirectUri }: WindowSignIn): Promise<Authorized> => {
    const state = 'state-7c1d0a';
    const address = url({ redirectUri, state, challenge: 'challenge' });
    opened.push(new URL(address));
    const page = await fetch(address);
    const text = await page.text();
    if (!page.ok) throw new Error(text);
    const action = /<form method="post" action="([^"]+)"/.exec(text)?.[1] ?? '';
    const fields = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
    const form = new URLSearchParams(fields.map(([, name = '', value = '']) => [plain(name), plain(value)]));
    form.set('answer', press);
    const sent = await fetch(new URL(action, address), { method: 'POST', body: form, redirect: 'manual' });
    const back = new URL(sent.headers.get('location') ?? '');
    if (`${back.origin}${back.pathname}` !== redirectUri) throw new Error(`sent to ${back.href}`);
    if (back.searchParams.get('state') !== state) throw new Error('another state came back');
    const code = back.searchParams.get('code');
    if (code === null) throw new Error(back.searchParams.get('error') ?? 'no code');
    return { code, redirectUri, verifier: 'verifier' };
  };
  return { opened, authorizeInWindow };
}

const plain = (text: string): string =>
  text.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));

export const ioWith = (clock: Clock, authorizeInWindow: ConnectIo['authorizeInWindow']): ConnectIo => ({
  http: fetch,
  clock,
  signal: new AbortController().signal,
  authorizeInBrowser: () => Promise.reject(new Error('no browser was expected')),
  authorizeInWindow,
});
