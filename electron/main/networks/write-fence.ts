import type { ErrorInfo } from '@shared/domain/errors';
import type { Approvable } from '@shared/domain/content';
import type { ApprovalId, AttemptId, JobId } from '@shared/domain/ids';
import { toErrorInfo } from '@shared/domain/errors';
import { NetworkError } from './errors';
import type { AccountCtx, Checkpoint, Network, RemoteRef, StepOutput, WriteStep } from './network';

declare const permitBrand: unique symbol;
declare const redeemedBrand: unique symbol;
/** Proof that the attempt row of a write is on disk and, where text leaves, that a person approved it. */
export type WritePermit = { readonly [permitBrand]: true };
/** Proof that a person's one-use approval of exactly these bytes was taken for one job. Made by the approvals service. */
export type RedeemedApproval = { readonly [redeemedBrand]: true; readonly approvalId: ApprovalId };

/** What stands behind a write: text needs an approval, everything else an action of the person on this machine. */
export type Authority =
  | { readonly kind: 'approval'; readonly approvalId: ApprovalId; readonly content: () => Approvable }
  | { readonly kind: 'action' };

type FenceStep = {
  readonly jobId: JobId;
  readonly authority: Authority;
  readonly network: Network;
  readonly step: WriteStep;
  readonly done: Checkpoint;
  readonly ctx: AccountCtx;
  /** Asked when a write that may have been out turned out to be absent: whether it should still be sent. */
  readonly stillWanted: () => boolean;
  /** Saves the result of the step; runs in the transaction that ends the attempt. */
  readonly commit: (result: StepDone) => void;
};
type StepDone = { readonly output: StepOutput; readonly remote?: RemoteRef };

export type FenceOutcome =
  | { readonly state: 'done' }
  /** It is not out, and nobody wants it sent without asking any more. */
  | { readonly state: 'absent' }
  | { readonly state: 'wait'; readonly output: StepOutput; readonly pollAt: number }
  /** It may be out: look (again), never send. `after` says whether sending or looking was not conclusive. */
  | { readonly state: 'unknown'; readonly after: 'send' | 'look'; readonly problem: ErrorInfo };

type AttemptState = 'sending' | 'done' | 'failed' | 'unknown';
type AttemptEnd = {
  readonly state: Exclude<AttemptState, 'sending'>;
  readonly problem?: ErrorInfo;
  readonly remote?: RemoteRef;
};

/** Where attempts are written down. `begin` must be on the disk before it returns when called inside `durable`. */
type AttemptJournal = {
  readonly last: (
    jobId: JobId,
    stepKey: string,
  ) => { readonly id: AttemptId; readonly state: AttemptState } | undefined;
  readonly begin: (attempt: {
    readonly jobId: JobId;
    readonly stepKey: string;
    readonly clientId?: string;
  }) => AttemptId;
  readonly end: (id: AttemptId, end: AttemptEnd) => void;
};

export type FenceDeps = {
  readonly journal: AttemptJournal;
  /** Takes the approval for this job: throws `approval_expired`, `approval_mismatch` or `approval_missing`. */
  readonly redeem: (approvalId: ApprovalId, jobId: JobId, content: Approvable) => RedeemedApproval;
  /** All or nothing, and on the disk when it returns. */
  readonly durable: <T>(fn: () => T) => T;
};

export type WriteFence = { readonly run: (request: FenceStep) => Promise<FenceOutcome> };

/** The only maker of permits. It is not exported: a network can be written to through the fence alone. */
const issuePermit = (_attempt: AttemptId | null, _approval: RedeemedApproval | null): WritePermit =>
  Object.freeze({}) as WritePermit;

/**
 * Nothing is published twice (design.md 3.1). The attempt is on disk before the request; an attempt whose end is
 * not known is looked up on the network and never sent again before the network says that it is absent.
 * Throws what the network threw when nothing was sent.
 */
