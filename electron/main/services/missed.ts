import { defaultSlots, nextFreeSlot, type Slot } from '@shared/domain/slots';
import type { VariantId } from '@shared/domain/ids';
import type { MissedPolicy } from '@shared/domain/states';
import type { Db } from '../db/open';
import type { PostRepository, PostRow, VariantRow } from '../db/repositories/posts';
import type { Clock, Logger } from '../ports';
import type { Approvals } from './approvals';
import type { Job, Jobs } from './job-types';
import type { JobService } from './jobs';
import { acceptedParts, type Publishing } from './publishing';

type MissedDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly posts: PostRepository;
  readonly jobs: JobService;
  readonly jobRows: Jobs;
  readonly approvals: Approvals;
  readonly publishing: Publishing;
  /**
   * Whether the account could start something now. While it cannot (no connection, paused) nothing is decided: how
   * late a post is shows when it can; what waits behind another write of its account is not missed.
   */
  readonly canStart: (job: Job) => boolean;
  /** When the app last came to life: its start, or its return from sleep. */
  readonly awakeSince: () => number;
  /** Until when the account's rate limit holds it: a post that waits for that is not missed either. */
  readonly heldUntil: (job: Job) => number;
};

/** Later than this is missed; up to this, timers and a slow start are at fault. */
const LATE_MS = 60_000;
const MINUTE_MS = 60_000;

/** What a policy does with a post that is `lateMs` late. Pure. */
type MissedVerdict =
  | { readonly kind: 'ask' }
  | { readonly kind: 'publish' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'move'; readonly to: number };

function missedVerdict(
  policy: MissedPolicy,
  lateMs: number,
  queue: {
    readonly slots: readonly Slot[];
    readonly taken: readonly number[];
    readonly now: number;
    readonly zone: string;
  },
): MissedVerdict {
  switch (policy.kind) {
    case 'ask':
      return { kind: 'ask' };
    case 'publish_if_less_than':
      return lateMs < policy.minutes * MINUTE_MS ? { kind: 'publish' } : { kind: 'ask' };
    case 'skip':
      return { kind: 'skip' };
    case 'next_free_slot': {
      const to = nextFreeSlot(queue.slots, queue.taken, queue.now, queue.zone);
      return to === null ? { kind: 'ask' } : { kind: 'move', to };
    }
  }
}

/** Posts that were due while the app was closed, the machine slept, or the account could not be reached. */
export function createMissed(deps: MissedDeps) {
  const { db, clock, posts, jobs, jobRows, publishing } = deps;

  const apply = (
    post: PostRow,
    late: readonly { readonly job: Job; readonly variant: VariantRow }[],
  ): void => {
    const zone = post.zone ?? 'UTC';
    const dueAt = Math.min(...late.map(({ job }) => job.dueAt));
    const accounts = late.map(({ variant }) => variant.accountId);
    const taken = posts.takenTimes(accounts, clock.now(), post.id);
    const queue = { slots: defaultSlots, taken, now: clock.now(), zone };
    const verdict = missedVerdict(post.missedPolicy, clock.now() - dueAt, queue);
    switch (verdict.kind) {
      case 'publish':
        return late.forEach(({ job }) => jobs.reschedule(job, clock.now()));
      case 'move':
        late.forEach(({ job }) => jobs.reschedule(job, verdict.to));
        return posts.change(post.id, { dueAt: verdict.to, zone });
      case 'ask':
        return late.forEach(({ job, variant }) => {
          jobs.discard(job, { keepApproval: true, silent: true });
          posts.changeVariant(variant.id, { state: 'missed', problem: null });
        });
      case 'skip':
        late.forEach(({ variant }) => {
          publishing.release(variant);
          posts.changeVariant(variant.id, { state: 'draft', problem: null });
        });
        return posts.change(post.id, { dueAt: null, zone: null });
    }
  };

  return {
    /**
     * False for a post that turned out not to be there after all, and whose time passed while nobody could look: its
     * policy decides, as for one that was never tried.
     */
    stillWanted: (job: Job): boolean =>
      job.kind !== 'publish' || acceptedParts(job).length > 0 || job.dueAt >= deps.awakeSince() - LATE_MS,
    /** Before anything due is run: what is late without a try goes where the policy of its post says. */
    sort: (): void => {
      const now = clock.now();
      const overdue = jobRows.late({ untried: now - LATE_MS, tried: deps.awakeSince() - LATE_MS });
      const held = overdue.filter((job) => deps.heldUntil(job) > now);
      held.forEach(
        (job) => job.state === 'queued' && jobRows.change(job.id, { nextTryAt: deps.heldUntil(job) }),
      );
      const late = overdue.filter((job) => !held.includes(job) && deps.canStart(job));
      const byPost = new Map<PostRow['id'], { job: Job; variant: VariantRow }[]>();
      for (const job of late) {
        const variant = posts.variant(job.subjectId as VariantId);
        if (!variant) continue;
        byPost.set(variant.postId, [...(byPost.get(variant.postId) ?? []), { job, variant }]);
      }
      for (const [id, items] of byPost) {
        const post = posts.get(id);
        if (!post) continue;
        db.durable(() => apply(post, items));
        publishing.changed(id);
        deps.log.info('a post was due while it could not be published', {
          post: id,
          policy: post.missedPolicy.kind,
        });
      }
    },
  };
}
