import { effectiveContent, mediaKind } from '@shared/domain/content';
import { appError } from '@shared/domain/errors';
import type { MediaId, PostId } from '@shared/domain/ids';
import { metricNames, type Metrics } from '@shared/domain/network';
import type { VariantState } from '@shared/domain/states';
import type { CalendarPost } from '@shared/ipc/calendar';
import type { Post } from '@shared/ipc/composer';
import type { MediaRepository } from '../db/repositories/media';
import type { PostRepository, PostRow, VariantRow } from '../db/repositories/posts';
import type { AccountDirectory } from './job-types';
import { toMedia } from './media-store';
import { mediaIdsOf } from './publishing';

type PostViewDeps = {
  readonly posts: PostRepository;
  readonly media: MediaRepository;
  readonly accounts: Pick<AccountDirectory, 'get'>;
};
export type PostViews = ReturnType<typeof createPostViews>;

/** The state that most needs a person comes first. */
const urgency: readonly VariantState[] = [
  'needs_check',
  'failed',
  'missed',
  'awaiting_approval',
  'publishing',
  'scheduled',
  'draft',
  'published',
];
const settled: readonly VariantState[] = ['publishing', 'published', 'needs_check'];
const FIRST_LINE_LENGTH = 120;

export function createPostViews(deps: PostViewDeps) {
  const { posts, media, accounts } = deps;

  const requirePost = (id: PostId): PostRow => {
    const row = posts.get(id);
    if (!row) throw appError('not_found', { field: 'id' });
    return row;
  };
  const mediaOf = (post: PostRow, variants: readonly VariantRow[]) => {
    const ids = new Set<MediaId>(mediaIdsOf(post.base));
    variants.forEach((item) => item.override && mediaIdsOf(item.override).forEach((id) => ids.add(id)));
    return media.list([...ids]);
  };

  const view = (post: PostRow): Post => {
    const variants = posts.variantsOf([post.id]);
    const { aiSeq: _aiSeq, deletedAt: _deletedAt, ...shown } = post;
    return {
      ...shown,
      media: mediaOf(post, variants).map(toMedia),
      variants: variants.flatMap((item) => {
        const account = accounts.get(item.accountId);
        const { postId: _postId, remote: _remote, ...rest } = item;
        return account ? [{ ...rest, network: account.network }] : [];
      }),
    };
  };

  const calendarView = (post: PostRow, variants: readonly VariantRow[]): CalendarPost => {
    const worst = urgency.find((state) => variants.some((item) => item.state === state)) ?? 'draft';
    const shown = variants[0] ? effectiveContent(post.base, variants[0].override) : post.base;
    const pictures = media.list([...new Set([...mediaIdsOf(shown), ...mediaIdsOf(post.base)])]);
    const picture = pictures.find(({ mime }) => mediaKind(mime) === 'image')?.id;
    return {
      id: post.id,
      firstLine: firstLine(shown.segments[0]?.text ?? ''),
      dueAt: post.dueAt,
      zone: post.zone,
      state: worst,
      problem: variants.find((item) => item.state === worst)?.problem ?? null,
      accounts: variants.flatMap((item) => {
        const account = accounts.get(item.accountId);
        return account
          ? [{ id: account.id, network: account.network, handle: account.handle, state: item.state }]
          : [];
      }),
      thumbnailUrl: picture ? `app://media/${picture}` : null,
      origin: post.origin === 'human' ? 'human' : 'ai',
      metrics: totalOf(variants),
      movable: !variants.some((item) => settled.includes(item.state) || item.remote !== null),
    };
  };

  return {
    requirePost,
    mediaOf,
    view,
    byId: (id: PostId): Post => view(requirePost(id)),
    calendarOf: (rows: readonly PostRow[]): readonly CalendarPost[] => {
      const byPost = grouped(posts.variantsOf(rows.map((row) => row.id)));
      return rows.map((row) => calendarView(row, byPost.get(row.id) ?? []));
    },
  };
}

/** Figures of all accounts together; a figure that no network gave stays missing. */
function totalOf(variants: readonly VariantRow[]): Metrics | null {
  const given = variants.flatMap((item) => item.metrics ?? []);
  if (given.length === 0) return null;
  return Object.fromEntries(
    metricNames.flatMap((name) => {
      const values = given.flatMap((item) => item[name] ?? []);
      return values.length === 0 ? [] : [[name, values.reduce((sum, value) => sum + value, 0)]];
    }),
  );
}

function grouped(variants: readonly VariantRow[]): Map<PostId, VariantRow[]> {
  const result = new Map<PostId, VariantRow[]>();
  for (const item of variants) result.set(item.postId, [...(result.get(item.postId) ?? []), item]);
  return result;
}

export const firstLine = (text: string): string =>
  (text.split('\n').find((line) => line.trim() !== '') ?? '').trim().slice(0, FIRST_LINE_LENGTH);
