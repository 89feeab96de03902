import { z } from 'zod';

/** States of design.md section 4. */
export const variantState = z.enum([
  'draft',
  'awaiting_approval',
  'scheduled',
  'publishing',
  'published',
  'failed',
  'needs_check',
  'missed',
]);
export type VariantState = z.infer<typeof variantState>;

export const deliveryState = z.enum(['queued', 'sending', 'sent', 'failed', 'needs_check']);
export type DeliveryState = z.infer<typeof deliveryState>;

export const conversationState = z.enum(['open', 'snoozed', 'done']);
export type ConversationState = z.infer<typeof conversationState>;

export const conversationType = z.enum(['mention', 'comment', 'dm']);
export type ConversationType = z.infer<typeof conversationType>;

/** What to do with a post that was due while the app was closed. */
export const missedPolicy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ask') }),
  z.object({ kind: z.literal('publish_if_less_than'), minutes: z.number().int().min(1).max(10_080) }),
  z.object({ kind: z.literal('next_free_slot') }),
  z.object({ kind: z.literal('skip') }),
]);
export type MissedPolicy = z.infer<typeof missedPolicy>;

/** A job: work due at a time, of which the outbox shows what no network has accepted yet. */
export const jobState = z.enum(['queued', 'running', 'waiting', 'done', 'failed', 'unknown', 'discarded']);
export type JobState = z.infer<typeof jobState>;
export const jobKind = z.enum([
  'publish',
  'reply',
  'like',
  'unlike',
  'hide',
  'unhide',
  'delete_message',
  'delete_post',
  'mark_read',
]);
export type JobKind = z.infer<typeof jobKind>;
