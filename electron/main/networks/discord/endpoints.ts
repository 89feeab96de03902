/** Every host that Discord support talks to or links to. */
export type DiscordEndpoints = {
  /** With the version: what follows is the path of the published specification. */
  readonly api: string;
  readonly web: string;
  /** Pictures of people and servers. */
  readonly cdn: string;
  /** The gateway is at this host or one below it, by this protocol; Discord says at which. */
  readonly gateway: string;
};

export const discordEndpoints: DiscordEndpoints = {
  api: 'https://discord.com/api/v10',
  web: 'https://discord.com',
  cdn: 'https://cdn.discordapp.com',
  gateway: 'wss://discord.gg',
};
