const THIS_DEVICE: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** https, or plain http on this device; never with a name and password in the address. */
export function isSignInPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && THIS_DEVICE.has(url.hostname));
}

/** Whether a page goes to the redirect address of a sign-in: the same origin and path, whatever the query. */
export function isRedirect(address: string, redirectUri: string): boolean {
  if (!URL.canParse(address) || !URL.canParse(redirectUri)) return false;
  const [to, expected] = [new URL(address), new URL(redirectUri)];
  return to.origin === expected.origin && to.pathname === expected.pathname && to.origin !== 'null';
}
