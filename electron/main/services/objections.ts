import type { ErrorInfo } from '@shared/domain/errors';
import type { AccountId, MessageId } from '@shared/domain/ids';
import type { Capabilities } from '@shared/domain/network';
import type { AttemptRepository } from '../db/repositories/attempts';
import type { Conversations } from '../db/repositories/conversations';
import type { Messages } from '../db/repositories/messages';
import { NetworkError } from '../networks/errors';
import type { AccountCtx, Network } from '../networks/network';
import type { Clock } from '../ports';
import type { Job } from './job-types';

type ObjectionDeps = {
  readonly clock: Clock;
  readonly messages: Pick<Messages, 'get' | 'findRemote'>;
  readonly conversations: Pick<Conversations, 'ref'>;
  readonly attempts: Pick<AttemptRepository, 'any'>;
  readonly capabilitiesOf: (id: AccountId) => Capabilities | undefined;
  readonly networkOf: (job: Job) => Network;
};

/** A job that starts later than this after its due time had to wait, and the world went on meanwhile. */
const WAITED_MS = 60_000;

/**
 * Why a queued action must not be sent any more. Asked before the first attempt of what had to wait (offline, a rate
 * limit): the reply window must still be open and what it answers must still be there.
 */
export function createObjections(
  deps: ObjectionDeps,
): (job: Job, ctx: AccountCtx) => Promise<ErrorInfo | null> {
  const { clock, messages, conversations } = deps;
  const windowClosed = (job: Job): ErrorInfo | null => {
    const message = messages.get(job.subjectId as MessageId);
    const deadline = message && conversations.ref(message.conversationId)?.replyDeadline;
    return deadline !== null && deadline !== undefined && deadline < clock.now()
      ? { kind: 'policy_blocked', params: { deadline } }
      : null;
  };
  /** A comment may be answered privately for some days after it was written. */
  const privateWindowClosed = ({ accountId, write }: Job): ErrorInfo | null => {
    if (write.kind !== 'reply' || !write.private) return null;
    const window = deps.capabilitiesOf(accountId)?.privateReplyWindowMs;
    const parent = messages.findRemote(accountId, write.parent.remoteId);
    if (window === undefined || !parent || parent.createdAt + window >= clock.now()) return null;
    return { kind: 'policy_blocked', params: { deadline: parent.createdAt + window } };
  };
  const targetGone = async (job: Job, ctx: AccountCtx): Promise<ErrorInfo | null> => {
    const target =
      'parent' in job.write ? job.write.parent : 'target' in job.write ? job.write.target : undefined;
    if (!target || (await exists(deps.networkOf(job), target.remoteId, ctx))) return null;
    return { kind: 'gone' };
  };
  return async (job, ctx) => {
    if (deps.attempts.any(job.id)) return null;
    if (job.kind === 'reply') {
      const closed = windowClosed(job) ?? privateWindowClosed(job);
      if (closed) return closed;
    }
    const waited = clock.now() - job.dueAt > WAITED_MS || job.problem?.kind === 'offline';
    return waited ? targetGone(job, ctx) : null;
  };
}

/** A question about a target never counts as a write that may be out. */
async function exists(network: Network, remoteId: string, ctx: AccountCtx): Promise<boolean> {
  try {
    return await network.exists(remoteId, ctx);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const kind = error.kind === 'ambiguous' ? 'server' : error.kind;
    throw new NetworkError({ ...error.info, kind }, 'no', { cause: error });
  }
}
