import { z } from 'zod';
import { accountId, postId } from '../domain/ids';
import { metricNames, networkId } from '../domain/network';
import { missedPolicy, variantState } from '../domain/states';
import { done, failure, instant, nothing, zone } from './common';
import { method } from './define';
import { variantApproval } from './composer';

/** A post as the calendar draws it. `state` is the one that most needs a person among its variants. */
export const calendarPost = z.object({
  id: postId,
  firstLine: z.string(),
  dueAt: instant.nullable(),
  zone: zone.nullable(),
  state: variantState,
  problem: failure.nullable(),
  accounts: z
    .array(z.object({ id: accountId, network: networkId, handle: z.string(), state: variantState }))
    .readonly(),
  thumbnailUrl: z.string().nullable(),
  origin: z.enum(['human', 'ai']),
  /** What came of it so far, over all accounts; null before there are figures. */
  metrics: z.partialRecord(z.enum(metricNames), z.number()).nullable(),
  movable: z.boolean(),
});
export type CalendarPost = z.infer<typeof calendarPost>;

export const missedPost = z.object({ post: calendarPost, policy: missedPolicy, missedByMs: z.number() });
export type MissedPost = z.infer<typeof missedPost>;

export const calendar = {
  'calendar.range': method(
    z.object({
      from: instant,
      to: instant,
      accountIds: z.array(accountId).optional(),
      states: z.array(variantState).optional(),
    }),
    z.array(calendarPost).readonly(),
  ),
  'calendar.unscheduled': method(nothing, z.array(calendarPost).readonly()),
  'calendar.needsYou': method(nothing, z.array(calendarPost).readonly()),
  /** A scheduled post keeps its approval when only its time changes; an unscheduled one needs `approvals`. */
  'calendar.move': method(
    z.object({ id: postId, dueAt: instant, zone, approvals: z.array(variantApproval).max(60).default([]) }),
    calendarPost,
  ),
  'calendar.missed': method(nothing, z.array(missedPost).readonly()),
  'calendar.decideMissed': method(
    z.object({
      id: postId,
      decision: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('publish_now') }),
        z.object({ kind: z.literal('move'), dueAt: instant, zone }),
        z.object({ kind: z.literal('skip') }),
      ]),
    }),
    done,
  ),
};
