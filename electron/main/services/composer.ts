import { canonical, effectiveContent, emptyContent, noDisclosure } from '@shared/domain/content';
import { appError } from '@shared/domain/errors';
import { uuidv7, type PostId, type VariantId } from '@shared/domain/ids';
import type { Output, ParsedInput } from '@shared/ipc/contract';
import type { Media, Post } from '@shared/ipc/composer';
import type { Settings } from '@shared/ipc/settings';
import type { Db } from '../db/open';
import type { MediaRepository } from '../db/repositories/media';
import type { PostChange, PostRepository, PostRow, VariantRow } from '../db/repositories/posts';
import type { Clock, ShellControls } from '../ports';
import type { DraftSource } from './approvals';
import type { Moves } from './calendar-moves';
import type { Caller } from './job-types';
import { createMediaIntake } from './media-intake';
import { toMedia, type MediaStore } from './media-store';
import type { PostViews } from './post-views';
import type { Publishing } from './publishing';

type ComposerDeps = {
  readonly db: Db;
  readonly clock: Clock;
  readonly posts: PostRepository;
  readonly mediaRows: MediaRepository;
  readonly media: MediaStore;
  readonly views: PostViews;
  readonly moves: Moves;
  readonly publishing: Publishing;
  readonly drafts: Pick<DraftSource, 'byId'>;
  readonly settings: { readonly get: () => Settings };
  readonly chooseFiles: ShellControls['chooseFiles'];
};

const pickWanted = ({ accountId, override, options, remind }: VariantRow): WantedVariant => ({
  accountId,
  override,
  options,
  remind,
});
type WantedVariant = Pick<VariantRow, 'accountId' | 'override' | 'options' | 'remind'>;

const mayHoldApproval: readonly VariantRow['state'][] = [
  'scheduled',
  'missed',
  'awaiting_approval',
  'failed',
];

