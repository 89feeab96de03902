import type { ApprovalId, JobId } from '@shared/domain/ids';
import type { AccountCtx, Network, WriteStep } from '../../../electron/main/networks/network';
import type {
  Authority,
  FenceDeps,
  RedeemedApproval,
  WriteFence,
  WritePermit,
} from '../../../electron/main/networks/write-fence';

/**
 * Compiled with the tests, never run: each line below must stay an error. A permit cannot be written down by hand,
 * and nothing that publishes can be called without one.
 */
declare const network: Network;
declare const step: WriteStep;
declare const ctx: AccountCtx;
declare const fence: WriteFence;
declare const jobId: JobId;
declare const approvalId: ApprovalId;

// @ts-expect-error a permit is missing
export const noPermit = () => network.runStep(step, {}, ctx);
// @ts-expect-error an object is no permit
export const madeUp = () => network.runStep(step, {}, ctx, {});
// @ts-expect-error nor is a look-up without one
export const look = () => network.reconcile(step, {}, ctx);
// @ts-expect-error a permit has a brand that no other file can name
export const permit: WritePermit = { issued: true };
// @ts-expect-error nor can a redeemed approval be written down
export const redeemed: RedeemedApproval = { approvalId };
// @ts-expect-error text needs the approval and the content it was given for
export const authority: Authority = { kind: 'approval', approvalId };
// @ts-expect-error a fence cannot be made with a redeem function that returns nothing
export const open: FenceDeps['redeem'] = () => undefined;
// @ts-expect-error the fence does not run without an authority
export const unapproved = () => fence.run({ jobId, network, step, done: {}, ctx, commit: () => undefined });
