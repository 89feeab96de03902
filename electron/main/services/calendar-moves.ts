import { appError } from '@shared/domain/errors';
import type { Capabilities } from '@shared/domain/network';
import { postIssues, publishApprovable } from '@shared/domain/post-approval';
import type { PostId, VariantId } from '@shared/domain/ids';
import type { VariantState } from '@shared/domain/states';
import type { Db } from '../db/open';
import type { MediaRow } from '../db/repositories/media';
import type { PostRepository, PostRow, VariantRow } from '../db/repositories/posts';
import type { Clock, SystemEvents } from '../ports';
import { SEND_NOW_MS, type Approvals, type Minted } from './approvals';
import type { AccountDirectory, Caller, Job, Jobs } from './job-types';
import type { JobService } from './jobs';
import type { PostViews } from './post-views';
import type { Publishing } from './publishing';

type MovesDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly system: SystemEvents;
  readonly posts: PostRepository;
  readonly views: PostViews;
  readonly jobRows: Jobs;
  readonly approvals: Approvals;
  readonly publishing: Publishing;
  readonly jobs: Pick<JobService, 'reschedule'>;
  readonly accounts: AccountDirectory;
  readonly poke: () => void;
};
export type Approved = { readonly variantId: VariantId; readonly approvedHash: string };
export type When = { readonly dueAt: number; readonly zone: string };
export type Moves = ReturnType<typeof createMoves>;

/** A time this little ago still means "now": the press of the button took a moment. */
const PAST_MS = 60_000;
const humanOrigin = { origin: 'human', aiSeq: null } as const;
const plannable: readonly VariantState[] = ['draft', 'awaiting_approval', 'scheduled', 'failed', 'missed'];

