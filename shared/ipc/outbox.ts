import { z } from 'zod';
import { accountId, conversationId, jobId, postId } from '../domain/ids';
import { networkId } from '../domain/network';
import { jobKind, jobState } from '../domain/states';
import { done, failure, instant, nothing } from './common';
import { method } from './define';

export const outboxItem = z.object({
  id: jobId,
  accountId,
  network: networkId,
  handle: z.string(),
  kind: jobKind,
  state: jobState,
  /** What it would send, shortened for a list. */
  summary: z.string(),
  problem: failure.nullable(),
  dueAt: instant,
  nextTryAt: instant.nullable(),
  tries: z.number().int(),
  postId: postId.nullable(),
  conversationId: conversationId.nullable(),
  /** Where the person can look whether an unknown write arrived. */
  accountUrl: z.string().nullable(),
  createdAt: instant,
});
export type OutboxItem = z.infer<typeof outboxItem>;

export const outbox = {
  'outbox.list': method(nothing, z.array(outboxItem).readonly()),
  'outbox.retry': method(z.object({ id: jobId }), done),
  'outbox.discard': method(z.object({ id: jobId }), done),
  /** The person looked: what may have been sent is there. */
  'outbox.confirmSent': method(z.object({ id: jobId }), done),
  /** The person looked: it is not there. Sends again with the same client ids. */
  'outbox.sendAgain': method(z.object({ id: jobId }), done),
};
