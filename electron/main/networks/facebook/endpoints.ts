/** Every host that Facebook support talks to. */
export type FacebookEndpoints = {
  readonly graph: string;
  /** Takes the parts of a video; the same API under another name. */
  readonly video: string;
  /** Takes reels. */
  readonly upload: string;
  /** Where people sign in, and where posts are looked at. */
  readonly web: string;
  /** Meta's own page for programs that watch the address of a sign-in window. */
  readonly redirect: string;
};

export const facebookEndpoints: FacebookEndpoints = {
  graph: 'https://graph.facebook.com',
  video: 'https://graph-video.facebook.com',
  upload: 'https://rupload.facebook.com',
  web: 'https://www.facebook.com',
  redirect: 'https://www.facebook.com/connect/login_success.html',
};
