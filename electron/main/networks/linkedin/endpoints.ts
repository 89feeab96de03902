/** Every host that LinkedIn support talks to by itself. Upload addresses come from LinkedIn's own answers. */
export type LinkedinEndpoints = {
  /** Where the person signs in and codes become tokens. */
  readonly oauth: string;
  readonly api: string;
  readonly web: string;
};

export const linkedinEndpoints: LinkedinEndpoints = {
  oauth: 'https://www.linkedin.com/oauth/v2',
  api: 'https://api.linkedin.com',
  web: 'https://www.linkedin.com',
};
