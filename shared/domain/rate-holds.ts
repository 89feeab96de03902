/**
 * Networks name what they count; the beginning of the name says what waits while it is used up: `read…` the polling,
 * `write…` whatever the account sends. Other limits stop only what they are about.
 */
type Held = 'read' | 'write';

type Rate = { readonly bucket: string; readonly remaining: number; readonly resetAt: number };

/** Until when (UTC ms) what begins with `held` has to wait; 0: it need not. */
export const heldUntil = (rates: readonly Rate[], held: Held): number =>
  rates
    .filter(({ bucket, remaining }) => bucket.startsWith(held) && remaining <= 0)
    .reduce((latest, { resetAt }) => Math.max(latest, resetAt), 0);
