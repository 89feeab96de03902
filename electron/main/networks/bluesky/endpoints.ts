/** Every host that Bluesky support talks to by itself. The account's own server comes from its identity. */
export type BlueskyEndpoints = {
  /** Where accounts without a server of their own sign in. */
  readonly entryway: string;
  /** Servers behind the entryway, which sign nobody in themselves. */
  readonly entrywayServers: string;
  /** Appended to a name without a dot. */
  readonly handleDomain: string;
  readonly handleResolver: string;
  readonly plcDirectory: string;
  readonly chatDid: string;
  readonly web: string;
};

export const defaultEndpoints: BlueskyEndpoints = {
  entryway: 'https://bsky.social',
  entrywayServers: '.host.bsky.network',
  handleDomain: 'bsky.social',
  handleResolver: 'https://public.api.bsky.app',
  plcDirectory: 'https://plc.directory',
  chatDid: 'did:web:api.bsky.chat',
  web: 'https://bsky.app',
};