/** Putting posts on the calendar, moving them there, and taking them off. */
export function createMoves(deps: MovesDeps) {
  const { db, clock, posts, views, publishing, approvals } = deps;

  const assertFuture = ({ dueAt }: When): void => {
    if (dueAt < clock.now() - PAST_MS)
      throw appError('invalid_input', { field: 'dueAt', detail: 'the time is in the past' });
  };

  /** Mints the approval of one variant and queues it. */
  const plan = (
    post: PostRow,
    variant: VariantRow,
    files: readonly MediaRow[],
    item: Approved,
    at: When & { readonly now: boolean },
    caller: Caller,
  ): Minted => {
    if (!plannable.includes(variant.state)) throw appError('conflict', { params: { state: variant.state } });
    const capabilities = assertPublishable(deps, post, variant, files);
    publishing.release(variant);
    const minted = approvals.mint({
      content: publishApprovable({ ...post, media: files }, variant, capabilities),
      approvedHash: item.approvedHash,
      caller,
      expiresAt: at.now && deps.system.isOnline() ? clock.now() + SEND_NOW_MS : null,
      subjectId: variant.id,
      sessionId: post.id,
      aiSeq: post.aiSeq,
    });
    publishing.enqueue(post, variant, files, minted.approvalId, at.dueAt);
    return minted;
  };

  /** Nothing leaves for a network: no approval is minted and no job made, the person is told at the time. */
  const planReminder = (variant: VariantRow): readonly Minted[] => {
    if (!plannable.includes(variant.state)) throw appError('conflict', { params: { state: variant.state } });
    publishing.release(variant);
    posts.changeVariant(variant.id, { state: 'scheduled', problem: null });
    return [];
  };

  const schedule = (
    id: PostId,
    at: When & { readonly now: boolean },
    approved: readonly Approved[],
    caller: Caller,
  ): void => {
    if (!at.now) assertFuture(at);
    db.durable(() => {
      const post = views.requirePost(id);
      if (post.deletedAt !== null) throw appError('not_found', { field: 'id' });
      const variants = posts.variantsOf([id]);
      const files = views.mediaOf(post, variants);
      const minted = approved.flatMap((item) => {
        const variant = variants.find((row) => row.id === item.variantId);
        if (!variant) throw appError('not_found', { field: 'approvals' });
        if (variant.remind) return planReminder(variant);
        return [plan(post, variant, files, item, at, caller)];
      });
      // One variant with words of the AI is enough to say so of the post.
      const { origin, aiSeq } = minted.find((item) => item.aiSeq !== null) ?? humanOrigin;
      const rest = variants.filter(
        (row) => row.state === 'draft' && approved.every((item) => item.variantId !== row.id),
      );
      rest.forEach((row) => posts.changeVariant(row.id, { state: 'awaiting_approval' }));
      posts.change(id, { dueAt: at.dueAt, zone: at.zone, origin, aiSeq, updatedAt: clock.now() });
      publishing.changed(id);
    });
    // a reminder makes no job that would wake the sweep
    deps.poke();
  };

  /** What was approved and is not on its way gets its new time; the permission is for the bytes, not for the time. */
  const moveVariant = (variant: VariantRow, dueAt: number): void => {
    if (variant.state === 'publishing' || variant.state === 'needs_check')
      throw appError('conflict', { params: { state: variant.state } });
    const job = deps.jobRows.openOfSubject(variant.id).find((item) => item.kind === 'publish');
    if (job && (job.state === 'queued' || job.state === 'waiting')) deps.jobs.reschedule(job, dueAt);
    else if (!job) requeue(variant, dueAt);
  };

  /** Takes up the job of a variant that was set aside, with the permission it still has; false when it has none. */
  const requeue = (variant: VariantRow, dueAt: number): boolean => {
    if (variant.remind && plannable.includes(variant.state)) {
      posts.changeVariant(variant.id, { state: 'scheduled' });
      return true;
    }
    const job = plannable.includes(variant.state) ? standing(variant) : undefined;
    if (job) deps.jobs.reschedule(job, dueAt);
    return job !== undefined;
  };
  const standing = (variant: VariantRow): Job | undefined => {
    const job = deps.jobRows.setAside(variant.id);
    const approval = job?.approvalId ? approvals.get(job.approvalId) : undefined;
    return approval && approval.voidedAt === null ? job : undefined;
  };

  return {
    schedule,
    requeue,
    /** It was approved, and nothing has taken that back. */
    isApproved: (variant: VariantRow): boolean => standing(variant) !== undefined,
    /** Throws `approval_missing` when nothing of the post is approved yet. */
    move: (id: PostId, at: When): void => {
      assertFuture(at);
      db.durable(() => {
        const post = views.requirePost(id);
        const variants = posts.variantsOf([id]);
        const open = variants.filter((item) => item.state !== 'published');
        if (open.length === 0 || (post.dueAt === null && !open.some((item) => item.remind || standing(item))))
          throw appError('approval_missing');
        open.forEach((variant) => moveVariant(variant, at.dueAt));
        posts.change(id, { dueAt: at.dueAt, zone: at.zone, updatedAt: clock.now() });
        publishing.changed(id);
      });
      deps.poke();
    },
    /** Off the calendar: approvals are void, the text stays. */
    unschedule: (id: PostId): void =>
      db.durable(() => {
        for (const variant of posts.variantsOf([id])) {
          if (variant.state === 'published') continue;
          if (variant.state === 'publishing' || variant.state === 'needs_check')
            throw appError('conflict', { params: { state: variant.state } });
          publishing.release(variant);
          posts.changeVariant(variant.id, { state: 'draft', problem: null });
        }
        posts.change(id, { dueAt: null, zone: null, updatedAt: clock.now() });
        publishing.changed(id);
      }),
    /** A missed post goes out now, with the permission it has had all along. */
    publishMissed: (id: PostId): void => {
      db.durable(() => {
        const missed = posts.variantsOf([id]).filter((item) => item.state === 'missed');
        if (missed.length === 0) throw appError('not_found', { field: 'id' });
        const now = clock.now();
        if (!missed.map((variant) => requeue(variant, now)).every(Boolean))
          throw appError('approval_missing');
        posts.change(id, { dueAt: now, updatedAt: now });
        publishing.changed(id);
      });
    },
  };
}

/** Throws the first issue that stands in the way, with its field; gives what the account can do. */
function assertPublishable(
  deps: MovesDeps,
  post: PostRow,
  variant: VariantRow,
  files: readonly MediaRow[],
): Capabilities {
  const account = deps.accounts.get(variant.accountId);
  if (!account) throw appError('not_found', { detail: 'account' });
  const [found] = postIssues({ ...post, media: files }, [variant], () => account.capabilities);
  const issue = found?.issues.find(({ level }) => level === 'error');
  if (issue)
    throw appError('validation', {
      field: issue.field,
      params: { ...issue.params, code: issue.code, account: account.handle },
    });
  return account.capabilities;
}
