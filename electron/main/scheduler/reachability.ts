/** Services on this machine (a practice account, a server under test) work while the system is offline. */
export function worksWithoutInternet(serviceUrl: string): boolean {
  if (!URL.canParse(serviceUrl)) return true;
  const { protocol, hostname } = new URL(serviceUrl);
  if (protocol !== 'http:' && protocol !== 'https:') return true;
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
