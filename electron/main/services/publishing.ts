import { chosenOptions, effectiveContent, mediaKind, type PostContent } from '@shared/domain/content';
import { disclosedText, disclosureOn } from '@shared/domain/disclosed-text';
import { appError } from '@shared/domain/errors';
import type { ApprovalId, PostId, VariantId } from '@shared/domain/ids';
import type { AppEvent } from '@shared/ipc/events';
import type { Db } from '../db/open';
import type { ApprovalRepository } from '../db/repositories/approvals';
import type { MediaRepository, MediaRow } from '../db/repositories/media';
import type { PostRepository, PostRow, VariantRow } from '../db/repositories/posts';
import type { RemoteRef, Write } from '../networks/network';
import type { Clock } from '../ports';
import type { TransparencyLog } from '../transparency/log';
import type { Approvals } from './approvals';
import type { AccountDirectory, Job, JobEffects, Jobs } from './job-types';
import { summarise } from './job-types';
import type { JobService } from './jobs';
import { logPublication, logReverted } from './publication-log';

type PublishingDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly posts: PostRepository;
  readonly media: MediaRepository;
  readonly jobs: JobService;
  readonly jobRows: Jobs;
  readonly approvals: Approvals;
  readonly approvalRows: ApprovalRepository;
  readonly accounts: AccountDirectory;
  readonly log: Pick<TransparencyLog, 'append' | 'entry' | 'subject'>;
  readonly events: { readonly emit: (event: AppEvent) => void };
};

export type Publishing = ReturnType<typeof createPublishing>;

export const mediaIdsOf = (content: PostContent): PostContent['segments'][number]['mediaIds'] =>
  content.segments.flatMap((part) => part.mediaIds);

