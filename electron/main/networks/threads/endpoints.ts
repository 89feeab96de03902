/** Every host that Threads support talks to. */
export type ThreadsEndpoints = {
  /** Where the person signs in. */
  readonly authorize: string;
  /** Where the sign-in window is sent back to: any address over https will do, it is never loaded. */
  readonly redirect: string;
  readonly graph: string;
  readonly web: string;
};

export const threadsEndpoints: ThreadsEndpoints = {
  authorize: 'https://threads.com/oauth/authorize',
  redirect: 'https://localhost/candor/callback',
  graph: 'https://graph.threads.net',
  web: 'https://www.threads.com',
};
