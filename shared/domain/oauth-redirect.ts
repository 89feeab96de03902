/**
 * Where a sign-in in the browser comes back to: several ports, because another program may have one of them. Networks
 * that compare the address to the letter need all of them entered in their developer console.
 */
export const redirectPorts = [47821, 47822, 47823] as const;
export const redirectPath = '/candor/callback';

export const redirectUri = (host: '127.0.0.1' | 'localhost', port: number): string =>
  `http://${host}:${port}${redirectPath}`;
export const redirectUris = (host: '127.0.0.1' | 'localhost'): readonly string[] =>
  redirectPorts.map((port) => redirectUri(host, port));
