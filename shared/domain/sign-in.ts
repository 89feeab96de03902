/** Why a sign-in at a network did not come to an end: `params.signIn` of its error. */
export const signInFailures = [
  'timeout',
  'ports',
  'state',
  'denied',
  'refused',
  'replaced',
  'choice',
  'none',
  'other',
] as const;
export type SignInFailure = (typeof signInFailures)[number];
