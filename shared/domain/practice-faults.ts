import { z } from 'zod';

/** What the practice network does wrong on purpose. */
export const practiceFaults = z.object({
  mode: z.enum([
    'none',
    'rate_limit',
    'server_error',
    'timeout_before_commit',
    'timeout_after_commit',
    'expired_token',
    'offline',
    'slow',
  ]),
  /** How many calls it lasts; null until switched off. */
  calls: z.number().int().min(1).max(10_000).nullable(),
  /** New messages arrive by themselves while the app runs. */
  arrivals: z.boolean(),
});
export type PracticeFaults = z.infer<typeof practiceFaults>;
