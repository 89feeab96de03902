import type { GraphErrorRow } from '../graph-errors';

/** What Facebook's codes mean beyond the common table. Source: networks.md 4 and Messenger's list of error codes. */
export const facebookErrors: readonly GraphErrorRow[] = [
  // The Page may not send messages at the moment; the window of 24 hours is over.
  { code: 10, subcodes: [1_893_063, 2_018_278], kind: 'policy_blocked' },
  // The person cannot be written to.
  { code: 551, kind: 'policy_blocked' },
  // Without the review of the app only people with a role on it can be written to.
  { code: 10, subcodes: [2_018_108], kind: 'permission' },
  { code: 10_900, kind: 'duplicate' },
  { code: 1_609_005, kind: 'validation', field: 'options.link' },
  { code: 324, kind: 'media_rejected', field: 'segments.0.media' },
  { code: 352, kind: 'media_rejected', field: 'segments.0.media' },
];

/** What the token endpoint says about an app. */
export const appErrors: readonly GraphErrorRow[] = [
  { code: 1, kind: 'validation', field: 'appSecret' },
  { code: 101, kind: 'validation', field: 'appId' },
];
