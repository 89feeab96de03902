/** Every host that X support talks to. */
export type XEndpoints = {
  readonly api: string;
  /** The page where a person allows the app. */
  readonly authorize: string;
  /** Where profiles and posts are shown. */
  readonly web: string;
};

export const xEndpoints: XEndpoints = {
  api: 'https://api.x.com',
  authorize: 'https://x.com/i/oauth2/authorize',
  web: 'https://x.com',
};