export function createWriteFence(deps: FenceDeps): WriteFence {
  const { journal, durable } = deps;

  const finish = (id: AttemptId, request: FenceStep, result: StepDone): FenceOutcome => {
    durable(() => {
      journal.end(id, { state: 'done', remote: result.remote });
      request.commit({ output: result.output, remote: result.remote });
    });
    return { state: 'done' };
  };

  /** What became of an attempt that was under way when the connection or the app died. */
  const look = async (id: AttemptId, request: FenceStep): Promise<FenceOutcome | 'absent'> => {
    const { network, step, done, ctx } = request;
    try {
      const found = await network.reconcile(step, done, ctx, issuePermit(id, null));
      if (found.state === 'arrived') return finish(id, request, found);
      if (found.state === 'unknown')
        return { state: 'unknown', after: 'look', problem: { kind: 'ambiguous' } };
    } catch (error) {
      if (couldNotLook(error)) throw new NetworkError(error.info, 'no', { cause: error });
      if (!(error instanceof NetworkError)) throw error;
      return { state: 'unknown', after: 'look', problem: ambiguous(error) };
    }
    durable(() =>
      journal.end(id, { state: 'failed', problem: { kind: 'ambiguous', detail: 'not on the network' } }),
    );
    return 'absent';
  };

  const redeem = ({ authority, jobId }: FenceStep): RedeemedApproval | null =>
    authority.kind === 'approval' ? deps.redeem(authority.approvalId, jobId, authority.content()) : null;

  /** From here on the write may be out. */
  const begin = (request: FenceStep): { readonly id: AttemptId; readonly permit: WritePermit } =>
    durable(() => {
      const approval = redeem(request);
      const { jobId, step } = request;
      const id = journal.begin({ jobId, stepKey: step.key, clientId: step.clientId });
      return { id, permit: issuePermit(id, approval) };
    });

  const send = async (request: FenceStep): Promise<FenceOutcome> => {
    const { network, step, done, ctx } = request;
    const { id, permit } = begin(request);
    try {
      const result = await network.runStep(step, done, ctx, permit);
      if (result.state === 'done') return finish(id, request, result);
      durable(() => journal.end(id, { state: 'failed', problem: { kind: 'media_pending' } }));
      return { state: 'wait', output: result.output, pollAt: result.pollAt };
    } catch (error) {
      if (surelyNotSent(error)) {
        durable(() => journal.end(id, { state: 'failed', problem: toErrorInfo(error) }));
        throw error;
      }
      const problem = ambiguous(error);
      durable(() => journal.end(id, { state: 'unknown', problem }));
      return { state: 'unknown', after: 'send', problem };
    }
  };

  /** Nobody can see what a hidden step does, so it is repeated freely; the approval is needed all the same. */
  const runHidden = async (request: FenceStep): Promise<FenceOutcome> => {
    const { network, step, done, ctx } = request;
    const approval = durable(() => redeem(request));
    try {
      const result = await network.runStep(step, done, ctx, issuePermit(null, approval));
      if (result.state === 'wait') return { state: 'wait', output: result.output, pollAt: result.pollAt };
      durable(() => request.commit(result));
      return { state: 'done' };
    } catch (error) {
      throw error instanceof NetworkError ? repeatable(error) : error;
    }
  };

  return {
    run: async (request) => {
      if (request.step.effect === 'hidden') return runHidden(request);
      const last = journal.last(request.jobId, request.step.key);
      if (last && (last.state === 'sending' || last.state === 'unknown')) {
        const found = await look(last.id, request);
        if (found !== 'absent') return found;
        if (!request.stillWanted()) return { state: 'absent' };
      }
      return send(request);
    },
  };
}

/** A bug in a network's code counts as sent: only a network that says so is believed that nothing left. */
const surelyNotSent = (error: unknown): boolean =>
  error instanceof NetworkError && error.sent === 'no' && error.retry !== 'after_reconcile';

/** The network could not be asked; that says nothing about the write. */
const couldNotLook = (error: unknown): error is NetworkError =>
  error instanceof NetworkError &&
  (error.retry === 'backoff' ||
    error.retry === 'at' ||
    error.retry === 'after_refresh' ||
    error.kind === 'auth_revoked');

const repeatable = (error: NetworkError): NetworkError =>
  error.retry === 'after_reconcile'
    ? new NetworkError({ ...error.info, kind: 'server' }, 'no', { cause: error })
    : new NetworkError(error.info, 'no', { cause: error });

const ambiguous = (error: unknown): ErrorInfo => {
  const info = toErrorInfo(error);
  return { ...info, kind: 'ambiguous', detail: `${info.kind}${info.detail ? `: ${info.detail}` : ''}` };
};
