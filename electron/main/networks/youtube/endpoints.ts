/** Every host that YouTube support talks to by itself. Addresses of uploads come from YouTube's own answers. */
export type YoutubeEndpoints = {
  /** Google's consent page. */
  readonly consent: string;
  readonly token: string;
  readonly api: string;
  readonly upload: string;
  readonly web: string;
};

export const youtubeEndpoints: YoutubeEndpoints = {
  consent: 'https://accounts.google.com/o/oauth2/v2/auth',
  token: 'https://oauth2.googleapis.com/token',
  api: 'https://www.googleapis.com/youtube/v3',
  upload: 'https://www.googleapis.com/upload/youtube/v3',
  web: 'https://www.youtube.com',
};