/** Posts on their way out: the job of a variant, and what its fate means for the variant. */
export function createPublishing(deps: PublishingDeps) {
  const { db, clock, posts, jobs, jobRows, approvals } = deps;

  const changed = (id: PostId): void =>
    db.afterCommit(() => deps.events.emit({ type: 'posts.changed', ids: [id] }));
  const update = (job: Job, change: Parameters<PostRepository['changeVariant']>[1]): void => {
    const row = posts.variant(job.subjectId as VariantId);
    if (!row) return;
    posts.changeVariant(row.id, change);
    changed(row.postId);
  };
  const accepted = (job: Job): readonly RemoteRef[] => acceptedParts(job);

  const publish: JobEffects = {
    running: (job) => update(job, { state: 'publishing', problem: null }),
    // What is partly out cannot be edited any more; what is not may still be.
    waiting: (job, problem) =>
      update(job, { state: accepted(job).length > 0 ? 'publishing' : 'scheduled', problem }),
    failed: (job, problem) => update(job, { state: 'failed', problem, ...partly(job) }),
    unknown: (job, problem) => update(job, { state: 'needs_check', problem }),
    discarded: (job) =>
      update(
        job,
        accepted(job).length > 0 ? { state: 'failed', ...partly(job) } : { state: 'draft', problem: null },
      ),
    done: (job, remotes) => {
      const row = posts.variant(job.subjectId as VariantId);
      const post = row && posts.get(row.postId);
      const approval = job.approvalId ? deps.approvalRows.get(job.approvalId) : undefined;
      const account = deps.accounts.get(job.accountId);
      if (!row || !post || !approval || !account) return;
      const publishSeq = logPublication(deps.log, {
        accountId: job.accountId,
        network: account.network,
        approval,
        origin: post.origin,
        remotes,
        postId: post.id,
        draftId: row.id,
        scheduledFor: approval.expiresAt === null ? post.dueAt : null,
        sentAt: clock.now(),
      });
      update(job, {
        state: 'published',
        problem: null,
        publishedAt: clock.now(),
        remote: { parts: remotes, publishSeq },
        url: remotes[0]?.url ?? null,
      });
    },
  };

  const published = (job: Job): void => update(job, { state: 'published' });
  const remove: JobEffects = {
    running: () => undefined,
    waiting: (job, problem) => update(job, { problem }),
    failed: (job, problem) => update(job, { problem }),
    unknown: (job, problem) => update(job, { problem }),
    discarded: published,
    done: (job) => {
      const row = posts.variant(job.subjectId as VariantId);
      const account = deps.accounts.get(job.accountId);
      if (!row || !account) return;
      logReverted(deps.log, {
        accountId: row.accountId,
        network: account.network,
        postId: row.postId,
        publishSeq: row.remote && row.remote.publishSeq > 0 ? row.remote.publishSeq : null,
      });
      update(job, {
        state: 'draft',
        problem: null,
        publishedAt: null,
        remote: null,
        url: null,
        metrics: null,
      });
    },
  };
  jobs.onSettled(['publish'], publish);
  jobs.onSettled(['delete_post'], remove);

  /**
   * Takes the variant back from the queue so that it can be changed or planned anew. Throws `conflict` when it is
   * on its way, partly out, or when nobody knows.
   */
  const release = (variant: VariantRow, options: { readonly keepApproval?: boolean } = {}): void => {
    if (variant.state === 'published') throw conflict('published');
    if (variant.remote) throw conflict('partly_published');
    for (const job of jobRows.openOfSubject(variant.id)) {
      if (job.state === 'running' || job.state === 'unknown') throw conflict(job.state);
      if (accepted(job).length > 0) throw conflict('partly_published');
      jobs.discard(job, { ...options, silent: true });
    }
    if (options.keepApproval) return;
    const setAside = jobRows.setAside(variant.id)?.approvalId;
    if (setAside) approvals.void([setAside]);
  };

  return {
    release,
    /** Queues the variant with its approval. In the caller's transaction. */
    enqueue: (
      post: PostRow,
      variant: VariantRow,
      files: readonly MediaRow[],
      approvalId: ApprovalId,
      dueAt: number,
    ): Job => {
      const capabilities = deps.accounts.get(variant.accountId)?.capabilities;
      if (!capabilities) throw appError('not_found', { detail: 'account' });
      const declared = disclosureOn(post.disclosure, capabilities);
      const write = writeOf({ ...post, disclosure: declared }, variant, files);
      const job = jobs.enqueue({
        accountId: variant.accountId,
        kind: 'publish',
        subjectId: variant.id,
        lane: `variant:${variant.id}`,
        dueAt,
        write,
        approvalId,
        summary: summarise(write.segments[0]?.text ?? ''),
      });
      posts.changeVariant(variant.id, { state: 'scheduled', problem: null });
      changed(post.id);
      return job;
    },
    /** Deletes what was published, last part first, so that a thread never loses what it hangs on. */
    enqueueDelete: (variant: VariantRow): Job => {
      if (!variant.remote || variant.remote.parts.length === 0)
        throw appError('not_found', { detail: 'nothing published' });
      if (jobRows.openOfSubject(variant.id).some((job) => job.state === 'running')) throw conflict('running');
      for (const job of jobRows.openOfSubject(variant.id)) jobs.discard(job, { silent: true });
      return jobs.enqueue({
        accountId: variant.accountId,
        kind: 'delete_post',
        subjectId: variant.id,
        lane: `variant:${variant.id}`,
        dueAt: clock.now(),
        write: { kind: 'delete', remoteIds: variant.remote.parts.map((part) => part.remoteId).reverse() },
        summary: summarise(variant.url ?? ''),
      });
    },
    changed,
  };
}

const conflict = (why: string) => appError('conflict', { params: { why } });

/** Parts of a thread that the network has accepted so far. */
export function acceptedParts(job: Job): readonly RemoteRef[] {
  return job.plan.flatMap((step) => {
    const saved = job.progress.steps[step.key];
    return step.effect === 'visible' && saved?.state === 'done' && saved.remote ? [saved.remote] : [];
  });
}
function partly(job: Job): {
  readonly remote?: { readonly parts: readonly RemoteRef[]; readonly publishSeq: number };
} {
  const parts = acceptedParts(job);
  return parts.length > 0 ? { remote: { parts, publishSeq: 0 } } : {};
}

/** Exactly what leaves for one account. */
function writeOf(
  post: PostRow,
  variant: VariantRow,
  files: readonly MediaRow[],
): Extract<Write, { kind: 'publish' }> {
  const content = effectiveContent(post.base, variant.override);
  const byId = new Map(files.map((file) => [file.id, file]));
  return {
    kind: 'publish',
    segments: content.segments.map((part, index) => ({
      text: index === 0 ? disclosedText(part.text, post.disclosure) : part.text,
      media: part.mediaIds.flatMap((id) => {
        const file = byId.get(id);
        return file ? [{ mediaId: file.id, alt: file.alt, kind: mediaKind(file.mime) }] : [];
      }),
    })),
    ...(content.lang !== undefined && { lang: content.lang }),
    ...(content.quoteUrl !== undefined && { quoteUrl: content.quoteUrl }),
    options: chosenOptions(variant.options),
    ...(post.disclosure.decision === 'flag' && { declareAi: true }),
  };
}