export function createComposer(deps: ComposerDeps) {
  const { db, clock, posts, views, moves, publishing } = deps;

  const addVariant = (postId: PostId, wanted: WantedVariant): void =>
    posts.insertVariant({ ...wanted, id: uuidv7<VariantId>(clock.now()), postId, state: 'draft' });

  const insert = (
    row: Pick<PostRow, 'base' | 'dueAt' | 'zone' | 'missedPolicy' | 'disclosure' | 'origin' | 'aiSeq'>,
  ): PostId => {
    const now = clock.now();
    const id = uuidv7<PostId>(now);
    posts.insert({ ...row, id, createdAt: now, updatedAt: now });
    publishing.changed(id);
    return id;
  };

  /** The text of an approved variant changed: its permission is void and it waits for a new one. */
  const invalidate = (post: PostRow, variant: VariantRow): void => {
    if (variant.state === 'publishing' || variant.state === 'needs_check')
      throw appError('conflict', { params: { state: variant.state } });
    publishing.release(variant);
    const planned = post.dueAt !== null && variant.state !== 'draft';
    posts.changeVariant(variant.id, { state: planned ? 'awaiting_approval' : 'draft', problem: null });
  };

  const save = (input: ParsedInput<'composer.save'>): void => {
    const before = views.requirePost(input.id);
    const change = changeOf(deps, before, input);
    const after: PostRow = { ...before, ...change };
    const variants = posts.variantsOf([input.id]);
    for (const variant of variants) {
      const wanted = input.variants.find((item) => item.accountId === variant.accountId);
      if (!wanted) dropVariant(variant);
      else saveVariant(before, after, variant, wanted);
    }
    for (const wanted of input.variants)
      if (!variants.some((item) => item.accountId === wanted.accountId)) addVariant(input.id, wanted);
    posts.change(input.id, change);
    publishing.changed(input.id);
  };

  const dropVariant = (variant: VariantRow): void => {
    if (variant.state === 'published' || variant.remote) return;
    if (variant.state === 'publishing' || variant.state === 'needs_check')
      throw appError('conflict', { params: { state: variant.state } });
    publishing.release(variant);
    posts.removeVariant(variant.id);
  };

  const saveVariant = (
    before: PostRow,
    after: PostRow,
    variant: VariantRow,
    { override, options, remind }: WantedVariant,
  ): void => {
    const old = effectiveContent(before.base, variant.override);
    const saysTheSame =
      canonical(old) === canonical(effectiveContent(after.base, override)) &&
      canonical(before.disclosure) === canonical(after.disclosure) &&
      canonical(variant.options) === canonical(options) &&
      variant.remind === remind;
    // What is published stays on record as it was published, whatever becomes of the base text.
    if (variant.state === 'published') {
      if (!saysTheSame && variant.override === null) posts.changeVariant(variant.id, { override: old });
      return;
    }
    if (!saysTheSame && variant.state !== 'draft') invalidate(before, variant);
    posts.changeVariant(variant.id, { override, options, remind });
  };

  const setDeleted = (id: PostId, deleted: boolean): void => {
    const post = views.requirePost(id);
    if ((post.deletedAt !== null) === deleted) return;
    for (const variant of posts.variantsOf([id])) {
      if (deleted) shelve(variant);
      else if (post.dueAt !== null && variant.state === 'awaiting_approval') bringBack(variant, post.dueAt);
    }
    posts.change(id, { deletedAt: deleted ? clock.now() : null });
    publishing.changed(id);
  };
  /** The permission is kept for the undo; without a job nothing can use it. */
  const shelve = (variant: VariantRow): void => {
    if (variant.state === 'publishing' || variant.state === 'needs_check')
      throw appError('conflict', { params: { state: variant.state } });
    if (variant.state !== 'scheduled' && variant.state !== 'missed') return;
    publishing.release(variant, { keepApproval: true });
    posts.changeVariant(variant.id, { state: 'awaiting_approval' });
  };
  const bringBack = (variant: VariantRow, dueAt: number): void => {
    if (dueAt > clock.now()) moves.requeue(variant, dueAt);
    else if (moves.isApproved(variant)) posts.changeVariant(variant.id, { state: 'missed' });
  };

  return {
    create: (input: ParsedInput<'composer.create'>): Post =>
      db.durable(() => {
        const settings = deps.settings.get();
        const dueAt = input.dueAt ?? null;
        const id = insert({
          base: input.base ?? emptyContent,
          dueAt,
          zone: dueAt === null ? null : (input.zone ?? settings.zone),
          missedPolicy: settings.missedPolicy,
          disclosure: noDisclosure,
          origin: 'human',
          aiSeq: null,
        });
        new Set(input.accountIds).forEach((accountId) =>
          addVariant(id, { accountId, override: null, options: {}, remind: false }),
        );
        return views.byId(id);
      }),
    get: ({ id }: { readonly id: PostId }): Post => views.byId(id),
    save: (input: ParsedInput<'composer.save'>): Post =>
      db.durable(() => {
        save(input);
        return views.byId(input.id);
      }),
    duplicate: ({ id }: { readonly id: PostId }): Post =>
      db.durable(() => {
        const { base, missedPolicy, disclosure, origin, aiSeq } = views.requirePost(id);
        const copy = insert({ base, missedPolicy, disclosure, origin, aiSeq, dueAt: null, zone: null });
        posts.variantsOf([id]).forEach((item) => addVariant(copy, pickWanted(item)));
        return views.byId(copy);
      }),
    delete: ({ id, deleted }: { readonly id: PostId; readonly deleted: boolean }): void =>
      db.durable(() => setDeleted(id, deleted)),
    deletePublished: ({ variantId }: { readonly variantId: VariantId }): void =>
      db.durable(() => {
        const variant = posts.variant(variantId);
        if (!variant) throw appError('not_found', { field: 'variantId' });
        publishing.enqueueDelete(variant);
      }),
    schedule: ({ id, dueAt, zone, approvals }: ParsedInput<'composer.schedule'>, caller: Caller): Post => {
      moves.schedule(id, { dueAt, zone, now: false }, approvals, caller);
      return views.byId(id);
    },
    publishNow: ({ id, approvals }: ParsedInput<'composer.publishNow'>, caller: Caller): Post => {
      const zone = views.requirePost(id).zone ?? deps.settings.get().zone;
      moves.schedule(id, { dueAt: clock.now(), zone, now: true }, approvals, caller);
      return views.byId(id);
    },
    unschedule: ({ id }: { readonly id: PostId }): Post => {
      moves.unschedule(id);
      return views.byId(id);
    },
    addMedia: createMediaIntake(deps).addMedia,
    /** Alt text is part of what was approved: approved posts that show the image wait for a new approval. */
    setAlt: ({ id, alt }: ParsedInput<'composer.setAlt'>): Media =>
      db.durable(() => {
        const row = deps.mediaRows.get(id);
        if (!row) throw appError('not_found', { field: 'id' });
        if (row.alt !== alt) posts.usingMedia(id).forEach((postId) => withdrawApprovals(postId, id));
        deps.mediaRows.setAlt(id, alt);
        return toMedia({ ...row, alt });
      }),
    drafts: (): Output<'composer.drafts'> => posts.unscheduled().map(views.view),
  };

  function withdrawApprovals(postId: PostId, mediaId: Media['id']): void {
    const post = views.requirePost(postId);
    for (const variant of posts.variantsOf([postId])) {
      const uses = effectiveContent(post.base, variant.override).segments.some((part) =>
        part.mediaIds.includes(mediaId),
      );
      if (uses && mayHoldApproval.includes(variant.state) && !variant.remote) invalidate(post, variant);
    }
    publishing.changed(postId);
  }
}

/** What a save changes on the post; text that came from a suggestion is marked until its approval measures it. */
function changeOf(deps: ComposerDeps, before: PostRow, input: ParsedInput<'composer.save'>): PostChange {
  const suggested = input.suggestionId ? deps.drafts.byId(input.suggestionId) : undefined;
  const aiSeq = suggested?.responseSeq ?? null;
  return {
    base: input.base,
    updatedAt: deps.clock.now(),
    ...(input.missedPolicy && { missedPolicy: input.missedPolicy }),
    ...(input.disclosure && { disclosure: input.disclosure }),
    ...(aiSeq !== null && { origin: before.origin === 'human' ? 'ai_edited' : before.origin, aiSeq }),
  };
}
