import type { Metrics } from '@shared/domain/network';
import type { InboxItem, RemoteAuthor, RemoteMedia, RemotePost } from '../network';
import { fromLittleText } from './little-text';
import { commentUrn, encoded } from './urn';
import type { Comment, Post, ShareStatistics } from './wire';

export type MessageItem = Extract<InboxItem, { readonly kind: 'message' }>;

export const urlOfPost = (post: string, web: string, comment?: string): string =>
  `${web}/feed/update/${post}/${comment === undefined ? '' : `?commentUrn=${encoded(comment)}`}`;

export const urnOfComment = (comment: Comment, post: string): string =>
  comment.commentUrn ?? commentUrn(comment.object ?? post, comment.id);

export const timeOfPost = (post: Post): number => post.publishedAt ?? post.createdAt ?? 0;

export const toOrigin = (
  post: Post,
  author: RemoteAuthor,
  media: readonly RemoteMedia[],
  web: string,
): RemotePost => ({
  remoteId: post.id,
  ref: { post: post.id },
  author,
  text: fromLittleText(post.commentary ?? ''),
  createdAt: timeOfPost(post),
  url: urlOfPost(post.id, web),
  media,
});

/** Everything below one comment of somebody is one conversation. */
export function toMessage(
  comment: Comment,
  top: Comment,
  origin: RemotePost,
  author: RemoteAuthor,
  viewer: { readonly urn: string; readonly web: string },
  context = false,
): MessageItem {
  const post = origin.remoteId;
  const remoteId = urnOfComment(comment, post);
  const topUrn = urnOfComment(top, post);
  return {
    kind: 'message',
    conversation: { remoteKey: topUrn, type: 'comment', origin },
    remoteId,
    ref: { post, top: topUrn },
    author,
    own: comment.actor === viewer.urn,
    text: comment.message.text,
    createdAt: comment.created.time,
    url: urlOfPost(post, viewer.web, remoteId),
    parentRemoteId: comment === top ? post : topUrn,
    media: (comment.content ?? []).flatMap(({ type, url }) =>
      url ? [{ kind: type === 'IMAGE' ? ('image' as const) : ('other' as const), url, alt: '' }] : [],
    ),
    ...(context && { context: true }),
  };
}

export function metricsOf(seen: ShareStatistics): Metrics {
  const pairs = {
    impressions: seen.impressionCount,
    reach: seen.uniqueImpressionsCount,
    clicks: seen.clickCount,
    likes: seen.likeCount,
    replies: seen.commentCount,
    shares: seen.shareCount,
  };
  return Object.fromEntries(Object.entries(pairs).filter(([, value]) => typeof value === 'number'));
}
