/** Every host that Instagram support talks to. */
export type InstagramEndpoints = {
  /** Where the person signs in with Instagram. */
  readonly authorize: string;
  /** Where the sign-in window is sent back to: any address over https will do, it is never loaded. */
  readonly redirect: string;
  /** Where the code becomes a token for an hour. */
  readonly token: string;
  /** The API with Instagram Login. */
  readonly graph: string;
  /** The API with Facebook Login. */
  readonly facebookGraph: string;
  readonly facebookDialog: string;
  /** Where Facebook sends an embedded browser after its sign-in. */
  readonly facebookRedirect: string;
  /** Takes the bytes of a video (Facebook Login only). */
  readonly upload: string;
  readonly web: string;
};

export const instagramEndpoints: InstagramEndpoints = {
  authorize: 'https://www.instagram.com/oauth/authorize',
  redirect: 'https://localhost/candor/callback',
  token: 'https://api.instagram.com/oauth/access_token',
  graph: 'https://graph.instagram.com',
  facebookGraph: 'https://graph.facebook.com',
  facebookDialog: 'https://www.facebook.com',
  facebookRedirect: 'https://www.facebook.com/connect/login_success.html',
  upload: 'https://rupload.facebook.com/ig-api-upload',
  web: 'https://www.instagram.com',
};
