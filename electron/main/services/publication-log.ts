import type { TextOrigin } from '@shared/domain/content';
import type { AccountId } from '@shared/domain/ids';
import type { NetworkId } from '@shared/domain/network';
import type { ApprovalRow } from '../db/repositories/approvals';
import type { RemoteRef } from '../networks/network';
import type { TransparencyLog } from '../transparency/log';

type Publication = {
  readonly accountId: AccountId;
  readonly network: NetworkId;
  readonly approval: ApprovalRow;
  readonly origin: TextOrigin;
  readonly remotes: readonly RemoteRef[];
  /** The post, or our message. */
  readonly postId: string;
  readonly draftId: string;
  readonly scheduledFor: number | null;
  readonly sentAt: number;
};

/** The line of the log that says what a network accepted, on whose decision. Returns its sequence number. */
export function logPublication(log: Pick<TransparencyLog, 'append' | 'entry'>, item: Publication): number {
  const { disclosure } = item.approval.content;
  const where = item.remotes.map((remote) => remote.url ?? remote.remoteId).join('\n');
  const content = item.approval.content;
  // The same case as the decision: whoever reads the one finds the others.
  const { decisionSeq } = item.approval;
  const decision = decisionSeq === null ? undefined : log.entry(decisionSeq)?.entry;
  return log.append({
    type: 'publish',
    actor: { kind: 'system', ref: 'publisher' },
    acct: item.accountId,
    net: item.network,
    ref: {
      post: item.postId,
      draft: item.draftId,
      ...(decision && { decision: decision.id }),
      ...(decision?.ref?.request && { request: decision.ref.request }),
      ...(decision?.ref?.response && { response: decision.ref.response }),
      ...(content.kind === 'reply' && {
        thread: content.conversationId,
        ...(content.parentId && { message: content.parentId }),
      }),
    },
    origin: item.origin,
    ...(item.approval.decisionSeq !== null && { approval: item.approval.decisionSeq }),
    final_matches_approval: true,
    disclosure: {
      decision: disclosure.decision,
      basis: disclosure.basis,
      visible: disclosure.decision === 'text',
    },
    ...(item.scheduledFor !== null && { scheduled_for: new Date(item.scheduledFor).toISOString() }),
    sent_at: new Date(item.sentAt).toISOString(),
    slots: {
      ...(where !== '' && { remote_ref: { text: where } }),
      ...(disclosure.text !== undefined &&
        disclosure.decision === 'text' && { disclosure_text: { text: disclosure.text } }),
    },
  }).seq;
}

/** The line that says that something published is gone again. */
export function logReverted(
  log: Pick<TransparencyLog, 'append' | 'subject'>,
  item: {
    readonly accountId: AccountId;
    readonly network: NetworkId;
    readonly postId: string;
    readonly publishSeq: number | null;
  },
): void {
  log.append({
    type: 'publish.reverted',
    actor: { kind: 'human', ref: log.subject('reviewer', 'local') },
    acct: item.accountId,
    net: item.network,
    ref: { post: item.postId },
    cause: 'user',
    ...(item.publishSeq !== null && { publish: item.publishSeq }),
  });
}
