import { createHmac } from 'node:crypto';

export type Keys = {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly accessToken: string;
  readonly accessTokenSecret: string;
};

/** RFC 3986: what `encodeURIComponent` leaves alone, too. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

type Once = { readonly nonce: string; readonly seconds: number };

/**
 * The Authorization header of one request (docs.x.com, "Creating a signature"). Of the body only a form would be
 * signed, and none of the endpoints in use takes one.
 */
export function oauth1Header(method: string, address: string, keys: Keys, once: Once): string {
  const url = new URL(address);
  const oauth: Readonly<Record<string, string>> = {
    oauth_consumer_key: keys.consumerKey,
    oauth_nonce: once.nonce,
    oauth_signature_method: 'HMAC-SHA1',
    oauth_timestamp: String(once.seconds),
    oauth_token: keys.accessToken,
    oauth_version: '1.0',
  };
  const params = [...url.searchParams, ...Object.entries(oauth)]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const base = [method, encode(`${url.origin}${url.pathname}`), encode(params)].join('&');
  const key = `${encode(keys.consumerSecret)}&${encode(keys.accessTokenSecret)}`;
  const signature = createHmac('sha1', key).update(base).digest('base64');
  const parts = Object.entries({ ...oauth, oauth_signature: signature });
  return `OAuth ${parts.map(([name, value]) => `${encode(name)}="${encode(value)}"`).join(', ')}`;
}
